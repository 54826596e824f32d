"""The database of an installation, as a backup and a restore need it: what both engines are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from khcn.kernel.backup.sqlite_database import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from khcn.kernel.backup.installation import Installation


class DatabaseView(Protocol):
    """A database as it is at one moment, whatever is written meanwhile."""

    @property
    def engine_version(self) -> str:
        """The version of the engine."""

    def names(self) -> list[str]:
        """All tables that hold rows."""

    def sum_of(self, table: str) -> tuple[int, str]:
        """How many rows a table has, and their hash: every value, in the order of the key."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a short query."""

    def faults(self) -> list[str]:
        """What the engine itself finds damaged."""

    def content(self) -> Iterator[bytes]:
        """The whole, as the engine restores it."""


class Database(Protocol):
    """One engine."""

    engine: str
    part: str
    """Name of its part in a set."""

    def place(self) -> str:
        """Where it is, without a password."""

    def schema(self) -> str:
        """The schema in which the tables are; empty where the engine has none."""

    def size(self) -> int:
        """Bytes that it takes on the disk, about."""

    def snapshot(self, folder: Path) -> AbstractContextManager[DatabaseView]:
        """The database at this moment. What has been committed before is in it."""

    def reading(self) -> AbstractContextManager[DatabaseView]:
        """The database as it is, for comparison. Nobody may write meanwhile."""

    def contents(self) -> list[str]:
        """Tables that are there; none in an empty database, or where there is no database yet."""

    def own_files(self) -> list[Path]:
        """Files that an empty database may have left among the data."""

    def stage(self, folder: Path) -> AbstractContextManager[Any]:
        """Takes the content of the part, by ``write``."""

    def restore(self, folder: Path) -> None:
        """Put the staged content into its place: all of it or nothing."""

    def for_rehearsal(self, name: str) -> AbstractContextManager[dict[str, str]]:
        """Beside it an empty one into which a set is restored for a rehearsal: the variables of the environment that name it."""


class TableSum(BaseModel):
    """What a table held."""

    rows: int
    sha256: str


def database_of(installation: Installation) -> Database:
    """The database of an installation."""
    if str(installation.database["ENGINE"]).endswith("sqlite3"):
        return SqliteDatabase(installation)
    from khcn.kernel.backup.postgresql_database import PostgresqlDatabase  # local: slow import

    return PostgresqlDatabase(installation)


def sums_of(view: DatabaseView) -> dict[str, TableSum]:
    """Rows and hash of each table."""
    found = {}
    for name in view.names():
        rows, sha256 = view.sum_of(name)
        found[name] = TableSum(rows=rows, sha256=sha256)
    return found
