"""Months of event time: the partitions of ``trace_event`` on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_YEAR: Final = 2020
"""Earlier events, and events after the last prepared month, are stored in the default partition."""
LAST_YEAR: Final = 2100
_DECEMBER: Final = 12


def _start(year: int, month: int) -> int:
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1_000_000


@lru_cache(maxsize=4096)
def _bounds_of(days: int) -> tuple[int, int]:
    day = datetime.fromtimestamp(days * 86400, UTC)
    year, month = (day.year + 1, 1) if day.month == _DECEMBER else (day.year, day.month + 1)
    return _start(day.year, day.month), _start(year, month)


def bounds_of_month(moment: int) -> tuple[int | None, int | None]:
    """The month of an instant, in microseconds: from (inclusive), to (exclusive). None: no bound."""
    if moment < _start(FIRST_YEAR, 1):
        return None, _start(FIRST_YEAR, 1)
    if moment >= _start(LAST_YEAR, 1):
        return _start(LAST_YEAR, 1), None
    return _bounds_of(moment // 86_400_000_000)


def months(first: datetime, last: datetime) -> Iterator[tuple[str, int, int]]:
    """Name (``2026_10``) and bounds of each month from one to another, inclusive."""
    starts = [
        (year, month)
        for year in range(first.year, last.year + 2)
        for month in range(1, _DECEMBER + 1)
        if (first.year, first.month) <= (year, month)
    ]
    for (year, month), following in pairwise(starts):
        if (year, month) > (last.year, last.month):
            return
        yield f"{year}_{month:02}", _start(year, month), _start(*following)
