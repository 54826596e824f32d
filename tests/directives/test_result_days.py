"""Work that was late does not become work in time by the word of the unit that leads it, whichever way it is written."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from khcn.directives.models import AssignedTask, Timeliness
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.undo.undo_conflicts import UndoConflict
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.parties.models import OrgUnit, User
from khcn.reference.models import LegalDocument
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory
from tests.kernel.intake_sample import book_of, rows_of, sheets
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db(transaction=True)
DUE, BEFORE, LATER, TODAY = date(2023, 3, 31), date(2023, 3, 30), date(2023, 4, 24), date(2023, 9, 14)
REGISTER = register_of(AssignedTask)


def refused(record, name, actor, match, *, on=TODAY, **values):
    with pytest.raises(Refused, match=match):
        run_action(record, name, actor, on, **values)


def entered_by(actor, **values):
    work = AssignedTaskFactory.build(source_document=LegalDocumentFactory(), **values)
    with acting(actor):
        work.save()
    return work


def test_after_the_deadline_a_day_before_it_needs_the_document_of_that_time(unit, officer, office):
    work = AssignedTaskFactory(lead_unit=unit, due_on=DUE)
    refused(work, "record-result", officer, "phải chọn văn bản kết quả", done_on=BEFORE)
    late = LegalDocumentFactory(issued_on=LATER)
    refused(work, "record-result", officer, "chưa ban hành vào ngày", done_on=BEFORE, result_document=late)
    assigning = work.source_document
    refused(work, "record-result", officer, "không phải kết quả", done_on=BEFORE, result_document=assigning)
    older = LegalDocumentFactory(issued_on=work.source_document.issued_on - timedelta(days=1))
    refused(work, "record-result", officer, "trước khi giao nhiệm vụ", done_on=BEFORE, result_document=older)
    run_action(work, "record-result", officer, TODAY, done_on=LATER, result_document=late)
    proven = AssignedTaskFactory(lead_unit=unit, due_on=DUE)
    document = LegalDocumentFactory(issued_on=BEFORE)
    run_action(proven, "record-result", officer, TODAY, done_on=BEFORE, result_document=document)
    stored = AssignedTask.objects.get(pk=proven.pk)
    assert (stored.timeliness_on(TODAY), stored.result_entered_on) == (Timeliness.DONE, TODAY)
    for actor, on in ((officer, DUE), (office, TODAY)):  # before the deadline has passed; who assigns work
        run_action(
            AssignedTaskFactory(lead_unit=unit, due_on=DUE), "record-result", actor, on, done_on=BEFORE
        )


def test_the_office_proves_the_day_of_its_own_work_like_everybody(office):
    work = AssignedTaskFactory(lead_unit_id=office.unit_id, due_on=DUE)
    refused(work, "record-result", office, "phải chọn văn bản kết quả", done_on=BEFORE)


def test_new_work_with_its_result_needs_the_document_too(unit, officer):
    source = LegalDocumentFactory()
    row = {
        "source_document": source.number,
        "ordinal": 1,
        "content": "Tham mưu",
        "year": 2023,
        "lead_unit": unit.name,
        "due_on": "31/3/2023",
        "done_on": "30/3/2023",
    }
    assert "phải chọn văn bản kết quả" in " ".join(import_problems(AssignedTask, row, officer, TODAY))
    assert import_problems(AssignedTask, {**row, "done_on": "24/4/2023"}, officer, TODAY) == []
    office = an_actor(Role.OFFICE, "VP", user_id=8)
    assert import_problems(AssignedTask, row, office, TODAY) == []


def test_the_office_does_not_make_its_own_late_work_timely_by_another_entry(unit, office):
    own, foreign = (
        AssignedTaskFactory(lead_unit_id=key, due_on=DUE, done_on=None) for key in (office.unit_id, unit.pk)
    )
    with pytest.raises(Refused, match="đề nghị lãnh đạo Sở bấm “Đính chính việc giao”"):
        remove_row(REGISTER, own, actor=office, on=TODAY)
    remove_row(REGISTER, foreign, actor=office, on=TODAY)
    slip = entered_by(office, lead_unit=own.lead_unit, due_on=DUE, done_on=None)
    entered_on = timezone.localtime(slip.created_at).date()
    for other, day in (
        (replace(office, user_id=9), entered_on),
        (office, entered_on + timedelta(days=1)),
    ):
        with pytest.raises(Refused, match="đề nghị lãnh đạo Sở"):
            remove_row(REGISTER, slip, actor=other, on=day)
    remove_row(REGISTER, slip, actor=office, on=entered_on)
    remove_row(
        REGISTER, AssignedTaskFactory(lead_unit_id=office.unit_id, due_on=TODAY), actor=office, on=TODAY
    )
    row = {
        "source_document": own.source_document.number,
        "ordinal": own.ordinal + 1,
        "content": "Tham mưu",
        "year": 2023,
        "lead_unit": own.lead_unit.name,
        "due_on": "31/3/2023",
    }
    proven = {**row, "done_on": "30/3/2023"}
    assert "phải chọn văn bản kết quả" in " ".join(import_problems(AssignedTask, proven, office, TODAY))
    assert import_problems(AssignedTask, {**row, "done_on": "24/4/2023"}, office, TODAY) == []


@pytest.mark.parametrize("done_on", ["", "24/4/2023"])
def test_the_file_that_brought_late_work_is_undone_by_the_unit_that_leads_it_on_its_day_only(office, done_on):
    row = {
        "source_document": LegalDocumentFactory().number,
        "ordinal": 1,
        "content": "Tham mưu",
        "year": 2023,
        "lead_unit": OrgUnit.objects.get(pk=office.unit_id).name,
        "due_on": "31/3/2023",
        "done_on": done_on,
    }
    content, words = book_of(AssignedTask, [row]), {"actor": office, "on": LATER}
    for undone_on in (LATER, TODAY):
        batch = intake.upload(content=content, name="a.xlsx", **words)
        intake.confirm_import(batch=batch, **words)
        if undone_on == LATER:
            intake.undo_import(batch=batch, actor=office, on=undone_on)
    with pytest.raises(UndoConflict) as caught:
        intake.undo_import(batch=batch, actor=office, on=TODAY)
    assert ["đơn vị của bạn chủ trì" in each.why for each in caught.value.conflicts] == [True]
    assert AssignedTask.objects.count() == 1


def test_who_answers_for_the_work_of_the_office_records_and_corrects_its_result(office):
    leader = an_actor(Role.LEADER, "LD", user_id=9)
    work = AssignedTaskFactory(lead_unit_id=office.unit_id, due_on=DUE)
    run_action(work, "record-result", leader, TODAY, done_on=LATER)
    run_action(work, "correct-result", leader, TODAY, done_on=DUE, reason="gõ nhầm", result_document=None)
    other = an_actor(Role.OFFICER, "TĐC", unit_id=OrgUnitFactory(code="TĐC").pk)
    refused(
        AssignedTaskFactory(lead_unit_id=office.unit_id),
        "record-result",
        other,
        "không có quyền",
        done_on=DUE,
    )


def test_by_delegation_nobody_answers_for_the_days_of_their_own_unit(unit, officer, office):
    """Of the office, for its own work and that of the person who works for it; the other way round likewise."""
    values = {"done_on": BEFORE}
    of_office = replace(office, delegated=("directives",), own=officer)
    of_unit = replace(officer, delegated=("directives",), own=office)
    for actor in (of_office, of_unit):
        work = AssignedTaskFactory(lead_unit=unit, due_on=DUE)
        refused(work, "record-result", actor, "phải chọn văn bản kết quả", **values)
    with pytest.raises(Refused, match="đơn vị của bạn chủ trì"):
        remove_row(REGISTER, work, actor=of_office, on=TODAY)
    foreign = AssignedTaskFactory(lead_unit=OrgUnitFactory(), due_on=DUE)
    run_action(foreign, "record-result", of_office, TODAY, **values)


def test_the_leading_unit_does_not_correct_its_late_result_to_be_in_time(unit, officer, office):
    work = AssignedTaskFactory(lead_unit=unit, due_on=DUE, done_on=LATER)
    document = LegalDocumentFactory(issued_on=BEFORE)
    values = {"done_on": BEFORE, "result_document": document, "reason": "gõ nhầm"}
    refused(work, "correct-result", officer, "không tự sửa thành đúng hạn", **values)
    own = AssignedTaskFactory(lead_unit_id=office.unit_id, due_on=DUE, done_on=LATER)
    refused(own, "correct-result", office, "không tự sửa thành đúng hạn", **values)
    run_action(
        work, "correct-result", officer, TODAY, done_on=date(2023, 4, 20), reason="gõ nhầm"
    )  # late as before
    run_action(work, "correct-result", office, TODAY, **values)
    work.refresh_from_db()
    assert (work.done_on, work.corrected) == (BEFORE, True)


def test_nobody_corrects_a_late_result_to_a_day_before_its_document(unit, office):
    late = LegalDocumentFactory(issued_on=LATER)
    work = AssignedTaskFactory(lead_unit=unit, due_on=DUE, done_on=LATER, result_document=late)
    for document in (late, None):
        values = {"done_on": BEFORE, "result_document": document, "reason": "gõ nhầm"}
        refused(work, "correct-result", office, "chưa ban hành vào ngày 30/03/2023", **values)


@pytest.mark.parametrize("issued_on", [date(2011, 11, 11), date(2022, 12, 23)])
def test_work_is_extended_by_a_later_document_only(unit, office, issued_on):
    work = AssignedTaskFactory(lead_unit=unit, due_on=DUE)  # assigned on 23/12/2022
    values = {"due_on": date(2035, 1, 1), "due_precision": "day", "lead_unit": unit, "reason": "x"}
    refused(
        work,
        "extend-assignment",
        office,
        "phải ban hành sau văn bản giao ngày 23/12/2022",
        extension_document=LegalDocumentFactory(issued_on=issued_on),
        **values,
    )
    assert AssignedTask.objects.get(pk=work.pk).due_on == DUE


def test_what_was_assigned_is_written_by_who_assigns_and_of_finished_work_by_a_correction(
    unit, officer, office
):
    running = AssignedTaskFactory(lead_unit=unit, due_on=DUE)
    done = AssignedTaskFactory(lead_unit=unit, due_on=DUE, done_on=LATER)
    for name, value in (("content", "Việc khác"), ("ordinal", 1)):
        assert "chỉ Văn phòng và lãnh đạo Sở sửa được" in api_refusal(
            running, officer, TODAY, **{name: value}
        )
        for actor in (officer, office):
            stored = AssignedTask.objects.get(pk=done.pk)
            assert "“Đính chính việc giao”" in " ".join(form_refusals(stored, actor, TODAY, **{name: value}))
            assert "“Đính chính việc giao”" in api_refusal(done, actor, TODAY, **{name: value})
    row = {
        "source_document": done.source_document.number,
        "ordinal": done.ordinal,
        "content": f"{done.content} khác",
    }
    assert "“Đính chính việc giao”" in " ".join(import_problems(AssignedTask, row, office, TODAY))
    assert api_refusal(running, office, TODAY, content="Tham mưu Kế hoạch") == ""
    values = {
        "source_document": done.source_document,
        "ordinal": 12,
        "content": "Tham mưu Đề án",
        "year": 2023,
        "lead_unit": unit,
        "due_on": DUE,
        "due_precision": "month",
        "extension_document": None,
        "reason": "gõ nhầm",
    }
    refused(done, "correct-assignment", officer, "không có quyền", **values)
    run_action(done, "correct-assignment", office, TODAY, **values)
    done.refresh_from_db()
    assert (done.ordinal, done.content, done.corrected) == (12, "Tham mưu Đề án", True)


def test_a_unit_has_no_right_to_delete_work_and_the_page_shows_no_button(unit, officer, office):
    work = AssignedTaskFactory(lead_unit=unit)
    assert [REGISTER.may("delete", actor, work) for actor in (officer, office)] == [False, True]
    assert REGISTER.reach("delete", officer) is False


def account(role, unit):
    """The account of a person who enters documents."""
    with acting(SYSTEM):
        return User.objects.create_user(
            f"{role}.{unit.code}", full_name="Người nhập", role_id=role.value, unit=unit
        )


def entered(by):
    """A document that a person puts on record today, long after the deadline."""
    made = LegalDocumentFactory.build(issued_on=BEFORE)
    with acting(by.actor):
        made.save()
    return made


def test_a_document_that_the_unit_enters_after_the_deadline_does_not_prove_the_day(unit, officer, office):
    clerk = account(Role.OFFICER, unit)
    secretary = account(Role.OFFICE, OrgUnit.objects.get(pk=office.unit_id))
    leader = account(Role.LEADER, OrgUnit.objects.get(pk=office.unit_id))
    other = account(Role.OFFICER, OrgUnitFactory(code="QLKH"))
    source = LegalDocumentFactory()
    for number, by in enumerate((clerk, other)):
        values = {"done_on": BEFORE, "result_document": entered(by)}
        work = AssignedTaskFactory(lead_unit=unit, due_on=DUE)
        refused(work, "record-result", officer, "sau hạn ngày 31/03/2023", **values)
        row = {
            "source_document": source.number,
            "ordinal": number + 1,
            "content": "Tham mưu",
            "year": 2023,
            "lead_unit": unit.name,
            "due_on": "31/3/2023",
            "done_on": "30/3/2023",
            "result_document": values["result_document"].number,
        }
        assert "sau hạn ngày 31/03/2023" in " ".join(import_problems(AssignedTask, row, officer, TODAY))
        run_action(work, "record-result", office, TODAY, **values)
    document = {
        "number": "77/BC",
        "kind": "Báo cáo",
        "issuer": "Sở",
        "issued_on": BEFORE,
        "subject": "Kết quả",
    }
    both = sheets(
        {
            "Văn bản": rows_of(LegalDocument, [document]),
            "Việc": rows_of(AssignedTask, [row | {"result_document": "77/BC"}]),
        }
    )
    batch = intake.upload(content=both, name="a.xlsx", actor=officer, on=TODAY)
    (error,) = intake.preview(batch=batch, actor=officer, on=TODAY).errors
    assert "sau hạn ngày 31/03/2023" in error.message
    by_office = {"done_on": BEFORE, "result_document": entered(secretary)}
    run_action(AssignedTaskFactory(lead_unit=unit, due_on=DUE), "record-result", officer, TODAY, **by_office)
    own = AssignedTaskFactory(lead_unit_id=office.unit_id, due_on=DUE)
    refused(own, "record-result", office, "sau hạn ngày 31/03/2023", **by_office)
    refused(own, "record-result", office, "sau hạn", done_on=BEFORE, result_document=entered(leader))


def test_a_document_whose_day_the_unit_changed_after_the_deadline_does_not_prove_it(unit, officer):
    document, clerk = LegalDocumentFactory(issued_on=LATER), account(Role.OFFICER, unit)
    values = {"done_on": BEFORE, "result_document": document}
    document.subject = "Trích yếu khác"
    with acting(clerk.actor):
        document.save()
    work = AssignedTaskFactory(lead_unit=unit, due_on=DUE)
    refused(work, "record-result", officer, "chưa ban hành vào ngày", **values)
    document.issued_on = BEFORE
    with acting(clerk.actor):
        document.save()
    refused(work, "record-result", officer, "sau hạn ngày 31/03/2023", **values)


def test_the_office_does_not_move_the_deadline_of_its_own_late_work(office):
    own, document = (
        AssignedTaskFactory(lead_unit_id=office.unit_id, due_on=DUE),
        LegalDocumentFactory(issued_on=LATER),
    )
    extension = {
        "due_on": date(2035, 1, 1),
        "due_precision": "day",
        "lead_unit": own.lead_unit,
        "reason": "x",
        "extension_document": document,
    }
    correction = {
        **{
            name: getattr(own, name)
            for name in ("source_document", "ordinal", "content", "year", "lead_unit")
        },
        "due_on": date(2035, 1, 1),
        "due_precision": "day",
        "extension_document": None,
        "reason": "x",
    }
    refused(own, "extend-assignment", office, "đề nghị lãnh đạo Sở", **extension)
    refused(own, "correct-assignment", office, "đề nghị lãnh đạo Sở", **correction)
    assert AssignedTask.objects.get().due_on == DUE
    run_action(
        own,
        "extend-assignment",
        office,
        DUE,
        **{**extension, "extension_document": LegalDocumentFactory(issued_on=BEFORE)},
    )
    late = AssignedTaskFactory(lead_unit_id=office.unit_id, due_on=DUE)
    run_action(late, "extend-assignment", an_actor(Role.LEADER, "LD", user_id=9), TODAY, **extension)
    assert AssignedTask.objects.get(pk=late.pk).due_on == date(2035, 1, 1)


@pytest.mark.parametrize("done_on", [LATER, None])
def test_the_office_does_not_correct_how_its_own_late_work_was_assigned(unit, office, done_on):
    own = entered_by(office, lead_unit_id=office.unit_id, due_on=DUE, done_on=done_on)
    entered_on = timezone.localtime(own.created_at).date()
    names = ("source_document", "ordinal", "content", "year", "lead_unit", "due_on", "due_precision")
    stored = {name: getattr(own, name) for name in names} | {"extension_document": None, "reason": "x"}
    reported = []
    for changed in ({"due_on": entered_on}, {"lead_unit": unit}):
        with pytest.raises(Refused, match="đề nghị lãnh đạo Sở") as refusal:
            run_action(own, "correct-assignment", office, entered_on, **stored | changed)
        reported.append("trong hôm nay xóa nhiệm vụ rồi ghi lại" in str(refusal.value))
    assert reported == [done_on is None] * 2
    leader = an_actor(Role.LEADER, "LD", user_id=9)
    run_action(own, "correct-assignment", leader, entered_on, **stored | {"lead_unit": unit})
    assert AssignedTask.objects.get(pk=own.pk).lead_unit == unit
