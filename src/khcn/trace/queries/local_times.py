"""Instants of the store of events in local time, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from khcn.trace.store.encoding.instants import instant

if TYPE_CHECKING:
    from datetime import datetime


def local_time(microseconds: int) -> datetime:
    """An instant in local time; 1970 where it is before the year 1 or after 9999."""
    try:
        return timezone.localtime(instant(microseconds))
    except OverflowError:
        return timezone.localtime(instant(0))
