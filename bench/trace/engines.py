"""Databases for the bench: SQLite files in its folder, and a PostgreSQL server of its own where there are programs for one."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from bench.migrated import is_of_this_version
from bench.service import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


NOT_FOUND = 3  # exit status of tools/postgres.py


@dataclass(frozen=True, slots=True)
class Engine:
    """A kind of database; ``server`` is the URL of any of its databases, None for SQLite."""

    name: str
    folder: Path
    server: str | None = None

    def environment(self, database: str) -> dict[str, str]:
        """What a process needs to work on the database of that name, which has the tables of this version.

        It is made when it is not there, and made again when another version has made it.
        """
        found = self._environment(database)
        if not is_of_this_version(found):
            self.erase(database)
            found = self._environment(database)
            if not is_of_this_version(found):
                raise RuntimeError(f"{self.name} {database}: a new database does not take the migrations")
        return found

    def _environment(self, database: str) -> dict[str, str]:
        data = self.folder / self.name / database
        data.mkdir(parents=True, exist_ok=True)
        if self.server is None:
            return environment(data)
        with psycopg.connect(self.server, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return environment(data, f"{self.server.rpartition('/')[0]}/{database}")

    def erase(self, database: str) -> None:
        """Remove the database of that name, and what was kept beside it."""
        shutil.rmtree(self.folder / self.name / database, ignore_errors=True)
        if self.server is not None:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[Engine | None]:
    """A durable server with the data of the last time, while the block lasts; None without programs for one.

    Raises RuntimeError when it does not start.
    """
    data = folder / "khcn-bench-postgresql"
    with subprocess.Popen(  # noqa: S603 -- our own tool
        [sys.executable, str(ROOT / "tools" / "postgres.py"), "--durable", "--data", str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        stdin, stdout = server.stdin, server.stdout
        assert stdin is not None  # noqa: S101 -- for mypy: both were asked for
        assert stdout is not None  # noqa: S101
        try:
            address = stdout.readline().strip()
            if not address and server.wait() != NOT_FOUND:
                raise RuntimeError("PostgreSQL did not start; its reasons stand above")
            yield Engine("postgresql", folder, address) if address else None
        finally:
            stdin.close()
