"""An installation with a million records and ten thousand files is backed up and restored on an empty place (R9): every row and file
has the same hash, on SQLite and on PostgreSQL.

The hashes are the drill's own, of what the databases give and of the bytes on the disk, beside those that the restore compares.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

from bench.service import Service, ServiceError
from drill.steps import DrillError, is_short
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS, FILES = 1_000_000, 10_000
RECORDS_OF_SHORT_FORM = 100_000
# A backup notes after its snapshot that it was made. A restore ends sessions and keys and says so in the log, whose head moves on.
_WRITTEN_AFTER: Final = frozenset({"kernel_backup_backuprun", "kernel_audit_chainhead", "sqlite_sequence"})
_LOG: Final = "kernel_audit_changeentry"
_MAKE: Final = """
import random
from datetime import date
from django.utils import timezone
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.storage import place_of, store_bytes
from khcn.reference.models import LegalDocument
records, files = {records}, {files}
chance, now = random.Random(0), timezone.now()
made = []
for number in range(files):
    content = b"%PDF-1.7 " + chance.randbytes(chance.randint(1_000, 30_000))
    digest = store_bytes(content)
    made.append(StoredFile(
        sha256=digest, content=place_of(digest), content_type="application/pdf", size=len(content), stored_at=now, stored_by="drill"
    ))
StoredFile.objects.bulk_create(made, batch_size=1000)
with acting(SYSTEM, "drill"):
    for begin in range(0, records, 5000):
        bulk_insert([
            LegalDocument(
                number=f"{{number}}/QĐ-DT", kind="decision", issued_on=date(2026, 1, 1 + number % 28), issuer="Sở diễn tập",
                subject=f"Văn bản diễn tập thứ {{number}}", note="" if number % 3 else "ghi chú\\nhai dòng",
            )
            for number in range(begin, min(begin + 5000, records))
        ])
"""


def run() -> str:
    """Raises DrillError where a command fails, or a table or a file is not as it was."""
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    os.environ["KHCN_PROVINCE"] = "19"
    reported = []
    with (
        tempfile.TemporaryDirectory(prefix="khcn-restore-") as name,
        postgres.server(binaries, durable=True) as address,
    ):
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE restored TEMPLATE template0")
        restored = f"{address.removesuffix('/khcn')}/restored"
        for engine, source, target in (("SQLite", None, None), ("PostgreSQL", address, restored)):
            reported.append(f"{engine}: {_try(Path(name) / engine, source, target)}")
            print(f"  {reported[-1]}", flush=True)
    return "; ".join(reported)


def _try(folder: Path, source_address: str | None, target_address: str | None) -> str:
    records = RECORDS_OF_SHORT_FORM if is_short() else RECORDS
    passphrase = folder / "passphrase"
    folder.mkdir()
    passphrase.write_text("cụm mật khẩu diễn tập", "utf-8")
    passphrase.chmod(0o600)
    places = [
        Service(folder / name, database_url=address)
        for name, address in (("source", source_address), ("target", target_address))
    ]
    for each in places:
        each.data.mkdir()
        each.env["KHCN_BACKUP_PASSPHRASE_FILE"] = str(passphrase)
    source, target = places
    _run(source, "init", "--administrator", "quantri", "--full-name", "Quản trị")
    _run(source, "shell", "-c", _MAKE.format(records=records, files=FILES))
    _run(source, "verify-log")  # what was written is sealed by then
    sets = folder / "sets"
    sets.mkdir()
    last = _last_entry(source, source_address)
    backup = _run(source, "backup", str(sets))
    before = _contents(source, source_address, last)
    [made] = sets.iterdir()
    restore = _run(target, "restore", str(made))
    after = _contents(target, target_address, last)
    different = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if different:
        raise DrillError(f"{len(different)} are not as they were: {different[:10]}")
    files = sum(name.startswith("files/") for name in before)
    rows = sum(each.rows for each in before.values())
    if before["reference_legaldocument"].rows < records or files < FILES:
        raise DrillError(f"{before['reference_legaldocument'].rows} records and {files} files are too few")
    return (
        f"{records:,} records ({rows:,} rows of {len(before) - files} tables) and {files:,} files equal by hash; set of "
        f"{sum(part.stat().st_size for part in made.iterdir()) >> 20} MB made in {backup:.0f} s, restored in {restore:.0f} s"
    )


def _run(service: Service, *words: str) -> float:
    """Seconds that a command takes. Raises DrillError where it fails."""
    started = time.monotonic()
    try:
        service.run("khcn", *words)
    except ServiceError as fault:
        raise DrillError(f"khcn {words[0]}: {fault}") from fault
    return time.monotonic() - started


@dataclass(frozen=True, slots=True)
class Content:
    """What a table or a file holds."""

    rows: int
    sha256: str


def _last_entry(service: Service, address: str | None) -> int:
    """Key of the last entry in the log."""
    query = f"SELECT max(id) FROM {_LOG}"  # noqa: S608 -- our own name
    if address:
        with psycopg.connect(address) as server:
            [found] = server.execute(query).fetchall()
    else:
        with closing(sqlite3.connect(service.data / "khcn.sqlite3")) as file:
            [found] = file.execute(query).fetchall()
    return int(found[0])


def _contents(service: Service, address: str | None, last: int) -> dict[str, Content]:
    """Of each table but those that are written to afterwards, of the log up to its ``last`` entry, and of each stored file."""
    tables = (
        _tables_of_postgresql(address, last)
        if address
        else _tables_of_sqlite(service.data / "khcn.sqlite3", last)
    )
    found = {name: content for name, content in tables if name not in _WRITTEN_AFTER}
    for path in sorted((service.data / "files").rglob("*")):
        if path.is_file():
            name = path.relative_to(service.data).as_posix()
            found[name] = Content(0, hashlib.sha256(path.read_bytes()).hexdigest())
    return found


def _condition(table: str, last: int) -> str:
    return f"WHERE id <= {last}" if table == _LOG else ""


def _tables_of_sqlite(path: Path, last: int) -> Iterator[tuple[str, Content]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        listed = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') AND name != 'sqlite_schema'"
        for (raw,) in connection.execute(listed).fetchall():
            name = raw.decode()
            # By all columns: the order in which rows were written is part of neither database nor backup.
            columns = len(connection.execute(f'SELECT * FROM "{name}" LIMIT 0').description)  # noqa: S608 -- of the catalogue
            order = ", ".join(map(str, range(1, columns + 1)))
            digest, rows = hashlib.sha256(), 0
            query = f'SELECT * FROM "{name}" {_condition(name, last)} ORDER BY {order}'  # noqa: S608 -- the same
            for row in connection.execute(query):
                digest.update(repr(row).encode())
                rows += 1
            yield name, Content(rows, digest.hexdigest())


def _tables_of_postgresql(address: str, last: int) -> Iterator[tuple[str, Content]]:
    listed = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    with psycopg.connect(address) as connection:
        for (name,) in connection.execute(listed).fetchall():
            digest, rows = hashlib.sha256(), 0
            chosen = f'SELECT t::text FROM "{name}" t {_condition(name, last)} ORDER BY t::text COLLATE "C"'  # noqa: S608 -- the same
            with connection.cursor().copy(f"COPY ({chosen}) TO STDOUT") as copy:
                for block in copy:
                    digest.update(block)
                    rows += bytes(block).count(b"\n")  # others are written as two characters
            yield name, Content(rows, digest.hexdigest())
