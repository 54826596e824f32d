"""A PostgreSQL database in backup and restore: by its own programs, ``pg_dump`` and ``pg_restore``."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.conninfo import make_conninfo

from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.streams import CHUNK, create_private
from khcn.kernel.durable_writes import sync_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from khcn.kernel.backup.installation import Installation

# Options of Django's that libpq knows too.
_CONNECTION: Final = {each.keyword.decode() for each in psycopg.pq.Conninfo.get_defaults()}
_SHOWN_OF_CONNECTION: Final = ("host", "port", "dbname", "user")
_WHOLE: Final = ("--no-owner", "--no-privileges", "--no-comments")
# A line of the contents of a dump: number; catalogue, object, kind.
_OF_SCHEMA: Final = re.compile(r"\d+; \d+ \d+ SCHEMA - ")
_REHEARSALS: Final = "khcn_rehearsal_"
_DROP: Final = sql.SQL("DROP DATABASE {} WITH (FORCE)")
_SHOWN: Final = 2000  # characters of what a program reports
# Values are written the same way wherever the table is summed.
_SESSION: Final = (
    "SET TIME ZONE 'UTC'; SET datestyle TO ISO; SET intervalstyle TO iso_8601; SET bytea_output TO hex"
)
_TABLES: Final = """
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = current_schema()
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1"""
_SIZE: Final = """
    SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"""
_KEY: Final = """
    SELECT a.attname, t.typcollation <> 0 FROM pg_index i
    CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k(attnum, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum JOIN pg_type t ON t.oid = a.atttypid
    WHERE i.indisprimary AND i.indrelid = %s::regclass ORDER BY k.place"""


class PostgresqlView:
    """What one reading transaction sees."""

    def __init__(self, connection: psycopg.Connection[Any], database: PostgresqlDatabase) -> None:
        self._connection = connection
        self._database = database

    @property
    def engine_version(self) -> str:
        """The version of the server."""
        return str(self.rows("SHOW server_version")[0][0])

    def names(self) -> list[str]:
        """Tables of the schema with rows of their own: the parts of a partitioned one, and none of an extension. What other
        schemas of the database have, such as those of other provinces, is not ours.
        """
        return [name for (name,) in self.rows(_TABLES)]

    def sum_of(self, table: str) -> tuple[int, str]:
        """Rows and their hash, in the order of the key by bytes, whatever the server's language."""
        name = sql.Identifier(*table.split(".", 1))
        key = self._connection.execute(_KEY, [name.as_string(self._connection)]).fetchall()
        columns = [
            sql.SQL('{} COLLATE "C"' if is_text else "{}").format(sql.Identifier(column))
            for column, is_text in key
        ]
        order = sql.SQL(", ").join(columns) if columns else sql.SQL('t::text COLLATE "C"')
        query = sql.SQL("COPY (SELECT * FROM {} t ORDER BY {}) TO STDOUT").format(name, order)
        digest = hashlib.sha256()
        with self._connection.cursor() as cursor:
            with cursor.copy(query) as lines:
                for block in lines:
                    digest.update(block)
            return cursor.rowcount, digest.hexdigest()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a short query."""
        return self._connection.execute(query).fetchall()

    def faults(self) -> list[str]:
        """None: the server finds damaged pages when it reads them, and the backup fails."""
        return []

    def content(self) -> Iterator[bytes]:
        """The dump of the same snapshot."""
        ((snapshot, schema),) = self.rows("SELECT pg_export_snapshot(), quote_ident(current_schema())")
        # Extensions are the database's, and not in the dump of a schema unless they are asked for.
        what = [f"--schema={_exactly(schema)}", "--extension=*"]
        dump = [*_WHOLE, *what, "--format=custom", "--compress=1", f"--snapshot={snapshot}"]
        yield from self._database.dump(dump)


class PostgresqlDatabase:
    """The database that the settings name."""

    engine = "postgresql"
    part = "database.pgdump"

    def __init__(self, installation: Installation) -> None:
        given = installation.database
        options = {k: v for k, v in (given.get("OPTIONS") or {}).items() if k in _CONNECTION}
        named = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
        self.parameters: dict[str, Any] = {
            key: given[name] for key, name in named.items() if given.get(name)
        } | options
        self._conninfo = make_conninfo(**self.parameters)
        if given.get("PASSWORD"):
            self.parameters["password"] = given["PASSWORD"]

    def place(self) -> str:
        """Host, name and role."""
        return make_conninfo(**{k: v for k, v in self.parameters.items() if k in _SHOWN_OF_CONNECTION})

    def size(self) -> int:
        """The tables of the schema with their indexes, as the server states it."""
        with self._connected() as connection:
            return int(connection.execute(_SIZE).fetchall()[0][0])

    def schema(self) -> str:
        """The schema of the tables: the first of the search path, also where it is not there yet."""
        with self._connected() as connection:
            ((present, path),) = connection.execute(
                "SELECT current_schema(), current_setting('search_path')"
            ).fetchall()
            names = next(csv.reader([path], skipinitialspace=True), [])
            return str(present or next((name for name in names if name != "$user"), "public"))

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with psycopg.connect(**self.parameters) as connection:
                connection.execute(_SESSION)
                connection.commit()
                yield connection
        except psycopg.Error as fault:
            raise BackupError(
                _("Cơ sở dữ liệu PostgreSQL báo lỗi: %(why)s. Kiểm tra máy chủ cơ sở dữ liệu rồi chạy lại.")
                % {"why": str(fault).strip()}
            ) from fault

    @contextmanager
    def snapshot(self, folder: Path) -> Iterator[PostgresqlView]:
        """One reading transaction, which ``pg_dump`` shares."""
        with self._connected() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield PostgresqlView(connection, self)
            connection.rollback()

    @contextmanager
    def reading(self) -> Iterator[PostgresqlView]:
        """The same."""
        with self._connected() as connection:
            yield PostgresqlView(connection, self)

    def contents(self) -> list[str]:
        """Its tables."""
        with self.reading() as view:
            return view.names()

    def own_files(self) -> list[Path]:
        """None."""
        return []

    @contextmanager
    def stage(self, folder: Path) -> Iterator[BinaryIO]:
        """As a file: nothing goes into the database before all of it has arrived."""
        with create_private(folder / self.part) as file:
            yield file
            sync_file(file)

    def restore(self, folder: Path) -> None:
        """One transaction of the server: killed in the middle it leaves nothing."""
        source, contents = folder / self.part, folder / f"{self.part}.list"
        schema = self.schema()
        with self._connected() as connection:
            there = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
            if not connection.execute(there, [schema]).fetchall():
                connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        program = self._program("pg_restore")
        # Everything but the schema itself, which is there.
        listed = self._restored([program, "--list", source]).decode().splitlines()
        contents.write_text("\n".join(each for each in listed if not _OF_SCHEMA.match(each)), "utf-8")
        how = [*_WHOLE, "--single-transaction", "--exit-on-error", f"--use-list={contents}"]
        self._restored([program, *how, f"--dbname={self._conninfo}", source])
        contents.unlink()
        source.unlink()

    @contextmanager
    def for_rehearsal(self, name: str) -> Iterator[dict[str, str]]:
        """A new database on the same server, removed afterwards. Raises :class:`BackupError` where the role may not make one."""
        address = os.environ["DATABASE_URL"]
        own = self._beginning_of_rehearsals()
        database = f"{own}{name}"
        try:
            with psycopg.connect(**self.parameters, autocommit=True) as server:
                _drop_abandoned(server, own)
                create = sql.SQL("CREATE DATABASE {} TEMPLATE template0")
                server.execute(create.format(sql.Identifier(database)))
                # The lock says that a process works in it; the connection ends with the process.
                server.execute("SELECT pg_advisory_lock(hashtext(%s))", [database])
                try:
                    yield {"DATABASE_URL": urlunsplit(urlsplit(address)._replace(path=f"/{database}"))}
                finally:
                    server.execute(_DROP.format(sql.Identifier(database)))
        except psycopg.Error as fault:
            raise BackupError(
                _(
                    "Không tạo được cơ sở dữ liệu tạm để phục hồi thử: %(why)s. Cho tài khoản cơ sở dữ liệu quyền CREATEDB "
                    "(ALTER ROLE … CREATEDB)."
                )
                % {"why": str(fault).strip()}
            ) from fault

    def _beginning_of_rehearsals(self) -> str:
        """How names of databases of this installation's rehearsals begin: others of the same server go on meanwhile, and their
        locks are not seen from here.
        """
        store = f"{self.parameters.get('dbname')}/{self.schema()}"
        return f"{_REHEARSALS}{hashlib.sha256(store.encode()).hexdigest()[:8]}_"

    def _restored(self, command: list[str | Path]) -> bytes:
        """What ``pg_restore`` writes. Raises :class:`BackupError` when it fails."""
        with tempfile.TemporaryFile() as errors:
            done = subprocess.run(  # noqa: S603 -- PostgreSQL's own program, no shell
                command,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                check=False,
            )
            if done.returncode:
                raise _failure("pg_restore", errors)
            return done.stdout

    def dump(self, options: list[str]) -> Iterator[bytes]:
        """What ``pg_dump`` writes. Raises :class:`BackupError` when it fails."""
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(  # noqa: S603 -- PostgreSQL's own program, no shell
                [self._program("pg_dump"), *options, f"--dbname={self._conninfo}"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
            try:
                assert process.stdout is not None  # noqa: S101 -- for mypy
                while chunk := process.stdout.read(CHUNK):
                    yield chunk
                if process.wait():
                    raise _failure("pg_dump", errors)
            finally:
                process.kill()
                process.communicate()

    def _environment(self) -> dict[str, str]:
        password = self.parameters.get("password")
        return os.environ | ({"PGPASSWORD": password} if password else {})

    def _program(self, name: str) -> str:
        """Path of the newest such program: it must not be older than the server."""
        with self._connected() as connection:
            server = connection.info.server_version // 10000
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number, reverse=True)
        found = [
            str(folder / name) for folder in folders if (folder / name).exists() and _number(folder) >= server
        ]
        found += [path for path in [shutil.which(name)] if path]
        if not found:
            raise BackupError(
                _(
                    "Không tìm thấy chương trình %(name)s cho PostgreSQL %(version)s. Cài gói postgresql-client-%(version)s."
                )
                % {"name": name, "version": server}
            )
        return found[0]


def _exactly(quoted: str) -> str:
    """A name of SQL as a pattern of ``pg_dump``, which it alone fits."""
    return quoted if quoted.startswith('"') else f'"{quoted}"'


def _number(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _failure(program: str, errors: BinaryIO) -> BackupError:
    errors.seek(0)
    text = errors.read().decode(errors="replace").strip()
    return BackupError(_("%(program)s không xong: %(why)s") % {"program": program, "why": text[-_SHOWN:]})


def _drop_abandoned(server: psycopg.Connection[tuple[str, ...]], beginning: str) -> None:
    """Databases of rehearsals of this installation that were killed."""
    found = server.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s AND pg_try_advisory_lock(hashtext(datname))",
        [beginning.replace("_", "\\_") + "%"],
    ).fetchall()
    for (name,) in found:
        server.execute(_DROP.format(sql.Identifier(name)))
