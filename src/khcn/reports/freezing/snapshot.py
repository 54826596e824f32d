"""Reading many tables as of one instant, while others go on writing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def reading_snapshot() -> Iterator[None]:
    """All queries inside see the database as it was at the first of them; nobody waits for it.

    Inside a transaction of the caller that transaction's own view is used.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # On SQLite a deferred transaction reads a snapshot and holds no lock; ours begin IMMEDIATE, ready to write.
        database: Any = connection
        database.ensure_connection()
        ordinary, database.transaction_mode = database.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            database.transaction_mode = ordinary
