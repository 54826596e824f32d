"""Timing that survives a noisy machine: processor time of this process, alternating pairs, medians."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Bar:
    """One measured bar: what it is, the figure, its limit, and the unit of both.

    The figure has to stay below the limit, or with ``at_least`` to reach it. None: it could not be measured here;
    ``detail`` says why, and the bar does not hold.
    """

    name: str
    value: float | None
    limit: float
    unit: str
    detail: str = ""
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Is the figure within its limit?"""
        if self.value is None:
            return False
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "KHÔNG ĐO ĐƯỢC" if self.value is None else "đạt" if self.holds else "CHƯA ĐẠT"
        figure = f"{'–' if self.value is None else format(self.value, '.3f'):>9}"
        return f"{self.name:<58} {figure} {self.unit:<4} ({sign} {self.limit:g} {self.unit})  {verdict}  {self.detail}"


def cpu_seconds(
    work: Callable[[], object], times: int = 1, clock: Callable[[], float] = time.process_time
) -> float:
    """Median processor seconds of one call, by a clock that tells those of this process, and of what works for it."""
    found = []
    for _round in range(times):
        gc.collect()
        started = clock()
        work()
        found.append(clock() - started)
    return statistics.median(found)


def ratio(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    times: int,
    clock: Callable[[], float] = time.process_time,
) -> tuple[float, float, float]:
    """Median of ``ours`` ÷ ``theirs`` over alternating pairs, with both medians in seconds."""
    pairs = [(cpu_seconds(ours, clock=clock), cpu_seconds(theirs, clock=clock)) for _round in range(times)]
    return (
        statistics.median(a / b for a, b in pairs),
        statistics.median(a for a, _b in pairs),
        statistics.median(b for _a, b in pairs),
    )


def clock_with(pid: int) -> Callable[[], float]:
    """Processor seconds of this process and of another one together: the database server's for our connection (Linux)."""
    source = Path(f"/proc/{pid}/schedstat")

    def read() -> float:
        return time.process_time() + int(source.read_text().split()[0]) / 1e9

    return read
