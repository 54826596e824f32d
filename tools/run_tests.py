"""`./khcn test [arguments of pytest]`: code checks, all tests on SQLite and, beside them, the database part on PostgreSQL.

PostgreSQL, Chromium and LibreOffice are used where they are found; what was left out for want of them is said at the
end. With CI=true or KHCN_REQUIRE_ALL=1 each of them must be there. The reference folder beside the checkout cannot be
installed by anybody: where it is absent, the tests that compare with it are left out, and that is said too. The last
line is "N passed, N failed, N skipped". With ``--reports FOLDER`` the results of each test stay there, for
`./khcn acceptance`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools import acceptance, browser, check_code, postgres, reference  # noqa: E402  # the root has just been put on the path

NOTHING_COLLECTED = 5  # pytest's exit status
# Names a database with all migrations, of which the tests on PostgreSQL take copies
MIGRATED_POSTGRESQL = "KHCN_MIGRATED_POSTGRESQL"
# Of the tests on PostgreSQL: a database and, in it, the schema of a province
TESTED, SCHEMA = "tested", "p04"
PROVINCE = ROOT / "deploy" / "postgresql" / "create-province.sql"
# The tests start the program dozens of times; without stored byte code each start compiles all of it again
NOT_PASSED_ON = {"DATABASE_URL", "PYTEST_ADDOPTS", "PYTHONDONTWRITEBYTECODE"}
MEMORY = Path("/dev/shm")  # noqa: S108 -- a file system in memory, where folders of our own are made
ROOM = 6 * 2**30
"""Bytes: what all files of the tests need at one time, several times over."""


@dataclass
class Tally:
    """What the runs of pytest add up to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, report: Path) -> None:
        """Count one JUnit report; an error while setting a test up is a failure."""
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314  # written by our own pytest
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            self.failed += failed
            self.skipped += skipped
            self.passed += int(suite.get("tests", 0)) - failed - skipped

    def is_empty(self) -> bool:
        """Whether there was no test: a path with a slip names none, and what nobody ran is not in order."""
        return not (self.passed or self.failed or self.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def required() -> bool:
    """Whether a missing service is a failure (CI) or only worth a word."""
    return os.environ.get("CI") == "true" or os.environ.get("KHCN_REQUIRE_ALL") == "1"


def environment(**more: str) -> dict[str, str]:
    """For our own programs, without what the caller's shell would change in them."""
    env = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    return {**env, "PYTHONPATH": str(ROOT / "src"), **more}


def start_pytest(
    arguments: list[str], report: Path, env: dict[str, str], output: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start one run of pytest, which writes what it found to ``report``.

    On PostgreSQL it has two processes. The other, longer run has three: its tests wait for browsers and servers too.
    """
    processes = "2" if "DATABASE_URL" in env else "3"
    command = [sys.executable, "-m", "pytest", "-n", processes, "-q", f"--junitxml={report}", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)


def migrate(binaries: Path, address: str) -> None:
    """All migrations on an empty database of a server, whose data are then copied for servers that tests start; meanwhile, on the other
    processor, byte code for the tests, which else each process of pytest makes anew.

    Raises CalledProcessError when a migration fails, ServerError when the copy cannot be made.
    """
    with subprocess.Popen(
        [sys.executable, ROOT / "tools" / "byte_code_of_tests.py"], cwd=ROOT, env=environment()
    ):
        carry_out_migrations(address)
        postgres.copy_data(binaries, address)


def carry_out_migrations(address: str) -> None:
    """All migrations on an empty database. Raises CalledProcessError when one fails."""
    with tempfile.TemporaryDirectory() as data:
        env = environment(DATABASE_URL=address, KHCN_DATA=data, DJANGO_SETTINGS_MODULE="khcn.config.settings")
        command = [sys.executable, "-m", "khcn", "migrate", "--verbosity=0"]
        subprocess.run(command, cwd=ROOT, env=env, check=True)


def make_schema(binaries: Path, address: str) -> str:
    """A database beside that of ``address`` with the schema of a province, made as the guide makes one (docs/van-hanh/nhieu-tinh.md),
    and all migrations in it.

    Returns its address for the owner of the schema, who owns neither the database nor anything outside of the schema: what works only
    in ``public``, or for the owner of the database, fails in the run on PostgreSQL. Raises CalledProcessError when one cannot be made.
    """
    server, _slash, _database = address.rpartition("/")
    psql = [str(binaries / "psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--dbname"]
    create = [*psql, address, "--command", f"CREATE DATABASE {TESTED} TEMPLATE template0"]
    subprocess.run(create, check=True)
    province = [*psql, f"{server}/{TESTED}", f"--set=province={SCHEMA}", f"--file={PROVINCE}"]
    subprocess.run(province, check=True)
    # to restore into another database; and to put rows back without the order of their keys, which PostgreSQL grants since 15
    for right in (
        f"ALTER ROLE {SCHEMA}_owner CREATEDB",
        f"GRANT SET ON PARAMETER session_replication_role TO {SCHEMA}_owner",
    ):
        subprocess.run([*psql, address, "--command", right], check=False)
    host = server.rpartition("@")[2]
    made = f"postgresql://{SCHEMA}_owner@{host}/{TESTED}?currentSchema={SCHEMA}"
    carry_out_migrations(made)
    return made


@contextlib.contextmanager
def files_in_memory() -> Iterator[None]:
    """Files of the tests lie in memory where it has room: they wait for a disk thousands of times, and nobody looks at them later.

    Where ``TMPDIR`` is set, somebody has chosen another place.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="khcn-tests-", dir=MEMORY) as name:
        os.environ["TMPDIR"] = name
        try:
            yield
        finally:
            del os.environ["TMPDIR"]


def finish(run: subprocess.Popen[bytes], report: Path, tally: Tally) -> int:
    """Wait for a run and count its tests. Returns its exit status."""
    status = run.wait()
    if report.exists():
        tally.add(report)
    elif status not in {0, NOTHING_COLLECTED}:
        tally.failed += 1  # it did not even start
    return status


def run_tests(
    tally: Tally, arguments: list[str], binaries: Path | None, reports: Path | None
) -> dict[str, int]:
    """All tests on SQLite; beside them, so that no processor waits while tests of browsers and servers do, the tests
    that use the database, on a PostgreSQL server of our own, in the schema of a province and with the real migrations. Tests that need only one
    database run in one of the two (``tests/conftest.py``). Returns exit statuses.
    """
    statuses = {}
    here, shared = arguments, {}
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        if reports:
            stack.callback(move_reports, folder, reports)
        other = None
        if binaries:
            try:
                address = stack.enter_context(postgres.server(binaries))
                migrate(binaries, address)
                tested = make_schema(binaries, address)
            except (postgres.ServerError, subprocess.CalledProcessError) as problem:
                print(f"PostgreSQL không dùng được / cannot be used:\n{problem}")
                tally.failed += 1
                statuses["PostgreSQL"] = 1
            else:
                shared = {MIGRATED_POSTGRESQL: address}
                # its databases go with the server: to drop one waits until all that is not yet on the disk is there
                part = ["--migrations", "--reuse-db", "--database-part", *arguments]
                output = stack.enter_context((folder / "postgresql.log").open("wb"))
                env = environment(DATABASE_URL=tested, **shared)
                other = start_pytest(part, folder / "postgresql.xml", env, output)
                here = ["--beside-postgresql", *arguments]
        print("\n== SQLite: toàn bộ / all tests", flush=True)
        run = start_pytest(here, folder / "sqlite.xml", environment(**shared))
        status = finish(run, folder / "sqlite.xml", tally)
        # a selection on the command line may hold only tests that the other run takes
        statuses["SQLite"] = 0 if status == NOTHING_COLLECTED and arguments and other else status
        if other:
            status = finish(other, folder / "postgresql.xml", tally)
            print(f"\n== PostgreSQL ({binaries}): phần dùng cơ sở dữ liệu / the database part", flush=True)
            print((folder / "postgresql.log").read_text(encoding="utf-8", errors="replace"), flush=True)
            # a selection on the command line may hold no test that uses the database; the whole suite always does
            statuses["PostgreSQL"] = 0 if status == NOTHING_COLLECTED and arguments else status
    return statuses


def move_reports(folder: Path, reports: Path) -> None:
    """Put the results of the tests into a folder that stays."""
    reports.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.xml"):
        shutil.copy(file, reports)


def note_run(reports: Path, started: float, statuses: dict[str, int], binaries: Path | None) -> None:
    """What the acceptance report says beside the results."""
    noted = {
        **acceptance.describe_run(),
        "started": time.strftime(
            "%d/%m/%Y %H:%M", time.localtime(time.time() - (time.monotonic() - started))
        ),
        "seconds": round(time.monotonic() - started),
        "postgresql": printed_version(binaries / "postgres") if binaries else "",
        "browser": printed_version(Path(os.environ["CHROME"])) if "CHROME" in os.environ else "",
        "code_checks": statuses.get("check-code"),
    }
    (reports / acceptance.RUN).write_text(json.dumps(noted, ensure_ascii=False, indent=2), "utf-8")


def printed_version(program: Path) -> str:
    """What a program says of its version."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def look_around() -> tuple[Path | None, list[str]]:
    """PostgreSQL's folder, and what is missing of all that the tests can use. Names Chromium to the tests."""
    missing = []
    chromium = browser.find_chromium()
    if chromium:
        os.environ["CHROME"] = str(chromium)
    else:
        missing.append("Chromium: bỏ qua kiểm thử trên trình duyệt / browser tests left out")
    binaries = postgres.find_binaries()
    if not binaries:
        missing.append("PostgreSQL: chỉ kiểm thử trên SQLite / tested on SQLite only")
    if not shutil.which("soffice"):
        missing.append("LibreOffice: bỏ qua việc mở lại tệp DOCX / the DOCX was not opened")
    print(f"Chromium: {chromium or '-'}   PostgreSQL: {binaries or '-'}", flush=True)
    return binaries, missing


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    binaries, missing = look_around()
    if missing and required():
        print("Thiếu / missing: " + "; ".join(missing))
        return 1
    statuses = {}
    if "--no-check-code" in arguments:
        arguments.remove("--no-check-code")
    else:
        statuses["check-code"] = check_code.main()
    reports = None
    if "--reports" in arguments:
        at = arguments.index("--reports")
        reports = Path(arguments[at + 1]).absolute()
        del arguments[at : at + 2]
    tally = Tally()
    with files_in_memory():
        statuses |= run_tests(tally, arguments, binaries, reports)
    if reports:
        note_run(reports, started, statuses, binaries)
    failed = [name for name, status in statuses.items() if status]
    if tally.is_empty():
        failed.append("không có bài kiểm thử nào / no test was found")
    print(
        f"\n== {time.monotonic() - started:.0f} s; "
        + ("chưa đạt / failed: " + ", ".join(failed) if failed else "đạt / ok")
    )
    if reference.find_reference() is None:
        missing.append(
            "../shared: bỏ qua việc đối chiếu với tư liệu gốc / not compared with the reference folder"
        )
    for what in missing:
        print(f"   không có / not found: {what}")
    print(tally, flush=True)
    return 1 if failed or tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
