"""A rehearsal: a set is restored beside the running system, by the same command that would restore it after a disaster.

It gets a folder of its own, on PostgreSQL a database of its own, and nothing of this installation but the key that opens the
set: neither its secret nor its files. Both are removed afterwards.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from khcn.kernel.backup.database import database_of
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.postgresql_database import PostgresqlDatabase
from khcn.kernel.backup.private_folders import private_folder, remove_abandoned
from khcn.kernel.backup.streams import create_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyrage

    from khcn.kernel.backup.installation import Installation

_PLACES: Final = ".rehearsal-"
_DATABASES: Final = "khcn_rehearsal_"
_WITHOUT: Final = ("KHCN_SECRET_KEY", "KHCN_SECRET_KEYS_BEFORE", "DATABASE_URL", "KHCN_OWNER_DATABASE_URL")
_SHOWN: Final = 4000  # characters of what the command wrote


def rehearse(folder: Path, installation: Installation, identity: pyrage.x25519.Identity | None = None) -> str:
    """Restore a set into a temporary place beside an installation's data; gives what the command wrote.

    ``identity`` opens it where the settings name nothing that would. Raises :class:`BackupError` with what the command wrote.
    """
    data = installation.data
    remove_abandoned(data, f"{_PLACES}*")
    name = uuid.uuid4().hex
    with private_folder(data / f"{_PLACES}{name}") as place, _database(installation, name) as address:
        environment = {key: value for key, value in os.environ.items() if key not in _WITHOUT}
        environment |= {"KHCN_DATA": str(place / "data"), **address}
        if identity is not None:
            with create_private(place / "identity") as file:
                file.write(str(identity).encode())
            environment["KHCN_BACKUP_IDENTITY_FILE"] = str(place / "identity")
        done = subprocess.run(  # noqa: S603 -- ourselves, no shell
            [sys.executable, "-m", "khcn", "restore", str(folder)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode:
        raise BackupError(_("Phục hồi thử không xong: %(why)s") % {"why": done.stdout.strip()[-_SHOWN:]})
    return done.stdout


@contextmanager
def _database(installation: Installation, name: str) -> Iterator[dict[str, str]]:
    """A new database on the server of the present one; none for SQLite, whose file is made in the folder."""
    present = database_of(installation)
    if not isinstance(present, PostgresqlDatabase):
        yield {}
        return
    address = os.environ["DATABASE_URL"]
    own = _own_beginning(present)
    database = f"{own}{name}"
    try:
        with psycopg.connect(**present.parameters, autocommit=True) as server:
            _drop_abandoned(server, own)
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(database)))
            # The lock says that a process works in it; the connection ends with the process.
            server.execute("SELECT pg_advisory_lock(hashtext(%s))", [database])
            try:
                yield {"DATABASE_URL": urlunsplit(urlsplit(address)._replace(path=f"/{database}"))}
            finally:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
    except psycopg.Error as fault:
        raise BackupError(
            _(
                "Không tạo được cơ sở dữ liệu tạm để phục hồi thử: %(why)s. Cho tài khoản cơ sở dữ liệu quyền CREATEDB "
                "(ALTER ROLE … CREATEDB)."
            )
            % {"why": str(fault).strip()}
        ) from fault


def _own_beginning(present: PostgresqlDatabase) -> str:
    """How names of databases of this installation's rehearsals begin: others of the same server go on meanwhile, and their locks
    are not seen from here.
    """
    store = f"{present.parameters.get('dbname')}/{present.schema()}"
    return f"{_DATABASES}{hashlib.sha256(store.encode()).hexdigest()[:8]}_"


def _drop_abandoned(server: psycopg.Connection[tuple[str, ...]], beginning: str) -> None:
    """Databases of rehearsals of this installation that were killed."""
    found = server.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s AND pg_try_advisory_lock(hashtext(datname))",
        [beginning.replace("_", "\\_") + "%"],
    ).fetchall()
    for (name,) in found:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
