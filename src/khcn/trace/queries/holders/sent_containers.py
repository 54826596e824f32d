"""Which of a party's hand-overs of a container is known first, of those in some time (docs/adr/0028)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from khcn.trace.queries.holders.course import WHENEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.trace.queries.packages.ways_of_objects import Moment, ObjectHandOver


class End(NamedTuple):
    """From an event time on something has ended, for hand-overs that were captured at some record time or later."""

    event_time: int
    captured_from: int


class Window(NamedTuple):
    """Hand-overs from one event time until before another, that were captured before some record time."""

    start: int
    stop: int
    recorded_before: int

    def without(self, ends: Iterable[End]) -> Iterator[Window]:
        """For which of the hand-overs something has not ended."""
        start, before = self.start, self.recorded_before
        for end in sorted(ends):
            if end.event_time >= self.stop:
                break
            if end.captured_from >= before:
                continue
            if start < end.event_time:
                yield Window(start, end.event_time, before)
                start = end.event_time
            before = end.captured_from
            if before == WHENEVER:
                return
        if start < self.stop:
            yield Window(start, self.stop, before)


class KnownHandOver(NamedTuple):
    """A hand-over, and the record time since which it is known that the object was in what was passed on."""

    known: int
    moment: Moment
    hand_over: ObjectHandOver


def first_known(one: KnownHandOver | None, other: KnownHandOver | None) -> KnownHandOver | None:
    """Of two the one that is known first; of those that are known at the same time the earlier one."""
    if one is None or (other is not None and other[:2] < one[:2]):
        return other
    return one


class SentContainers:
    """Hand-overs of containers by one party."""

    def __init__(self, hand_overs: Iterable[ObjectHandOver]) -> None:
        self._of: dict[str, list[ObjectHandOver]] = defaultdict(list)
        for one in sorted(hand_overs, key=lambda one: one.report.moment):
            for container in one.packed_in or ():
                self._of[container].append(one)
        self._recorded: dict[str, _Least] = {}

    def first(self, container: str, known: int, since: Moment | None, window: Window) -> KnownHandOver | None:
        """The hand-over of a container that is known first.

        Args:
            container: what was passed on.
            known: the record time since which it is known that the object was in it.
            since: after which moment it was passed on; None: whenever.
            window: in which time it was passed on, and captured.
        """
        listed = self._of.get(container, ())
        start = bisect_left(listed, window.start, key=_time)
        if since is not None:
            start = max(start, bisect_right(listed, since, key=lambda one: one.report.moment))
        stop = bisect_left(listed, window.stop, key=_time)
        if start >= stop:
            return None
        if container not in self._recorded:
            self._recorded[container] = _Least([one.report.recorded_at for one in listed])
        recorded = self._recorded[container]
        least = recorded.least(start, stop)
        if least >= window.recorded_before:
            return None
        first = max(least, known)
        place = recorded.first_at_most(start, min(first, window.recorded_before - 1))
        return KnownHandOver(first, listed[place].report.moment, listed[place])


class _Least:
    """The least of some numbers in a range, and the first that is small enough: a tree, each level with the lesser of two."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._levels = [numbers]
        while len(self._levels[-1]) > 1:
            last = self._levels[-1]
            self._levels.append([min(last[place : place + 2]) for place in range(0, len(last), 2)])

    def least(self, start: int, stop: int) -> int:
        """The least number of a range that is not empty."""
        found = self._levels[0][start]
        for level in self._levels:
            if start >= stop:
                break
            if start % 2:
                found, start = min(found, level[start]), start + 1
            if stop % 2:
                found, stop = min(found, level[stop - 1]), stop - 1
            start, stop = start // 2, stop // 2
        return found

    def first_at_most(self, start: int, most: int) -> int:
        """The place of the first number from a place on that is not greater; there is one."""
        level, place = 0, start
        while level or self._levels[0][place] > most:
            if self._levels[level][place] <= most:
                level, place = level - 1, place * 2
                continue
            place += 1
            while place % 2 == 0 and level + 1 < len(self._levels):
                level, place = level + 1, place // 2
        return place


def _time(one: ObjectHandOver) -> int:
    return one.report.event_time
