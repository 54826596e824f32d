"""`tools/postgres.py` as a program: a durable server with data that are there the next time."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest

from tests.conftest import ROOT, absent
from tools import postgres

pytestmark = pytest.mark.gates


@contextmanager
def running(*arguments):
    """The address that it prints; the server ends with its standard input."""
    command = [sys.executable, str(ROOT / "tools" / "postgres.py"), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()
    assert process.returncode == 0


def asked(connection, statement):
    return connection.execute(statement).fetchone()[0]


def test_a_durable_server_keeps_its_data(tmp_path):
    binaries = postgres.find_binaries()
    if binaries is None:
        absent("PostgreSQL is not installed (Debian: postgresql)")
    folder = tmp_path / f"khcn-test-{os.getpid()}"
    data = postgres._within_reach(folder)
    if data is None:
        pytest.skip("root lends the server an account that has no home to keep data in")
    given = ("--durable", "--data", str(folder))
    try:
        with running(*given) as address, psycopg.connect(address) as connection:
            assert {asked(connection, f"SHOW {name}") for name in postgres.CARELESS} == {"on"}
            connection.execute("CREATE TABLE kept AS SELECT 1")
        with running(*given) as address, psycopg.connect(address) as connection:
            assert asked(connection, "SELECT count(*) FROM kept") == 1
        assert (data / "PG_VERSION").exists()
    finally:
        shutil.rmtree(data, ignore_errors=True)


def test_a_server_for_tests_does_not_wait_for_the_disk():
    if postgres.find_binaries() is None:
        absent("PostgreSQL is not installed (Debian: postgresql)")
    with running() as address, psycopg.connect(address) as connection:
        assert {asked(connection, f"SHOW {name}") for name in postgres.CARELESS} == {"off"}


def test_two_copies_of_the_program_keep_their_data_apart(tmp_path):
    folders = [tmp_path / copy / "khcn-data" for copy in ("one", "other")]
    one, other = (postgres._within_reach(folder) for folder in folders)
    if one is None:
        pytest.skip("root lends the server an account that has no home to keep data in")
    assert one != other
    assert one == postgres._within_reach(tmp_path / "other" / ".." / "one" / "khcn-data").resolve()
