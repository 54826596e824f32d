"""Numbers: gapless, unique, from 01 each year; with writers in a hurry on SQLite and PostgreSQL."""

import os
import subprocess
import sys
import threading
import time
from datetime import date, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.numbering import operations
from khcn.kernel.numbering.models import IssuedNumber, NumberBook
from khcn.kernel.numbering.operations import (
    BadPatternError,
    CannotVoidError,
    NotInTransactionError,
    allocate,
    render_number,
    void,
)

DAY = date(2023, 9, 14)
REPORTS = {"book": "bao-cao", "unit_code": "skhcn", "pattern": "{number}/BC-SKHCN", "actor": SYSTEM}


@pytest.mark.parametrize(
    ("pattern", "number", "text"),
    [
        ("{number}/BC-SKHCN", 5, "05/BC-SKHCN"),
        ("{number}/BC-SKHCN", 10, "10/BC-SKHCN"),
        ("{number}/BC-SKHCN", 1152, "1152/BC-SKHCN"),
        ("{number}/{year}/GCN-{unit}", 1, "01/2023/GCN-skhcn"),
        ("H03-{number:4}", 1, "H03-0001"),
        ("H03-{number:4}", 12345, "H03-12345"),
    ],
)
def test_patterns(pattern, number, text):
    assert render_number(pattern, number=number, unit_code="skhcn", year=2023) == text


@pytest.mark.parametrize(
    "pattern", ["", "BC-SKHCN", "{year}/BC", "{number}{other}", "{number.real}", "{number}}", "{number:10}"]
)
def test_bad_patterns_take_no_number(db, pattern):
    with pytest.raises(BadPatternError):
        allocate(book="b", unit_code="u", on=DAY, pattern=pattern, actor=SYSTEM)
    assert NumberBook.objects.count() == 0


def test_numbers_run_from_01_in_each_year_book_and_unit(db):
    days = [date(2023, 1, 1), date(2023, 12, 31), date(2024, 1, 1), date(2023, 12, 31)]
    assert [allocate(**REPORTS, on=day).text for day in days] == [
        "01/BC-SKHCN",
        "02/BC-SKHCN",
        "01/BC-SKHCN",
        "03/BC-SKHCN",
    ]
    assert allocate(**{**REPORTS, "unit_code": "trung-tam"}, on=DAY).text == "01/BC-SKHCN"
    assert allocate(**{**REPORTS, "book": "quyet-dinh"}, on=DAY).text == "01/BC-SKHCN"
    assert list(NumberBook.objects.values_list("book", "unit_code", "year", "last")) == [
        ("bao-cao", "skhcn", 2024, 1),
        ("bao-cao", "skhcn", 2023, 3),
        ("bao-cao", "trung-tam", 2023, 1),
        ("quyet-dinh", "skhcn", 2023, 1),
    ]


def test_the_book_says_what_was_given_to_whom(db):
    allocate(**REPORTS, on=DAY, given_to="Báo cáo 9 tháng (minh họa)")
    line = IssuedNumber.objects.get()
    assert (line.number, line.text, line.issued_on, line.given_to, line.issued_by) == (
        1,
        "01/BC-SKHCN",
        DAY,
        "Báo cáo 9 tháng (minh họa)",
        SYSTEM.label,
    )


