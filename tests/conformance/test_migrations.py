"""The migrations make the tables of the models as they are now, or nothing."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src"


def khcn(data, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "khcn", *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(SRC),
            "KHCN_DATA": str(data),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "khcn.config.settings",  # that of the tests has its database in memory
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_migration_is_missing(tmp_path):
    done = khcn(tmp_path, "makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("applied", "arguments"),
    [(["0001_initial"], []), (["0001_initial", "0002_account_kinds"], ["--check"])],
)
def test_a_database_with_some_of_the_replaced_migrations_is_refused_and_left_as_it_is(
    tmp_path, applied, arguments
):
    with closing(sqlite3.connect(tmp_path / "khcn.sqlite3")) as database, database:
        database.execute("CREATE TABLE django_migrations (id integer PRIMARY KEY, app, name, applied)")
        rows = [("parties", name, "2026-11-27") for name in applied]
        database.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", rows)
        before = list(database.iterdump())
    done = khcn(tmp_path, "migrate", *arguments)
    assert done.returncode == 1
    assert "cannot go on from there: parties." in done.stderr
    with closing(sqlite3.connect(tmp_path / "khcn.sqlite3")) as database:
        assert list(database.iterdump()) == before
