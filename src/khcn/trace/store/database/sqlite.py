"""Bulk statements for SQLite. The transaction is IMMEDIATE, so this process is the only writer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from khcn.kernel.query_chunks import chunks
from khcn.trace.store.database.sqlite_group_commit import commit_in_group as commit_durably
from khcn.trace.store.encoding.identities import StoredIdentity

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


def find_identities(keys: Sequence[bytes]) -> list[StoredIdentity]:
    """SQLite: the stored identities of some keys, of all owners."""
    found: list[StoredIdentity] = []
    with connection.cursor() as cursor:
        for chunk in chunks(keys, _CHUNK):
            placeholders = ", ".join(["%s"] * len(chunk))
            cursor.execute(
                f"SELECT key, owner, event, event_time FROM trace_identity WHERE key IN ({placeholders})",
                chunk,
            )
            found.extend(StoredIdentity(bytes(key), *rest) for key, *rest in cursor.fetchall())
    return found


def insert_identities(identities: Sequence[StoredIdentity]) -> set[tuple[bytes, int]]:
    """SQLite: insert the identities that are not stored yet; returns their keys and owners."""
    if insert_rows("trace_identity", StoredIdentity._fields, identities, verb=_INSERT_OR_IGNORE) == len(
        identities
    ):
        return {each[:2] for each in identities}  # the usual case
    stored = set(find_identities([each.key for each in identities]))
    return {each[:2] for each in identities if each in stored}


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
