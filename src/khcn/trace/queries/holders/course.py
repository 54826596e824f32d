"""Through whose hands an object has gone, as it is found out step by step (docs/adr/0028)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from khcn.trace.queries.packages.ways_of_objects import Captured, Moment

NOW: Final = (2**62, 0)
"""Captured after everything."""

WHENEVER: Final = -1
"""A record time before everything."""


class FirstHolder(NamedTuple):
    """Who held an object first (None: nobody known); of a package that is used again, since its packing at some time."""

    party: int | None
    since: int | None = None

    @property
    def moment(self) -> Moment | None:
        """After which he may have passed it on; at one instant it is packed and then sent."""
        return None if self.since is None else (self.since, "", 0)


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

    def in_time(self, party: int, event_time: int, recorded_at: int) -> int | None:
        """From which record time of a next hand-over on it counts what a party reported of what it did with the object at some time.

        It is to have had the object then, and to have reported that before it was known to have passed it on. So it is the capture of that
        where it has the object still, and `WHENEVER` where it was in time; None: it does not count. At the instant at which the object
        passed from one to the other both had it.
        """
        earliest = bisect_left(self.changes, event_time, key=_time)
        latest = bisect_right(self.changes, event_time, lo=earliest, key=_time)
        for place in range(earliest, latest + 1):
            if (self.changes[place - 1].holder if place else self.first) == party:
                if place == len(self.changes):
                    return recorded_at
                if recorded_at <= self.changes[place].captured:
                    return WHENEVER
        return None


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
