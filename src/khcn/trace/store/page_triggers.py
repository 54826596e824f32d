"""Triggers of the database that raise the stamp of public pages when a row changes from which they are made (docs/adr/0063).

By triggers and not by the operations that write, so that no way to write a row can be forgotten: bulk statements, jobs, imports,
merged provinces, a person with SQL. Laid out after every ``migrate``, because a migration that makes a table anew on SQLite takes its
triggers away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from khcn.trace.models import PageStamp, StoredPage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

_STAMPS: Final = PageStamp._meta.db_table
_PAGES: Final = StoredPage._meta.db_table
_FUNCTION: Final = "trace_page_changed"
_ALL: Final = ("INSERT", "UPDATE", "DELETE")
_MOST_ADDED: Final = 2**31 - 1
"""To the stamp by one change, so that it has room for four thousand million of them."""

_TRIGGERS: Final = (
    "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal"
)

_watched: dict[str, tuple[str, ...]] = {}


def pages_are_made_of(*models: type[Model], verbs: Iterable[str] = _ALL) -> None:
    """Declare models that public pages are made from. `verbs`: how rows of them change what a page shows."""
    for model in models:
        _watched[model._meta.db_table] = tuple(verbs)


def watched_tables() -> dict[str, tuple[str, ...]]:
    """The tables that have triggers, each with the statements that are noticed."""
    return dict(_watched)


def lay_out_triggers(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers that are missing. No page that was stored before stays, because a migration may have changed rows without them."""
    tables = set(connection.introspection.table_names())
    if _PAGES not in tables:  # migrated back to before it
        return
    lay_out = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with connection.cursor() as cursor:
        lay_out(cursor, {table: verbs for table, verbs in _watched.items() if table in tables})
        cursor.execute(f"DELETE FROM {_PAGES}")


def _on_sqlite(cursor: Any, tables: dict[str, tuple[str, ...]]) -> None:
    """One writer at a time: each change adds to the same row."""
    raise_stamp = (
        f"INSERT INTO {_STAMPS} (id, changes) VALUES (1, 1 + (random() & {_MOST_ADDED})) "
        "ON CONFLICT (id) DO UPDATE SET changes = changes + excluded.changes"
    )
    for table, verbs in tables.items():
        for verb in verbs:
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS page_{table}_{verb.lower()} AFTER {verb} ON {table} "
                f"BEGIN {raise_stamp}; END"
            )


def _on_postgresql(cursor: Any, tables: dict[str, tuple[str, ...]]) -> None:
    """Many writers: each statement adds a row of its own, so that none waits for another. In the schema of the table, whatever schema the
    connection that writes has. What is there stays, because a new trigger waits for all who write to the table. TRUNCATE is noticed everywhere.
    """
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"EXECUTE format('INSERT INTO %I.{_STAMPS} (changes) VALUES (1 + floor(random() * {_MOST_ADDED})::bigint)', "
        "TG_TABLE_SCHEMA); RETURN NULL; END $$"
    )
    cursor.execute(_TRIGGERS)
    known = set(cursor.fetchall())
    for table, verbs in tables.items():
        name = f"page_changed_by_{'_'.join(verbs)}".lower()
        if (table, name) not in known:
            cursor.execute(
                f"CREATE TRIGGER {name} AFTER {' OR '.join((*verbs, 'TRUNCATE'))} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
            )
