"""A next version changes a table of a million rows while the version before goes on working (R18).

There is no released version yet, so the next one is made here: the product's own migrations and one more of each kind that a version may
bring, carried out one by one by `./khcn upgrade` on PostgreSQL. Meanwhile the running service writes and reads through its pages, and two
connections measure for how long the table is locked. What the service cannot work with, as a control, has to be noticed. Afterwards everything
is taken back, and the structure is compared with that of a fresh installation.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
import urllib.error
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

import psycopg

from bench.service import Service, ServiceError
from drill.installation import CHECKOUT
from drill.steps import DrillError, is_short
from drill.use_installation import Browser
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS, ROWS_OF_SHORT_FORM = 1_000_000, 100_000
LONGEST_LOCK: Final = 2.0  # seconds
APP, TABLE, PACKAGE = "reference", "reference_legaldocument", "next_migrations"
_MODEL: Final = "legaldocument"

# What a version may bring while the one before still runs.
ALLOWED: Final = {
    "a column that may be empty": f'migrations.AddField("{_MODEL}", "dt_note", models.CharField(max_length=100, null=True))',
    "a column with a default of the database": f'migrations.AddField("{_MODEL}", "dt_state", models.CharField(max_length=20, db_default="mới"))',
    "a longer text": f'migrations.AlterField("{_MODEL}", "issuer", models.CharField(max_length=1000))',
    "an index": f'AddIndexOnline("{_MODEL}", models.Index(fields=["issuer", "issued_on"], name="dt_issuer"))',
    "a condition": f'AddCheckOnline("{_MODEL}", models.CheckConstraint(condition=~models.Q(subject=""), name="dt_subject"))',
    "a table that names it": 'migrations.CreateModel("DtLink", [("id", models.BigAutoField(primary_key=True)), '
    f'("document", models.ForeignKey("{APP}.{_MODEL}", models.PROTECT))])',
}
# What it may not: the version before fails, which has to be noticed.
REFUSED: Final = {
    "a column that the version before does not fill": f'migrations.AddField("{_MODEL}", "dt_needed", models.CharField(max_length=20, default=""))',
    "a column with another name": f'migrations.RenameField("{_MODEL}", "subject", "dt_subject")',
}
_FILE: Final = """from django.db import migrations, models

from khcn.kernel.upgrading.operations import AddCheckOnline, AddIndexOnline


class Migration(migrations.Migration):
    atomic = {atomic}
    dependencies = [("{app}", "{before}")]
    operations = [{operation}]
