"""Work that is done once a day: declared as data, and run once a local day, whatever the number of workers and restarts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone

from khcn.kernel.jobs.failures import record_failure, record_success
from khcn.kernel.jobs.leases import Lease
from khcn.kernel.jobs.models import DailyRun
from khcn.kernel.jobs.recurring import name_work
from khcn.kernel.jobs.worker import perform_work

if TYPE_CHECKING:
    from datetime import time

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.jobs.recurring import JobContext

log = logging.getLogger(__name__)

# A run that failed, or whose worker was killed, is tried again after this time.
LEASE: Final = Lease(timedelta(hours=1))
_CLOCKS_DIFFER: Final = timedelta(minutes=10)  # of two machines with workers, at most
_MAY_TAKE: Final = timedelta(hours=6)  # the rehearsal of a large restore


@dataclass(frozen=True, slots=True)
class Daily:
    """Work that is done once a day, at a local time or as soon after it as a worker is there."""

    path: str
    at: time


_daily: dict[str, Daily] = {}


def daily(path: str, *, at: time, title: StrOrPromise) -> None:
    """Declare work to be done once a day at a local time."""
    name_work(path, title)
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
        except Exception as problem:
            log.exception("%s failed, and is tried again in an hour", work.path)
            record_failure(work.path, problem, at=context.now())
        else:
            record_success(work.path)
            LEASE.release(DailyRun.objects.all(), work.path, done_on=local.date())
            log.info("%s done", work.path)


def _acquire(path: str, today: date, at: datetime) -> bool:
    """Take today's run for this worker: False where it is done or another worker is at it."""
    state = DailyRun.objects.filter(path=path).first() or DailyRun.objects.get_or_create(path=path)[0]
    if state.leased_until and state.leased_until > at + LEASE.length + _CLOCKS_DIFFER:
        # Claimed while the clock of the machine was ahead, for years perhaps.
        LEASE.take_back(DailyRun.objects.all(), state, leased_until=None)
        log.warning("%s was leased until %s; that lease is ended", path, state.leased_until.isoformat())
        return False
    if state.done_on == today or (state.leased_until and state.leased_until > at):
        return False  # found out by reading: the lease below would write every few seconds
    # Also what was done on a day that has not come yet: the clock was ahead then.
    undone = DailyRun.objects.filter(Q(done_on=None) | ~Q(done_on=today))
    return LEASE.acquire(undone, state, at=at)


def late_daily_work(*, at: datetime) -> list[str]:
    """Paths of work that should have been done some hours ago and has not been done since. What was never done is new."""
    done = {run.path: run.done_on for run in DailyRun.objects.all() if run.done_on is not None}
    local = timezone.localtime(at)
    late = []
    for work in all_daily():
        moment = local - _MAY_TAKE
        due = moment.date() if moment.time() >= work.at else moment.date() - timedelta(days=1)
        if work.path in done and done[work.path] < due:
            late.append(work.path)
    return late
