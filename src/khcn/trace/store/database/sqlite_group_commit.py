"""Group commit for SQLite: one thread of a process commits the writes of all its threads.

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

from khcn.trace.store.database.cpu_slot import CPU_SLOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Result = TypeVar("Result")


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


_LEADER: Final = threading.Lock()  # held by the one thread of this process that waits for the write lock
_pending: list[_PendingWrite] = []


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
        with transaction.atomic(), CPU_SLOT.acquire(is_writer=True):
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
            with transaction.atomic(), CPU_SLOT.acquire(is_writer=True):
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
