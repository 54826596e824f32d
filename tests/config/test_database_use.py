"""A SQLite database that was copied by hand while programs used it is known by its header, and none starts on the copy."""

import gzip
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from bench.service import ROOT, Service, environment
from khcn.kernel import use_mark
from khcn.kernel.backup.encryption_keys import SetKeys
from khcn.kernel.backup.installation import Installation
from khcn.kernel.backup.making import make_backup
from khcn.kernel.use_mark import is_copy_of_used_file
from tests.kernel.test_backup import AT

REFUSED = "là bản chép tay của cơ sở dữ liệu lúc hệ thống đang chạy"
COPIES = 4


class Load:
    """Another writer of the database, which never stops; ``rows`` have been committed."""

    def __init__(self, path):
        self.path, self.rows, self.over = path, 0, threading.Event()
        self.thread = threading.Thread(target=self.write)

    def __enter__(self):
        with closing(sqlite3.connect(self.path, timeout=120, isolation_level=None)) as connection:
            connection.execute("DROP TABLE IF EXISTS load")  # of another test on the same database
            connection.execute("CREATE TABLE load (id INTEGER PRIMARY KEY, text TEXT)")
        self.thread.start()
        return self

    def __exit__(self, *_fault):
        self.over.set()
        self.thread.join()

    def goes_on(self, rows=20):
        """So many more rows are committed."""
        wanted, until = self.rows + rows, time.monotonic() + 120
        while self.rows < wanted:
            assert self.thread.is_alive()
            assert time.monotonic() < until
            time.sleep(0.005)

    def write(self):
        with closing(sqlite3.connect(self.path, timeout=120, isolation_level=None)) as connection:
            while not self.over.wait(0.005):
                connection.execute("INSERT INTO load (text) VALUES (hex(randomblob(500)))")
                self.rows += 1


