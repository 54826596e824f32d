"""What is committed is on the disk: the settings of SQLite's file, and those that a server of PostgreSQL must have."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from khcn.config.doctor import database

ASKED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}  # 2: FULL, on the disk at each commit


def of_file(tmp_path, **options):
    """A connection to a file with the settings of an installation."""
    from khcn.config import settings  # local: only where SQLite is what they are made for

    return ConnectionHandler(
        {"default": {**settings.DATABASES["default"], "NAME": tmp_path / "x.sqlite3", **options}}
    )["default"]


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite; PostgreSQL has the test below")
def test_a_commit_to_a_sqlite_file_is_on_the_disk(tmp_path):
    of_installation = of_file(tmp_path)
    with of_installation.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ASKED}
    of_installation.close()
    assert found == ASKED


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_the_doctor_names_a_server_that_does_not_wait_for_the_disk(monkeypatch, name):
    values = {}

    def value(query, *asked):
        return values.get(asked[0], "on") if asked else "170000"

    monkeypatch.setattr(database, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(database, "_value", value)
    assert [each.level.value for each in database.settings_of_server(None)] == ["good"]
    values[name] = "off"
    [found] = database.settings_of_server(None)
    assert (found.level.value, name in found.text) == ("error", True)
