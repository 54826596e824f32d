"""Through whose hands an object has gone, by what counted at some time (docs/adr/0028).

A course is computed once for all times between which nothing changed that was asked on the way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.holders.containers_around import ContainersAround, ObjectsPackings
from khcn.trace.queries.holders.course import NOW, Course, HolderChange, KnownAt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        self._known: dict[int | None, list[_KnownCourse]] = defaultdict(list)

    def at(self, captured: Captured, first: int | None) -> Course:
        """By what had been declared wrong, or taken out afterwards, before something was captured.

        Args:
            captured: the place of that in the order of capture.
            first: who held the object first.
        """
        return self._at(bisect_left(self._moments, captured, hi=len(self._moments) - 1), first).course

    def every(self, first: int | None) -> Iterator[Course]:
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

    def _at(self, place: int, first: int | None) -> _KnownCourse:
        at, known = self._moments[place], self._known[first]
        before = bisect_right(known, at, key=lambda one: one.at)
        if not before or known[before - 1].until < at:
            known.insert(before, self._computed(at, first))
            before += 1
        return known[before - 1]

    def _computed(self, at: Captured, first: int | None) -> _KnownCourse:
        course, known = Course(first), KnownAt(at)
        sent: dict[int, _HandOvers] = {}
        holder, since = first, None
        while holder in self._by_owner:
            if holder not in sent:
                standing = (
                    one
                    for one in self._by_owner[holder]
                    if one.withdrawn is None or not known.has(one.withdrawn)
                )
                sent[holder] = _HandOvers(standing)
            change = sent[holder].next_one(since, ContainersAround(self._packings, course, known))
            if change is None:
                break
            course.add(change)
            holder, since = change.holder, change.moment
        return _KnownCourse(at, known.until, course)


class _HandOvers:
    """Those by one party, in the order of capture; of one document in the order of time."""

    def __init__(self, hand_overs: Iterator[ObjectHandOver]) -> None:
        self._waiting: Sequence[ObjectHandOver] = sorted(
            hand_overs, key=lambda one: (one.report.recorded_at, one.report.moment)
        )
        self._passed = 0

    def next_one(self, since: Moment | None, around: ContainersAround) -> HolderChange | None:
        """By which the party passes the object on that it got at some time: the one of which it is known first."""
        best: tuple[int, Moment, ObjectHandOver] | None = None
        while self._passed < len(self._waiting) and not _is_after(self._waiting[self._passed], since):
            self._passed += 1
        for place in range(self._passed, len(self._waiting)):
            one = self._waiting[place]
            report = one.report
            if best is not None and best[0] < report.recorded_at:
                break  # what was captured later takes it from nobody
            if _is_after(one, since):
                known = report.recorded_at if one.packed_in is None else around.known_since(one)
                if known is not None and (best is None or (known, report.moment) < best[:2]):
                    best = known, report.moment, one
        if best is None:
            return None
        recorded_at, moment, chosen = best
        owner = chosen.report.owner
        receivers = (one for one in chosen.named if one is not None and one != owner)
        return HolderChange(moment, min(receivers, default=None), recorded_at, owner)


def _is_after(hand_over: ObjectHandOver, since: Moment | None) -> bool:
    return since is None or hand_over.report.moment > since
