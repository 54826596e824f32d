"""What a signed report printed of assigned work: the cells of its table are compared, and corrected with a replacement only."""

from datetime import date

import pytest
from django.db import transaction
from django.db.models import QuerySet

from khcn.directives.models import AssignedTask
from khcn.directives.operations import (
    correct_assignment,
    correct_result,
    extend_assignment,
    record_result,
    remove_result,
)
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.reference.operations.legal_documents import correct_document
from khcn.reports import operations as reports
from khcn.reports.freezing.differences import differences, not_compared
from khcn.reports.freezing.verifying import altered
from khcn.reports.models import FormVersion, FrozenFigure
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.reference import LegalDocumentFactory
from tests.reports.conftest import HEAD_TOML, LEADER, a_regime

pytestmark = pytest.mark.django_db
OFFICE = an_actor(Role.OFFICE, "VP")
SIGNED, LATER = date(2023, 9, 15), date(2023, 9, 29)
TABLE = '[[section]]\nkey = "A"\nlabel = "A."\nlevel = 1\ntitle = "Nhiệm vụ được giao"\nowner = "VP"\n'
GOES_ON = "Đã lấy ý kiến các sở, ngành. " * 5
LATE = "Đã hoàn thành, chậm 24 ngày so với kế hoạch (Quyết định số 713/QĐ-UBND ngày 24/4/2023)."


@pytest.fixture
def late(db):
    document = LegalDocumentFactory(number="713/QĐ-UBND", kind="decision", issued_on=date(2023, 4, 24))
    return AssignedTaskFactory(
        content="Sửa đổi quy chế", ordinal=1, year=2023, due_on=date(2023, 3, 31), due_precision="month",
        done_on=date(2023, 4, 24), result_document=document,
    )  # fmt: skip


@pytest.fixture
def still_open(late):
    return AssignedTaskFactory(
        content="Xây dựng hệ thống", ordinal=2, year=2023, due_on=date(2023, 12, 31), due_precision="year",
        progress=GOES_ON, source_document=late.source_document,
    )  # fmt: skip


@pytest.fixture
def in_time(late):
    return AssignedTaskFactory(
        content="Lập kế hoạch", ordinal=3, year=2023, due_on=date(2023, 3, 31), done_on=date(2023, 3, 10),
        source_document=late.source_document,
    )  # fmt: skip


@pytest.fixture
def signed(late, still_open, in_time, monkeypatch):
    """A report that prints the table of the three."""
    monkeypatch.setattr(transaction, "on_commit", lambda do, **_options: do())
    with acting(SYSTEM):
        form = FormVersion(
            code="thu-9-thang", version=1, title="Thử", valid_from=date(2023, 1, 1),
            body=f"{HEAD_TOML}\n{TABLE}text = '[NG-01:bang]'\n",
        )  # fmt: skip
        form.save()
    return sign(
        reports.create_report(form_version=form, year=2023, regime=a_regime(), actor=OFFICE, on=SIGNED)
    )


def sign(report):
    for section in report.sections.filter(state="drafting"):
        reports.hand_in_section(section=section, actor=OFFICE, on=SIGNED)
    reports.compile_report(instance=report, actor=OFFICE, on=SIGNED)
    reports.submit_report(instance=report, actor=OFFICE, on=SIGNED)
    return reports.approve_report(instance=report, actor=LEADER, on=SIGNED)


def changed(frozen):
    """What differs, in the words of the page of changes."""
    return [(each.line, each.detail) for figure in differences(frozen) for each in figure.changes]


def now(record):
    return type(record).objects.get(pk=record.pk)


def another_day(task):
    return correct_result(
        task=now(task), done_on=date(2023, 4, 3), result_document=task.result_document, reason="nhầm",
        actor=OFFICE, on=LATER,
    )  # fmt: skip


def no_document(task):
    correct_result(task=now(task), done_on=task.done_on, reason="nhầm", actor=OFFICE, on=LATER)


def no_result(task):
    remove_result(task=now(task), reason="nhầm", actor=OFFICE, on=LATER)


def another_number(task):
    document = task.result_document
    correct_document(
        document=document, number="714/QĐ-UBND", kind=document.kind, issuer=document.issuer,
        issued_on=document.issued_on, reason="nhầm", actor=OFFICE, on=LATER,
    )  # fmt: skip


def another_deadline(task, due_on=date(2023, 4, 30)):
    names = (
        "source_document",
        "ordinal",
        "content",
        "year",
        "lead_unit",
        "due_precision",
        "extension_document",
    )
    correct_assignment(
        task=now(task), due_on=due_on, **{name: getattr(task, name) for name in names}, reason="nhầm",
        actor=OFFICE, on=LATER,
    )  # fmt: skip


def tell_progress(task, text):
    edited = now(task)
    edited.progress = text
    save_row(register_of(AssignedTask), edited, actor=OFFICE, on=LATER)


