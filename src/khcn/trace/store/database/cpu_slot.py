"""The CPU slot: one thread of this process computes at a time, and threads that write go first."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


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


CPU_SLOT: Final = _CpuSlot()


def cpu_slot() -> AbstractContextManager[None]:
    """Hold the CPU slot of this process during work that needs the processor."""
    return CPU_SLOT.acquire()
