"""Goods of a recall that go back to who made them or sent them here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.goods.enums import EntryKind
from khcn.goods.models import Shipment
from khcn.goods.operations.entry_capture import is_returned
from khcn.goods.workflow import ARRIVED, RECALLED

if TYPE_CHECKING:
    from khcn.goods.models import GoodsRecall, LotEntry


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
