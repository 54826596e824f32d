"""Until when assigned work is due, and who leads it: changed by those who assign, with a document and a reason."""

from datetime import date

import pytest

from khcn.directives.models import AssignedTask, Timeliness
from khcn.directives.operations import ResultRefused, correct_assignment, extend_assignment
from khcn.kernel.actors import Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake import operations as intake
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.kernel.screens.record_forms import form_class
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory
from tests.kernel.intake_sample import book_of
from tests.science.channels import run_action
from tests.science.channels import typed as as_typed

pytestmark = pytest.mark.django_db

MARCH, APRIL, JUNE, LAST = date(2023, 3, 31), date(2023, 4, 24), date(2023, 6, 30), date(2023, 9, 14)
OFFICE = an_actor(Role.OFFICE, "VP", user_id=8)
REGISTER = register_of(AssignedTask)


@pytest.fixture
def head(unit):
    return an_actor(Role.HEAD, "QLCN", unit_id=unit.pk)


def extend(work, actor, **changes):
    values = {
        "due_on": JUNE,
        "due_precision": "day",
        "lead_unit": work.lead_unit,
        "extension_document": LegalDocumentFactory(issued_on=APRIL),
        "reason": "UBND tỉnh cho lùi hạn",
        **changes,
    }
    return extend_assignment(task=work, actor=actor, on=LAST, **values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("due_on", JUNE),
        ("due_precision", "quarter"),
        ("year", 2024),
        ("lead_unit", OrgUnitFactory),
        ("source_document", LegalDocumentFactory),
    ],
)
@pytest.mark.parametrize("done", [None, APRIL])
def test_no_form_changes_what_decides_whether_work_is_late(unit, head, name, value, done):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH, due_precision="month", done_on=done)
    setattr(work, name, value if not isinstance(value, type) else value())
    for actor in (head, OFFICE):
        with pytest.raises(Refused, match="“Gia hạn, giao lại”") as caught:
            save_row(REGISTER, work, actor=actor, on=LAST)
        assert list(caught.value.fields) == [name]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12/2026", (date(2026, 12, 31), "month")),
        ("quý II/2026", (date(2026, 6, 30), "quarter")),
        ("năm 2026", (date(2026, 12, 31), "year")),
        ("31/12/2026", (date(2026, 12, 31), "day")),
        ("30/6/2023", (JUNE, "day")),
    ],
)
def test_a_month_a_quarter_or_a_year_is_typed_as_it_stands_in_the_document(unit, typed, stored):
    work = AssignedTaskFactory.build(lead_unit=unit, source_document=LegalDocumentFactory())
    values = {name: as_typed(getattr(work, name)) for name in REGISTER.form_fields()}
    with acting(OFFICE):
        form = form_class(REGISTER)({**values, "due_on": typed, "due_precision": "day"})
        assert form.is_valid(), form.errors
        form.save_record(actor=OFFICE, on=LAST)
    saved = AssignedTask.objects.get()
    assert (saved.due_on, saved.due_precision) == stored


@pytest.mark.parametrize("typed", ["13/2026", "quý V/2026", "tháng sau"])
def test_what_is_no_date_is_refused_at_its_field(unit, typed):
    with acting(OFFICE):
        form = form_class(REGISTER)({"due_on": typed, "due_precision": "day"})
        assert "due_on" in form.errors
        assert form["due_on"].value() == typed


def test_an_import_does_not_change_it_either(unit, head):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH, due_precision="day", ordinal=1)
    row = {"source_document": work.source_document.number, "ordinal": 1, "due_on": "30/6/2023"}
    batch = intake.upload(content=book_of(AssignedTask, [row]), name="a.xlsx", actor=head, on=LAST)
    plan = intake.preview(batch=batch, actor=head, on=LAST)
    assert [(each.cell, each.code) for each in plan.errors] == [("C2", "owned")]


