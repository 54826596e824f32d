"""Locks on names: one province in a schema of its own never waits for another one."""

import os
import re
import threading
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.trace.operations.dispatch_round_numbers import lock_rounds
from khcn.trace.store.database import postgres
from tests.conftest import ROOT
from tests.trace.test_store_at_once import on_postgresql
from tools.run_tests import MIGRATED_POSTGRESQL

LOCKS = {
    "writers of events": lambda: postgres.lock_writers(exclusive=True),
    "rounds of dispatch": lock_rounds,
    "numbers of a year": lambda: wait_for_turn("book/2026"),
}
OTHER = "p05"


def test_all_locks_are_taken_in_one_place():
    """The rehearsal of a restore locks the name of a database, in a connection of its own."""
    taken = {
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"pg_(?:try_)?advisory", path.read_text("utf-8"))
    }
    assert taken == {"advisory_locks.py", "postgresql_database.py"}


@contextmanager
def taken_elsewhere(lock, schema, own):
    """Another connection, of a province in this schema, holds the lock."""
    taken, ended = threading.Event(), threading.Event()
    faults = []

    def hold():
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET search_path = {schema}, {own}, public")
            with transaction.atomic():
                lock()
                taken.set()
                ended.wait(120)
        except Exception as fault:  # noqa: BLE001 -- raised below
            faults.append(fault)
        finally:
            taken.set()
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait(120)
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert faults == []


def waits(lock):
    """Whether the own province has to wait for the lock."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
            lock()
    except OperationalError:
        return True
    return False


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_of_one_province_never_holds_up_another(name):
    lock = LOCKS[name]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        [(own,)] = cursor.fetchall()
    with psycopg.connect(administrators_address(), autocommit=True) as administrator:
        administrator.execute(f"CREATE SCHEMA {OTHER}")
        administrator.execute(f"GRANT USAGE ON SCHEMA {OTHER} TO PUBLIC")
        try:
            with taken_elsewhere(lock, OTHER, own):
                assert not waits(lock)
            with taken_elsewhere(lock, own, own):
                assert waits(lock)
        finally:
            administrator.execute(f"DROP SCHEMA {OTHER}")


def administrators_address():
    """Of the database of this test: the role of the tests may make no schema in it."""
    found = connection.settings_dict
    server = (os.environ.get(MIGRATED_POSTGRESQL) or os.environ["DATABASE_URL"]).rpartition("/")[0]
    return f"{server}/{found['NAME']}"
