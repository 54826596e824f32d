"""What each web process counts for Prometheus. All processes of a server write into one folder, from which any of them reads the sums.

What stands in the database (jobs, backups, sessions) is not counted here: `exposition` reads it when it is asked for.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""By it `prometheus_client` finds the folder, as it is loaded."""
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_MOST_KINDS: Final = 5000
"""Routes times methods times statuses: more are counted as one, so that no sender fills the memory."""
_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 -- the folder in it has a name of its own, and is closed to others
_PREFIX: Final = "khcn-metrics-"
_OTHER: Final = ("other", "other", "other")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Of one process. The folder must be there before the first one is made."""

    def __init__(self) -> None:
        from prometheus_client import Counter, Gauge, Histogram  # local: settings first

        kinds = ("route", "method", "status")
        none: dict[str, Any] = {"registry": None}  # what is read are the files of all processes
        self._requests = Counter(
            "khcn_requests", "Requests that were answered by the application.", kinds, **none
        )
        self._seconds = Histogram(
            "khcn_request_seconds",
            "Time of the application for a request.",
            ("route",),
            buckets=_SECONDS,
            **none,
        )
        self._statements = Counter(
            "khcn_database_statements",
            "Statements of the database while requests were answered.",
            ("route",),
            **none,
        )
        self._database_seconds = Counter(
            "khcn_database_seconds", "Time in which requests waited for the database.", ("route",), **none
        )
        self.slow_statements = Counter(
            "khcn_slow_statements", "Statements above KHCN_SLOW_STATEMENT_MS.", ("route",), **none
        )
        self.refused = Counter(
            "khcn_refused", "What the server refused before the application was asked.", ("reason",), **none
        )
        self.waiting = Gauge(
            "khcn_waiting_requests",
            "Requests that wait for a thread.",
            ("queue",),
            multiprocess_mode="livesum",
            **none,
        )
        self.connections = Gauge("khcn_connections", "Open connections.", multiprocess_mode="livesum", **none)
        self._children: dict[tuple[str, str, str], tuple[Any, ...]] = {}

    def count(
        self, kind: tuple[str, str, str], seconds: float, statements: int, database_seconds: float
    ) -> None:
        """A request that was answered: route, method and status, and what it took."""
        if kind[1] not in _METHODS:
            kind = (kind[0], "other", kind[2])
        children = self._children.get(kind) or self._of_kind(kind)
        children[0].inc()
        children[1].observe(seconds)
        if statements:
            children[2].inc(statements)
            children[3].inc(database_seconds)

    def _of_kind(self, kind: tuple[str, str, str]) -> tuple[Any, ...]:
        route, method, status = kind
        if len(self._children) >= _MOST_KINDS:
            route, method, status = kind = _OTHER
        found = self._children[kind] = (
            self._requests.labels(route, method, status),
            self._seconds.labels(route),
            self._statements.labels(route),
            self._database_seconds.labels(route),
        )
        return found


_of_process: list[Metrics] = []


def start_counting() -> Metrics:
    """Count in this process from now on."""
    _of_process[:] = [Metrics()]
    return _of_process[0]


def metrics_of_process() -> Metrics | None:
    """None where nothing is counted: in commands and background work."""
    return _of_process[0] if _of_process else None


def make_folder(data: Path) -> None:
    """A folder for the processes that this one will fork; those of servers that are gone are removed. Loads the library for them.

    In memory where the system has that: the library maps its files, and a process that writes to a map on a full disk is
    killed (SIGBUS). In ``data`` elsewhere.
    """
    parent = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else data
    for each in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if each.lstat().st_uid == os.getuid() and not _is_running(each.name.split("-")[2]):
                shutil.rmtree(each, ignore_errors=True)
    os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent)
    from prometheus_client import multiprocess  # local: settings first  # noqa: F401


def remove_folder() -> None:
    """At the end of the server."""
    shutil.rmtree(os.environ[FOLDER_VARIABLE], ignore_errors=True)


def forget_process(pid: int) -> None:
    """It has ended: what it had open and waiting counts no more. What it has counted stays in the sums."""
    from prometheus_client import multiprocess  # local: settings first

    with suppress(OSError):
        multiprocess.mark_process_dead(pid)


def _is_running(name: str) -> bool:
    try:
        os.kill(int(name), 0)
    except PermissionError:
        return True
    except (ValueError, OSError):
        return False
    return True
