"""Goods of a recall, and such whose last day is over, that go back to who made them or sent them here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.goods.enums import EntryKind
from khcn.goods.models import Lot, Shipment
from khcn.goods.operations.entry_capture import is_returned
from khcn.goods.rules import shortest_gtin
from khcn.goods.workflow import ARRIVED, RECALLED

if TYPE_CHECKING:
    from khcn.goods.models import GoodsRecall, LotEntry


def goes_to_maker(entry: LotEntry) -> bool:
    """Whether an entry sends goods to the party in whose own diary they were made."""
    lot, receiver = entry.lot, entry.receiver
    if receiver is None or entry.kind != EntryKind.SHIP or not lot.source_path:
        return False
    made = Lot.objects.filter(item__organisation=receiver, source_path="", number=lot.label_number)
    return made.filter(item__gtin=shortest_gtin(lot.trade_number)).exists()


def goes_back(entry: LotEntry, recall: GoodsRecall | None) -> bool:
    """Whether an entry sends goods of a recall to the party that made the lot, or to one that has sent it here.

    Who had goods of it sent back is no supplier of them, and nobody sends goods of its own back. `recall`: None for one that came as an event,
    of which nobody has worked out who made what.
    """
    lot, receiver = entry.lot, entry.receiver
    if receiver is None or entry.kind != EntryKind.SHIP or not lot.source_path:
        return False
    if recall is not None:
        if recall.state != RECALLED:
            return False
        made = recall.stocks.filter(lot_path=lot.public_path, made__gt=0)
        if made.filter(party__organisation=receiver).exists():
            return True
    sent_here = Shipment.objects.filter(
        lot_path=lot.public_path, sender=receiver, receiver=lot.item.organisation, state__in=ARRIVED
    )
    return any(not is_returned(each.entry) for each in sent_here.select_related("entry__lot"))
