"""The queue of `khcn.kernel.jobs.enqueueing.enqueue`, step by step; claiming and book-keeping are django-tasks-db's own."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.management import call_command
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from khcn.kernel.jobs.leases import Lease
from khcn.kernel.prepared_query import PreparedQuery

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

log = logging.getLogger(__name__)

NAME: Final = get_random_string(16)
# No job of ours takes so long: its worker was killed. The table is the library's, and says when a job began.
LEASE: Final = Lease(timedelta(hours=2), column="started_at", from_start=True)
MOST_ATTEMPTS: Final = 3
RESULT_DAYS: Final = 30
_ANY_WAITING: Final = PreparedQuery(
    lambda: DBTaskResult.objects.filter(status=TaskResultStatus.READY).values_list("pk")[:1]
)


def run_queue(context: JobContext) -> bool:
    """Run one waiting job, if there is one; True when another may be waiting."""
    # a plain look first: the library's claim is an exclusive transaction, too dear for an empty queue
    if context.stopping.is_set() or not _ANY_WAITING.rows() or not DBTaskResult.objects.ready().exists():
        return False
    Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=NAME,
    ).run()
    return True


def return_lost_to_queue(context: JobContext) -> None:
    """Give jobs of killed workers back to the queue; one during which several workers were killed is given up."""
    at = context.now()
    running = DBTaskResult.objects.running()
    for lost in running.filter(LEASE.lost(at)):
        given_up = len(lost.worker_ids) >= MOST_ATTEMPTS
        status = TaskResultStatus.FAILED if given_up else TaskResultStatus.READY
        if LEASE.take_back(running, lost, status=status, finished_at=at if given_up else None):
            path = lost.args_kwargs["args"][0]
            log.error("job %s %s was lost with its worker: %s", lost.pk, path, status)


def forget_queue_results() -> None:
    """Remove the book-keeping of jobs that ended weeks ago."""
    call_command("prune_db_task_results", min_age_days=RESULT_DAYS, verbosity=0)


def is_under_way(path: str) -> bool:
    """Whether the job waits in the queue or is running."""
    open_states = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    return DBTaskResult.objects.filter(status__in=open_states, args_kwargs__args__0=path).exists()
