"""What `./khcn test` borrows from the machine: a PostgreSQL of its own, a browser; and what it keeps away: the network."""

import contextlib
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.test import TestCase
from playwright.sync_api import sync_playwright

from tests.conftest import absent, uses_database
from tests.network_guard import NetworkUsedError
from tools import postgres, run_tests
from tools.browser import FLAGS

pytestmark = pytest.mark.gates


@pytest.fixture(scope="module")
def binaries():
    found = postgres.find_binaries()
    if found is None:
        absent("PostgreSQL is not installed (Debian: postgresql)")
    return found


# -------------------------------------------------------------------------------------- PostgreSQL


def test_the_server_is_private_and_leaves_nothing(binaries):
    with postgres.server(binaries) as address, psycopg.connect(address) as connection:
        host = Path(connection.info.host)
        process, listens = connection.execute(
            "SELECT pg_backend_pid(), current_setting('listen_addresses')"
        ).fetchone()
        assert listens == ""
        assert host.stat().st_mode & 0o077 == 0
        owner = Path(f"/proc/{process}").stat().st_uid
        assert owner == host.stat().st_uid
        assert owner != 0
    assert not host.exists()
    assert not Path(f"/proc/{process}").exists()


def test_the_server_goes_when_the_tests_fail(binaries):
    address = ""

    def fail():
        nonlocal address
        with postgres.server(binaries) as address:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)


def test_a_server_that_cannot_start_says_why(tmp_path):
    for name in ("initdb", "postgres", "pg_isready", "createdb"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'no space left' >&2; exit 1\n", encoding="utf-8")
        program.chmod(0o755)
    tmp_path.chmod(0o755)
    with pytest.raises(postgres.ServerError, match=r"no space left|Permission"), postgres.server(tmp_path):
        pytest.fail("the server cannot have started")


# ----------------------------------------------------------------------------------------- browser


@pytest.mark.e2e
@pytest.mark.xdist_group("browser")
def test_the_browser_draws_vietnamese_and_resolves_no_other_machine(chromium_path):
    # In a thread of its own: where other browser tests have run, this one already has Playwright's event loop.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(draw_and_resolve, chromium_path).result()


def draw_and_resolve(chromium_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium_path), args=list(FLAGS))
        page = browser.new_context().new_page()
        page.set_content("<h1>Nấm Linh chi</h1>")
        assert page.inner_text("h1") == "Nấm Linh chi"
        with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
            page.goto("http://example.vn/")
        browser.close()


# ----------------------------------------------------------------------------------------- network


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.vn", 80)])
def test_no_test_reaches_another_machine(address):
    with pytest.raises(NetworkUsedError):
        socket.create_connection(address, timeout=1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram, pytest.raises(NetworkUsedError):
        datagram.sendto(b"x", address)


def test_this_machine_itself_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port), timeout=120).close()


# ---------------------------------------------------------------------------------------- the runs


