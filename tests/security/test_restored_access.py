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
def two_databases(engine, source, put_migrated_database):
    """Of the installation that is saved, and an empty one."""
    if engine == "sqlite":
        put_migrated_database(source)
        yield None, None
        return
    with postgresql_database() as address:
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute("CREATE DATABASE restored_access TEMPLATE template0")
        try:
            yield address, f"{address.rpartition('/')[0]}/restored_access"
        finally:
            with psycopg.connect(address, autocommit=True) as admin:
                admin.execute("DROP DATABASE restored_access WITH (FORCE)")


def program(data, address, *words, **variables):
    env = environment(data, address) | variables
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@pytest.mark.xdist_group("programs")
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("keep", [False, True], ids=["ended", "kept"])
def test_no_session_and_no_key_of_a_backup_opens_what_was_restored(
    engine, keep, tmp_path, put_migrated_database
):
    source, target, sets = tmp_path / "source", tmp_path / "target", tmp_path / "sets"
    for folder in (source, target, sets):
        folder.mkdir(mode=0o700)
    with two_databases(engine, source, put_migrated_database) as (first, second):
        made = program(source, first, "tests.security.access_program", "make").splitlines()[-1]
        assert json.loads(program(source, first, "tests.security.access_program", "try", made)) == [OPEN, []]
        program(source, first, "khcn", "backup", str(sets), "--unencrypted")
        [folder] = sets.iterdir()
        printed = program(target, second, "khcn", "restore", str(folder), *(["--keep-keys"] if keep else []))
        found, logged = json.loads(program(target, second, "tests.security.access_program", "try", made))
        program(target, second, "khcn", "verify-log")
    name = json.loads(made)["user"]
    assert "Đã kết thúc 1 phiên đăng nhập" in printed
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
