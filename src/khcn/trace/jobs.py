"""What the background worker does for traceability, again and again. The clock is the worker's."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from datetime import time, timedelta
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, connection

from khcn.kernel.jobs.recurring import daily, recurring
from khcn.trace.models import CaptureJob
from khcn.trace.operations.capture import claim_waiting_jobs, run_job
from khcn.trace.operations.deliveries import forget_deliveries, send_waiting
from khcn.trace.operations.subscription_answers import answer_due, dispatch_captures
from khcn.trace.store.database.partitions import ensure_months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.jobs.recurring import Turn

log = logging.getLogger(__name__)

SOON: Final = timedelta(seconds=0.3)
KEPT: Final = timedelta(days=30)  # deliveries that were taken, or parked
CLAIM: Final = timedelta(
    seconds=30
)  # renewed while the job is being stored, so that it is short after a kill
LONGER: Final = 4  # times as long, after each further kill
RENEWAL: Final = 10.0  # seconds

recurring("khcn.trace.jobs.run_captures", every=timedelta(seconds=0.5))
recurring("khcn.trace.jobs.dispatch", every=SOON)
recurring("khcn.trace.jobs.answer", every=timedelta(seconds=0.5))
recurring("khcn.trace.jobs.deliver", every=SOON)
daily("khcn.trace.jobs.make_partitions", at=time(1, 15))
daily("khcn.trace.jobs.forget_old_deliveries", at=time(3, 0))


def run_captures(turn: Turn) -> bool:
    """Store one large document that waits."""
    for job in claim_waiting_jobs(at=turn.now(), limit=1):
        with claimed(job, turn):
            ended = run_job(job=job, at=turn.now())
        log.info("capture job %s: %d events stored", ended.name, ended.accepted)
        return True
    return False


def claim_of(job: CaptureJob) -> timedelta:
    """How long after the last sign of its worker a job is begun again.

    One that was lost before is held for longer: workers that are killed time and again for reasons of their own must not
    use up its attempts (`khcn.trace.operations.capture.ATTEMPTS`) within minutes: it was acknowledged.
    """
    return CLAIM * LONGER ** (job.attempts - 1)


@contextmanager
def claimed(job: CaptureJob, turn: Turn) -> Iterator[None]:
    """Hold a job for as long as it takes, and for `claim_of` it more if this process is killed."""
    done = threading.Event()

    def renew() -> None:
        while True:
            try:
                CaptureJob.objects.filter(pk=job.pk, finished_at=None).update(
                    claimed_until=turn.now() + claim_of(job)
                )
            except DatabaseError as problem:  # the claim runs out, and the job is begun again elsewhere
                log.warning("claim of capture job %s not renewed: %s", job.name, problem)
            if done.wait(RENEWAL):
                connection.close()
                return

    keeper = threading.Thread(target=renew, name="claim", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def dispatch(turn: Turn) -> bool:
    """Hold new events against the subscriptions to streams."""
    return dispatch_captures(at=turn.now())


def answer(turn: Turn) -> bool:
    """Answer what is due by schedule."""
    return answer_due(at=turn.now())


def deliver(turn: Turn) -> None:
    """Send what is due to its receivers."""
    send_waiting(clock=turn.now, stopping=turn.stopping)


def make_partitions(turn: Turn) -> None:
    """Make the tables of the months ahead."""
    ensure_months(at=turn.now())


def forget_old_deliveries(turn: Turn) -> None:
    """Remove deliveries that have ended."""
    removed = forget_deliveries(before=turn.now() - KEPT)
    log.info("%d old deliveries removed", removed)