def test_whoever_assigns_extends_with_a_document_and_it_stays_in_the_history(unit, head):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH, due_precision="month")
    with pytest.raises(ResultRefused, match="Chỉ Văn phòng"):
        extend(work, head)
    for document in (work.source_document, LegalDocumentFactory(issued_on=date(2023, 9, 15))):
        with pytest.raises(ResultRefused) as caught:
            extend(work, OFFICE, extension_document=document)
        assert list(caught.value.fields) == ["extension_document"]
    other = OrgUnitFactory()
    extended = extend(work, OFFICE, lead_unit=other)
    work.refresh_from_db()
    assert (work.due_on, work.due_precision, work.lead_unit) == (JUNE, "day", other)
    assert (work.extension_document, work.corrected) == (extended.extension_document, False)
    entry = ChangeEntry.objects.filter(model="directives.assignedtask").latest("pk")
    assert (entry.reason, entry.before["due_on"], entry.before["lead_unit_id"]) == (
        "Gia hạn, giao lại: UBND tỉnh cho lùi hạn",
        "2023-03-31",
        unit.pk,
    )


def test_late_work_does_not_become_timely_by_an_extension(unit):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH, done_on=APRIL)
    with pytest.raises(ResultRefused, match="đã ghi hoàn thành"):
        extend(work, OFFICE)
    work.refresh_from_db()
    assert work.timeliness_on(LAST) is Timeliness.DONE_LATE


def test_a_slip_is_corrected_by_whoever_assigns_and_marked(unit, head):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH, due_precision="month", done_on=APRIL)
    values = {
        "source_document": work.source_document,
        "ordinal": work.ordinal,
        "content": work.content,
        "year": 2023,
        "lead_unit": unit,
        "due_on": JUNE,
        "due_precision": "quarter",
        "extension_document": None,
    }
    with pytest.raises(ResultRefused, match="Chỉ Văn phòng"):
        correct_assignment(task=work, actor=head, on=LAST, reason="gõ nhầm", **values)
    correct_assignment(task=work, actor=OFFICE, on=LAST, reason="gõ nhầm", **values)
    work.refresh_from_db()
    assert (work.due_on, work.due_precision, work.corrected) == (JUNE, "quarter", True)


def test_an_extension_recorded_on_the_wrong_work_is_corrected_with_its_document(unit):
    names = ("source_document", "ordinal", "content", "year", "lead_unit", "due_on", "due_precision")
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH)
    values = {**{name: getattr(work, name) for name in names}, "reason": "ghi nhầm nhiệm vụ"}
    extended = extend(AssignedTask.objects.get(pk=work.pk), OFFICE)
    run_action(
        work, "correct-assignment", OFFICE, LAST, **values, extension_document=extended.extension_document
    )
    with pytest.raises(Refused, match="Đây là văn bản giao"):
        run_action(
            work, "correct-assignment", OFFICE, LAST, **values, extension_document=work.source_document
        )
    run_action(work, "correct-assignment", OFFICE, LAST, **values, extension_document=None)
    work.refresh_from_db()
    assert (work.due_on, work.extension_document, work.corrected) == (MARCH, None, True)


def test_finished_work_stays_and_a_unit_removes_no_work_that_it_was_given(unit, head):
    done, overdue, running = (
        AssignedTaskFactory(lead_unit=unit, due_on=due, done_on=day)
        for due, day in ((MARCH, APRIL), (MARCH, None), (LAST, None))
    )
    refused = [
        (done, head, "không có quyền xóa"),
        (done, OFFICE, "“Bỏ kết quả ghi nhầm” trước"),
        (overdue, head, "không có quyền xóa"),
        (running, head, "không có quyền xóa"),
    ]
    for work, actor, why in refused:
        with pytest.raises(Refused, match=why):
            remove_row(REGISTER, work, actor=actor, on=LAST)
    remove_row(REGISTER, overdue, actor=OFFICE, on=LAST)
    remove_row(REGISTER, running, actor=OFFICE, on=LAST)
    assert list(AssignedTask.objects.all()) == [done]


def test_an_import_with_results_is_undone_by_whoever_assigns(unit, head):
    document = LegalDocumentFactory()
    row = {
        "source_document": document.number,
        "ordinal": 1,
        "content": "Tham mưu",
        "year": 2023,
        "lead_unit": unit.name,
        "due_on": "31/3/2023",
        "done_on": "24/4/2023",
    }
    batch = intake.upload(content=book_of(AssignedTask, [row]), name="a.xlsx", actor=head, on=LAST)
    intake.confirm_import(batch=batch, actor=head, on=LAST)
    with pytest.raises(intake.UndoConflict):
        intake.undo_import(batch=batch, actor=head, on=LAST)
    intake.undo_import(batch=batch, actor=OFFICE, on=LAST)
    assert not AssignedTask.objects.exists()
