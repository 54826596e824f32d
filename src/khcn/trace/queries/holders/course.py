"""Through whose hands an object has gone, as it is found out step by step (docs/adr/0028)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from khcn.trace.queries.packages.ways_of_objects import Captured, Moment, WayEvent

NOW: Final = (2**62, 0)
"""Captured after everything."""


class HolderChange(NamedTuple):
    """The object passed from its owner to a party (None: one that is not in the register).

    `captured`: the record time since which that is known.
    """

    moment: Moment
    holder: int | None
    captured: int
    owner: int


class Course:
    """Through whose hands an object has gone so far, in the order of time."""

    def __init__(self, first: int | None) -> None:
        self.first = first
        self.changes: list[HolderChange] = []

    def add(self, change: HolderChange) -> None:
        self.changes.append(change)

    def had(self, party: int, event_time: int, recorded_at: int, next_one: WayEvent | None) -> bool:
        """Whether a party held it at some time, and reported that before it was known to have passed it on, which it may do by a next event.

        At the instant at which it passed from one to the other both held it.
        """
        earliest = bisect_left(self.changes, event_time, key=_time)
        latest = bisect_right(self.changes, event_time, lo=earliest, key=_time)
        for place in range(earliest, latest + 1):
            if (self.changes[place - 1].holder if place else self.first) == party:
                if place < len(self.changes):
                    is_in_time = recorded_at <= self.changes[place].captured
                else:
                    is_in_time = next_one is None or recorded_at <= next_one.recorded_at
                if is_in_time:
                    return True
        return False


class KnownAt:
    """What had been captured before some moment; `until`: up to which later moment all answers given are the same."""

    def __init__(self, at: Captured) -> None:
        self.at = at
        self.until: Captured = NOW

    def has(self, captured: Captured) -> bool:
        """Whether something had been captured before."""
        if captured < self.at:
            return True
        self.until = min(self.until, captured)
        return False


def _time(change: HolderChange) -> int:
    return change.moment[0]
