"""What a recall reaches: affected lots, who had them, and how much of each is made, sold, used, destroyed and still there.

All of it is read from the event repository, so that what parties enter here and what their programs send counts alike (docs/adr/0053).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import CANONICAL_STEM, unescape
from khcn.goods.enums import RecallStart, TradeUnit
from khcn.goods.models import Lot, LotEntry, TradeItem
from khcn.goods.rules import shortest_gtin
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.trace.models import TraceParty
from khcn.trace.queries import downstream
from khcn.trace.queries.answers.parties_of_goods import HowKnown
from khcn.trace.store import EVERYTHING, thing_of
from khcn.trace.store.encoding.classes_and_lots import is_lot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.goods.models import GoodsRecall
    from khcn.trace.queries.answers.goods_quantities import GoodsQuantity
    from khcn.trace.queries.answers.trace_graph import TraceGraph

MOST_LOTS: Final = 500
"""Lots with which a recall begins: more are several recalls."""

_BATCH: Final = 500
_BY_STEP: Final = {
    "receiving": "received",
    "arriving": "received",
    "accepting": "received",
    "shipping": "sent",
    "departing": "sent",
    "retail_selling": "sold",
    "destroying": "destroyed",
}
LEAVES: Final = frozenset(step for step, column in _BY_STEP.items() if column != "received")
"""Business steps by which goods leave who reports them."""

_UNITS: Final = {value for value, _label in TradeUnit.choices}


@dataclass(slots=True)
class Amounts:
    """What a party reports of a lot, in one unit."""

    made: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    sent: Decimal = Decimal(0)
    used: Decimal = Decimal(0)
    sold: Decimal = Decimal(0)
    destroyed: Decimal = Decimal(0)

    @property
    def remaining(self) -> Decimal:
        """What is still there."""
        return self.made + self.received - self.sent - self.used - self.sold - self.destroyed

    def add(self, other: Amounts) -> None:
        """Take the amounts of another one in."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(slots=True)
class AffectedLot:
    """A lot that a recall reaches, and what parties report of it, by GLN."""

    thing: str
    steps: int
    unit: str = ""
    name: str = ""
    number: str = ""
    by_party: dict[str, Amounts] = field(default_factory=lambda: defaultdict(Amounts))
    named_only: set[str] = field(default_factory=set)
    """Parties that were named as receivers and report nothing themselves."""
    unconfirmed: set[str] = field(default_factory=set)
    """Parties that are not of the chain of the lot: what they report is not summed up."""

    @property
    def path(self) -> str:
        """Of its page."""
        return self.thing.removeprefix(CANONICAL_STEM)

    @property
    def whole(self) -> Amounts:
        """What all parties report."""
        found = Amounts()
        for each in self.by_party.values():
            found.add(each)
        return found

    @property
    def on_the_way(self) -> Decimal:
        """What was sent and nobody received."""
        whole = self.whole
        return whole.sent - whole.received


@dataclass(slots=True)
class Reached:
    """All lots that a recall reaches, and whether something may be missing."""

    lots: list[AffectedLot]
    is_whole: bool
    parties: dict[str, TraceParty]


def beginnings_of(recall: GoodsRecall) -> list[str]:
    """The things with which a recall begins. Raises ``Refused`` where there is none, or too many."""
    if recall.begins_with == RecallStart.CODE:
        return [thing_of(recall.identifier.strip())]
    if recall.begins_with == RecallStart.LOT:
        lots = Lot.objects.filter(recalls=recall)
    elif recall.begins_with == RecallStart.ITEM:
        lots = Lot.objects.filter(
            item=recall.item_id, made_on__gte=recall.since_on, made_on__lte=recall.until_on
        )
    else:
        entries = LotEntry.objects.filter(
            location=recall.location_id,
            done_on__gte=recall.since_on,
            done_on__lte=recall.until_on,
            wrong_on__isnull=True,
        )
        lots = Lot.objects.filter(pk__in=entries.values("lot")) | Lot.objects.filter(
            pk__in=entries.values("into")
        )
    found = list(lots.select_related("item").distinct().order_by("pk")[: MOST_LOTS + 1])
    if not found:
        raise Refused(
            _("Không có lô hàng nào như vậy. Hãy xem lại nơi, sản phẩm và những ngày."), code="no_lot"
        )
    if len(found) > MOST_LOTS:
        text = _("Có hơn %(most)d lô. Hãy chọn ít ngày hơn.") % {"most": MOST_LOTS}
        raise Refused(text, code="too_many")
    return list(dict.fromkeys(CANONICAL_STEM + each.public_path for each in found))


