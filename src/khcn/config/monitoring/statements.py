"""Watches each statement of the database: how long all of a request take, and which one is slow."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.backends.signals import connection_created

from khcn.config.monitoring.metrics import metrics_of_process
from khcn.config.monitoring.observed_request import current

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

_SHOWN: Final = 2000  # characters of a statement


def watch_statements(slow_milliseconds: int) -> None:
    """From now on each new connection of this process is watched. 0: no statement is slow."""
    connection_created.connect(
        partial(_watch, slow=slow_milliseconds / 1000 or float("inf")),
        weak=False,
        dispatch_uid="khcn.config.monitoring.statements",
    )


def _watch(*, connection: BaseDatabaseWrapper, slow: float, **_more: Any) -> None:
    if not any(isinstance(each, StatementWatch) for each in connection.execute_wrappers):
        connection.execute_wrappers.append(StatementWatch(slow))


class StatementWatch:
    """Of one connection. What Django calls around each statement; ``slow`` is in seconds."""

    def __init__(self, slow: float) -> None:
        self.slow = slow

    def __call__(self, execute: Callable[..., Any], sql: Any, *values: Any) -> Any:
        """Carry it out. The values are never looked at."""
        began = time.perf_counter()
        try:
            return execute(sql, *values)
        finally:
            seconds = time.perf_counter() - began
            observed = current.get()
            if observed is not None:
                observed.statements += 1
                observed.database_seconds += seconds
            if seconds >= self.slow:
                if (metrics := metrics_of_process()) is not None:
                    metrics.slow_statements.labels(observed.route if observed is not None else "").inc()
                shown = " ".join(str(sql).split())[:_SHOWN]
                milliseconds = round(seconds * 1000)
                log.warning(
                    "slow statement, %d ms: %s",
                    milliseconds,
                    shown,
                    extra={"fields": {"milliseconds": milliseconds, "statement": shown}},
                )