"""
_STRUCTURE: Final = (
    """SELECT 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attcollation, attidentity,
       pg_get_expr(adbin, adrelid) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND attnum > 0 AND NOT attisdropped""",
    "SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT 'index', indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace",
    "SELECT 'trigger', tgrelid::regclass, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'function', oid::regprocedure, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')",
    "SELECT 'sequence', seqrelid::regclass, seqincrement FROM pg_sequence",
)
_DOCUMENT: Final = {
    "number": "01/QĐ-SKHCN", "subject": "Quyết định diễn tập nâng cấp", "issued_on": "1/11/2026", "issuer": "Sở Khoa học và Công nghệ", "kind": "decision",
}  # fmt: skip


def run() -> str:
    """Raises DrillError where the table is locked too long, the service fails, or structures differ."""
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    os.environ["KHCN_PROVINCE"] = "19"
    rows = ROWS_OF_SHORT_FORM if is_short() else ROWS
    with (
        tempfile.TemporaryDirectory(prefix="khcn-upgrade-") as name,
        postgres.server(binaries, durable=True) as address,
    ):
        service = Service(Path(name) / "data", database_url=address)
        service.run("khcn", "init", "--administrator", "quantri", "--full-name", "Quản trị")
        upgrade = _Upgrade(Path(name), address)
        with service:
            browser = _officer(service)
            write(browser, 1)
            _fill(address, rows)
            before, figures, longest = structure(address), [], 0.0
            for kind, operation in ALLOWED.items():
                waits, lock = _measured(service, address, browser, upgrade, operation, kind)
                figures.append(f"{kind} {waits}")
                longest = max(longest, lock)
            after = structure(address)
            noticed = [
                _noticed(address, browser, upgrade, kind, operation) for kind, operation in REFUSED.items()
            ]
        back = upgrade.take_back()
        if different := structure(address) ^ before:
            raise DrillError(f"taken back, the structure differs: {sorted(different)[:5]}")
        fresh = f"{address.rpartition('/')[0]}/fresh"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE fresh")
        upgrade.restore(len(ALLOWED)).on(fresh).run("migrate", "--verbosity", "0")
        if different := structure(fresh) ^ after:
            raise DrillError(f"a fresh installation differs from an upgraded one: {sorted(different)[:5]}")
    found = (
        f"{rows} rows, longest locks: {'; '.join(figures)} (at most {LONGEST_LOCK:.0f} s); noticed: {'; '.join(noticed)}; all taken back in {back:.1f} s; "
        f"fresh and upgraded structure equal ({len(after)} facts)"
    )
    if longest > LONGEST_LOCK:
        raise DrillError(found)
    return found


# --------------------------------------------------------------------------------- the version before


def _officer(service: Service) -> Browser:
    issued = service.run("khcn", "account-password", "vanphong", "--new", "Văn phòng", "--role", "office")
    browser = Browser("")
    browser.root = service.address
    browser.sign_in("vanphong", issued.strip().splitlines()[-1])
    return browser


def write(browser: Browser, number: int) -> None:
    """An officer writes a record and looks at the list. Raises HTTPError where the service fails."""
    browser.open("/reference/legal-documents/new/")
    subject = f"{_DOCUMENT['subject']} {number}"
    browser.open(
        "/reference/legal-documents/new/", {**_DOCUMENT, "number": f"{number}/QĐ-SKHCN", "subject": subject}
    )
    if subject not in browser.page:
        raise DrillError(f"record {number} was not written: {browser.page[:500]}")


class _Officer(Thread):
    """Writes all the time."""

    def __init__(self, browser: Browser, first: int) -> None:
        super().__init__(daemon=True)
        self._browser, self._first = browser, first
        self.ended = Event()
        self.took: list[float] = []
        self.fault = ""

    def run(self) -> None:
        """Until it is ended, or something fails."""
        while not self.ended.is_set():
            started = time.monotonic()
            try:
                write(self._browser, self._first + len(self.took))
            except (OSError, DrillError, urllib.error.HTTPError) as fault:
                self.fault = str(fault)
                return
            self.took.append(time.monotonic() - started)


class _Lock(Thread):
    """Runs one statement again and again; the longest that it took is how long the table was locked for it."""

    def __init__(self, address: str, statement: str) -> None:
        super().__init__(daemon=True)
        self._address, self._statement = address, statement
        self.ended = Event()
        self.longest = 0.0

    def run(self) -> None:
        """Each on the same connection."""
        with psycopg.connect(self._address, autocommit=True) as connection:
            while not self.ended.wait(0.01):
                started = time.monotonic()
                connection.execute(self._statement)
                self.longest = max(self.longest, time.monotonic() - started)


@contextlib.contextmanager
def _running(*threads: Any) -> Iterator[None]:
    for each in threads:
        each.start()
    try:
        time.sleep(0.5)
        yield
        time.sleep(0.5)
    finally:
        for each in threads:
            each.ended.set()
        for each in threads:
            each.join()


def _measured(
    service: Service, address: str, browser: Browser, upgrade: _Upgrade, operation: str, kind: str
) -> tuple[str, float]:
    """Carry the migration out while the service works; gives the longest waits in words."""
    reading = _Lock(address, f"SELECT number FROM {TABLE} ORDER BY id LIMIT 1")  # noqa: S608 -- our own constant
    writing = _Lock(address, f"UPDATE {TABLE} SET issuer = issuer WHERE id = (SELECT min(id) FROM {TABLE})")  # noqa: S608 -- our own constant
    officer = _Officer(browser, 1000 * (2 + upgrade.count))
    with _running(reading, writing, officer):
        upgrade.bring(operation)
    if officer.fault or "Traceback" in service.log():
        raise DrillError(f"{kind}: the version before failed: {officer.fault or service.log()[-2000:]}")
    waits = f"{reading.longest:.2f}/{writing.longest:.2f} s for readers/writers, {len(officer.took)} pages written, the slowest {max(officer.took):.1f} s"
    print(f"  {kind}: {waits}", flush=True)
    return waits, max(reading.longest, writing.longest)


def _noticed(address: str, browser: Browser, upgrade: _Upgrade, kind: str, operation: str) -> str:
    """The version before has to fail with it; it is taken back at once."""
    upgrade.bring(operation)
    try:
        write(browser, 900_000 + upgrade.count)
    except urllib.error.HTTPError as fault:
        found = f"{kind} → {fault.code}"
    else:
        raise DrillError(f"{kind} on {address}: the version before goes on, so the drill shows nothing")
    upgrade.take_back_last()
    return found


def _fill(address: str, rows: int) -> None:
    """Copies of the one record, with numbers of their own."""
    with psycopg.connect(address) as connection:
        found = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'",
            [TABLE],
        )
        names = [name for (name,) in found.fetchall()]
        values = ["g::text || '/CU'" if name == "number" else name for name in names]
        statement = f"INSERT INTO {TABLE} ({', '.join(names)}) SELECT {', '.join(values)} FROM {TABLE}, generate_series(1, {rows}) g"  # noqa: S608 -- names of the catalogue
        connection.execute(statement.encode())
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {TABLE}".encode())


def structure(address: str) -> set[tuple[str, ...]]:
    """What the catalogue says of tables, conditions, indexes, triggers, functions and sequences."""
    with psycopg.connect(address) as connection:
        return {
            tuple(map(str, row))
            for query in _STRUCTURE
            for row in connection.execute(query.encode()).fetchall()
        }


# ----------------------------------------------------------------------------------- the next version


@dataclass
class _Upgrade:
    """The next version, which has ``count`` migrations more."""

    folder: Path
    address: str
    count: int = 0
    _operations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The product's own migrations, in a package that may have more."""
        package = self.folder / PACKAGE
        if not package.exists():
            shutil.copytree(
                CHECKOUT / "src" / "khcn" / APP / "migrations",
                package,
                ignore=shutil.ignore_patterns("__pycache__"),
            )

    def on(self, address: str) -> _Upgrade:
        """The same version on another database."""
        return _Upgrade(self.folder, address, self.count, self._operations)

    def run(self, *arguments: str) -> str:
        """A command of the next version."""
        service = Service(self.folder / "data", database_url=self.address)
        service.env |= {
            "DJANGO_SETTINGS_MODULE": "drill.next_settings", "KHCN_DRILL_APP": APP, "KHCN_DRILL_MIGRATIONS": PACKAGE,
            "PYTHONPATH": os.pathsep.join((service.env["PYTHONPATH"], str(self.folder))),
        }  # fmt: skip
        return service.run("khcn", *arguments)

    def _write(self, operation: str) -> None:
        before = self._name(self.count)
        self.count += 1
        text = _FILE.format(atomic="Online(" not in operation, app=APP, before=before, operation=operation)
        (self.folder / PACKAGE / f"{self._name(self.count)}.py").write_text(text, "utf-8")

    def _name(self, number: int) -> str:
        return f"{number + 1:04d}_dt" if number else "0001_initial"

    def bring(self, operation: str) -> None:
        """One migration more, carried out as an operator does."""
        self._write(operation)
        try:
            self.run("upgrade", "--no-backup")
        except ServiceError as fault:
            raise DrillError(f"{operation}: {fault}") from fault
        self._operations.append(operation)

    def take_back_last(self) -> None:
        """Its reverse, and the file is gone."""
        self.run("migrate", APP, self._name(self.count - 1), "--verbosity", "0")
        (self.folder / PACKAGE / f"{self._name(self.count)}.py").unlink()
        self._operations.pop()
        self.count -= 1

    def take_back(self) -> float:
        """The reverse of all; gives the seconds."""
        started = time.monotonic()
        self.run("migrate", APP, self._name(0), "--verbosity", "0")
        return time.monotonic() - started

    def restore(self, count: int) -> _Upgrade:
        """All files are there for a fresh installation."""
        assert self.count == count == len(self._operations)
        return self
