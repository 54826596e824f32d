"""Instants in the tables (whole microseconds since 1970-01-01T00:00:00Z) and in answers (text)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from khcn.epcis.times import Time

MICRO_DIGITS: Final = 6
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(time: Time) -> int:
    """Whole microseconds since 1970-01-01T00:00:00Z, truncated."""
    return time.seconds * 1_000_000 + int(time.fraction[:MICRO_DIGITS].ljust(MICRO_DIGITS, "0"))


def instant(micro: int) -> datetime:
    """The instant of so many microseconds, in UTC.

    Raises:
        OverflowError: it is before the year 1 or after 9999.
    """
    return _EPOCH + timedelta(microseconds=micro)


def utc_text(at: datetime, *, timespec: str = "auto") -> str:
    """An instant in UTC as EPCIS writes it, ``2026-10-09T03:00:00Z``; `timespec` as of ``datetime.isoformat``."""
    return at.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def record_time(at: datetime) -> Time:
    """The record time of events captured at an instant."""
    return Time(utc_text(at))
