"""The list of overdue deadlines at a million rows: the page over HTTP against what no such page can do without."""

from __future__ import annotations

import html
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.measure import Bar, clock_with, ratio
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.deadlines.jobs import deadline_drift_job
from khcn.kernel.deadlines.models import Deadline
from khcn.reference.operations import enter_shipped_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from khcn.parties.models import User

ROWS = 1_000_000
PAGES, ROUNDS = 10, 7  # pages of a round; the median of the rounds counts
KINDS = ("execution", "check", "dossier", "registration", "settlement", "liquidation")
FIRST = date(2004, 1, 1)
FIRST_SUBJECT = 10_000_000
# Both give the rows in the order of the page. PostgreSQL takes the second where one division has a quarter of all rows.
INDEXES = ("deadline_of_owner", "deadline_running")
# The index that the page uses, written out: the smallest statement that gives the same fifty rows.
STATEMENT = (
    "SELECT id, subject_label, kind, due_on, owner_code FROM kernel_deadlines_deadline "
    "WHERE met_on IS NULL AND stopped_since IS NULL AND due_on IS NOT NULL AND owner_code = 'QLKH' AND due_on < %s "
    "ORDER BY due_on, id LIMIT 50"
)


def restore() -> None:
    """Rules and terms as they follow from the records, whatever an earlier run has left: the service that it started enters
    rules and compares deadlines with records, and :func:`fill` makes deadlines without records.
    """
    _empty()
    with acting(SYSTEM, "bench"):
        enter_shipped_rules(actor=SYSTEM)
        deadline_drift_job()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_deadlines_deadline WHERE subject_id >= %s", [FIRST_SUBJECT])


def fill() -> None:
    """Rows of subjects beyond the tasks of the bench: nothing but their number matters here. One in ten is open."""
    _empty()
    missing = ROWS - Deadline.objects.count()
    columns = (
        "subject_model, subject_id, subject_label, kind, owner_code, starts_on, due_on, precision, met_on, "
        "rule_code, is_provisional, explanation, is_stale"
    )
    placeholders = ", ".join(["%s"] * 13)

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(missing):
            starts = FIRST + timedelta(days=number * 8000 // missing)
            due = starts + timedelta(days=30)
            met = None if number % 10 == 0 else due + timedelta(days=number % 40 - 30)
            kind, owner = f"science.{KINDS[number % 6]}", ("QLKH", "QLCN", "TDC", "VP")[number // 6 % 4]
            label = f"Nhiệm vụ {number // 6}"
            subject = FIRST_SUBJECT + number // 6
            yield (
                "science.sciencetask", subject, label, kind, owner, starts, due, "day", met, "", False, "[]", False,
            )  # fmt: skip

    with transaction.atomic(), connection.cursor() as cursor:  # without it every row waits for the disk
        cursor.executemany(
            f"INSERT INTO kernel_deadlines_deadline ({columns}) VALUES ({placeholders})",  # noqa: S608 -- our own names
            rows(),  # type: ignore[arg-type]  # an iterator keeps a million rows out of memory
        )
        cursor.execute("ANALYZE")


def overdue(user: User) -> Iterator[Bar]:
    """The first page of a division's overdue deadlines, and its plan, which must name an index and no sort.

    What no such page can do without: an answer of the smallest kind, the statement by hand, and the same fifty rows as HTML.
    """
    fill()
    on = timezone.localdate()
    rows = Deadline.objects.late(on=on).filter(owner_code="QLKH").order_by("due_on", "pk")[:50]
    plan = rows.explain()
    indexed = any(each in plan for each in INDEXES) and "TEMP B-TREE" not in plan and "Sort" not in plan
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    address = reverse("deadline-list") + "?state=late&unit=QLKH"

    def unavoidable() -> str:
        client.get("/healthz")
        with connection.cursor() as cursor:
            cursor.execute(STATEMENT, [on])
            return "".join(
                "<tr>" + "".join(f"<td>{html.escape(str(value))}</td>" for value in row) + "</tr>"
                for row in cursor.fetchall()
            )

    assert client.get(address).content.count(b"<tr>") == 51 == unavoidable().count("<tr>") + 1  # noqa: S101, PLR2004 -- both show fifty rows
    found, a, b = ratio(
        lambda: [client.get(address) for _each in range(PAGES)],
        lambda: [unavoidable() for _each in range(PAGES)],
        ROUNDS,
        _clock(),
    )
    where = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    yield Bar(
        f"thời hạn quá hạn, 1.000.000 dòng ÷ phần việc bắt buộc ({where})",
        found,
        5,
        "×",
        f"{a * 1000 / PAGES:.2f} / {b * 1000 / PAGES:.2f} ms",
    )
    yield Bar(
        f"thời hạn quá hạn: theo chỉ mục, không sắp xếp ({where})",
        float(indexed),
        1,
        "",
        plan.split("\n")[0][:80],
        at_least=True,
    )


def _clock() -> Callable[[], float]:
    """Of this process, and of the server's where the database is one."""
    if connection.vendor == "sqlite":
        return time.process_time
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return clock_with(cursor.fetchone()[0])
