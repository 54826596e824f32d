"""The bench has its databases for the next run, each copy of the program its own; one that another version has made is made again."""

import contextlib
import os
import sqlite3
from pathlib import Path

import psycopg
import pytest

from bench.migrated import is_of_this_version, sqlite_environment
from bench.service import environment
from bench.trace.engines import Engine
from tests.own_database import any_server, is_copied
from tools.run_tests import MIGRATED_POSTGRESQL

pytestmark = pytest.mark.once
OLDER = "ALTER TABLE parties_roleright RENAME COLUMN reason TO why"
NAMES = "SELECT count(*) FROM django_migrations WHERE app = 'stored'"
MARK = "INSERT INTO django_migrations (app, name, applied) VALUES ('stored', '', CURRENT_TIMESTAMP)"


@contextlib.contextmanager
def an_engine(name, folder, put_migrated_database):
    """With a database that an earlier run has made; made from nothing it is made again."""
    if name == "sqlite":
        data = folder / name / "bench_test"
        data.mkdir(parents=True)
        put_migrated_database(data)
        yield Engine(name, folder)
    else:
        with any_server() as server:
            engine = Engine(name, folder, f"{server}/postgres")
            if is_copied():
                template = os.environ[MIGRATED_POSTGRESQL].rpartition("/")[2]
                with psycopg.connect(engine.server, autocommit=True) as admin:
                    admin.execute(f'CREATE DATABASE bench_test TEMPLATE "{template}"')
            try:
                yield engine
            finally:
                engine.erase("bench_test")


def run(variables, statement):
    """Its number, where it asks for one; past the program."""
    if "DATABASE_URL" in variables:
        with psycopg.connect(variables["DATABASE_URL"], autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchone()[0] if found.description else None
    with contextlib.closing(sqlite3.connect(f"{variables['KHCN_DATA']}/khcn.sqlite3")) as connection:
        found = connection.execute(statement).fetchone()
        connection.commit()
        return found[0] if found else None


@pytest.fixture
def new_databases_are_copies(monkeypatch, put_migrated_database):
    """What is new has the migrations before the program of the bench looks whether it has: to carry them out takes five seconds."""

    def put_tables(variables):
        if "DATABASE_URL" not in variables:
            data = Path(variables["KHCN_DATA"])
            if not (data / "khcn.sqlite3").exists():
                put_migrated_database(data)
        elif is_copied() and run(variables, TABLES) == 0:
            server, _slash, name = variables["DATABASE_URL"].rpartition("/")
            template = os.environ[MIGRATED_POSTGRESQL].rpartition("/")[2]
            with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
                admin.execute(f'DROP DATABASE "{name}"')
                admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return is_of_this_version(variables)

    monkeypatch.setattr("bench.trace.engines.is_of_this_version", put_tables)


TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_a_database_stays_until_another_version_of_the_program_comes(
    name, tmp_path, put_migrated_database, new_databases_are_copies
):
    with an_engine(name, tmp_path, put_migrated_database) as engine:
        run(engine._environment("bench_test"), MARK)
        stored = engine.environment("bench_test")
        assert run(stored, NAMES) == 1
        run(stored, OLDER)
        made_again = engine.environment("bench_test")  # which has found the tables of this version in it
        assert (run(made_again, NAMES), made_again == stored) == (0, True)


def test_the_file_of_the_bench_itself_too(tmp_path, put_migrated_database):
    put_migrated_database(tmp_path)
    older = environment(tmp_path)
    assert is_of_this_version(older)
    run(older, OLDER)
    assert sqlite_environment(tmp_path) == older
    assert not list(tmp_path.glob("khcn.sqlite3*"))  # the process that measures makes it


def test_a_fault_that_tells_nothing_about_tables_removes_nothing(tmp_path):
    (tmp_path / "khcn.sqlite3").write_text("no database, but perhaps the ruins of one")
    with pytest.raises(Exception, match="non-zero exit status"):
        sqlite_environment(tmp_path)
    assert (tmp_path / "khcn.sqlite3").exists()
