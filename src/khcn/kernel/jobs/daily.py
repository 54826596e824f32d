"""Runs what is declared with `daily`: each once a local day, whatever the number of workers and restarts."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone

from khcn.kernel.jobs.leases import Lease
from khcn.kernel.jobs.models import DailyRun
from khcn.kernel.jobs.recurring import all_daily, perform

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

log = logging.getLogger(__name__)

# A run that failed, or whose worker was killed, is tried again after this time.
LEASE: Final = Lease(timedelta(hours=1))


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
            perform(work.path, context)
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
