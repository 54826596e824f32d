"""Bulk statements for SQLite. The transaction is IMMEDIATE, so this process is the only writer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from khcn.kernel.query_chunks import chunks
from khcn.trace.store.database.sqlite_group_commit import commit_in_group as commit_durably

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = [
    "commit_durably",
    "find_identities",
    "insert_identities",
    "insert_missing_rows",
    "insert_rows",
    "lock_writers",
    "next_event_ids",
]

_INSERT_OR_IGNORE = "INSERT OR IGNORE"
_CHUNK = 5000  # keys in one statement; SQLite takes 32,766 parameters


def lock_writers(*, exclusive: bool) -> None:
    """SQLite: does nothing, for the transaction already excludes all other writers."""


def next_event_ids(count: int) -> range:
    """SQLite: row ids for new events, ascending, after the last one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM trace_event")
        (last,) = cursor.fetchone()
    return range(last + 1, last + 1 + count)


def find_identities(keys: Sequence[bytes]) -> dict[bytes, tuple[int, int]]:
    """SQLite: the stored identities among some keys; row id and time of the event by key."""
    found: dict[bytes, tuple[int, int]] = {}
    with connection.cursor() as cursor:
        for chunk in chunks(keys, _CHUNK):
            placeholders = ", ".join(["%s"] * len(chunk))
            cursor.execute(
                f"SELECT key, event, event_time FROM trace_identity WHERE key IN ({placeholders})", chunk
            )
            found.update((bytes(key), (event, moment)) for key, event, moment in cursor.fetchall())
    return found


def insert_identities(identities: Sequence[tuple[bytes, int, int]]) -> set[bytes]:
    """SQLite: insert the identities that are not stored yet; returns their keys."""
    keys = [key for key, _, _ in identities]
    if insert_rows(
        "trace_identity", ("key", "event", "event_time"), identities, verb=_INSERT_OR_IGNORE
    ) == len(keys):
        return set(keys)  # the usual case
    stored = find_identities(keys)
    return {key for key, event, _ in identities if stored[key][0] == event}


def insert_rows(
    table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, verb: str = "INSERT"
) -> int:
    """SQLite: insert many rows; returns how many were inserted."""
    placeholders = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({placeholders})", rows)
        return int(cursor.rowcount)


def insert_missing_rows(table: str, columns: Sequence[str], rows: Collection[tuple[Any, ...]]) -> None:
    """SQLite: insert the rows that are not stored yet; the columns are exactly the primary key."""
    insert_rows(table, columns, sorted(rows), verb=_INSERT_OR_IGNORE)
