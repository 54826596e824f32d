"""The bars of the science, report and intake part. Each returns what it measured in this run."""

from __future__ import annotations

import html
import io
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.db import connection, transaction
from django.test import Client

from bench.handwritten import STATEMENTS, names_of
from bench.measure import Bar, cpu_seconds, ratio
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.indicators import Period, PeriodKind, registry
from khcn.kernel.intake import operations as intake
from khcn.kernel.registers.list_pages import Keyset
from khcn.kernel.registers.registry import register_of
from khcn.reports.composing import compose, rendering, resolve, sources
from khcn.reports.models import FormVersion
from khcn.reports.operations import sync_shipped_forms
from khcn.science.models import ScienceTask, TaskMilestone, TaskProposal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.parties.models import User

YEAR = 2020
PERIOD = Period(date(YEAR - 1, 12, 15), date(YEAR, 9, 15), YEAR, PeriodKind.NINE_MONTHS)
DEEP_PAGE, DEEP_SIZE = 20_000, 10
IMPORT_ROWS = 10_000
ROUNDS = 5  # the median counts


class UnequalFiguresError(AssertionError):
    """A figure of ours differs from the handwritten statement: then its speed means nothing."""


def _by_hand(cursor: Any) -> dict[str, int]:
    found = {}
    for code, statement in STATEMENTS.items():
        cursor.execute(statement, names_of(PERIOD))
        found[code] = cursor.fetchone()[0]
    return found


def figures() -> Bar:
    """Report figures against the same figures in handwritten SQL, on the same database."""
    with connection.cursor() as cursor:

        def ours() -> dict[str, Any]:
            return {code: registry[code].value(PERIOD) for code in STATEMENTS}

        def theirs() -> dict[str, int]:
            return _by_hand(cursor)

        mine, yours = ours(), theirs()
        if mine != yours:
            different = {code: (mine[code], yours[code]) for code in mine if mine[code] != yours[code]}
            raise UnequalFiguresError(different)
        found, a, b = ratio(ours, theirs, ROUNDS)
    return Bar(
        f"{len(STATEMENTS)} số liệu báo cáo ÷ SQL viết tay",
        found,
        1.5,
        "×",
        f"{a * 1000:.0f} / {b * 1000:.0f} ms",
    )


def document() -> Bar:
    """The whole nine-month report, from an empty cache to the bytes of the Word file."""
    with acting(SYSTEM, "bench"), transaction.atomic():
        sync_shipped_forms(actor=SYSTEM, on=PERIOD.end)
        shipped = FormVersion.objects.latest_of("bao-cao-9-thang")
        assert shipped is not None  # noqa: S101 -- it has just been put there
        form = shipped.form()

    def write() -> bytes:
        report = resolve.resolve(sources.source_from_form(form, PERIOD))
        return rendering.render(compose.compose(report), "docx")

    started = time.monotonic()
    size = len(write())
    return Bar("báo cáo 9 tháng, bản Word đầy đủ", time.monotonic() - started, 3, "s", f"{size // 1024} KB")


