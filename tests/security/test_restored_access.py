"""A backup holds sessions, tokens and keys that somebody may have ended since: after a restore none of them opens anything."""

import contextlib
import json
import subprocess
import sys

import psycopg
import pytest

from bench.service import environment
from tests.conftest import ROOT
from tests.own_database import postgresql_database

OPEN = {"session": 200, "token": 200, "key": 200, "feed": 200}


@contextlib.contextmanager
def database_of(engine, data, put_migrated_database):
    """The address of the installation that is saved; of SQLite it is the file in its folder."""
    if engine == "sqlite":
        put_migrated_database(data)
        yield None
        return
    with postgresql_database() as address:
        yield address


@contextlib.contextmanager
def empty_database_beside(address):
    """Where the backup is restored; of SQLite it is a file of its own."""
    if address is None:
        yield None
        return
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute("CREATE DATABASE restored_access TEMPLATE template0")
        try:
            yield f"{address.rpartition('/')[0]}/restored_access"
        finally:
            admin.execute("DROP DATABASE restored_access WITH (FORCE)")


def program(data, address, *words, **variables):
    env = environment(data, address) | variables
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def saved(request, tmp_path_factory, put_migrated_database):
    """What opens the system, the folder of a backup, and the address of an empty database of the same engine, each time."""
    source, sets = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("sets")
    with database_of(request.param, source, put_migrated_database) as address:
        printed = program(source, address, "tests.security.access_program", "make", str(sets))
        made, opened = json.loads(printed.splitlines()[-1])
        assert opened == [OPEN, []]
        [folder] = sets.iterdir()
        yield made, folder, address


@pytest.mark.xdist_group("programs")
@pytest.mark.parametrize(
    ("saved", "keep"),
    # one of each: what is ended, and what is not, is decided in Python, and a restore puts the same rows into either database
    [("sqlite", True), ("postgresql", False)],
    indirect=["saved"],
    ids=["kept", "ended"],
)
def test_no_session_and_no_key_of_a_backup_opens_what_was_restored(saved, keep, tmp_path):
    made, folder, address = saved
    with empty_database_beside(address) as second:
        printed = program(
            tmp_path, second, "khcn", "restore", str(folder), *(["--keep-keys"] if keep else [])
        )
        found, logged = json.loads(
            program(tmp_path, second, "tests.security.access_program", "try", json.dumps(made))
        )
    assert "Đã kết thúc 1 phiên đăng nhập" in printed
    name = made["user"]
    listed = [
        f"mã truy cập / token {name}: Bảng theo dõi",
        f"địa chỉ lịch / calendar {name}",
        "khóa truy xuất / key 8938500000019 HTX Miến: máy cân",
    ]
    assert [line.strip() for line in printed.splitlines() if line.strip() in listed] == listed
    if keep:
        assert found == {**OPEN, "session": 302}
        assert logged == ["event.account ended"]
    else:
        assert found == {"session": 302, "token": 401, "key": 401, "feed": 404}
        assert "event.account ended" in logged
        assert "event.account token" in logged
