"""Transactions that change a table, and wait for its lock so briefly that those who use the table hardly notice."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import OperationalError, connection, transaction

from khcn.kernel.database_faults import sqlstate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    T = TypeVar("T")

log = logging.getLogger(__name__)

LONGEST_WAIT: Final = "500ms"
"""While a transaction waits for the lock of a table, all who come after it wait too."""
ATTEMPTS: Final = 120
PAUSE: Final = 0.5  # seconds between two attempts
# PostgreSQL: the lock was not to be had in time; a deadlock.
_IN_USE: Final = frozenset({"55P03", "40P01"})


@contextmanager
def changing_structure() -> Iterator[None]:
    """A transaction for statements that change tables."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
                # A table with references that are still to be checked cannot be altered.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield


def repeat_while_in_use(change: Callable[[], T], *, what: str) -> T:
    """Do it again where a table was in use for too long. Raises OperationalError after `ATTEMPTS`."""
    for _attempt in range(ATTEMPTS - 1):
        try:
            return change()
        except OperationalError as fault:
            if sqlstate(fault) not in _IN_USE:
                raise
            log.warning("%s: a table is in use; tried again in %.1f s", what, PAUSE)
            time.sleep(PAUSE)
    return change()
