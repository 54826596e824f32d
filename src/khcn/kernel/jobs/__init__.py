"""Background work: ordinary functions, named by their dotted path, run by a worker under the system's name.

A job's arguments are ids and plain values. It is put on the queue with the transaction that asks for it, so that a rolled
back request leaves none behind. ``./khcn db_worker`` runs the queue (library django-tasks-db).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks import task

from khcn.kernel.actors import SYSTEM, acting

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


class NotAJobError(ValueError):
    """The dotted path does not name a function of one of our ``jobs`` modules."""


def _find(path: str) -> Callable[..., object]:
    if not path.startswith("khcn.") or path.split(".")[-2] != "jobs":
        raise NotAJobError(path)
    found: Callable[..., object] = import_string(path)
    return found


@task()
def run(path: str, arguments: dict[str, Any]) -> None:
    """Run one job. What it raises is kept by the queue beside the job, and logged."""
    with acting(SYSTEM, f"Công việc nền {path}"):
        log.info("job %s %s", path, arguments)
        _find(path)(**arguments)


def enqueue(path: str, **arguments: Any) -> None:
    """Run ``path(**arguments)`` in the background, once the transaction in progress is committed.

    Raises :class:`NotAJobError` at once, so that a misspelt name fails in the request that made it.
    """
    _find(path)
    transaction.on_commit(lambda: run.enqueue(path, arguments))
