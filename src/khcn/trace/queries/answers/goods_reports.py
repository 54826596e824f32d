"""The events that name things of a trace while these are of it, for those who ask whom to call and how much was sold.

A crate that is used again brings none of the events about its next goods.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject, TraceParty
from khcn.trace.queries.graph.traversal_terms import TRANSFORMATION_NODE
from khcn.trace.store import visible_events
from khcn.trace.store.confirmations import Standing, in_first_chains
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_product_class
from khcn.trace.store.statements.declarations import all_authorities, events_without_effect
from khcn.trace.stored_codes import GOODS_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.graph.traversal_terms import ReachedThing
    from khcn.trace.store import Viewer

MOST_REPORTS: Final = 50_000
"""So many reports of things in events are read, or 1,000 of each 1,000 things; where there are more, the later ones of the
parties that reported a thing most often are left out, and something may be missing.
"""

_BATCH_SIZE: Final = 1000
# The first report of each party about each thing, then the second ones, and so on: who reports much crowds nobody out.
_PLACE: Final = Window(RowNumber(), partition_by=[F("thing"), F("owner")], order_by=("event", "role"))


@dataclass(frozen=True, slots=True)
class GoodsReport:
    """That an event of a party names a thing; `place`: the number of this report among those of the party about the thing, from 1."""

    thing: str
    event: int
    event_time: int
    owner: int
    place: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class GoodsReports:
    """The reports about the things of a trace by events that somebody may see, by thing and order of capture.

    `is_whole`: whether these are all; `confirmed`: of which party and thing the party belongs to the first chain of the thing, or is an
    authority (docs/adr/0028); `glns`: of the parties.
    """

    listed: tuple[GoodsReport, ...]
    is_whole: bool
    confirmed: frozenset[tuple[int, str]]
    glns: Mapping[int, str]


def reports_of_goods(reached: Iterable[ReachedThing], viewer: Viewer) -> GoodsReports:
    """The reports about the things of a traversal by events that the viewer may see, and that nobody who may has declared wrong."""
    reports, is_whole = _reports_of(reached)
    if not reports:
        return GoodsReports((), is_whole, frozenset(), {})
    times = {one.event: one.event_time for one in reports}
    authorities = all_authorities()
    shown = times.keys() - events_without_effect(times, authorities)
    if not viewer.sees_all:
        shown &= visible_events(viewer, [(event, times[event]) for event in sorted(shown)])
    listed = tuple(one for one in reports if one.event in shown)
    parties = TraceParty.objects.filter(pk__in={one.owner for one in listed})
    glns = dict(values_everywhere(parties, "pk", "gln"))
    return GoodsReports(listed, is_whole, _confirmed(listed, authorities), glns)


def _reports_of(reached: Iterable[ReachedThing]) -> tuple[list[GoodsReport], bool]:
    """The events that name things while these are of the traversal; and whether these are all."""
    periods: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in reached:
        if not one.thing.startswith(TRANSFORMATION_NODE) and not is_product_class(one.thing):
            periods[one.thing].append((one.since, one.until))
    found: set[GoodsReport] = set()
    is_whole = True
    parts = list(chunks(sorted(periods), _BATCH_SIZE))
    room = max(MOST_REPORTS // max(len(parts), 1), min(MOST_REPORTS, _BATCH_SIZE))
    for part in parts:
        rows = EventObject.objects.filter(thing__in=part, role__in=GOODS_ROLES).annotate(place=_PLACE)
        columns = ("place", "thing", "event", "event_time", "owner")
        read = values_everywhere(rows.order_by("place", "thing", "role", "event"), *columns, first=room + 1)
        is_whole &= len(read) <= room
        for place, thing, event, event_time, owner in sorted(read)[:room]:
            report = GoodsReport(thing, event, event_time, owner, place)
            if any(since <= report.event_time <= until for since, until in periods[report.thing]):
                found.add(report)
    return sorted(found, key=lambda one: (one.thing, one.event)), is_whole


def _confirmed(reports: Iterable[GoodsReport], authorities: Collection[int]) -> frozenset[tuple[int, str]]:
    pairs = {Standing(one.owner, one.thing) for one in reports}
    asked = {one for one in pairs if one.party not in authorities}
    confirmed = in_first_chains(asked, authorities=authorities) | (pairs - asked)
    return frozenset((one.party, one.thing) for one in confirmed)
