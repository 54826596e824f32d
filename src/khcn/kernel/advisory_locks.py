"""Locks of PostgreSQL on a name instead of a row, from here to the end of the transaction.

The server has one set of them for a whole database. Several provinces may each have a schema of one database
(docs/adr/0032), so the schema is part of the name: nobody waits for another province. The schema and not the province's code,
because it is the schema's tables that are protected, whatever the settings of a process say.
"""

from __future__ import annotations

from django.db import connection


def take_lock(name: str, *, shared: bool = False) -> None:
    """Wait for the lock of this name in the store of this province; many may have it shared at the same time.

    Those who wait come in the order in which they asked. Does nothing on SQLite, where a transaction that writes is alone from
    its beginning.
    """
    if connection.vendor != "postgresql":
        return
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(hashtextextended(concat(current_schema(), '/', %s::text), 0))", [name]
        )
