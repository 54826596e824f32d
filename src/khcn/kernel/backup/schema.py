"""The structure of a database by its migrations: which version of the program can work with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from khcn.kernel.audit.models import ChainHead, ChangeEntry
from khcn.kernel.backup.backup_set import LogHead
from khcn.kernel.backup.installation import STORED_FILES

if TYPE_CHECKING:
    from khcn.kernel.backup.database import DatabaseView

_GENESIS: Final = "0" * 64


def applied_migrations(view: DatabaseView) -> list[tuple[str, str]]:
    """Migrations that a database has."""
    table = MigrationRecorder.Migration._meta.db_table
    found = view.rows(f"SELECT app, name FROM {table} ORDER BY app, name")  # noqa: S608 -- our own constant
    return [(_text(app), _text(name)) for app, name in found]


def known_migrations() -> set[tuple[str, str]]:
    """Migrations of this version, and those that one of them replaces."""
    found: set[tuple[str, str]] = set()
    for key, migration in MigrationLoader(None).disk_migrations.items():
        found |= {key, *((app, name) for app, name in migration.replaces)}
    return found


def unknown_migrations() -> list[str]:
    """Migrations that the database of the settings has and this version does not know."""
    unknown = set(MigrationRecorder(connection).applied_migrations()) - known_migrations()
    return [f"{app}.{name}" for app, name in sorted(unknown)]


def log_head(view: DatabaseView) -> LogHead:
    """How far the log and its chain go."""
    head, entries = ChainHead._meta.db_table, ChangeEntry._meta.db_table
    ((count,),) = view.rows(f"SELECT count(*) FROM {entries}")  # noqa: S608 -- our own constant
    found = view.rows(f"SELECT position, seal FROM {head}")  # noqa: S608 -- our own constant
    position, seal = found[0] if found else (0, _GENESIS)
    return LogHead(entries=count, position=position, seal=_text(seal))


def named_files(view: DatabaseView) -> set[str]:
    """Every stored file that a row names."""
    found: set[str] = set()
    there = {name.rpartition(".")[2] for name in view.names()}  # a database of an older version lacks some
    for model in apps.get_models():
        for field in model._meta.local_fields:
            # what has a storage keeps the name of a file in it
            if hasattr(field, "storage") and model._meta.db_table in there:
                table, column = model._meta.db_table, field.column
                query = f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> ''"  # noqa: S608 -- our own constants
                found |= {f"{STORED_FILES}/{_text(name)}" for (name,) in view.rows(query)}
    return found


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
