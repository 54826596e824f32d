"""A SQLite database in backup and restore.

Its file alone is not the database: what was committed last stands in the file beside it whose name ends in ``-wal``. So it is
copied by SQLite's own backup interface, in one reading transaction, which hinders no writer.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from django.utils.translation import gettext as _

from khcn.kernel import use_mark
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.streams import (
    Decompressor,
    chunks_of,
    compressed,
    create_private,
)
from khcn.kernel.durable_writes import sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.backup.installation import Installation

_ROWS_AT_ONCE: Final = 2000
_BESIDE: Final = ("-wal", "-shm", "-journal", use_mark.ENDING)
_WORTHLESS: Final = "-write-lock"  # by which processes take turns; empty
_WAIT: Final = 60.0  # seconds for a lock that another connection has


class SqliteView:
    """A database file that nobody writes to."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        # Text as bytes: one text that is no UTF-8 must not keep the others from being saved.
        connection.text_factory = bytes

    @property
    def engine_version(self) -> str:
        """The version of the library."""
        return sqlite3.sqlite_version

    def names(self) -> list[str]:
        """Tables with rows of their own: not views, and not virtual tables, whose rows stand in tables beside them."""
        listed = self.rows(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow')"
        )
        return sorted(name.decode() for (name,) in listed if name != b"sqlite_schema")

    def sum_of(self, table: str) -> tuple[int, str]:
        """Rows and their hash, by row number or by key."""
        digest, rows = hashlib.sha256(), 0
        query = f"SELECT * FROM {_name(table)} ORDER BY {self._order(table)}"  # noqa: S608 -- quoted names from the catalogue
        with closing(self._connection.execute(query)) as cursor:
            while batch := cursor.fetchmany(_ROWS_AT_ONCE):
                rows += len(batch)
                digest.update(repr(batch).encode())
        return rows, digest.hexdigest()

    def _order(self, table: str) -> str:
        without = "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?"
        if not self._connection.execute(without, [table]).fetchone()[0]:
            return "rowid"
        key = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
        return ", ".join(_name(name.decode()) for (name,) in self._connection.execute(key, [table]))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a short query."""
        return self._connection.execute(query).fetchall()

    def faults(self) -> list[str]:
        """Damaged pages and indexes, and rows that name others which are not there."""
        damaged = [text.decode() for (text,) in self.rows("PRAGMA quick_check") if text != b"ok"]
        lost = self.rows('SELECT DISTINCT "table", parent FROM pragma_foreign_key_check')
        return damaged + [f"{table.decode()} → {parent.decode()}" for table, parent in lost]

    def content(self) -> Iterator[bytes]:
        """The file, compressed."""
        yield from compressed(chunks_of(self._path))


class SqliteDatabase:
    """The file that the settings name."""

    engine = "sqlite"
    part = "database.sqlite3.gz"

    def __init__(self, installation: Installation) -> None:
        self._path = Path(installation.database["NAME"]).absolute()
        self._staged = self._path.with_name(f".{self._path.name}.restoring")

    def place(self) -> str:
        """The path."""
        return str(self._path)

    def schema(self) -> str:
        """None."""
        return ""

    def size(self) -> int:
        """File and log."""
        return sum(path.stat().st_size for path in (self._path, self._beside("-wal")) if path.exists())

    def _beside(self, ending: str) -> Path:
        return self._path.with_name(self._path.name + ending)

    @contextmanager
    def snapshot(self, folder: Path) -> Iterator[SqliteView]:
        """A copy in a folder, made in one step: with several, each write of another connection would begin it anew."""
        copy = folder / "database.sqlite3"
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL, 0o600))
        address = f"file:{quote(str(self._path))}?mode=ro"
        try:
            with (
                closing(sqlite3.connect(address, uri=True, timeout=_WAIT)) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
                target.execute("PRAGMA journal_mode=DELETE").fetchone()  # the file is whole by itself
                target.execute("PRAGMA user_version=0")  # and no program uses it (`khcn.kernel.use_mark`)
        except sqlite3.Error as fault:
            raise BackupError(
                _("Không sao chép được cơ sở dữ liệu %(path)s: %(why)s. Kiểm tra dung lượng đĩa và chạy lại.")
                % {"path": self._path, "why": fault}
            ) from fault
        try:
            with closing(sqlite3.connect(f"file:{quote(str(copy))}?mode=ro&immutable=1", uri=True)) as reader:
                yield SqliteView(reader, copy)
        finally:
            copy.unlink()

    @contextmanager
    def reading(self) -> Iterator[SqliteView]:
        """The file itself."""
        with closing(sqlite3.connect(f"file:{quote(str(self._path))}?mode=ro", uri=True)) as reader:
            yield SqliteView(reader, self._path)

    def contents(self) -> list[str]:
        """Tables, or what is left of a database that was moved away: its log would be taken for one of the new file."""
        if self._path.exists():
            with self.reading() as view:
                return view.names()
        return [path.name for ending in _BESIDE if (path := self._beside(ending)).exists()]

    def own_files(self) -> list[Path]:
        """The file with its log, and the copy that a restore makes of it."""
        return [self._path, *(self._beside(ending) for ending in (*_BESIDE, _WORTHLESS)), self._staged]

    @contextmanager
    def stage(self, folder: Path) -> Iterator[Decompressor]:
        """Beside the place where it belongs, so that it gets there by a change of name."""
        self._staged.unlink(missing_ok=True)
        with create_private(self._staged) as file:
            yield Decompressor(file.write)
            sync_file(file)

    @contextmanager
    def for_rehearsal(self, name: str) -> Iterator[dict[str, str]]:
        """None: the file is made in the folder of the rehearsal."""
        yield {}

    def restore(self, folder: Path) -> None:
        """Give it its name. A file without tables that a command has made there goes."""
        for ending in _BESIDE:
            self._beside(ending).unlink(missing_ok=True)
        self._staged.replace(self._path)
        sync_folder(self._path.parent)


def _name(raw: str) -> str:
    return '"' + raw.replace('"', '""') + '"'
