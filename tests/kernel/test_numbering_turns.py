"""On PostgreSQL those who take, type or void numbers of a book's year take turns: what one has not committed yet, the next sees."""

import threading
import time
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction

from khcn.kernel.actors import SYSTEM
from khcn.kernel.numbering import typed_numbers
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.numbering.operations import CannotVoidError, allocate, lock_book, void
from khcn.kernel.numbering.typed_numbers import NumberOnRecord
from tests.factories.reference import LegalDocumentFactory

DAY = date(2023, 9, 14)
BOOK = {"book": "thu", "unit_code": "u", "pattern": "{number}/THU"}
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a transaction that writes is alone from its beginning")


@pytest.fixture
def typed(monkeypatch):
    """Numbers that records hold; what is added is on record once a transaction has committed it."""
    found = []
    monkeypatch.setitem(typed_numbers._finders, BOOK["book"], [lambda _year: list(found)])
    return found


class InAnotherThread:
    """Does something in a transaction of its own."""

    def __init__(self, work):
        self.result, self.fault = None, None
        self.thread = threading.Thread(target=self._run, args=(work,))
        self.thread.start()

    def _run(self, work):
        try:
            with transaction.atomic():
                self.result = work()
        except Exception as fault:  # noqa: BLE001 -- handed to the test
            self.fault = fault
        finally:
            connection.close()

    def waits(self):
        """True as soon as it waits for its turn; False when it has ended without waiting."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return True
            if not self.thread.is_alive():
                return False
            time.sleep(0.01)
        return False

    def ended(self):
        self.thread.join(120)
        assert not self.thread.is_alive()
        if self.fault:
            raise self.fault
        return self.result


@contextmanager
def typing(typed, text):
    """A record that holds this number is being saved: committed at the end of the block."""
    document = LegalDocumentFactory()
    with transaction.atomic():
        lock_book(BOOK["book"], {DAY.year})
        yield
        typed.append(NumberOnRecord(text, DAY, document))


def take():
    return allocate(**BOOK, on=DAY, actor=SYSTEM).text


def test_a_number_that_is_being_typed_is_not_given_on_postgresql(typed):
    with typing(typed, "01/THU"):
        other = InAnotherThread(take)
        waited = other.waits()
    assert (other.ended(), waited) == ("02/THU", True)


def test_a_number_that_is_being_typed_is_not_voided_on_postgresql(typed):
    with transaction.atomic():
        take()
    line = IssuedNumber.objects.get()
    with typing(typed, "01/THU"):
        other = InAnotherThread(lambda: void(issued=line, reason="nhầm", actor=SYSTEM, on=DAY))
        waited = other.waits()
    with pytest.raises(CannotVoidError, match="đang ghi ở"):
        other.ended()
    assert (waited, IssuedNumber.objects.get().voided_on) == (True, None)


def test_who_takes_a_number_waits_for_who_has_not_committed_one(typed):
    with transaction.atomic():
        first = take()
        other = InAnotherThread(take)
        waited = other.waits()
    assert (first, other.ended(), waited) == ("01/THU", "02/THU", True)
    with transaction.atomic():
        given_back = take()
        other = InAnotherThread(take)
        waited = other.waits()
        transaction.set_rollback(True)
    assert (given_back, other.ended(), waited) == ("03/THU", "03/THU", True)
