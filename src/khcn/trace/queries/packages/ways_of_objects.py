"""What was reported of the ways of single objects: what they were packed in, by which events that was passed on, and to whom.

Read for many objects together, from the reports of the parties through whose hands they may have gone, step by step; what all others
report is not read. Where there is more than is read, that which was captured first counts, whatever time it says: what
is captured later displaces nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.queries.graph.packings import PackingsAround, reached_from
from khcn.trace.queries.packages.named_receivers import receivers_named
from khcn.trace.queries.packages.package_removals import all_removals_by
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.statements.declarations import (
    ReportedEvent,
    all_authorities,
    declared_wrong,
    withdrawn_by_their_parties,
)
from khcn.trace.store.statements.events_by_id import captured_at, events_by_id
from khcn.trace.store.statements.named_parties import events_that_send

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from khcn.trace.queries.graph.packings import Packing
    from khcn.trace.queries.packages.package_removals import Removal

MOST_LINKS: Final = 50
"""Over so many parties who pass things on to each other their way is followed."""

MOST_SENT: Final = 5000
"""So many hand-overs of some things, and of what they were in, are read in each step."""

Moment = tuple[int, str, int]
"""When an event happened, in the order of time."""

Captured = tuple[int, int]
"""When an event was captured: record time and row id; row ids of two stores have no common order."""


class WayEvent(NamedTuple):
    """What is read of an event of a way."""

    number: int
    event_time: int
    event_time_rest: str
    owner: int
    recorded_at: int
    event_id: str

    @property
    def moment(self) -> Moment:
        """Its place in the order of time."""
        return (self.event_time, self.event_time_rest, self.number)

    @property
    def captured(self) -> Captured:
        """Its place in the order of capture."""
        return (self.recorded_at, self.number)


class ObjectHandOver(NamedTuple):
    """A party names others as destination of an object (`packed_in` is None), or of the containers `packed_in`.

    `withdrawn`: when its party declared it wrong.
    """

    report: WayEvent
    named: AbstractSet[int | None]
    packed_in: tuple[str, ...] | None
    withdrawn: Captured | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """What was reported of the way of one object, in the order of capture.

    `packings`: by what was packed, the containers and the packings; `removals`: by container and what was taken out (None: everything), in
    the order of time; `captured`: by event, of the packings and removals.
    """

    thing: str
    hand_overs: list[ObjectHandOver]
    packings: Mapping[str, list[tuple[str, Packing]]]
    removals: Mapping[tuple[str, str | None], list[Removal]]
    captured: Mapping[int, Captured]
    authorities: frozenset[int]


def taken_out_since(way: Way, packing: Packing, container: str) -> Iterator[Removal]:
    """By what something that was packed was taken out again, in the order of time."""
    named = way.removals.get((container, packing.thing), ())
    emptied = way.removals.get((container, None), ())
    # at one instant a container is emptied before something is packed, and that is taken out by its name afterwards
    by_name = range(bisect_left(named, packing.event_time, key=_time), len(named))
    with_all = range(bisect_right(emptied, packing.event_time, key=_time), len(emptied))
    return merge((named[place] for place in by_name), (emptied[place] for place in with_all), key=_time)


class FollowedWays:
    """Follows things from party to party: whom these name as destination of them, or of what they packed them in, and these in turn."""

    def __init__(self, things: Collection[str], first: Collection[int]) -> None:
        self.parties: set[int] = set()
        """All these parties; more than have held the things may be among them."""
        self.packings = PackingsAround(things)
        self.times: dict[int, int] = {}
        """The hand-overs, by row id."""
        self.events: dict[str, set[int]] = defaultdict(set)
        """The hand-overs of each thing or container."""
        self.receivers: dict[int, set[int | None]] = {}
        self.is_whole = True
        waiting = set(first)
        for _link in range(MOST_LINKS):
            if not waiting:
                break
            waiting = self._step(waiting)
        self.is_whole &= self.packings.is_whole

    def _step(self, new: set[int]) -> set[int]:
        """What some more parties did with the things; gives those that they name first."""
        known = frozenset(self.packings.things)
        self.parties |= new
        self.packings.extend(new)
        found = self._read(known, new) | self._read(self.packings.things - known, self.parties)
        named = receivers_named({event: self.times[event] for event in found})
        self.receivers |= named
        return {one for some in named.values() for one in some if one is not None} - self.parties

    def _read(self, things: Collection[str], parties: Collection[int]) -> set[int]:
        """Reads hand-overs of some things by some parties; gives those that were not known."""
        rows = events_that_send(things, parties, most=MOST_SENT) if things else []
        self.is_whole &= len(rows) < MOST_SENT
        new = {row[0] for row in rows} - self.times.keys()
        for event, moment, thing, _party in rows:
            self.times[event] = moment
            self.events[thing].add(event)
        return new


def parties_on_way(thing: str, first: Collection[int]) -> set[int]:
    """Some parties, and those whom they name as destination of a thing or of what they packed it in, and these in turn."""
    return FollowedWays([thing], first).parties


def ways_of(objects: Mapping[str, Collection[int]]) -> dict[str, Way]:
    """The ways of some single objects from those who held them first. Together where all can be read, and else in smaller parts."""
    followed = FollowedWays(objects, set().union(*objects.values()))
    if followed.is_whole or len(objects) <= 1:
        return _Ways(followed).of(objects)
    listed = sorted(objects)
    found: dict[str, Way] = {}
    for part in chunks(listed, (len(listed) + 1) // 2):
        found |= ways_of({one: objects[one] for one in part})
    return found


class _Ways:
    """The ways of the objects that were followed."""

    def __init__(self, followed: FollowedWays) -> None:
        self._followed = followed
        contents: dict[str, set[str]] = defaultdict(set)
        for thing, some in followed.packings.by_thing.items():
            for container, _packing in some:
                contents[container].add(thing)
        # what was sent, and what was in it; of thousands of others it is only asked whether that has gone into them
        self._leading = reached_from(followed.events, contents)
        self._packings = {
            thing: some
            for thing, some in followed.packings.by_thing.items()
            if (thing in contents and thing in self._leading)
            or any(container in self._leading for container, _packing in some)
        }
        packings = [one for some in self._packings.values() for one in some]
        self._reports = {
            one.number: one
            for one in _reports(followed.times | {one.event: one.event_time for _outer, one in packings})
        }
        sent = [
            ReportedEvent(one.number, one.event_id, one.owner)
            for one in self._reports.values()
            if one.number in followed.times
        ]
        self._authorities = all_authorities()
        self._void = declared_wrong(sent, self._authorities)
        self._withdrawn = withdrawn_by_their_parties([one for one in sent if one.number in self._void])
        containers = {outer for outer, _one in packings if outer in self._leading}
        self._removals: dict[str, list[Removal]] = defaultdict(list)
        owners, things = followed.parties | self._authorities, self._packings.keys()
        since = min((one.event_time for _outer, one in packings), default=None)
        for one in sorted(
            all_removals_by(owners, containers, things, since=since), key=lambda one: one.event_time
        ):
            self._removals[one.container].append(one)
        removed = {one.event: one.event_time for some in self._removals.values() for one in some}
        self._captured = {one.number: one.captured for one in self._reports.values()}
        self._captured |= {event: (recorded, event) for event, recorded in captured_at(removed).items()}

    def of(self, things: Iterable[str]) -> dict[str, Way]:
        return {thing: self._way(thing) for thing in things}

    def _way(self, thing: str) -> Way:
        packings: dict[str, list[tuple[str, Packing]]] = {}
        around: set[str] = set()
        waiting = {thing}
        while waiting:
            packings |= {one: self._packings[one] for one in waiting if one in self._packings}
            outer = {container for one in waiting for container, _one in self._packings.get(one, ())}
            waiting = (outer & self._leading) - around
            around |= waiting
        packed_in: dict[int, set[str]] = defaultdict(set)
        for container in around:
            for event in self._followed.events.get(container, ()):
                packed_in[event].add(container)
        direct = self._followed.events.get(thing, set())
        found = [self._hand_over(event, None) for event in direct]
        found += [self._hand_over(event, some) for event, some in packed_in.items() if event not in direct]
        hand_overs = sorted((one for one in found if one is not None), key=lambda one: one.report.captured)
        removals: dict[tuple[str, str | None], list[Removal]] = defaultdict(list)
        things = set(packings)
        for container in around & self._removals.keys():
            for one in self._removals[container]:
                for name in (None,) if one.things is None else one.things & things:
                    removals[container, name].append(one)
        return Way(thing, hand_overs, packings, removals, self._captured, self._authorities)

    def _hand_over(self, event: int, containers: Collection[str] | None) -> ObjectHandOver | None:
        """None where it is a declaration, or an authority declared it wrong."""
        if event not in self._reports or (event in self._void and event not in self._withdrawn):
            return None
        packed_in = None if containers is None else tuple(sorted(containers))
        named = self._followed.receivers.get(event, set())
        return ObjectHandOver(self._reports[event], named, packed_in, self._withdrawn.get(event))


def _time(one: Removal) -> int:
    return one.event_time


def _reports(times: Mapping[int, int]) -> list[WayEvent]:
    """Events by row id and time, without declarations."""
    found: list[WayEvent] = []
    columns = ("id", "event_time", "event_time_rest", "owner", "record_time", "event_id")
    for rows in events_by_id(times):
        found += [WayEvent(*row) for row in values_everywhere(rows.filter(declared=False), *columns)]
    return found
