"""What it means for the person who asks that the database did not answer."""

from __future__ import annotations

from enum import Enum
from typing import Final

from django.db import InterfaceError, OperationalError

RETRY_AFTER: Final = 15  # seconds
_CANCELLED: Final = "57014"  # PostgreSQL: the statement took longer than `statement_timeout`
_INTERRUPTED: Final = "interrupted"  # SQLite: by our limit (`khcn.config.serving.statement_limit`)
# PostgreSQL: aborted because of a transaction beside it, and tried again elsewhere (`khcn.kernel.audit.deadlock_retry`).
_BROKEN_OFF: Final = frozenset({"40P01", "40001"})


class DatabaseFault(Enum):
    """The two kinds: nothing is wrong with what was asked, or it is too much."""

    AWAY = "away"
    TOO_LONG = "too long"


def database_fault(problem: BaseException | None) -> DatabaseFault | None:
    """The kind of the database's fault that an exception is or comes from; None for any other."""
    while problem is not None:
        if isinstance(problem, OperationalError | InterfaceError):
            state = getattr(problem.__cause__, "sqlstate", None)
            if state in _BROKEN_OFF:
                return None
            too_long = state == _CANCELLED or str(problem) == _INTERRUPTED
            return DatabaseFault.TOO_LONG if too_long else DatabaseFault.AWAY
        problem = problem.__cause__ or problem.__context__
    return None
