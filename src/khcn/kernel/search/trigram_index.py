"""The index of three-letter runs: FTS5 on SQLite, pg_trgm on PostgreSQL.

Laid out after every ``migrate`` if it is not there, and not by a migration: a migration that makes the table anew on
SQLite takes its triggers away, and a database whose extensions the administrator had to create first goes on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

from khcn.kernel.search.search_sql import INDEX, TABLE

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

EXTENSIONS = ("pg_trgm", "btree_gin")

# Two spaces before each word: so a word of one or two letters has a run of three characters at its beginning.
_PADDED = "replace({}.text, ' ', '  ')"
_ENTER = f"INSERT INTO {INDEX}(rowid, text) VALUES (new.id, {_PADDED.format('new')});"  # noqa: S608 -- our own names
_LEAVE = f"INSERT INTO {INDEX}({INDEX}, rowid, text) VALUES ('delete', old.id, {_PADDED.format('old')});"  # noqa: S608
_TRIGGERS = (
    f"CREATE TRIGGER IF NOT EXISTS search_enter AFTER INSERT ON {TABLE} BEGIN {_ENTER} END",
    f"CREATE TRIGGER IF NOT EXISTS search_leave AFTER DELETE ON {TABLE} BEGIN {_LEAVE} END",
    f"CREATE TRIGGER IF NOT EXISTS search_change AFTER UPDATE OF text ON {TABLE} WHEN old.text <> new.text BEGIN {_LEAVE} {_ENTER} END",
)
# The index keeps neither texts nor places, only which entries have a run: a third of the size. Whether the runs stand
# together is compared in the entry itself.
_FTS = f"CREATE VIRTUAL TABLE {INDEX} USING fts5(text, content='', columnsize=0, detail=none, tokenize='trigram')"
_FILL = f"INSERT INTO {INDEX}(rowid, text) SELECT id, replace(text, ' ', '  ') FROM {TABLE}"  # noqa: S608
NOT_ALLOWED = """
Cơ sở dữ liệu thiếu phần mở rộng {name} của PostgreSQL, và phần mềm không tự tạo được.
Người quản trị cơ sở dữ liệu hãy cài gói postgresql-contrib (trên Debian đã có trong gói postgresql), rồi chạy trong cơ sở dữ liệu này:
    CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin;
hoặc cho tài khoản của phần mềm quyền tạo (GRANT CREATE ON DATABASE), sau đó chạy lại lệnh vừa rồi. Dữ liệu không bị ảnh hưởng.

The database lacks the PostgreSQL extension {name}, and the program could not create it.
Ask the database administrator to install postgresql-contrib (part of Debian's postgresql package) and to run, in this database:
    CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin;
or to let the program's role create it (GRANT CREATE ON DATABASE), then run the last command again. No data is affected.
"""


def create_index(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing of the index."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _lay_out_sqlite(cursor)
        else:
            _lay_out_postgresql(cursor)


def _lay_out_sqlite(cursor: Any) -> None:
    cursor.execute(
        "SELECT count(*) FROM sqlite_master WHERE name IN (%s, 'search_enter', 'search_leave', 'search_change')",
        [INDEX],
    )
    if cursor.fetchone()[0] == len(_TRIGGERS) + 1:
        return
    # Without its triggers the index has missed writes, so it is made anew.
    cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")
    for statement in (_FTS, *_TRIGGERS, _FILL):
        cursor.execute(statement)


def _lay_out_postgresql(cursor: Any) -> None:
    cursor.execute(
        "SELECT 1 FROM pg_class WHERE relname = %s AND relnamespace = current_schema()::regnamespace", [INDEX]
    )
    if cursor.fetchone():
        return
    for name in EXTENSIONS:
        _extend(cursor, name)
    # Byte order, so that the beginning of a name is a range of the index whatever the server's language.
    for column in ("name", "spelling"):
        cursor.execute(f'ALTER TABLE {TABLE} ALTER COLUMN {column} TYPE varchar(150) COLLATE "C"')
    # Several provinces may each have a schema of this database; the extension is in one schema for all of them.
    cursor.execute(
        "SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'pg_trgm'"
    )
    ((place,),) = cursor.fetchall()
    cursor.execute(f"CREATE INDEX {INDEX} ON {TABLE} USING gin (model, text {place}.gin_trgm_ops)")
    # Only the owner of an index may do this, and what answers requests is not (khcn.kernel.database_roles).
    # Temporary objects of the caller come last: found first, they would be used as the owner.
    cursor.execute("SELECT quote_ident(current_schema())")
    schema = cursor.fetchone()[0]
    cursor.execute(
        "CREATE OR REPLACE FUNCTION kernel_search_merge() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
        f"SET search_path = {schema}, pg_temp AS $$ SELECT gin_clean_pending_list('{INDEX}') $$"
    )


def merge_index_segments(connection: BaseDatabaseWrapper) -> None:
    """Join the pieces that writes leave behind; every search reads all of them, and eleven cost eight times as much as one."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('optimize')")  # noqa: S608 -- our own name
        else:
            cursor.execute("SELECT kernel_search_merge()")


def _extend(cursor: Any, name: str) -> None:
    """Both are trusted since PostgreSQL 13: every role that may create objects in the database may create them.

    In the schema that every database has at first: in that of one province the others could not use it.
    """
    cursor.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [name])
    if cursor.fetchone():
        return
    cursor.execute("SELECT to_regnamespace('public') IS NOT NULL")
    ((is_there,),) = cursor.fetchall()
    try:
        cursor.execute(f"CREATE EXTENSION {name}" + " SCHEMA public" * is_there)
    except (ProgrammingError, OperationalError) as fault:
        raise CommandError(NOT_ALLOWED.format(name=name)) from fault
