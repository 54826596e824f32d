"""Locks on names: one province in a schema of its own never waits for another one."""

import re
import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.trace.operations.dispatch_round_numbers import lock_rounds
from khcn.trace.store.database import postgres
from tests.conftest import ROOT
from tests.trace.test_store_at_once import on_postgresql

LOCKS = {
    "writers of events": lambda: postgres.lock_writers(exclusive=True),
    "rounds of dispatch": lock_rounds,
    "numbers of a year": lambda: wait_for_turn("book/2026"),
}
OWN, OTHER = "public", "p05"


def test_all_locks_are_taken_in_one_place():
    """The rehearsal of a restore locks the name of a database, in a connection of its own."""
    taken = {
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"pg_(?:try_)?advisory", path.read_text("utf-8"))
    }
    assert taken == {"advisory_locks.py", "postgresql_database.py"}


@contextmanager
def taken_elsewhere(lock, schema):
    """Another connection, of a province in this schema, holds the lock."""
    taken, ended = threading.Event(), threading.Event()
    faults = []

    def hold():
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET search_path = {schema}, public")
            with transaction.atomic():
                lock()
                taken.set()
                ended.wait(20)
        except Exception as fault:  # noqa: BLE001 -- raised below
            faults.append(fault)
        finally:
            taken.set()
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait(20)
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
        cursor.execute(f"CREATE SCHEMA {OTHER}")
    try:
        with taken_elsewhere(lock, OTHER):
            assert not waits(lock)
        with taken_elsewhere(lock, OWN):
            assert waits(lock)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {OTHER}")
