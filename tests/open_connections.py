"""One connection for the tests of a process, also for those with transactions of their own.

Django opens a new one after each of these. PostgreSQL starts a process for it, which knows no table yet, and plans the statement anew
that asks which tables are filled (conftest.py): in all a twentieth of a second of a processor.
"""

import contextlib

import pytest
from django.db import connections
from django.test import TransactionTestCase


@contextlib.contextmanager
def stay_open():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_should_reload_connections", is_one_spoiled)
        yield


def is_one_spoiled(_case):
    """What is inside of a transaction still does not go on to the next test."""
    opened = [each for each in connections.all(initialized_only=True) if each.connection]
    return any(each.in_atomic_block or not each.autocommit for each in opened)
