"""How long one statement may take in a process that answers requests. Background work, commands, migrations and backups have no
such limit: they run in processes of their own.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.signals import connection_created

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

_STEPS: Final = 50_000  # of SQLite's machine between two looks at the clock: a few milliseconds


def limit_statements(seconds: float, *, of_loop: float | None = None) -> None:
    """From now on each new connection of this process breaks off what takes longer.

    `of_loop`: the limit of the main thread, if it is another one; that thread waits for no lock of SQLite either.
    """
    connection_created.connect(
        partial(_limit, seconds=seconds, of_loop=of_loop),
        weak=False,
        dispatch_uid="khcn.config.serving.statement_limit",
    )


def _limit(
    *, connection: BaseDatabaseWrapper, seconds: float, of_loop: float | None = None, **_more: Any
) -> None:
    if connection.alias != DEFAULT_DB_ALIAS:
        return  # the databases of other provinces have a shorter one (khcn.config.provinces)
    if of_loop is not None and threading.current_thread() is threading.main_thread():
        seconds = of_loop
        if connection.vendor == "sqlite":
            connection.connection.execute("PRAGMA busy_timeout = 0")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(round(seconds * 1000))])
    else:
        limit = _Deadline(seconds)
        connection.execute_wrappers = [
            each for each in connection.execute_wrappers if not isinstance(each, _Deadline)
        ]
        connection.execute_wrappers.append(limit)
        connection.connection.set_progress_handler(limit.has_passed, _STEPS)


class _Deadline:
    """Of the statement that a connection of SQLite carries out, its rows being read included."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = float("inf")

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """Django's wrapper around each statement."""
        self._until = time.monotonic() + self._seconds
        return execute(*arguments)

    def has_passed(self) -> bool:
        """Asked by SQLite while it works; it breaks off where that is so."""
        return time.monotonic() > self._until
