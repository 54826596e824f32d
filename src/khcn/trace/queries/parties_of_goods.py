"""Which parties had the things of a trace, or were named as receivers of them: whom to call about a recall.

A party had a thing that its own event names. Both count only while the thing is one of the trace: a crate that is used again brings
none of the parties of its next goods.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject, TraceParty
from khcn.trace.queries.named_receivers import GLN_OF_PLACE, places_named
from khcn.trace.queries.traversal_terms import TRANSFORMATION_NODE
from khcn.trace.store import visible_events
from khcn.trace.store.confirmations import Standing, confirmed_standings
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.declarations import all_authorities, events_without_effect
from khcn.trace.store.encoding.classes_and_lots import is_product_class
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.stored_codes import GOODS_ROLES, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.traversal_terms import ReachedThing
    from khcn.trace.store import Viewer

MOST_REPORTS: Final = 50_000
"""So many reports of things in events are read, or 1,000 of each 1,000 things; where there are more, the later ones of the
parties that reported a thing most often are left out, and parties may be missing.
"""

_BATCH_SIZE: Final = 1000
# The first report of each party about each thing, then the second ones, and so on: who reports much crowds nobody out.
_PLACE: Final = Window(RowNumber(), partition_by=[F("thing"), F("owner")], order_by=("event", "role"))


@dataclass(frozen=True, slots=True)
class PartyOfGoods:
    """That a party had a thing of a trace, or was named as its receiver.

    `party`: its GLN, or the id by which it was named; `since`: the time of the first such event, in microseconds since
    1970-01-01T00:00:00Z; `has_reported`: whether it reported the thing itself, and was not only named; `is_confirmed`: whether one of
    the events is of a party of the chain of the thing, or of an authority (docs/adr/0028).
    """

    thing: str
    party: str
    since: int
    has_reported: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class _Report:
    """That an event of a party names a thing."""

    thing: str
    event: int
    event_time: int
    owner: int


def parties_of_goods(
    reached: Iterable[ReachedThing], viewer: Viewer
) -> tuple[tuple[PartyOfGoods, ...], bool]:
    """The parties of the things of a traversal by events that the viewer may see, by thing; and whether these are all."""
    reports, is_whole = _reports_of(reached)
    times = {one.event: one.event_time for one in reports}
    authorities = all_authorities()
    shown = times.keys() - events_without_effect(times, authorities) if times else set()
    if not viewer.sees_all:
        shown &= visible_events(viewer, [(event, times[event]) for event in sorted(shown)])
    reports = [one for one in reports if one.event in shown]
    confirmed = _confirmed(reports, authorities)
    named = _destinations(shown)
    glns = _glns({one.owner for one in reports})
    found: dict[tuple[str, str], PartyOfGoods] = {}
    for one in reports:
        is_confirmed = (one.owner, one.thing) in confirmed
        reporting = [(glns[one.owner], True)] if one.owner in glns else []
        for party, has_reported in (*reporting, *((each, False) for each in named.get(one.event, ()))):
            new = PartyOfGoods(one.thing, party, one.event_time, has_reported, is_confirmed)
            old = found.get((one.thing, party), new)
            found[one.thing, party] = PartyOfGoods(
                one.thing,
                party,
                min(old.since, new.since),
                old.has_reported or has_reported,
                old.is_confirmed or is_confirmed,
            )
    return tuple(sorted(found.values(), key=lambda one: (one.thing, one.since, one.party))), is_whole


def _reports_of(reached: Iterable[ReachedThing]) -> tuple[list[_Report], bool]:
    """The events that name things while these are of the traversal; and whether these are all."""
    periods: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in reached:
        if not one.thing.startswith(TRANSFORMATION_NODE) and not is_product_class(one.thing):
            periods[one.thing].append((one.since, one.until))
    found: set[_Report] = set()
    is_whole = True
    parts = list(chunks(sorted(periods), _BATCH_SIZE))
    room = max(MOST_REPORTS // max(len(parts), 1), min(MOST_REPORTS, _BATCH_SIZE))
    for part in parts:
        rows = EventObject.objects.filter(thing__in=part, role__in=GOODS_ROLES).annotate(place=_PLACE)
        columns = ("place", "thing", "event", "event_time", "owner")
        read = values_everywhere(rows.order_by("place", "thing", "role", "event"), *columns, first=room + 1)
        is_whole &= len(read) <= room
        for _place, *row in sorted(read)[:room]:
            report = _Report(*row)
            if any(since <= report.event_time <= until for since, until in periods[report.thing]):
                found.add(report)
    return sorted(found, key=lambda one: (one.thing, one.event)), is_whole


def _confirmed(reports: Iterable[_Report], authorities: Collection[int]) -> set[tuple[int, str]]:
    """Of which party and thing the party belongs to the first chain of the thing, or is an authority."""
    pairs = {Standing(one.owner, one.thing) for one in reports}
    asked = {one for one in pairs if one.party not in authorities}
    known = confirmed_standings(asked, places={}, authorities=authorities)
    return {
        (one.party, one.thing)
        for one in pairs
        if one.party in authorities or known.in_first_chain(one.party, one.thing)
    }


def _destinations(events: Collection[int]) -> Mapping[int, set[str]]:
    """Whom events name as destination: by GLN, or else by the id that they give."""
    prefix = object_row_name("", EventRole.DESTINATION)
    return {
        event: {
            gln[1] if (gln := GLN_OF_PLACE.fullmatch(name)) else name.removeprefix(prefix) for name in names
        }
        for event, names in places_named(events).items()
    }


def _glns(parties: Collection[int]) -> dict[int, str]:
    return dict(values_everywhere(TraceParty.objects.filter(pk__in=parties), "pk", "gln"))
