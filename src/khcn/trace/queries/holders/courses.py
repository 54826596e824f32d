"""Through whose hands an object has gone, by what counted at some time (docs/adr/0028).

A course is computed once for all times between which nothing changed that was asked on the way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cached_property, partial
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.holders.containers_around import ContainersAround, ObjectsPackings
from khcn.trace.queries.holders.course import NOW, Course, FirstHolder, HolderChange, KnownAt
from khcn.trace.queries.holders.sent_containers import KnownHandOver, SentContainers, Window, first_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from khcn.trace.queries.holders.doubtful_packings import DoubtfulPackings
    from khcn.trace.queries.packages.ways_of_objects import Captured, Moment, ObjectHandOver, Way

MOST_COURSES: Final = 100
"""Of so many courses between declarations and late removals that change something, the first and the latest, the holders are known."""


class _KnownCourse(NamedTuple):
    at: Captured
    until: Captured
    course: Course


class Courses:
    """The courses of a single object."""

    def __init__(self, way: Way, doubtful: DoubtfulPackings) -> None:
        self._packings = ObjectsPackings(way, doubtful)
        withdrawn = {one.withdrawn for one in way.hand_overs if one.withdrawn is not None}
        self._moments = [*sorted(withdrawn | doubtful.moments), NOW]
        self._by_owner: dict[int, list[ObjectHandOver]] = defaultdict(list)
        for one in way.hand_overs:
            if one.named - {one.report.owner}:
                self._by_owner[one.report.owner].append(one)
        self._known: dict[FirstHolder, list[_KnownCourse]] = defaultdict(list)

    def at(self, captured: Captured, first: FirstHolder) -> Course:
        """By what had been declared wrong, or taken out afterwards, before something was captured.

        Args:
            captured: the place of that in the order of capture.
            first: who held the object first.
        """
        return self._at(bisect_left(self._moments, captured, hi=len(self._moments) - 1), first).course

    def every(self, first: FirstHolder) -> Iterator[Course]:
        """All courses; of too many the first and the latest."""
        place, latest = 0, max(len(self._moments) - MOST_COURSES, 0)
        count = 0
        while place < len(self._moments):
            known = self._at(place, first)
            yield known.course
            count += 1
            place = bisect_right(self._moments, known.until, lo=place + 1)
            if count == MOST_COURSES:
                place = max(place, latest)

    def _at(self, place: int, first: FirstHolder) -> _KnownCourse:
        at, known = self._moments[place], self._known[first]
        before = bisect_right(known, at, key=lambda one: one.at)
        if not before or known[before - 1].until < at:
            known.insert(before, self._computed(at, first))
            before += 1
        return known[before - 1]

    def _computed(self, at: Captured, first: FirstHolder) -> _KnownCourse:
        course, known = Course(first.party), KnownAt(at)
        sent: dict[int, _HandOvers] = {}
        holder, since = first.party, first.moment
        while holder in self._by_owner:
            if holder not in sent:
                standing = (
                    one
                    for one in self._by_owner[holder]
                    if one.withdrawn is None or not known.has(one.withdrawn)
                )
                sent[holder] = _HandOvers(standing)
            around = partial(ContainersAround, self._packings, course, known)
            change = sent[holder].next_one(since, around)
            if change is None:
                break
            course.add(change)
            holder, since = change.holder, change.moment
        return _KnownCourse(at, known.until, course)


class _HandOvers:
    """Those by one party, of the object and of what it was in."""

    def __init__(self, hand_overs: Iterable[ObjectHandOver]) -> None:
        ordered = sorted(hand_overs, key=lambda one: one.report.moment)
        self._direct = [one for one in ordered if one.packed_in is None]
        self._packed = [one for one in ordered if one.packed_in is not None]
        # of the direct ones from each place on the one that was captured first; of one document the earlier one
        self._first: list[ObjectHandOver] = [*accumulate(reversed(self._direct), _first_captured)][::-1]
        self._captured = sorted(self._packed, key=_captured)
        self._passed = 0

    def next_one(
        self, since: Moment | None, around: Callable[[int], ContainersAround]
    ) -> HolderChange | None:
        """By which the party passes the object on that it got at some time: the one of which it is known first."""
        best = self._first_direct(since)
        first = self._first_packed(since)
        if first is not None and (best is None or _captured(first) < best[:2]):
            # whatever else is known, is known later than the first capture
            at, recorded = first.report.event_time, first.report.recorded_at
            point = Window(at, at + 1, recorded + 1)
            found = around(recorded).first_sent(SentContainers([first]), since, point)
            if found is None or found.known > recorded:
                latest = self._packed[-1].report.event_time
                everything = Window(self._earliest(since), latest + 1, NOW[0])
                found = around(recorded).first_sent(self._sent, since, everything)
            best = first_known(best, found)
        if best is None:
            return None
        owner = best.hand_over.report.owner
        receivers = (one for one in best.hand_over.named if one is not None and one != owner)
        return HolderChange(best.moment, min(receivers, default=None), best.known, owner)

    def _first_direct(self, since: Moment | None) -> KnownHandOver | None:
        place = 0 if since is None else bisect_right(self._direct, since, key=_moment)
        if place == len(self._direct):
            return None
        one = self._first[place]
        return KnownHandOver(one.report.recorded_at, one.report.moment, one)

    def _first_packed(self, since: Moment | None) -> ObjectHandOver | None:
        """Of what it may have been in the one that was captured first; what is asked about is ever later."""
        while self._passed < len(self._captured):
            one = self._captured[self._passed]
            if since is None or one.report.moment > since:
                return one
            self._passed += 1
        return None

    def _earliest(self, since: Moment | None) -> int:
        place = 0 if since is None else bisect_right(self._packed, since, key=_moment)
        return self._packed[place].report.event_time

    @cached_property
    def _sent(self) -> SentContainers:
        return SentContainers(self._packed)


def _moment(one: ObjectHandOver) -> Moment:
    return one.report.moment


def _captured(one: ObjectHandOver) -> tuple[int, Moment]:
    return one.report.recorded_at, one.report.moment


def _first_captured(one: ObjectHandOver, other: ObjectHandOver) -> ObjectHandOver:
    return min(one, other, key=_captured)
