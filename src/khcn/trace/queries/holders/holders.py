"""Who holds a single object, from whose events it follows (docs/adr/0028).

The maker holds it first. It passes to the party that its holder names as destination, of the object or of what it is packed
in: to the one that shall possess it, where he names an owner or a place beside it. What a party says of itself gives it nothing. It is packed only by who has it, and reported that before it passed it on.

A holder passes it on once: of several hand-overs by him the one that was captured first counts, whatever time the others say,
until the object comes back to him. So a former holder cannot take it from the next one by an earlier date. Nor can he by
declaring his hand-over wrong, or that he made the thing: what the next one reported before that stays as it was, and he stays the
holder if he had reported the goods.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.holders.doubtful_packings import doubtful_packings_of
from khcn.trace.queries.packages.ways_of_objects import ways_of
from khcn.trace.queries.packages.withdrawn_hand_overs import WithdrawnHandOver, received_before_withdrawal
from khcn.trace.store.encoding.classes_and_lots import is_lot

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from khcn.trace.queries.holders.doubtful_packings import DoubtfulPackings
    from khcn.trace.queries.journey_terms import Journey
    from khcn.trace.queries.makers.makers_and_trust import FormerMaker
    from khcn.trace.queries.packages.package_removals import Removal
    from khcn.trace.queries.packages.ways_of_objects import Captured, Moment, ObjectHandOver, Way, WayEvent
    from khcn.trace.queries.packings import Packing

MOST_HOLDERS: Final = 50
"""Of so many holders of one object, the latest are asked."""

MOST_WITHDRAWN: Final = 100
"""Of so many hand-overs of one object that their parties declared wrong before their receivers reported it, those that were captured
first are looked at; and of what else was declared wrong or taken out later, so many of the first and of the latest."""

MOST_ENTRIES: Final = 50
"""Of so many times at which an object came into a container that is used again and again it is asked who had it, the latest."""

_NOW: Final = (2**62, 0)  # captured after everything


class Statement(NamedTuple):
    """An event that may set or end a recall, by the order of time."""

    event_time: int
    event_time_rest: str
    number: int
    owner: int
    recorded_at: int


class MadeObject(NamedTuple):
    """A single object of which it is asked who holds it.

    `maker`: who holds it first; `former`: who was its maker until he declared that wrong; `created`: the earliest time at which it was
    made, before which nobody passed it on.
    """

    thing: str
    maker: int | None
    former: tuple[FormerMaker, ...] = ()
    created: int | None = None

    @property
    def firsts(self) -> dict[int, None]:
        """Who may have held it first, in their order."""
        parties = (self.maker, *(one.party for one in self.former))
        return {one: None for one in parties if one is not None}


def made_object(goods: Journey, makers: Mapping[str, int]) -> MadeObject:
    """The object of a journey, by who made it or its lot."""
    maker = next((makers[one] for one in (goods.thing, *goods.lots) if one in makers), None)
    times = [*goods.made.values(), *(one.event_time for one in goods.former_makers)]
    return MadeObject(goods.thing, maker, goods.former_makers, min(times, default=None))


class _HolderChange(NamedTuple):
    """The object passed to a party (None: one that is not in the register), as it is known since `captured`."""

    moment: Moment
    holder: int | None
    captured: Captured
    owner: int


def holders_of_goods(goods: Journey, makers: Mapping[str, int]) -> dict[str, Holders]:
    """The holders of the object of a journey, by its name; none of a lot."""
    return {} if is_lot(goods.thing) else holders_of_objects([made_object(goods, makers)])


def holders_of_objects(objects: Collection[MadeObject]) -> dict[str, Holders]:
    """The holders of some single objects, looked up together."""
    ways = ways_of({one.thing: one.firsts for one in objects})
    made = {one.thing: one for one in objects}
    begun = {thing: _since(way, made[thing].created) for thing, way in ways.items()}
    asked = {
        thing: {_withdrawal(thing, one): one for one in way.hand_overs if one.withdrawn is not None}
        for thing, way in begun.items()
    }
    received = received_before_withdrawal({each for some in asked.values() for each in some})
    counting: dict[str, Way] = {}
    for thing, way in begun.items():
        remaining = {one.report.number for each, one in asked[thing].items() if each in received}
        counting[thing] = _counting(way, remaining)
    doubtful = doubtful_packings_of(counting.values())
    return {thing: Holders(made[thing], way, doubtful[thing]) for thing, way in counting.items()}


def _since(way: Way, created: int | None) -> Way:
    if created is None:
        return way
    return replace(way, hand_overs=[one for one in way.hand_overs if one.report.event_time >= created])


def _withdrawal(thing: str, hand_over: ObjectHandOver) -> WithdrawnHandOver:
    receivers = frozenset(to for to in hand_over.named if to is not None and to != hand_over.report.owner)
    things = frozenset((thing, *(hand_over.packed_in or ())))
    return WithdrawnHandOver(hand_over.report.number, receivers, things, (hand_over.withdrawn or _NOW)[0])


def _counting(way: Way, remaining: Collection[int]) -> Way:
    """Of the hand-overs that were declared wrong, those stay whose receiver had reported the goods before."""
    standing: list[ObjectHandOver] = []
    left = 0
    for one in way.hand_overs:
        if one.withdrawn is None or one.report.number in remaining:
            standing.append(one._replace(withdrawn=None))
        elif left < MOST_WITHDRAWN:
            left += 1
            standing.append(one)
    return replace(way, hand_overs=standing)


class Holders:
    """The holders of a single object in the course of time."""

    def __init__(self, made: MadeObject, way: Way, doubtful: DoubtfulPackings) -> None:
        self._first = made.maker
        self._former = made.former
        self._way = way
        self._packings: dict[str, list[Packing]] = defaultdict(list)
        for some in way.packings.values():
            for container, packing in some:
                self._packings[container].append(packing)
        self._doubtful = doubtful
        self._came_in: dict[str, list[Moment]] = {}
        self._courses: dict[tuple[int | None, Captured], list[_HolderChange]] = {}
        withdrawn = {one.withdrawn for one in way.hand_overs if one.withdrawn is not None}
        self._moments = sorted(withdrawn | doubtful.moments)
        self.parties: set[int] = set()
        """All its holders, the latest `MOST_HOLDERS`."""
        first, latest = self._moments[:MOST_WITHDRAWN], self._moments[MOST_WITHDRAWN:][-MOST_WITHDRAWN:]
        courses = [self._course(at, one) for at in (*first, *latest, _NOW) for one in made.firsts]
        changes = sorted((one for course in courses for one in course), key=lambda one: one.moment)
        holders = dict.fromkeys(one.holder for one in reversed(changes) if one.holder is not None)
        self.parties = set([*holders, *made.firsts][:MOST_HOLDERS])

    def is_holder(self, statement: Statement) -> bool:
        """Whether the party of an event held it when the event happened, and still when it reported the event.

        Otherwise who has passed it on would recall it by an event that he dates back. Nothing that was captured later takes
        this away; a hand-over to the party may be captured later. What the party reported in the same document counts
        as reported at the same time.
        """
        captured = (statement.recorded_at, statement.number)
        first = self._first_at(captured)
        course = self._course(captured, first)
        until = [
            place
            for place, one in enumerate(course)
            if one.captured > captured and not _is_of_document(one, statement)
        ]
        earlier = [
            place
            for place, one in enumerate(course)
            if one.captured > captured or _is_of_document(one, statement)
        ]
        happened = (statement.event_time, statement.event_time_rest, statement.number)
        reported = (statement.recorded_at + 1, "", 0)
        known, before = course[: min(until, default=None)], course[: min(earlier, default=None)]
        if _holder(known, happened, first) == _holder(before, reported, first) == statement.owner:
            return True
        now = self._course(_NOW, self._first)
        return _holder(now, happened, self._first) == _holder(now, reported, self._first) == statement.owner

    def _first_at(self, captured: Captured) -> int | None:
        """Who was its maker when something was captured: what he declares wrong afterwards takes nothing back."""
        return next((one.party for one in self._former if one.until > captured), self._first)

    # ------------------------------------------------------------------------------------ who had it when

    def _course(self, captured: Captured, first: int | None) -> list[_HolderChange]:
        """Who had it by what had been declared wrong, or taken out afterwards, before something was captured."""
        place = bisect_left(self._moments, captured)
        at = self._moments[place] if place < len(self._moments) else _NOW
        if (first, at) not in self._courses:
            self._courses[first, at] = self._changes(at, first)
        return self._courses[first, at]

    def _changes(self, at: Captured, first: int | None) -> list[_HolderChange]:
        by_owner: dict[int, list[ObjectHandOver]] = defaultdict(list)
        for one in sorted(self._way.hand_overs, key=lambda one: one.report.moment):
            if one.named - {one.report.owner} and (one.withdrawn is None or one.withdrawn >= at):
                by_owner[one.report.owner].append(one)
        direct = {
            owner: _First([one for one in some if one.packed_in is None]) for owner, some in by_owner.items()
        }
        packed = {
            owner: sorted((one for one in some if one.packed_in), key=lambda one: one.report.captured)
            for owner, some in by_owner.items()
        }
        course: list[_HolderChange] = []
        holder, since = first, None
        while holder in by_owner:
            own = direct[holder].after(since)
            best = None if own is None else (own.report.captured, own.report.moment, own)
            for one in packed[holder]:
                if best is not None and best[0] < one.report.captured:
                    break  # what was captured later takes it from nobody
                if since is None or one.report.moment > since:
                    known = self._packed_since(one, _Course(course, first), at)
                    if known is not None and (best is None or (known, one.report.moment) < best[:2]):
                        best = (known, one.report.moment, one)
            if best is None:
                break
            captured, since, chosen = best
            named = [one for one in chosen.named - {holder} if one is not None]
            course.append(_HolderChange(since, min(named, default=None), captured, holder))
            holder = course[-1].holder
        return course

    def _packed_since(self, hand_over: ObjectHandOver, course: _Course, at: Captured) -> Captured | None:
        """Since when it is known that it was packed in what was passed on, or in what is in that, by those who had it."""
        passed_on = hand_over.report

        def is_holders(removal: Removal, captured: Captured) -> bool:
            return course.had(removal.owner, (removal.event_time, "", removal.event), captured, passed_on)

        waiting = [(passed_on.captured, container) for container in hand_over.packed_in or ()]
        heapq.heapify(waiting)
        seen: set[str] = set()
        while waiting:
            known, container = heapq.heappop(waiting)
            if container == self._way.thing:
                return known
            if container in seen:
                continue
            seen.add(container)
            for packing in self._packings.get(container, ()):
                if (
                    packing.event_time <= passed_on.event_time
                    and self._doubtful.counts(packing, at)
                    and self._had(packing, course)
                    and not self._doubtful.was_taken_out(packing, container, hand_over, at, is_holders)
                ):
                    since = max(known, self._way.captured[packing.event])
                    heapq.heappush(waiting, (since, packing.thing))
        return None

    def _had(self, packing: Packing, course: _Course) -> bool:
        """Whether a party had it when it packed it, and reported that before it was known to have passed it on.

        A container may have stood in another one before the object came into it: then its party had it when it came.
        """
        captured = self._way.captured.get(packing.event)
        if captured is None:
            return False
        moment = _moment(packing)
        later = [one for one in self._entries(packing.thing) if one > moment]
        return any(course.had(packing.owner, one, captured, None) for one in (moment, *later))

    def _entries(self, container: str) -> list[Moment]:
        """When the object came into a container, or into what was packed in it; the latest `MOST_ENTRIES`."""
        if container not in self._came_in:
            self._came_in[container] = []  # of one that was packed in itself
            found: set[Moment] = set()
            for packing in self._packings.get(container, ()):
                moment = _moment(packing)
                is_object = packing.thing == self._way.thing
                found |= {moment} if is_object else {max(moment, one) for one in self._entries(packing.thing)}
            self._came_in[container] = sorted(found)[-MOST_ENTRIES:]
        return self._came_in[container]


class _Course(NamedTuple):
    """Through whose hands it has gone so far."""

    changes: Sequence[_HolderChange]
    first: int | None

    def had(self, party: int, moment: Moment, captured: Captured, next_one: WayEvent | None) -> bool:
        """Whether a party held it at some time, and reported that before it was known to have passed it on, which it may do by a next event."""
        place = bisect_left(self.changes, moment, key=lambda one: one.moment)
        holder = self.changes[place - 1].holder if place else self.first
        if party != holder:
            return False
        if place < len(self.changes):
            return captured <= self.changes[place].captured
        return next_one is None or captured[0] <= next_one.recorded_at


class _First:
    """Of the hand-overs after a moment, the one that was captured first."""

    def __init__(self, hand_overs: Sequence[ObjectHandOver]) -> None:
        self._moments = [one.report.moment for one in hand_overs]
        self._first = list(hand_overs)
        for place in reversed(range(len(hand_overs) - 1)):
            self._first[place] = min(
                self._first[place : place + 2], key=lambda one: (one.report.recorded_at, one.report.number)
            )

    def after(self, moment: Moment | None) -> ObjectHandOver | None:
        place = 0 if moment is None else bisect_right(self._moments, moment)
        return self._first[place] if place < len(self._first) else None


def _moment(packing: Packing) -> Moment:
    return (packing.event_time, "", packing.event)


def _holder(course: Sequence[_HolderChange], moment: Moment, first: int | None) -> int | None:
    place = bisect_left(course, moment, key=lambda one: one.moment)
    return course[place - 1].holder if place else first


def _is_of_document(change: _HolderChange, statement: Statement) -> bool:
    """Whether the party of a statement passed the object on in the document in which the statement is."""
    return change.owner == statement.owner and change.captured[0] == statement.recorded_at
