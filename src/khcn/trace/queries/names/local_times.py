"""Instants of the store of events, for people."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone

from khcn.trace.store.encoding.instants import instant


def utc_time(microseconds: int) -> datetime:
    """An instant in UTC; the first day of the year 1 or 9999 where it is before or after these."""
    try:
        return instant(microseconds)
    except OverflowError:
        return datetime(1 if microseconds < 0 else 9999, 1, 1, tzinfo=UTC)


def local_time(microseconds: int) -> datetime:
    """An instant in local time, as `utc_time`."""
    return timezone.localtime(utc_time(microseconds))
