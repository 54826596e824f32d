"""Years of event time: the partitions of ``trace_event`` on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

FIRST_YEAR: Final = 2020
"""Earlier events, and events after the last prepared year, are stored in the default partition."""
LAST_YEAR: Final = 2100


@lru_cache(maxsize=128)
def _start(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


def bounds_of(year: int) -> tuple[int, int]:
    """A year in microseconds since 1970, in Coordinated Universal Time: from (inclusive), to (exclusive)."""
    return _start(year), _start(year + 1)


def bounds_around(moment: int) -> tuple[int | None, int | None]:
    """The bounds of the year of an instant, all in microseconds since 1970. None: no bound."""
    if moment < _start(FIRST_YEAR):
        return None, _start(FIRST_YEAR)
    if moment >= _start(LAST_YEAR):
        return _start(LAST_YEAR), None
    return bounds_of(datetime.fromtimestamp(moment // 1_000_000, UTC).year)
