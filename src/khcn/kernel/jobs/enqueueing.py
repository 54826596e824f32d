"""Putting a job on the queue, in the transaction that asks for it, and what the queue then calls."""

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


def enqueue(path: str, **arguments: Any) -> None:
    """Have ``path(**arguments)`` run in the background, once the transaction in progress is committed.

    Raises :class:`NotAJobError` at once, so that a misspelt name fails in the request that made it.
    """
    find_job(path)
    run_enqueued_job.enqueue(path, arguments)


def find_job(path: str) -> Callable[..., object]:
    """The function that a dotted path names. Raises :class:`NotAJobError` for a path outside the ``jobs`` modules."""
    if not path.startswith("khcn.") or path.split(".")[-2] != "jobs":
        raise NotAJobError(path)
    found: Callable[..., object] = import_string(path)
    return found


def _shown(value: Any) -> Any:
    """An id or another number; of a text nobody knows whether it is the address of a person."""
    return value if value is None or isinstance(value, int | float) else "…"


@task()
def run_enqueued_job(path: str, arguments: dict[str, Any]) -> None:
    """Run one job that was enqueued. What it raises is kept by the queue beside the job, and logged."""
    with acting(SYSTEM, f"Công việc nền {path}"):
        log.info("job %s %s", path, {name: _shown(value) for name, value in arguments.items()})
        find_job(path)(**arguments)
