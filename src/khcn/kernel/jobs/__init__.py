"""Background work: ordinary functions, named by their dotted path, run by a worker under the system's name.

Two kinds. *Queued* work is asked for once (:func:`~khcn.kernel.jobs.enqueueing.enqueue`); its arguments are ids and plain values, and it is put on
the queue in the transaction that asks for it, so that a rolled back request leaves none behind and a committed one is
never forgotten. *Recurring* work is declared as data in the areas' ``jobs.py`` (`khcn.kernel.jobs.recurring`).

``./khcn work`` does both, and ``./khcn serve`` starts it. A job may be run twice when a worker is killed in the middle
of it: it must come to the same end.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string
from django_tasks import task

from khcn.kernel.actors import SYSTEM, acting

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


class NotAJobError(ValueError):
    """The dotted path does not name a function of one of our ``jobs`` modules."""


def find_job(path: str) -> Callable[..., object]:
    """The function that a dotted path names. Raises :class:`NotAJobError` for a path outside the ``jobs`` modules."""
    if not path.startswith("khcn.") or path.split(".")[-2] != "jobs":
        raise NotAJobError(path)
    found: Callable[..., object] = import_string(path)
    return found


@task()
def run(path: str, arguments: dict[str, Any]) -> None:
    """Run one job. What it raises is kept by the queue beside the job, and logged."""
    with acting(SYSTEM, f"Công việc nền {path}"):
        log.info("job %s %s", path, arguments)
        find_job(path)(**arguments)