def test_a_number_given_back_is_the_next_one_given(db):
    allocate(**REPORTS, on=DAY)

    def fail():
        allocate(**REPORTS, on=DAY)
        message = "the record could not be saved"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError), transaction.atomic():
        fail()
    assert allocate(**REPORTS, on=DAY).text == "02/BC-SKHCN"
    assert list(IssuedNumber.objects.values_list("number", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_number_is_taken():
    with pytest.raises(NotInTransactionError):
        allocate(**REPORTS, on=DAY)
    assert NumberBook.objects.count() == 0


def test_two_who_open_the_year_at_once_get_two_numbers(db, monkeypatch):
    """The other caller's book appears between our UPDATE, which found none, and our INSERT."""
    atomic = transaction.atomic

    def beaten():
        monkeypatch.undo()
        NumberBook.objects.create(book="bao-cao", unit_code="skhcn", year=2023, last=1)
        return atomic()

    monkeypatch.setattr(operations.transaction, "atomic", beaten)
    assert allocate(**REPORTS, on=DAY).text == "02/BC-SKHCN"
    assert NumberBook.objects.get().last == 2


def test_void_numbers_stay_in_the_book_and_are_not_given_again(db):
    for _again in range(2):
        allocate(**REPORTS, on=DAY)
    wrong = IssuedNumber.objects.get(number=2)
    void(issued=wrong, reason=" Cấp nhầm sổ ", actor=SYSTEM, on=date(2023, 9, 15))
    assert (wrong.voided_on, wrong.void_reason, wrong.voided_by) == (
        date(2023, 9, 15),
        "Cấp nhầm sổ",
        SYSTEM.label,
    )
    assert allocate(**REPORTS, on=DAY).text == "03/BC-SKHCN"
    assert [line.text for line in IssuedNumber.objects.filter(voided_on__isnull=False)] == ["02/BC-SKHCN"]
    assert [line.text for line in IssuedNumber.objects.filter(voided_on__isnull=True)] == [
        "01/BC-SKHCN",
        "03/BC-SKHCN",
    ]


def test_voiding_needs_a_reason_a_later_day_and_happens_once(db):
    allocate(**REPORTS, on=DAY)
    line, stale = IssuedNumber.objects.get(), IssuedNumber.objects.get()
    with pytest.raises(CannotVoidError, match="Chưa có lý do"):
        void(issued=line, reason="  ", actor=SYSTEM, on=DAY)
    with pytest.raises(CannotVoidError, match="cấp ngày 14/09/2023"):
        void(issued=line, reason="nhầm", actor=SYSTEM, on=date(2023, 9, 13))
    void(issued=line, reason="nhầm", actor=SYSTEM, on=DAY)
    with pytest.raises(CannotVoidError, match="đã hủy trước đó"):
        void(issued=stale, reason="lần nữa", actor=SYSTEM, on=DAY)
    assert IssuedNumber.objects.get().void_reason == "nhầm"


def test_the_database_holds_the_rules_too(db):
    allocate(**REPORTS, on=DAY)
    book = NumberBook.objects.get()
    for wrong in (
        {"number": 1, "text": "khác"},
        {"number": 2, "text": "01/BC-SKHCN"},
        {"number": 0, "text": "00/BC-SKHCN"},
        {"number": 3, "text": "03/BC-SKHCN", "voided_on": DAY},
        {"number": 3, "text": "03/BC-SKHCN", "void_reason": "nhầm"},
    ):
        with pytest.raises(IntegrityError), acting(SYSTEM), transaction.atomic():
            IssuedNumber.objects.create(book=book, issued_on=DAY, **wrong)
    with pytest.raises(IntegrityError), acting(SYSTEM), transaction.atomic():
        NumberBook.objects.create(book="bao-cao", unit_code="skhcn", year=2023)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Ho_Chi_Minh"])
def test_the_year_turns_at_local_midnight_whatever_zone_the_server_has(db, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for instant, text in (
            ("2023-12-31T16:59:58+00:00", "01/BC-SKHCN"),
            ("2023-12-31T16:59:59+00:00", "02/BC-SKHCN"),
            ("2023-12-31T17:00:00+00:00", "01/BC-SKHCN"),
            ("2024-01-01T03:00:00+00:00", "02/BC-SKHCN"),
        ):
            with time_machine.travel(datetime.fromisoformat(instant), tick=False):
                assert allocate(**REPORTS, on=timezone.localdate()).text == text
    finally:
        monkeypatch.undo()
        time.tzset()
    assert dict(NumberBook.objects.values_list("year", "last")) == {2023: 2, 2024: 2}


# ---------------------------------------------------------------------------------------- many writers

WRITERS, EACH, SERIES = 8, 25, 3
HURRY = """
import os, random, sys, time
import django
from django.db import connection, transaction
django.setup()
from datetime import date
from django.core.management import call_command
from khcn.kernel.actors import SYSTEM
from khcn.kernel.numbering.models import IssuedNumber, NumberBook
from khcn.kernel.numbering.operations import allocate
writers, each, series = map(int, sys.argv[1:4])
for app in ("kernel_numbering", "kernel_audit"):  # numbers are logged
    call_command("migrate", app, verbosity=0)
connection.close()
children = []
for writer in range(writers):
    child = os.fork()
    if child:
        children.append(child)
        continue
    chance = random.Random(writer)
    done = 0
    while done < each:
        try:
            with transaction.atomic():
                allocate(
                    book=f"b{done % series}", unit_code="u", on=date(2023, 9, 14), pattern="{number}/X", actor=SYSTEM
                )
                if chance.random() < 0.1:
                    raise InterruptedError
        except InterruptedError:
            continue
        done += 1
    os._exit(0)
failed = [child for child in children if os.waitpid(child, 0)[1]]
assert not failed, failed
for book in NumberBook.objects.all():
    print(book.book, book.last, sorted(book.numbers.values_list("number", flat=True)) == list(range(1, book.last + 1)))
"""


def expected_books(writers=WRITERS):
    given = [sum(1 for n in range(EACH) if n % SERIES == series) * writers for series in range(SERIES)]
    return [(f"b{series}", count) for series, count in enumerate(given)]


def test_processes_in_a_hurry_on_a_sqlite_file(tmp_path):
    """One in ten rolls back; still each book is 1..N. Real processes on one file, as workers of the server are."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'numbers.sqlite3'}",
        "KHCN_DATA": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(Path(operations.__file__).parents[3]), *sys.path]),
    }
    done = subprocess.run(
        [sys.executable, "-c", HURRY, str(WRITERS), str(EACH), str(SERIES)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{book} {count} True" for book, count in expected_books()]


@pytest.mark.django_db(transaction=True)
def test_threads_in_a_hurry_on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("runs where DATABASE_URL names a PostgreSQL server; SQLite has its own test above")
    faults, people = [], 64

    def write(writer):
        try:
            done, turn = 0, writer
            while done < EACH:
                turn += 1
                with transaction.atomic():
                    allocate(
                        book=f"b{done % SERIES}", unit_code="u", on=DAY, pattern="{number}/X", actor=SYSTEM
                    )
                    if turn % 20 == 0:
                        transaction.set_rollback(True)
                        continue
                done += 1
        except Exception as fault:  # noqa: BLE001 -- handed to the test below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    assert [(book.book, book.last) for book in NumberBook.objects.order_by("book")] == expected_books(people)
    for book in NumberBook.objects.all():
        assert list(book.numbers.order_by("number").values_list("number", flat=True)) == list(
            range(1, book.last + 1)
        )
