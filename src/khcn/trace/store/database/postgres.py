"""Bulk statements for PostgreSQL: COPY, and a unique index that serialises concurrent writers of one event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, transaction

from khcn.kernel.advisory_locks import take_lock
from khcn.kernel.query_chunks import chunks
from khcn.trace.store.encoding.identities import StoredIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

_WRITERS = "writers of events"  # the lock that everybody shares who writes events
_CHUNK = 5000  # rows that are sent to the server at once

Result = TypeVar("Result")


def commit_durably(write: Callable[[], Result]) -> Result:
    """PostgreSQL: call `write` in a transaction of its own; the server lets several transactions write at the same time."""
    with transaction.atomic():
        return write()


def lock_writers(*, exclusive: bool) -> None:
    """Take the writers' lock until the end of the transaction, shared or exclusive.

    Error declarations are written exclusively: otherwise a declaration and its event, written at the same time, would
    not see each other, and the lineage of the declared event would stay valid. Partitions are made exclusively too.
    """
    take_lock(_WRITERS, shared=not exclusive)


def next_event_ids(count: int) -> list[int]:
    """PostgreSQL: row ids for new events, ascending, from a sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('trace_event_number') FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def find_identities(keys: Sequence[bytes]) -> list[StoredIdentity]:
    """PostgreSQL: the stored identities of some keys, of all owners; each looked up in its partition."""
    if not keys:
        return []
    with connection.cursor() as cursor:
        # LATERAL looks up each key in its own partition; with a list every partition would be searched for every key.
        cursor.execute(
            "SELECT there.key, there.owner, there.event, there.event_time FROM unnest(%s::bytea[]) AS wanted (key) "
            "CROSS JOIN LATERAL (SELECT * FROM trace_identity i WHERE i.key = wanted.key OFFSET 0) AS there",
            [list(keys)],
        )
        return [StoredIdentity(bytes(key), *rest) for key, *rest in cursor.fetchall()]


def insert_identities(identities: Sequence[StoredIdentity]) -> set[tuple[bytes, int]]:
    """PostgreSQL: insert the identities that are not stored yet; returns their keys and owners.

    Waits for a concurrent writer of the same event until its transaction ends. All writers insert keys in ascending
    order, so that no two transactions wait for each other.
    """
    ordered = sorted(identities)
    columns = [list(column) for column in zip(*ordered, strict=True)] or [[], [], [], []]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trace_identity (key, owner, event, event_time) "
            "SELECT * FROM unnest(%s::bytea[], %s::bigint[], %s::bigint[], %s::bigint[]) "
            "ON CONFLICT DO NOTHING RETURNING key, owner",
            columns,
        )
        return {(bytes(key), owner) for key, owner in cursor.fetchall()}


_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _lines(rows: Sequence[tuple[Any, ...]], width: int) -> str:
    """Rows in the text format of COPY; none of these columns is ever NULL."""
    line = "\t".join(["%s"] * width)
    text = "\n".join([line % row for row in rows])
    signs = text.count("\t"), text.count("\n")
    if "\\" in text or "\r" in text or signs != ((width - 1) * len(rows), len(rows) - 1):
        return "\n".join(["\t".join([str(field).translate(_ESCAPES) for field in row]) for row in rows])
    return text


def insert_rows(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """PostgreSQL: insert many rows by COPY."""
    if not rows:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for part in chunks(rows, _CHUNK):
            copy.write(_lines(part, len(columns)) + "\n")


_TYPES = {"owner": "bigint", "thing": "text", "value": "text", "listing": "smallint", "kind": "smallint"}


def insert_missing_rows(table: str, columns: Sequence[str], rows: Collection[tuple[Any, ...]]) -> None:
    """PostgreSQL: insert the rows that are not stored yet; the columns are exactly the primary key.

    Sorted by the key, so that no two transactions wait for each other.
    """
    if not rows:
        return
    placeholders = ", ".join(f"%s::{_TYPES[column]}[]" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({placeholders}) ON CONFLICT DO NOTHING",
            [list(column) for column in zip(*sorted(rows), strict=True)],
        )
