"""Putting a job on the queue, in the transaction that asks for it."""

from __future__ import annotations

from typing import Any

from khcn.kernel.jobs import find_job, run


def enqueue(path: str, **arguments: Any) -> None:
    """Have ``path(**arguments)`` run in the background, once the transaction in progress is committed.

    Raises :class:`~khcn.kernel.jobs.NotAJobError` at once, so that a misspelt name fails in the request that made it.
    """
    find_job(path)
    run.enqueue(path, arguments)
