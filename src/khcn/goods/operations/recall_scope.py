"""What a recall reaches: affected lots, who had them, and how much of each is made, sold, used, destroyed and still there.

All of it is read from the event repository, so that what parties enter here and what their programs send counts alike (docs/adr/0053).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import CANONICAL_STEM, unescape
from khcn.goods.enums import TradeUnit
from khcn.goods.models import TradeItem
from khcn.goods.operations.amount_units import in_unit, unit_for
from khcn.goods.operations.recall_beginnings import beginning_of
from khcn.goods.queries.recalled_lots import NO_LONGER_REACHED
from khcn.goods.rules import shortest_gtin
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.text.numbers import format_number
from khcn.trace.models import TraceParty
from khcn.trace.queries import downstream
from khcn.trace.queries.answers.parties_of_goods import HowKnown
from khcn.trace.queries.answers.trace_graph import confirmed_things
from khcn.trace.queries.walks.traversal import GraphTooLarge
from khcn.trace.store import EVERYTHING
from khcn.trace.store.encoding.amount_units import unit_of
from khcn.trace.store.encoding.classes_and_lots import is_lot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.goods.models import GoodsRecall, RecallStock
    from khcn.trace.queries.answers.goods_quantities import GoodsQuantity
    from khcn.trace.queries.answers.trace_graph import TraceGraph

NO_LONGER_REPORTED: Final = "không còn báo lô này"
"""What a row says of a party that reports nothing of a lot any more which is reached still."""

LONGEST_PATH: Final = 200
"""Of the page of a lot; no lot number by the standard makes a longer one, so the lot of what has one is not known."""

MOST_OF_A_SUM: Final = Decimal(10) ** 10
"""What is not below this is no amount of goods: it is listed beside the sums (a row has eleven digits before the point, and what remains
is made of two sums).
"""

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


@dataclass(frozen=True, slots=True)
class ReportedAmount:
    """One quantity that a party reports, and to which sum it belongs."""

    party: str
    column: str
    quantity: Decimal
    uom: str | None


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
    moved: list[ReportedAmount] = field(default_factory=list)
    """What parties of the chain report, each in its own unit."""
    not_summed: list[ReportedAmount] = field(default_factory=list)
    """What of that has a unit that cannot be converted to that of the lot, or is more than can be."""
    without_quantity: Counter[str] = field(default_factory=Counter)
    """Events of parties of the chain, by GLN, that move goods and say no amount, or none that there is."""

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
    """All lots that a recall reaches, and whether something may be missing.

    `without_lot`: products of which single objects are reached whose lot is not known. Their other objects may have nothing to do with it,
    so they are no part of the scope.
    """

    lots: list[AffectedLot]
    is_whole: bool
    parties: dict[str, TraceParty]
    without_lot: list[AffectedLot]
    reported_only: list[AffectedLot]
    """Lots to which only reports lead that nobody of the chain has made (docs/adr/0028): they are no part of the scope."""
    package: str = ""
    """The package with whose code the recall begins; "" for one that begins otherwise."""


def is_reached(stock: RecallStock) -> bool:
    """Whether the run of a row has found its lot and party in the chain."""
    return stock.difference not in {NO_LONGER_REACHED, NO_LONGER_REPORTED}


def reached_by(recall: GoodsRecall) -> Reached:
    """What a recall reaches now. Raises ``Refused`` where that is too much for one recall."""
    found: dict[str, AffectedLot] = {}
    seen: set[tuple[Any, ...]] = set()
    is_whole = True
    confirmed: set[str] = set()
    beginning = beginning_of(recall)
    for thing in beginning.things:
        graph = _graph_of(thing)
        is_whole &= graph.has_all_parties and graph.has_all_quantities and not graph.left_out
        _add(found, graph, seen)
        confirmed |= confirmed_things(graph.edges, graph.thing)
    for thing in beginning.doubtful:
        found.setdefault(thing, AffectedLot(thing, 1))
    _give_names(found.values())
    # A lot stays in the unit in which it was counted first, so that later runs can be compared with it.
    earlier = dict(recall.stocks.exclude(unit="").order_by("-run").values_list("lot_path", "unit"))
    for lot in found.values():
        _sum_up(lot, earlier.get(lot.path, ""))
    parties = _parties(
        {gln for lot in found.values() for gln in (*lot.by_party, *lot.named_only, *lot.unconfirmed)}
    )
    _leave_out_authorities(found.values(), parties)
    ordered = sorted(found.values(), key=lambda one: (one.steps, one.thing))
    lots: list[AffectedLot] = []
    without_lot: list[AffectedLot] = []
    reported_only: list[AffectedLot] = []
    for each in ordered:
        if not is_lot(each.thing) or len(each.path) > LONGEST_PATH:
            without_lot.append(each)
        else:
            (lots if each.thing in confirmed else reported_only).append(each)
    return Reached(lots, is_whole, parties, without_lot, reported_only, beginning.package)


def _graph_of(thing: str) -> TraceGraph:
    try:
        return downstream(thing, EVERYTHING)
    except GraphTooLarge as too_large:
        text = _(
            "Từ %(thing)s truy ra hơn %(most)s mắt xích, quá nhiều cho một đợt. Hãy lập nhiều đợt, mỗi đợt từ một lô làm ra từ đó."
        ) % {"thing": thing.removeprefix(CANONICAL_STEM), "most": format_number(too_large.limit)}
        raise Refused(text, code="too_large") from too_large


def _add(found: dict[str, AffectedLot], graph: TraceGraph, seen: set[tuple[Any, ...]]) -> None:
    for thing in graph.things:
        if is_lot(thing.id):
            lot = found.setdefault(thing.id, AffectedLot(thing.id, thing.steps))
            lot.steps = min(lot.steps, thing.steps)
    for one in graph.quantities:
        lot = found.get(one.thing) or found.setdefault(one.thing, AffectedLot(one.thing, 0))
        measure = unit_of(
            one.uom
        ).smallest  # of the same amounts one graph may name another unit than the other
        key = (one.thing, one.party, one.list_name, one.action, one.biz_step, measure, one.is_confirmed)
        if key not in seen:  # two beginnings may lead to one lot
            seen.add(key)
            _add_quantity(lot, one)
    for party in graph.parties:
        known = found.get(party.thing)
        if known is None or party.party in known.by_party:
            continue
        if party.how == HowKnown.DESTINATION and party.is_confirmed:
            known.named_only.add(party.party)
        elif party.how == HowKnown.REPORTED and not party.is_confirmed:
            known.unconfirmed.add(party.party)
    for lot in found.values():
        lot.named_only -= lot.by_party.keys()


def _add_quantity(lot: AffectedLot, one: GoodsQuantity) -> None:
    if not one.is_confirmed:
        lot.unconfirmed.add(one.party)
        return
    lot.by_party[one.party]  # that it reports the lot counts also where nothing moves
    if column := _column_of(one):
        lot.without_quantity[one.party] += one.without_quantity
        if one.quantity:
            lot.moved.append(ReportedAmount(one.party, column, one.quantity, one.uom))


def _leave_out_authorities(lots: Iterable[AffectedLot], parties: dict[str, TraceParty]) -> None:
    """An authority that reports a lot, if only that it is recalled, does not have goods of it."""
    authorities = {gln for gln, party in parties.items() if party.is_authority}
    for lot in lots:
        for gln in authorities - {each.party for each in lot.moved}:
            lot.by_party.pop(gln, None)
            lot.unconfirmed.discard(gln)


def _sum_up(lot: AffectedLot, earlier: str) -> None:
    """Add up what can be in one unit: that of the run before, that of the product, or that in which the lot was made."""
    in_order = sorted(lot.moved, key=lambda each: each.column != "made")
    unit = next(
        (
            name
            for name in (earlier, lot.unit, *(unit_for(each.uom) for each in in_order))
            if name and any(in_unit(each.quantity, each.uom, name) is not None for each in lot.moved)
        ),
        earlier or lot.unit,
    )
    for each in lot.moved:
        quantity = in_unit(each.quantity, each.uom, unit)
        amounts = lot.by_party[each.party]
        if quantity is None or abs(summed := getattr(amounts, each.column) + quantity) >= MOST_OF_A_SUM:
            lot.not_summed.append(each)
        else:
            setattr(amounts, each.column, summed)
    lot.unit = unit if unit in TradeUnit.values else ""


def _column_of(one: GoodsQuantity) -> str:
    """To which sum a quantity belongs; "" where nothing moves: what is packed or unpacked was made before and is there still."""
    if one.list_name in {"childQuantityList", "childEPCs"}:
        return ""
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
        lot.name = parts[2] if len(parts) > 2 else lot.path[:LONGEST_PATH]  # noqa: PLR2004 -- the value of the first key
        lot.number = unescape(parts[4])[:20] if len(parts) > 4 else ""  # noqa: PLR2004 -- that of the second one
        by_gtin[shortest_gtin(lot.name)].append(lot)
    for part in chunks(sorted(by_gtin), _BATCH):
        for item in TradeItem.objects.filter(gtin__in=part):
            for lot in by_gtin[item.gtin or ""]:
                lot.name = item.full_name
                lot.unit = item.unit
