"""Who works when: one thread of a process at a time, and before SQLite, which has one writer, a line.

While one thread of a process stands in the line, or waits for the disk, the others go on reading documents. Who comes
to the front writes all that his process has ready by then, in one transaction; each is answered when that is durable.
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

Given = TypeVar("Given")


class _Desk:
    """Where one thread of this process at a time works, those first who hold the database.

    Rows are inserted one by one, and after each the interpreter is anybody's: a second thread that reads a document
    meanwhile would keep the first waiting at every row, and with it all who wait for the database.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first, self._others = threading.Condition(self._lock), threading.Condition(self._lock)
        self._taken = False
        self._ahead = 0  # how many wait who hold the database

    @contextmanager
    def place(self, *, ahead: bool = False) -> Iterator[None]:
        """Work there; `ahead` of those who wait without it."""
        with self._lock:
            line = self._first if ahead else self._others
            self._ahead += ahead
            try:
                line.wait_for(lambda: not self._taken and (ahead or not self._ahead))
            finally:
                self._ahead -= ahead
            self._taken = True
        try:
            yield
        finally:
            with self._lock:
                self._taken = False
                (self._first if self._ahead else self._others).notify()


@dataclass(slots=True, eq=False)
class _Piece:
    """Something to be written, and what came of it."""

    work: Callable[[], Any]
    done: bool = False
    given: Any = None
    fault: Exception | None = None

    def ended(self, given: Any = None, fault: Exception | None = None) -> None:
        """Keep what came of it."""
        self.given, self.fault, self.done = given, fault, True

    def outcome(self) -> Any:
        """What the work gave; raises what it raised."""
        if self.fault is not None:
            raise self.fault
        return self.given


_DESK: Final = _Desk()
_FRONT: Final = threading.Lock()  # one thread of this process stands in the line for all
_ready: list[_Piece] = []


def one_at_a_time() -> AbstractContextManager[None]:
    """Do what takes the processor, one thread of this process at a time."""
    return _DESK.place()


def together(work: Callable[[], Given]) -> Given:
    """Do some writing in a transaction, perhaps with that of other threads, and make it durable; gives what it gives.

    Any of these threads may do it. Where something goes wrong all is rolled back, and each is done again by itself:
    it may be done twice, and raises only what itself went wrong with.
    """
    if connection.in_atomic_block:  # not ours to commit
        with transaction.atomic():
            return work()
    piece = _Piece(work)
    _ready.append(piece)
    with _FRONT:
        try:
            while not piece.done:
                with _turn():
                    _write_ready()
        except BaseException:
            if piece in _ready:
                _ready.remove(piece)  # nobody waits for it any more
            raise
    given: Given = piece.outcome()
    return given


def _write_ready() -> None:
    pieces: list[_Piece] = []
    try:
        with transaction.atomic(), _DESK.place(ahead=True):
            pieces = list(_ready)
            given = [piece.work() for piece in pieces]
            # The place is free before the commit: others read while the disk is waited for.
    except Exception:
        if not pieces:
            raise
        _write_apart(pieces)
    else:
        for piece, one in zip(pieces, given, strict=True):
            piece.ended(one)
    finally:
        for piece in pieces:
            if piece.done:  # what an interrupted thread leaves, the next one writes
                _ready.remove(piece)


def _write_apart(pieces: Sequence[_Piece]) -> None:
    for piece in pieces:
        try:
            with transaction.atomic(), _DESK.place(ahead=True):
                given = piece.work()
        except Exception as fault:  # noqa: BLE001 -- raised in the thread that asked for it
            piece.ended(fault=fault)
        else:
            piece.ended(given)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait in the line of all processes, and be woken when one's turn has come.

    SQLite itself lets a writer sleep and look again, up to a tenth of a second; meanwhile nobody writes. Who does not
    stand in the line (a form, a report) still waits in that way, and nothing goes wrong but time.
    """
    name = str(connection.settings_dict["NAME"])
    if name.startswith((":memory:", "file:")):  # nobody else is there
        yield
        return
    with Path(f"{name}-turn").open("ab") as line:
        fcntl.flock(line, fcntl.LOCK_EX)  # given back when the file is closed, if by the end of the process
        yield