@pytest.mark.parametrize(
    ("correct", "printed"),
    [
        (another_day, LATE.replace("24 ngày", "3 ngày")),
        (no_document, LATE.partition(" (")[0] + "."),
        (no_result, "Chưa hoàn thành, quá hạn 167 ngày."),
        (another_number, LATE.replace("713", "714")),
        (another_deadline, LATE.partition(",")[0] + LATE[LATE.index(" (") :]),
    ],
)
def test_a_printed_cell_is_corrected_only_while_a_replacement_is_prepared(signed, late, correct, printed):
    assert changed(signed) == not_compared(signed) == []
    with pytest.raises(Refused, match="đã dùng bản ghi này"):
        correct(late)
    tell_progress(
        late, "Đã trình."
    )  # work goes on, which is no correction, but opens no way around the report
    assert changed(signed) == [
        (late.content, f"Bảng đã in: Kết quả thực hiện “{LATE}” thành “{LATE} Đã trình.”.")
    ]
    with pytest.raises(Refused, match="đã dùng bản ghi này"):
        correct(late)
    assert changed(signed)[0][1].endswith(f"thành “{LATE} Đã trình.”.")
    made = reports.replace_report(signed=signed.instance, actor=OFFICE, on=LATER)
    assert not made.relying_corrections.exists()
    correct(late)
    assert f"“{printed} Đã trình.”" in changed(signed)[0][1]
    assert made.relying_corrections.count() == 1
    with pytest.raises(Refused, match="Không hủy được"):
        reports.cancel_report(instance=made, note="lập nhầm", actor=OFFICE, on=LATER)


def test_open_work_goes_on_and_its_new_progress_differs_from_the_report(signed, still_open):
    tell_progress(still_open, f"{GOES_ON}Đã trình UBND tỉnh.")
    words = "ngành. Đã lấy ý kiến các sở, ngành."
    assert changed(signed) == [
        (
            still_open.content,
            f"Bảng đã in: Kết quả thực hiện “…{words}” thành “…{words} Đã trình UBND tỉnh.”.",
        )
    ]


@pytest.mark.parametrize(("first", "second"), [("2023-09-27", "2023-09-26"), ("2023-09-11", "2023-09-26")])
def test_a_result_entered_after_the_signature_is_corrected_freely(signed, still_open, first, second):
    """Also one of the period, which a report of today would print: the page lists it as missing, and it needs no correction."""
    record_result(task=now(still_open), done_on=date.fromisoformat(first), actor=OFFICE, on=LATER)
    before = changed(signed)
    assert len(before) == (first < "2023-09-15")
    correct_result(
        task=now(still_open), done_on=date.fromisoformat(second), reason="nhầm", actor=OFFICE, on=LATER
    )
    assert changed(signed) == []
    assert str(now(still_open).done_on) == second


@pytest.mark.parametrize("issued_on", [date(2023, 9, 14), date(2023, 9, 20)])
def test_a_deadline_set_after_the_signature_is_corrected_freely(signed, still_open, issued_on):
    """By a document of the period, which a report of today would print by it, or by a later one, which moves nothing of the period."""
    document = LegalDocumentFactory(issued_on=issued_on)
    extend_assignment(
        task=now(still_open), due_on=date(2024, 12, 31), due_precision="year", lead_unit=still_open.lead_unit,
        extension_document=document, reason="theo văn bản", actor=OFFICE, on=LATER,
    )  # fmt: skip
    entered_late = (still_open.content, "Bảng đã in: Tiến độ theo kế hoạch “Năm 2023” thành “Năm 2024”.")
    assert changed(signed) == ([entered_late] if issued_on == date(2023, 9, 14) else [])
    another_deadline(now(still_open), date(2025, 12, 31))
    assert now(still_open).due_on == date(2025, 12, 31)


def test_a_day_that_was_corrected_without_being_printed_is_no_way_to_a_printed_one(signed, in_time):
    def correct(day, **more):
        correct_result(task=now(in_time), done_on=day, reason="nhầm", actor=OFFICE, on=LATER, **more)

    with pytest.raises(Refused, match="đã dùng bản ghi này"):
        correct(date(2023, 3, 10), result_document=LegalDocumentFactory())
    correct(date(2023, 3, 12))
    tell_progress(in_time, "Đã trình.")
    with pytest.raises(Refused, match="đã dùng bản ghi này"):
        correct(date(2023, 4, 12))


def test_a_table_signed_before_its_cells_were_stored_is_not_compared(signed, late):
    (figure,) = signed.figures.all()
    assert altered(signed) == []
    QuerySet(FrozenFigure).filter(pk=figure.pk).update(table=None)
    tell_progress(late, "Đã trình.")
    assert changed(signed) == []
    assert not_compared(signed) == [figure]
    assert altered(signed) == ["figures"]
    with pytest.raises(Refused, match="đã dùng bản ghi này"):
        another_day(late)
