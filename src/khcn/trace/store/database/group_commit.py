"""Group commit for SQLite, and the CPU slot: which thread of a process computes, and which process writes.

SQLite has one writer at a time. The thread that gets the write lock commits the pending writes of all threads of its
process in one transaction; each caller gets its result when that transaction is durable. While one thread waits for
the lock or for the disk, the other threads parse documents.
"""

from __future__ import annotations

import fcntl
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

Result = TypeVar("Result")


class _CpuSlot:
    """Lets one thread of this process compute at a time; threads that hold the database go first.

    Rows are inserted one at a time, and after each row the GIL may switch threads. A second thread that parses a
    document would delay every row of the first, and with it everybody who waits for the database.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writers, self._others = threading.Condition(self._lock), threading.Condition(self._lock)
        self._is_taken = False
        self._waiting_writers = 0

    @contextmanager
    def acquire(self, *, is_writer: bool = False) -> Iterator[None]:
        """Hold the slot; a writer goes before all threads that do not hold the database."""
        with self._lock:
            queue = self._writers if is_writer else self._others
            self._waiting_writers += is_writer
            try:
                queue.wait_for(lambda: not self._is_taken and (is_writer or not self._waiting_writers))
            finally:
                self._waiting_writers -= is_writer
            self._is_taken = True
        try:
            yield
        finally:
            with self._lock:
                self._is_taken = False
                (self._writers if self._waiting_writers else self._others).notify()


@dataclass(slots=True, eq=False)
class _PendingWrite:
    """A function that writes, with its result or error."""

    write: Callable[[], Any]
    is_done: bool = False
    result: Any = None
    error: Exception | None = None

    def finish(self, result: Any = None, error: Exception | None = None) -> None:
        """Store the result or the error."""
        self.result, self.error, self.is_done = result, error, True

    def outcome(self) -> Any:
        """The result; raises the error."""
        if self.error is not None:
            raise self.error
        return self.result


_CPU_SLOT: Final = _CpuSlot()
_LEADER: Final = threading.Lock()  # held by the one thread of this process that waits for the write lock
_pending: list[_PendingWrite] = []


def cpu_slot() -> AbstractContextManager[None]:
    """Hold the CPU slot of this process during work that needs the processor."""
    return _CPU_SLOT.acquire()


def commit_in_group(write: Callable[[], Result]) -> Result:
    """Call `write` in a transaction, perhaps together with the writes of other threads; returns when it is durable.

    Any of these threads may make the call. When one write of a group fails, the transaction is rolled back and each
    write is called again in a transaction of its own: `write` may be called twice, and the caller gets only the error
    of its own write.
    """
    if connection.in_atomic_block:  # the caller commits
        with transaction.atomic():
            return write()
    pending = _PendingWrite(write)
    _pending.append(pending)
    with _LEADER:
        try:
            while not pending.is_done:
                with _write_lock():
                    _commit_pending()
        except BaseException:
            if pending in _pending:
                _pending.remove(pending)  # the caller is gone
            raise
    result: Result = pending.outcome()
    return result


def _commit_pending() -> None:
    group: list[_PendingWrite] = []
    try:
        with transaction.atomic(), _CPU_SLOT.acquire(is_writer=True):
            group = list(_pending)
            results = [pending.write() for pending in group]
            # The slot is released before the commit, so that other threads can parse while the disk is busy.
    except Exception:
        if not group:
            raise
        _commit_separately(group)
    else:
        for pending, result in zip(group, results, strict=True):
            pending.finish(result)
    finally:
        for pending in group:
            if pending.is_done:  # after an interrupt the next leader commits the rest
                _pending.remove(pending)


def _commit_separately(group: Sequence[_PendingWrite]) -> None:
    for pending in group:
        try:
            with transaction.atomic(), _CPU_SLOT.acquire(is_writer=True):
                result = pending.write()
        except Exception as error:  # noqa: BLE001 -- raised in the thread that asked for it
            pending.finish(error=error)
        else:
            pending.finish(result)


@contextmanager
def _write_lock() -> Iterator[None]:
    """Hold a file lock that all processes of this database queue for.

    SQLite itself lets a waiting writer sleep up to a tenth of a second between two attempts, and in that time nobody
    writes; the file lock wakes the next process at once. Writers that do not take it (a form, a report) still work,
    with SQLite's own waiting.
    """
    name = str(connection.settings_dict["NAME"])
    if name.startswith((":memory:", "file:")):  # no other process can open this database
        yield
        return
    with Path(f"{name}-write-lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # released when the file is closed, also when the process is killed
        yield
