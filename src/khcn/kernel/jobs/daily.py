"""Work that is done once a day: declared as data, and run once a local day, whatever the number of workers and restarts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone

from khcn.kernel.jobs.leases import Lease
from khcn.kernel.jobs.models import DailyRun
from khcn.kernel.jobs.recurring import declare_once
from khcn.kernel.jobs.worker import perform_work

if TYPE_CHECKING:
    from datetime import time

    from khcn.kernel.jobs.recurring import JobContext

log = logging.getLogger(__name__)

# A run that failed, or whose worker was killed, is tried again after this time.
LEASE: Final = Lease(timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Daily:
    """Work that is done once a day, at a local time or as soon after it as a worker is there."""

    path: str
    at: time


_daily: dict[str, Daily] = {}


def daily(path: str, *, at: time) -> None:
    """Declare work to be done once a day at a local time."""
    declare_once(path)
    _daily[path] = Daily(path, at)


def all_daily() -> list[Daily]:
    """All work that is declared with :func:`daily`."""
    return list(_daily.values())


def run_daily(context: JobContext) -> None:
    """Do what is due and not done today. A failure is logged, and costs the others nothing."""
    for work in all_daily():
        at = context.now()
        local = timezone.localtime(at)
        if context.stopping.is_set():
            return
        if local.time() < work.at or not _acquire(work.path, local.date(), at):
            continue
        try:
            perform_work(work.path, context)
        except Exception:
            log.exception("%s failed, and is tried again in an hour", work.path)
        else:
            LEASE.release(DailyRun.objects.all(), work.path, done_on=local.date())
            log.info("%s done", work.path)


def _acquire(path: str, today: date, at: datetime) -> bool:
    """Take today's run for this worker: False where it is done or another worker is at it."""
    state = DailyRun.objects.filter(path=path).first() or DailyRun.objects.get_or_create(path=path)[0]
    if state.done_on == today or (state.leased_until and state.leased_until > at):
        return False  # found out by reading: the claim below would write every few seconds
    undone = DailyRun.objects.filter(Q(done_on=None) | Q(done_on__lt=today))
    return LEASE.acquire(undone, state, at=at)