def test_a_missing_program_fails_where_all_is_required(monkeypatch):
    monkeypatch.setenv("KHCN_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        absent("no browser")
    monkeypatch.delenv("KHCN_REQUIRE_ALL")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        absent("no browser")


@pytest.mark.parametrize(("required", "status"), [("1", 1), ("0", 0)])
def test_a_run_without_its_services_fails_only_where_they_are_required(monkeypatch, capsys, required, status):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("KHCN_REQUIRE_ALL", required)
    monkeypatch.setattr(run_tests.browser, "find_chromium", lambda: None)
    monkeypatch.setattr(run_tests.postgres, "find_binaries", lambda: None)

    def pass_three(tally, arguments, binaries, reports):
        assert binaries is None
        tally.passed += 3
        return {"SQLite": 0}

    monkeypatch.setattr(run_tests, "run_tests", pass_three)
    assert run_tests.main(["--no-check-code"]) == status
    printed = capsys.readouterr().out
    assert "PostgreSQL: chỉ kiểm thử trên SQLite" in printed
    assert "Chromium: bỏ qua kiểm thử trên trình duyệt" in printed
    assert printed.endswith("\n3 passed, 0 failed, 0 skipped\n") is (status == 0)


@pytest.mark.parametrize("there", [True, False])
def test_a_run_says_that_the_reference_folder_is_absent_and_does_not_fail(
    monkeypatch, capsys, tmp_path, there
):
    if there:
        (tmp_path / "domain").mkdir()
        (tmp_path / "domain" / "figures.csv").touch()
    monkeypatch.setenv("KHCN_SHARED", str(tmp_path))
    monkeypatch.setenv("KHCN_REQUIRE_ALL", "1")
    monkeypatch.setattr(run_tests, "look_around", lambda: (None, []))

    def pass_one(tally, *_given):
        tally.passed += 1
        return {"SQLite": 0}

    monkeypatch.setattr(run_tests, "run_tests", pass_one)
    assert run_tests.main(["--no-check-code"]) == 0
    reported = "../shared: bỏ qua việc đối chiếu với tư liệu gốc" in capsys.readouterr().out
    assert reported is not there


def test_a_run_without_a_test_is_not_in_order(monkeypatch, capsys):
    """A path with a slip names no test: pytest ends as it does where the other run takes all that were chosen."""
    monkeypatch.setattr(run_tests, "look_around", lambda: (None, []))
    monkeypatch.setattr(run_tests, "run_tests", lambda *_given: {"SQLite": 0, "PostgreSQL": 0})
    assert run_tests.main(["--no-check-code", "tests/nowhere"]) == 1
    assert "chưa đạt / failed: không có bài kiểm thử nào" in capsys.readouterr().out


def test_what_fails_on_postgresql_beside_a_good_run_on_sqlite_fails_the_whole(monkeypatch, capfd):
    """Both runs are programs of their own here too; only what they write is made up."""

    def start(arguments, report, env, output=None):
        database = "DATABASE_URL" in env
        reported = "on PostgreSQL" if database else "on SQLite"
        found = f'<testsuites><testsuite tests="5" failures="{2 if database else 0}" errors="0" skipped="1"/></testsuites>'
        wait = 0.3 if database else 0  # it ends after the other
        program = f"import pathlib, time; time.sleep({wait}); print({reported!r}); pathlib.Path({str(report)!r}).write_text({found!r}); raise SystemExit({int(bool(database))})"
        return subprocess.Popen([sys.executable, "-c", program], stdout=output, stderr=output)

    monkeypatch.setattr(run_tests, "start_pytest", start)
    monkeypatch.setattr(run_tests, "migrate", lambda binaries, address: None)
    monkeypatch.setattr(run_tests, "make_schema", lambda binaries, address: address)
    monkeypatch.setattr(run_tests, "look_around", lambda: (Path("bin"), []))
    monkeypatch.setattr(
        run_tests.postgres, "server", lambda binaries: contextlib.nullcontext("postgresql://")
    )
    assert run_tests.main(["--no-check-code"]) == 1
    printed = capfd.readouterr().out
    assert printed.index("on SQLite") < printed.index("PostgreSQL (bin)") < printed.index("on PostgreSQL")
    assert "chưa đạt / failed: PostgreSQL\n" in printed
    assert printed.endswith("\n6 passed, 2 failed, 2 skipped\n")


@pytest.mark.parametrize(
    ("chosen", "room", "is_in_memory"), [("", 0, True), ("", 2**60, False), ("/tmp/chosen", 0, False)]
)
def test_files_of_the_tests_lie_in_memory_where_it_has_room(
    monkeypatch, tmp_path, chosen, room, is_in_memory
):
    monkeypatch.setattr(run_tests, "MEMORY", tmp_path)
    monkeypatch.setattr(run_tests, "ROOM", room)
    monkeypatch.delenv("TMPDIR", raising=False)
    if chosen:
        monkeypatch.setenv("TMPDIR", chosen)
    with run_tests.files_in_memory():
        folder = run_tests.environment().get("TMPDIR", "")
        assert folder == (str(next(tmp_path.iterdir())) if is_in_memory else chosen)
    assert list(tmp_path.iterdir()) == []
    assert os.environ.get("TMPDIR", "") == chosen


class Item:
    def __init__(self, *markers, fixturenames=(), cls=None):
        self.markers, self.fixturenames, self.cls = markers, fixturenames, cls

    def get_closest_marker(self, name):
        return name if name in self.markers else None


@pytest.mark.parametrize(
    ("item", "chosen"),
    [
        (Item(), False),
        (Item("django_db"), True),
        (Item(fixturenames=["db"]), True),
        (Item(fixturenames=["live_server"]), True),
        (Item(cls=TestCase), True),
        (Item(cls=Item), False),
        (Item("django_db", "e2e"), False),
        (Item("django_db", "bench"), False),
        (Item("django_db", "libreoffice"), False),
        (Item("django_db", "once"), False),
    ],
)
def test_the_database_part(item, chosen):
    assert uses_database(item) is chosen


def test_the_tally_counts_errors_as_failures(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"/></testsuites>',
        encoding="utf-8",
    )
    tally = run_tests.Tally(passed=5)
    tally.add(report)
    assert str(tally) == "9 passed, 3 failed, 3 skipped"


def test_ci_requires_everything_and_runs_the_same_command():
    script = (Path(run_tests.ROOT) / ".ci" / "run").read_text(encoding="utf-8")
    assert script.rstrip().endswith("KHCN_REQUIRE_ALL=1 exec ./khcn test")
    assert os.access(Path(run_tests.ROOT) / ".ci" / "run", os.X_OK)
    subprocess.run(["bash", "-n", Path(run_tests.ROOT) / ".ci" / "run"], check=True)
