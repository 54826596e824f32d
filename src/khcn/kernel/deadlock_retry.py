"""Another attempt when PostgreSQL has aborted a transaction because two waited for each other."""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import OperationalError, transaction

from khcn.kernel.database_faults import BROKEN_OFF, sqlstate

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_MORE_ATTEMPTS: Final = 3  # several who wait for each other in a circle are aborted one after the other
_LONGEST_PAUSE: Final = 0.2  # seconds; so that those who were aborted together do not meet again


def is_deadlock(problem: BaseException) -> bool:
    """Whether the database undid the transaction only because of another one that ran beside it."""
    return isinstance(problem, OperationalError) and sqlstate(problem) in BROKEN_OFF


def repeat_on_deadlock(work: Callable[[], _T]) -> _T:
    """Run ``work``, which opens its own transactions, and again where one of them was aborted, three times at most.

    For work that leaves nothing behind when it is rolled back. It must run outside any transaction, because one that was
    aborted is lost as a whole.
    """
    for _attempt in range(_MORE_ATTEMPTS):
        try:
            return work()
        except OperationalError as problem:
            if not is_deadlock(problem):
                raise
            log.warning("a transaction was broken off and is tried once more: %s", problem)
            time.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311 -- no secret
    return work()


def retry_on_deadlock(work: Callable[[], _T]) -> _T:
    """Run ``work`` in one transaction, and again where PostgreSQL aborted it because of a deadlock, three times at most."""

    def in_transaction() -> _T:
        with transaction.atomic(durable=True):
            return work()

    return repeat_on_deadlock(in_transaction)
