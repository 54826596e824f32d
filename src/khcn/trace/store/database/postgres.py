"""Bulk statements of PostgreSQL: COPY, and identities by which concurrent writers of one event find each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

_WRITING = 0x7261_6365  # advisory: shared by all who write events
_CHUNK = 5000  # rows that are written to the server at once

Given = TypeVar("Given")


def together(work: Callable[[], Given]) -> Given:
    """Do some writing in a transaction of its own: writers work side by side."""
    with transaction.atomic():
        return work()


def begin(*, alone: bool) -> None:
    """Wait until one may write events, until the end of the transaction: beside others, or alone.

    Declarations are written alone, else neither they nor the events that they are about would see the other, and the
    flows of a declared event would stay valid. Partitions are made alone, too.
    """
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_WRITING])


def numbers(count: int) -> list[int]:
    """New row ids of events, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('trace_event_number') FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def known(keys: Sequence[bytes]) -> dict[bytes, tuple[int, int]]:
    """The identities that are there: event and event time by key."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        # Key by key, each in its own partition; else every partition is asked for every key, or read through.
        cursor.execute(
            "SELECT there.key, there.event, there.event_time FROM unnest(%s::bytea[]) AS wanted (key) "
            "CROSS JOIN LATERAL (SELECT * FROM trace_identity i WHERE i.key = wanted.key OFFSET 0) AS there",
            [list(keys)],
        )
        return {bytes(key): (event, moment) for key, event, moment in cursor.fetchall()}


def claim(identities: Sequence[tuple[bytes, int, int]]) -> set[bytes]:
    """Store the identities that are not there yet; gives their keys.

    Waits for a concurrent writer of the same event until that one has committed or given up. Keys are taken in
    ascending order by all, so no two wait for each other.
    """
    ordered = sorted(identities)
    columns = [list(column) for column in zip(*ordered, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trace_identity (key, event, event_time) "
            "SELECT * FROM unnest(%s::bytea[], %s::bigint[], %s::bigint[]) "
            "ON CONFLICT DO NOTHING RETURNING key",
            columns,
        )
        return {bytes(key) for (key,) in cursor.fetchall()}


_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _lines(rows: Sequence[tuple[Any, ...]], width: int) -> str:
    """Rows of so many columns in the text format of COPY; none of our columns is ever NULL."""
    line = "\t".join(["%s"] * width)
    text = "\n".join([line % row for row in rows])
    signs = text.count("\t"), text.count("\n")
    if "\\" in text or "\r" in text or signs != ((width - 1) * len(rows), len(rows) - 1):
        return "\n".join(["\t".join([str(field).translate(_ESCAPES) for field in row]) for row in rows])
    return text


def insert(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows."""
    if not rows:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for start in range(0, len(rows), _CHUNK):
            copy.write(_lines(rows[start : start + _CHUNK], len(columns)) + "\n")


_TYPES = {"owner": "bigint", "thing": "text", "value": "text", "listing": "smallint", "holding": "smallint"}


def add(table: str, columns: Sequence[str], rows: Collection[tuple[Any, ...]]) -> None:
    """Insert the rows that are not there yet; the columns are all of the table's key.

    In the order of the key, so that no two writers wait for each other.
    """
    if not rows:
        return
    marks = ", ".join(f"%s::{_TYPES[column]}[]" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({marks}) ON CONFLICT DO NOTHING",
            [list(column) for column in zip(*sorted(rows), strict=True)],
        )
