"""Bulk statements of SQLite. The transaction is IMMEDIATE, so this process is the only one that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from khcn.trace.store.database.group_commit import together

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["add", "begin", "claim", "insert", "known", "numbers", "together"]

_UNLESS_THERE = "INSERT OR IGNORE"
_CHUNK = 5000  # keys to ask for at once; SQLite takes 32,766 parameters


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
    keys = [key for key, _, _ in identities]
    if insert("trace_identity", ("key", "event", "event_time"), identities, verb=_UNLESS_THERE) == len(keys):
        return set(keys)  # nearly always
    there = known(keys)
    return {key for key, event, _ in identities if there[key][0] == event}


def insert(
    table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, verb: str = "INSERT"
) -> int:
    """Insert many rows; gives how many went in."""
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
        return int(cursor.rowcount)


def add(table: str, columns: Sequence[str], rows: Collection[tuple[Any, ...]]) -> None:
    """Insert the rows that are not there yet; the columns are all of the table's key."""
    insert(table, columns, sorted(rows), verb=_UNLESS_THERE)
