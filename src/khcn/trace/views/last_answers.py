"""The last good answers of public addresses, for the time in which the database is away.

They are what everybody may see, and say when they were true. Each process has its own, in memory; the addresses that were not
asked for longest are dropped.
"""

from __future__ import annotations

import gzip
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

LONGEST: Final = 256 * 1024  # bytes of one answer that is kept
_LASTS: Final = 24 * 60 * 60.0  # seconds


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The body and headers of an answer, and the time at which it was true. `body`: compressed, where `is_compressed`."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    at: datetime
    stored: float
    is_compressed: bool = False

    @property
    def content(self) -> bytes:
        """What was answered."""
        return gzip.decompress(self.body) if self.is_compressed else self.body

    @property
    def age(self) -> int:
        """Seconds since then."""
        return round(time.monotonic() - self.stored)


class LastAnswers:
    """By address and form of the answer, up to a number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes = most_bytes, 0
        self._found: OrderedDict[tuple[str, ...], LastAnswer] = OrderedDict()
        self._lock = Lock()

    def store(
        self,
        key: tuple[str, ...],
        body: bytes,
        headers: dict[str, str],
        at: datetime,
        *,
        is_compressed: bool = False,
    ) -> None:
        """Keep an answer in the place of the one before."""
        if len(body) > LONGEST:
            self.remove(key)
            return
        answer = LastAnswer(body, tuple(headers.items()), at, time.monotonic(), is_compressed)
        with self._lock:
            self._drop(key)
            self._found[key] = answer
            self._bytes += _size(key, answer)
            while self._bytes > self._most:
                self._drop(next(iter(self._found)))

    def remove(self, key: tuple[str, ...]) -> None:
        """Nothing is to be answered here any more: what was true before no longer is."""
        with self._lock:
            self._drop(key)

    def get(self, key: tuple[str, ...]) -> LastAnswer | None:
        """The last answer, unless it is too old."""
        with self._lock:
            found = self._found.get(key)
        return found if found is not None and time.monotonic() - found.stored <= _LASTS else None

    def clear(self) -> None:
        """Drop all."""
        with self._lock:
            self._found.clear()
            self._bytes = 0

    def _drop(self, key: tuple[str, ...]) -> None:
        found = self._found.pop(key, None)
        if found is not None:
            self._bytes -= _size(key, found)


def _size(key: tuple[str, ...], answer: LastAnswer) -> int:
    return (
        len(answer.body) + sum(map(len, key)) + sum(len(name) + len(value) for name, value in answer.headers)
    )


ANSWERS: Final = LastAnswers(32 * 1024 * 1024)
"""Those of this process."""
