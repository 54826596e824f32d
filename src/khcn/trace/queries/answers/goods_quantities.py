"""How much of the goods of a trace events report as made, used, sold, destroyed or moved: by thing, party and business step.

What is made, sold, used and destroyed can so be compared, and what strangers report be left out: the sums of parties that are confirmed for
the thing stand apart from those of others (docs/adr/0028). An event that two parties report is in the sums of each.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.epcis.store import thing_of
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.amount_units import Unit, unit_of
from khcn.trace.store.encoding.classes_and_lots import (
    class_of,
    is_lot,
    is_package,
    is_product_class,
    is_trade_item,
)
from khcn.trace.store.encoding.lineage_graph import smallest_amount
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from khcn.epcis.model import Event
    from khcn.trace.queries.answers.goods_reports import GoodsReports
    from khcn.trace.queries.graph.lineage_edges import Edge

MOST_EVENTS: Final = 5000
"""Of so many events the quantities are read, those of confirmed parties first, and of each party about each thing the first ones."""

_BATCH_SIZE: Final = 500


class _Group(NamedTuple):
    """What is summed up together."""

    thing: str
    party: str
    list_name: str
    action: str
    biz_step: str
    smallest: str  # unit; empty: pieces
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class GoodsQuantity:
    """How much of a thing a party reports in one list of its events with one action and business step.

    `thing`: a lot; of single objects, each of which counts once, their lot where the trace knows it, else their class, and packages none; `list_name`: of the event, as EPCIS calls it; `action` is
    empty for transformations; `uom`: None for pieces; of `events`, those `without_quantity` say nothing that can be summed up; `first` and
    `last`: the times of the first and the last of them, in microseconds since 1970-01-01T00:00:00Z.
    """

    thing: str
    party: str
    list_name: str
    action: str
    biz_step: str
    quantity: Decimal
    uom: str | None
    events: int
    without_quantity: int
    is_confirmed: bool
    first: int
    last: int


@dataclass(slots=True)
class _Sum:
    quantity: Decimal = Decimal(0)
    objects: set[str] = field(default_factory=set)
    events: set[int] = field(default_factory=set)
    without: set[int] = field(default_factory=set)


def lots_of_objects(edges: Collection[Edge], confirmed: Collection[int]) -> dict[str, str]:
    """The lots of single objects of a trace, by confirmed events; of those that belong to several lots none.

    A walk that comes to an object by the transformation that makes it does not meet its lot: that is read from the same events.
    """
    lots: dict[str, set[str]] = defaultdict(set)
    making: set[int] = set()
    for edge in edges:
        events = edge.times.keys() & confirmed
        if events and edge.kind is EdgeKind.MEMBERSHIP:
            for thing in edge.products:
                lots[thing] |= edge.sources
        elif edge.kind is EdgeKind.TRANSFORMATION and any(map(_is_object, edge.products)):
            making |= events
    for thing, lot in _memberships_in(making):
        lots[thing].add(lot)
    return {thing: next(iter(some)) for thing, some in lots.items() if len(some) == 1}


def _is_object(thing: str) -> bool:
    return is_trade_item(thing) and not is_lot(thing) and not is_product_class(thing)


def _memberships_in(events: Collection[int]) -> Iterator[tuple[str, str]]:
    """The objects that some events name with their lots, and these."""
    for part in chunks(sorted(events), _BATCH_SIZE):
        rows = LineageEdgeEnd.objects.filter(event__in=part, kind=EdgeKind.MEMBERSHIP, voided=False)
        ends: dict[tuple[int, int], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for event, place, side, thing in values_everywhere(rows, "event", "part", "side", "thing"):
            ends[event, place][side].add(thing)
        for each in ends.values():
            yield from product(each[EdgeSide.PRODUCT], each[EdgeSide.SOURCE])


def goods_quantities(
    reports: GoodsReports, lots: Mapping[str, str]
) -> tuple[tuple[GoodsQuantity, ...], bool]:
    """The quantities that the events of reports name, by thing; and whether these are all.

    `lots`: of single objects.
    """
    named: dict[int, set[str]] = defaultdict(set)
    owners = {one.event: one.owner for one in reports.listed}
    times = {one.event: one.event_time for one in reports.listed}
    order: dict[int, tuple[bool, int, int]] = {}
    for one in reports.listed:
        named[one.event].add(one.thing)
        place = ((one.owner, one.thing) not in reports.confirmed, one.place, one.event)
        order[one.event] = min(place, order.get(one.event, place))
    listed = sorted(order, key=order.__getitem__)
    sums: dict[_Group, _Sum] = defaultdict(_Sum)
    largest: dict[tuple[str, str], Unit] = {}
    for part in chunks(listed[:MOST_EVENTS], _BATCH_SIZE):
        for row in rows_by_id([(event, times[event]) for event in part], ALL):
            party = reports.glns.get(owners[row.id], "")
            added = _add(sums, row.event, row.id, named[row.id], owners[row.id], party, reports, lots)
            for group, unit in added:
                key = (group.thing, group.smallest)
                largest[key] = max(unit, largest.get(key, unit), key=lambda one: (one.factor, one.name))
    found = [
        _quantity(group, some, largest[group.thing, group.smallest], [times[each] for each in some.events])
        for group, some in sorted(sums.items())
    ]
    return tuple(found), len(listed) <= MOST_EVENTS and reports.is_whole


def _add(
    sums: dict[_Group, _Sum],
    event: Event,
    number: int,
    things: set[str],
    owner: int,
    party: str,
    reports: GoodsReports,
    lots: Mapping[str, str],
) -> Iterator[tuple[_Group, Unit]]:
    """Adds what an event says of some things; the groups to which it was added, with the units that it uses."""
    step, action = event.biz_step or "", getattr(event, "action", "")
    for list_name, quantities in event.quantity_fields():
        for one in quantities:
            thing = thing_of(one.epc_class)
            if thing not in things:
                continue
            unit = unit_of(one.uom)
            amount = smallest_amount(one, unit)
            group = _Group(
                thing, party, list_name, action, step, unit.smallest, (owner, thing) in reports.confirmed
            )
            if amount is None:
                sums[group].without.add(number)
            else:
                sums[group].quantity += amount
            sums[group].events.add(number)
            yield group, unit
    for list_name, epcs in event.epc_fields():
        for thing in things.intersection(map(thing_of, epcs)):
            kind = lots.get(thing) or class_of(thing)
            if kind is not None and not is_package(thing):
                confirmed = (owner, thing) in reports.confirmed
                group = _Group(kind, party, list_name, action, step, "", confirmed)
                sums[group].objects.add(thing)
                sums[group].events.add(number)
                yield group, unit_of(None)


def _quantity(group: _Group, some: _Sum, unit: Unit, times: Collection[int]) -> GoodsQuantity:
    return GoodsQuantity(
        group.thing,
        group.party,
        group.list_name,
        group.action,
        group.biz_step,
        some.quantity / unit.factor + len(some.objects),
        unit.name or None,
        len(some.events),
        len(some.without),
        group.is_confirmed,
        min(times),
        max(times),
    )