def reached_by(recall: GoodsRecall) -> Reached:
    """What a recall reaches now."""
    lots: dict[str, AffectedLot] = {}
    seen: set[tuple[Any, ...]] = set()
    is_whole = True
    for thing in beginnings_of(recall):
        graph = downstream(thing, EVERYTHING)
        is_whole &= graph.has_all_parties and graph.has_all_quantities and not graph.left_out
        _add(lots, graph, seen)
    parties = _parties(
        {gln for lot in lots.values() for gln in (*lot.by_party, *lot.named_only, *lot.unconfirmed)}
    )
    _give_names(lots.values())
    return Reached(sorted(lots.values(), key=lambda one: (one.steps, one.thing)), is_whole, parties)


def _add(lots: dict[str, AffectedLot], graph: TraceGraph, seen: set[tuple[Any, ...]]) -> None:
    for thing in graph.things:
        if is_lot(thing.id):
            lot = lots.setdefault(thing.id, AffectedLot(thing.id, thing.steps))
            lot.steps = min(lot.steps, thing.steps)
    for one in graph.quantities:
        lot = lots.get(one.thing) or lots.setdefault(one.thing, AffectedLot(one.thing, 0))
        key = (one.thing, one.party, one.list_name, one.action, one.biz_step, one.uom, one.is_confirmed)
        if key not in seen:  # two beginnings may lead to one lot
            seen.add(key)
            _add_quantity(lot, one)
    for party in graph.parties:
        known = lots.get(party.thing)
        if known is None or party.party in known.by_party:
            continue
        if party.how == HowKnown.DESTINATION and party.is_confirmed:
            known.named_only.add(party.party)
        elif party.how == HowKnown.REPORTED and not party.is_confirmed:
            known.unconfirmed.add(party.party)
    for lot in lots.values():
        lot.named_only -= lot.by_party.keys()


def _add_quantity(lot: AffectedLot, one: GoodsQuantity) -> None:
    if not one.is_confirmed:
        lot.unconfirmed.add(one.party)
        return
    name = _column_of(one)
    amounts = lot.by_party[one.party]
    if not name:
        return
    if not lot.unit and one.uom in _UNITS:
        lot.unit = one.uom or ""
    setattr(amounts, name, getattr(amounts, name) + one.quantity)


def _column_of(one: GoodsQuantity) -> str:
    """To which sum a quantity belongs; "" where nothing moves."""
    if one.list_name in {"inputQuantityList", "inputEPCList"}:
        return "used"
    if one.list_name in {"outputQuantityList", "outputEPCList"} or one.action == "ADD":
        return "made"
    step = one.biz_step.rpartition("-")[2].rpartition("/")[2]
    if one.action == "DELETE" and step not in _BY_STEP:
        return "destroyed"
    return _BY_STEP.get(step, "")


def _parties(glns: Iterable[str]) -> dict[str, TraceParty]:
    found: dict[str, TraceParty] = {}
    for part in chunks(sorted(glns), _BATCH):
        for party in TraceParty.objects.filter(gln__in=part).select_related("organisation"):
            found[party.gln] = party
    return found


def _give_names(lots: Iterable[AffectedLot]) -> None:
    by_gtin: dict[str, list[AffectedLot]] = defaultdict(list)
    for lot in lots:
        parts = lot.path.split("/")
        lot.name = parts[2] if len(parts) > 2 else lot.path  # noqa: PLR2004 -- the value of the first key
        lot.number = unescape(parts[4])[:20] if len(parts) > 4 else ""  # noqa: PLR2004 -- that of the second one
        by_gtin[shortest_gtin(lot.name)].append(lot)
    for part in chunks(sorted(by_gtin), _BATCH):
        for item in TradeItem.objects.filter(gtin__in=part):
            for lot in by_gtin[item.gtin or ""]:
                lot.name = f"{item.name}, {item.net_content}" if item.net_content else item.name
                lot.unit = lot.unit or item.unit
