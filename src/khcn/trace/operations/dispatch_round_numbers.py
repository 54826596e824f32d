"""Rounds of dispatch: numbers under which the events of finished captures are matched with subscriptions."""

from __future__ import annotations

from typing import Final

from django.db.models import Max

from khcn.kernel.advisory_locks import take_lock
from khcn.trace.models import CaptureJob

_ROUNDS: Final = "rounds of dispatch"


def lock_rounds() -> int:
    """Lock the rounds until the end of the transaction; returns the number of the last one.

    On SQLite a writing transaction excludes all others anyway.
    """
    take_lock(_ROUNDS)
    return last_round()


def last_round() -> int:
    """The last round that was committed, 0 before the first."""
    found: int | None = CaptureJob.objects.aggregate(last=Max("dispatch_round"))["last"]
    return found or 0
