"""What it means for the person who asks that the database did not answer, or that there is no room left to write."""

from __future__ import annotations

from enum import Enum
from errno import EDQUOT, ENOSPC
from typing import Final

from django.db import InterfaceError, OperationalError

RETRY_AFTER: Final = 15  # seconds
_CANCELLED: Final = "57014"  # PostgreSQL: the statement took longer than `statement_timeout`
_INTERRUPTED: Final = "interrupted"  # SQLite: by our limit (`khcn.config.serving.statement_limit`)
_NO_ROOM: Final = frozenset({"53100", "database or disk is full"})  # PostgreSQL's state, SQLite's words
# PostgreSQL: aborted because of a transaction beside it, and tried again elsewhere (`khcn.kernel.deadlock_retry`).
BROKEN_OFF: Final = frozenset({"40P01", "40001"})


class DatabaseFault(Enum):
    """Nothing is wrong with what was asked, or it is too much, or the disk is full."""

    AWAY = "away"
    TOO_LONG = "too long"
    NO_ROOM = "no room"


def sqlstate(problem: BaseException) -> str | None:
    """PostgreSQL's code of a fault that Django has wrapped; None of any other."""
    return getattr(problem.__cause__, "sqlstate", None)


def database_fault(problem: BaseException | None) -> DatabaseFault | None:
    """The kind of the database's fault, or of a disk without room, that an exception is or comes from; None for any other."""
    while problem is not None:
        if isinstance(problem, OSError) and problem.errno in {ENOSPC, EDQUOT}:
            return DatabaseFault.NO_ROOM
        if isinstance(problem, OperationalError | InterfaceError):
            state = sqlstate(problem)
            if state in BROKEN_OFF:
                return None
            if {state, str(problem)} & _NO_ROOM:
                return DatabaseFault.NO_ROOM
            too_long = state == _CANCELLED or str(problem) == _INTERRUPTED
            return DatabaseFault.TOO_LONG if too_long else DatabaseFault.AWAY
        problem = problem.__cause__ or problem.__context__
    return None