def start(data, *arguments):
    """What one of the commands does on a folder of data."""
    return subprocess.run(
        [sys.executable, "-m", "khcn", *arguments],
        env=environment(data),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def look(data, table="django_migrations"):
    """Rows of a table, as a program with its own connection counts them."""
    program = f"import django; django.setup(); from django.db import connection as c; print(c.cursor().execute('SELECT count(*) FROM {table}').fetchone()[0])"
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env=environment(data), cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def use_number(path):
    return int.from_bytes(path.read_bytes()[60:64], "big")


def count(path):
    """Rows of the load in the file alone, without what stands beside it."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        try:
            return connection.execute("SELECT count(*) FROM load").fetchone()[0]
        except sqlite3.DatabaseError:  # the table itself, or half of a page
            return 0


def copied(path, folder):
    folder.mkdir()
    return Path(shutil.copy(path, folder / path.name))


@pytest.fixture
def service(tmp_path, put_migrated_database):
    data = tmp_path / "data"
    data.mkdir()
    put_migrated_database(data)
    made = Service(data, workers=1)
    yield made
    made.kill_all()


@pytest.fixture(scope="module")
def running(tmp_path_factory, put_migrated_database):
    """A service that is left running, for tests that look at its database or copy it."""
    data = tmp_path_factory.mktemp("running")
    put_migrated_database(data)
    with Service(data, workers=1) as made:
        yield made


of_running = pytest.mark.xdist_group("running")  # it is started once


@of_running
def test_no_program_starts_on_a_copy_made_while_the_program_served(running, tmp_path):
    service, path = running, running.data / "khcn.sqlite3"
    with Load(path) as load:
        lacking = 0
        for each in range(10 * COPIES):
            load.goes_on()
            before = load.rows
            copy = copied(path, tmp_path / str(each))
            assert is_copy_of_used_file(copy)
            # so many were acknowledged; now and then they come from the log into the file while it is copied
            lacking += count(copy) < before
            if lacking == COPIES:
                break
        assert lacking == COPIES
    assert not is_copy_of_used_file(path)
    for command in (["serve"], ["doctor"], ["restore", str(tmp_path)], ["verify-log"]):
        done = start(copy.parent, *command)
        assert (done.returncode, REFUSED in done.stderr) == (1, True), (command, done)
        assert "khcn restore từ một bộ sao lưu" in done.stderr
    assert [each.name for each in copy.parent.glob("khcn.sqlite3*")] == [path.name]  # it was not opened
    look(service.data)  # a command beside the service ends
    assert is_copy_of_used_file(copied(path, tmp_path / "after"))  # and takes no mark away


def test_a_killed_service_starts_again_with_all_rows(service):
    path = service.data / "khcn.sqlite3"
    service.start()
    with Load(path) as load:
        load.goes_on()
        service.kill_all()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        found = connection.execute("SELECT count(*) FROM load").fetchall()
    assert found == [(load.rows,)]
    service.start()
    assert service.process.poll() is None


def test_killed_with_its_log_beside_it(service, tmp_path):
    path = service.data / "khcn.sqlite3"
    service.start()
    service.kill_all()
    assert path.with_name("khcn.sqlite3-wal").stat().st_size
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(service.data, elsewhere)  # the disk goes to another machine
    assert not is_copy_of_used_file(elsewhere / path.name)
    look(elsewhere)
    assert is_copy_of_used_file(copied(path, tmp_path / "alone"))


def test_after_a_stop_the_file_is_whole_and_may_be_copied(service, tmp_path):
    path = service.data / "khcn.sqlite3"
    service.start()
    with Load(path) as load:
        load.goes_on()
    os.kill(service.process.pid, signal.SIGTERM)
    assert service.process.wait(120) == 0
    assert sorted(each.name for each in service.data.glob("khcn.sqlite3-*")) == [
        "khcn.sqlite3-write-lock"
    ] * ((service.data / "khcn.sqlite3-write-lock").exists())
    copy = copied(path, tmp_path / "copy")
    assert (count(copy), is_copy_of_used_file(copy)) == (load.rows, False)
    assert look(copy.parent, "load") == load.rows
    assert not is_copy_of_used_file(copied(copy, tmp_path / "again"))


def test_another_program_that_removes_the_log_of_a_killed_one_does_no_harm(service, tmp_path):
    path = service.data / "khcn.sqlite3"
    service.start()
    old = copied(path, tmp_path / "old")
    service.kill_all()
    until = time.monotonic() + 120
    while path.with_name(
        "khcn.sqlite3-wal"
    ).exists():  # until it was the last: those that were killed have to be gone
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM django_migrations").fetchall()
        assert time.monotonic() < until
    assert not is_copy_of_used_file(path)
    look(service.data)
    shutil.copy(old, path)  # put back into its place, where SQLite finds the same file with other content
    assert is_copy_of_used_file(path)
    assert REFUSED in start(service.data, "serve").stderr


def test_the_last_of_several_takes_the_mark_away(tmp_path):
    path = tmp_path / "khcn.sqlite3"
    first, second = (sqlite3.connect(path, isolation_level=None, timeout=0) for _each in range(2))
    for each in (first, second):
        each.execute("PRAGMA journal_mode=WAL")
        use_mark.mark(each, path)
    numbers = [each.execute("PRAGMA user_version").fetchone() for each in (first, second)]
    assert numbers[0] == numbers[1] != (0,)
    second.execute("CREATE TABLE x (id)")
    for each, left in (
        (first, ["khcn.sqlite3-in-use", "khcn.sqlite3-shm", "khcn.sqlite3-wal"]),
        (second, []),
    ):
        each.close()
        use_mark.unmark_if_last(path)
        assert sorted(found.name for found in tmp_path.glob("khcn.sqlite3-*")) == left
    assert use_number(path) == 0


def test_a_file_that_was_killed_between_mark_and_number_is_marked_anew(tmp_path):
    path = tmp_path / "khcn.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA user_version=7")
        use_mark.mark(connection, path)
        number = connection.execute("PRAGMA user_version").fetchone()[0]
        assert number not in {0, 7}
        assert path.with_name(path.name + use_mark.ENDING).read_text() == str(number)
        assert use_number(path) == number  # in the file, not in its log alone


@of_running
def test_a_set_of_a_running_system_has_no_mark(running, tmp_path):
    path = running.data / "khcn.sqlite3"
    installation = Installation(
        data=running.data, database={"ENGINE": "sqlite3", "NAME": str(path)}, province="06", secret="s" * 96
    )
    made = make_backup(installation, tmp_path / "sets", SetKeys([]), at=AT)
    saved = tmp_path / "saved.sqlite3"
    saved.write_bytes(gzip.decompress((made.folder / "database.sqlite3.gz").read_bytes()))
    assert (use_number(path) != 0, use_number(saved)) == (True, 0)
    assert not is_copy_of_used_file(saved)


@of_running
@pytest.mark.parametrize("way", ["backup", "VACUUM INTO"])
def test_a_copy_by_sqlite_itself_lacks_nothing_and_runs_without_its_mark(running, tmp_path, way):
    path, copy = running.data / "khcn.sqlite3", tmp_path / "copy" / "khcn.sqlite3"
    copy.parent.mkdir()
    with Load(path) as load:
        load.goes_on()
    with closing(sqlite3.connect(path)) as connection:
        if way == "backup":
            with closing(sqlite3.connect(copy)) as target:
                connection.backup(target)
        else:
            connection.execute("VACUUM INTO ?", (str(copy),))
    refused = start(copy.parent, "verify-log")
    remedy = 'sqlite3 khcn.sqlite3 "PRAGMA user_version = 0"'
    assert (refused.returncode, REFUSED in refused.stderr, remedy in refused.stderr) == (1, True, True)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA user_version = 0")
    assert look(copy.parent, "load") == load.rows
