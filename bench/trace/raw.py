"""What the database itself can take: the rows of captured events, inserted again by the engine's barest bulk statement.

One process, one transaction for each document's events, the same tables and indexes, nothing computed meanwhile.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from khcn.trace import models

if TYPE_CHECKING:
    from collections.abc import Callable

# table and the column that names the event
TABLES = {
    models.Event._meta.db_table: "id",
    models.Identity._meta.db_table: "event",
    models.EventObject._meta.db_table: "event",
    models.LineageEdgeEnd._meta.db_table: "event",
}


def limit(events: int, per_transaction: int, rounds: int) -> float:
    """Events a second, median of rounds, with the rows of the last ``events`` events. Empties the tables."""
    last = models.Event.objects.order_by("-id").values_list("id", flat=True)[0]
    ids = list(
        models.Event.objects.filter(id__lte=last).order_by("-id").values_list("id", flat=True)[:events]
    )[::-1]
    load, store = (_copied, _copy) if connection.vendor == "postgresql" else (_selected, _insert)
    batches = [
        {
            table: load(table, key, ids[first], ids[first + per_transaction - 1])
            for table, key in TABLES.items()
        }
        for first in range(0, events, per_transaction)
    ]
    return statistics.median(events / _round(batches, store) for _each in range(rounds))


def _round(batches: list[dict[str, Any]], store: Callable[[str, Any], None]) -> float:
    empty()
    started = time.monotonic()
    for batch in batches:
        with transaction.atomic():
            for table, rows in batch.items():
                store(table, rows)
    return time.monotonic() - started


def empty() -> None:
    """Remove every event."""
    tables = (*TABLES, models.PartyObject._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)}")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own tables
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _selected(table: str, key: str, first: int, last: int) -> tuple[str, list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM {table} WHERE {key} BETWEEN %s AND %s ORDER BY {key}",  # noqa: S608 -- our own tables
            [first, last],
        )
        rows = cursor.fetchall()
        placeholders = ", ".join("?" * len(cursor.description))
    return f"INSERT INTO {table} VALUES ({placeholders})", rows  # noqa: S608 -- the same


def _insert(table: str, statement_and_rows: tuple[str, list[Any]]) -> None:
    statement, rows = statement_and_rows
    connection.connection.executemany(
        statement, rows
    )  # past Django's own cursor, which would translate each time


def _copied(table: str, key: str, first: int, last: int) -> bytes:
    source = f"SELECT * FROM {table} WHERE {key} BETWEEN {first} AND {last} ORDER BY {key}"  # noqa: S608 -- the same
    with connection.cursor() as cursor, cursor.copy(f"COPY ({source}) TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def _copy(table: str, rows: bytes) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(rows)
