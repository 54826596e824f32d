"""The programs of an installation mark a SQLite database file while they use it (`khcn.kernel.use_mark`)."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING, Any, Final

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.signals import connection_created

from khcn.kernel import use_mark

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

_used: Final[set[Path]] = set()
"""Files that this process, or the one that it was forked from, has been connected to."""


def mark_used_database() -> None:
    """From now on each new connection to the database file marks it where it is not marked."""
    connection_created.connect(_mark, dispatch_uid="khcn.config.database_use")


def _mark(*, connection: BaseDatabaseWrapper, **_more: Any) -> None:
    if connection.alias != DEFAULT_DB_ALIAS or connection.vendor != "sqlite":
        return
    if (path := use_mark.file_of(connection.settings_dict["NAME"])) is not None:
        _used.add(path)
        try:
            use_mark.mark(connection.connection, path)
        except (OSError, sqlite3.Error) as fault:  # the disk is full: pages are read all the same
            log.warning("%s is not marked as used: %s", path, fault)


def leave_database() -> None:
    """Close the connections of this thread. The last program of a SQLite database writes its log back into the file, which is
    whole by itself then, and says so in it.
    """
    connections.close_all()
    while _used:
        use_mark.unmark_if_last(_used.pop())
