"""Bulk statements of SQLite. The transaction is IMMEDIATE, so this process is the only one that writes."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

_CHUNK = 5000  # keys to ask for at once; SQLite takes 32,766 parameters

Row = Sequence[Any]

_TAKING_IN = threading.Lock()


def one_at_a_time() -> AbstractContextManager[object]:
    """One thread of this process at a time.

    Rows are inserted one by one, and after each the interpreter is anybody's: a second thread that reads a document
    meanwhile would keep the first waiting at every row, and with it all who wait for the database.
    """
    return _TAKING_IN


@contextmanager
def turn() -> Iterator[None]:
    """Wait in a line for the database, and be woken when one's turn has come.

    SQLite itself lets a writer sleep and look again, up to a tenth of a second; meanwhile nobody writes. Who does not
    stand in the line (a form, a report) still waits in that way, and nothing goes wrong but time.
    """
    name = str(connection.settings_dict["NAME"])
    if connection.in_atomic_block or name.startswith((":memory:", "file:")):  # nobody else is there
        yield
        return
    with Path(f"{name}-turn").open("ab") as line:
        fcntl.flock(line, fcntl.LOCK_EX)  # given back when the file is closed, if by the end of the process
        yield


def begin(*, alone: bool) -> None:
    """Nothing to wait for: whoever writes has the database to himself."""


def numbers(count: int) -> range:
    """New row ids of events, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM trace_event")
        (last,) = cursor.fetchone()
    return range(last + 1, last + 1 + count)


def known(keys: Sequence[bytes]) -> dict[bytes, tuple[int, int]]:
    """The identities that are there: event and event time by key."""
    found: dict[bytes, tuple[int, int]] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(f"SELECT key, event, event_time FROM trace_identity WHERE key IN ({marks})", chunk)
            found.update((bytes(key), (event, moment)) for key, event, moment in cursor.fetchall())
    return found


def claim(identities: Sequence[tuple[bytes, int, int]]) -> set[bytes]:
    """Store the identities that are not there yet; gives their keys."""
    there = known([key for key, _, _ in identities])
    fresh = [row for row in identities if row[0] not in there]
    insert("trace_identity", ("key", "event", "event_time"), fresh)
    return {key for key, _, _ in fresh}


def insert(table: str, columns: Sequence[str], rows: Sequence[Row], *, verb: str = "INSERT") -> None:
    """Insert many rows."""
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def remember(values: Collection[tuple[int, str, int]]) -> None:
    """Store the known values that are not there yet: listing, value, owner."""
    insert("trace_knownvalue", ("listing", "value", "owner"), sorted(values), verb="INSERT OR IGNORE")