def _unavoidable(user: User) -> tuple[Client, Any]:
    """What a list page cannot do without: a signed-in request, the page's rows by key, and their cells as HTML."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    statement = (
        "SELECT t.id, t.code, t.short_name, t.level, t.start_year, o.name, t.planned_end_on "
        "FROM science_sciencetask t LEFT JOIN parties_organisation o ON o.id = t.host_id "
        "ORDER BY t.id LIMIT 50"
    )

    def rows() -> str:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return "".join(
                "<tr>" + "".join(f"<td>{html.escape(str(value))}</td>" for value in row) + "</tr>"
                for row in cursor.fetchall()
            )

    def work() -> None:
        client.get("/healthz")
        rows()

    return client, work


def list_page(user: User) -> Iterator[Bar]:
    """The task list over HTTP against its unavoidable work; and a page deep in a long list against the first one."""
    client, unavoidable = _unavoidable(user)
    address = register_of(ScienceTask).list_url()
    assert client.get(address).status_code == 200  # noqa: S101, PLR2004 -- a bench of an error page is worthless
    unavoidable()
    found, a, b = ratio(
        lambda: [client.get(address) for _each in range(10)],
        lambda: [unavoidable() for _each in range(10)],
        7,
    )
    yield Bar(
        "trang danh sách nhiệm vụ ÷ phần việc bắt buộc", found, 5, "×", f"{a * 100:.2f} / {b * 100:.2f} ms"
    )

    # The whole page over HTTP: the first one, and the one that begins where page 20,000 of ten rows would.
    register = register_of(TaskMilestone)
    cursor = _cursor_of_row(register, register.rows(SYSTEM, PERIOD.last_day), (DEEP_PAGE - 1) * DEEP_SIZE)
    first, deep = register.list_url(), f"{register.list_url()}?after={cursor}"
    rows = [client.get(each).content.count(b"<tr>") for each in (first, deep)]
    assert rows[0] == rows[1] > DEEP_SIZE  # noqa: S101 -- both pages are full
    found, a, b = ratio(
        lambda: [client.get(deep) for _each in range(10)],
        lambda: [client.get(first) for _each in range(10)],
        7,
    )
    name = f"trang danh sách từ dòng {DEEP_PAGE * DEEP_SIZE:,} ÷ trang 1".replace(",", ".")
    yield Bar(name, found, 1.25, "×", f"{a * 100:.2f} / {b * 100:.2f} ms")


def _cursor_of_row(register: Any, records: Any, offset: int) -> str:
    """The cursor just before a row deep in the list, found the slow way once."""
    keyset = Keyset(register, register.order)
    ordered = keyset.apply(records, backwards=False)
    values = ordered.values_list(*(f"_key{i}" for i in range(len(keyset.parts))))[offset - 1]
    return keyset.cursor(values)


def _proposals_workbook() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet(str(register_of(TaskProposal).title)[:31])
    sheet.write_row(
        0, 0, ["Mã đề xuất", "Tên đề xuất", "Tổ chức đề xuất", "Thực hiện từ năm", "Lĩnh vực", "Ngày nhận"]
    )
    for number in range(IMPORT_ROWS):
        sheet.write_row(
            number + 1,
            0,
            [
                f"MOI-{number:05d}",
                f"Nghiên cứu phát triển cây dong riềng số {number}",
                f"Tổ chức {number % 4000}",
                YEAR + 1,
                ("agriculture", "engineering", "medical", "social")[number % 4],
                "14/5/2020",
            ],
        )
    book.close()
    return buffer.getvalue()


def workbook_import() -> Iterator[Bar]:
    """A workbook of 10,000 new rows with references, previewed and committed in a database of a million rows."""
    content = _proposals_workbook()
    with acting(SYSTEM, "bench"), transaction.atomic():
        started = time.monotonic()
        batch = intake.upload(content=content, name="de-xuat.xlsx", actor=SYSTEM, on=PERIOD.end)
        plan = intake.preview(batch=batch, actor=SYSTEM, on=PERIOD.end)
        preview = time.monotonic() - started
        if not plan.is_ready:
            raise UnequalFiguresError([str(problem) for problem in plan.problems[:3]], plan.questions[:3])
        started = time.monotonic()
        intake.confirm_import(batch=batch, actor=SYSTEM, on=PERIOD.end)
        commit = time.monotonic() - started
        transaction.set_rollback(True)
    yield Bar("xem trước tệp 10.000 dòng", preview, 5, "s")
    yield Bar("ghi tệp 10.000 dòng", commit, 2, "s")


def warm() -> float:
    """Touch what every first request pays for once; returns the seconds it took."""
    return cpu_seconds(lambda: Client(headers={"host": "127.0.0.1"}).get("/healthz"))
