"""Undoing an import asks of every record what form and API ask of the same change; deletion never leaves files behind."""

from dataclasses import replace
from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, Grant, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.undo.undo_conflicts import UndoConflict
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.attachments import attach
from khcn.kernel.registers.models import Attachment
from khcn.parties.models import Organisation
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskAmendment, TaskMilestone
from khcn.science.operations.amendments import remove_amendment
from khcn.science.operations.milestones import remove_milestone
from tests.factories.base import ATTACHED_AT, an_actor
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskMilestoneFactory
from tests.kernel.intake_sample import DAY, OFFICER, TASK, book_of, reference_data, rows_of, sheets

pytestmark = pytest.mark.django_db

LATER = date(2023, 9, 20)
HEAD = an_actor(Role.HEAD, "QLKH", user_id=71)
PDF = b"%PDF-1.7\n1 0 obj << >> endobj"
CONTRACT = {"task": "ĐT.01.2023", "kind": "Ký hợp đồng", "on": "1/3/2023"}


def imported(content, actor=OFFICER, *, taken_over=False):
    batch = intake.upload(content=content, name="thang-9.xlsx", actor=actor, on=DAY, taken_over=taken_over)
    intake.confirm_import(batch=batch, actor=actor, on=DAY)
    return batch


def why_not_undone(batch, actor=OFFICER):
    """Sheet, row, name and reason of each obstacle; nothing was written."""
    written = ChangeEntry.objects.count()
    with pytest.raises(UndoConflict) as caught:
        intake.undo_import(batch=batch, actor=actor, on=LATER)
    assert ChangeEntry.objects.count() == written
    return [(each.sheet, each.row, each.label, each.why) for each in caught.value.conflicts]


def withdrawn(*grants):
    return replace(
        OFFICER, grants=tuple(Grant("science.sciencetask", each, allowed=False) for each in grants)
    )


NO_DELETE = "Tài khoản của bạn không có quyền xóa bản ghi này."
NO_CHANGE = "Tài khoản của bạn không có quyền sửa bản ghi này."


def test_who_lost_the_right_cannot_undo():
    reference_data()
    ScienceTaskFactory(code="ĐT.02.2023", title="Tên cũ", start_year=2023, planned_end_on=None)
    batch = imported(book_of(ScienceTask, [TASK, {**TASK, "code": "ĐT.02.2023", "title": "Tên mới"}]))
    delete, change = ("Dữ liệu", 2, TASK["title"], NO_DELETE), ("Dữ liệu", 3, "Tên mới", NO_CHANGE)
    assert why_not_undone(batch, withdrawn("*")) == [
        (*change[:2], "bản ghi số " + str(ScienceTask.objects.get(title="Tên mới").pk), NO_CHANGE),
        (*delete[:2], "bản ghi số " + str(ScienceTask.objects.get(title=TASK["title"]).pk), NO_DELETE),
    ]
    assert why_not_undone(batch, withdrawn("delete")) == [delete]
    assert why_not_undone(batch, withdrawn("change")) == [change]
    assert why_not_undone(batch, an_actor(Role.OFFICER, "TTRA", user_id=OFFICER.user_id)) == [change, delete]
    intake.undo_import(batch=batch, actor=OFFICER, on=LATER)
    assert list(ScienceTask.objects.values_list("title", flat=True)) == ["Tên cũ"]


def test_a_right_to_act_on_the_task_is_asked_for_its_milestones():
    reference_data()
    ScienceTaskFactory(code="ĐT.01.2023")
    batch = imported(book_of(TaskMilestone, [CONTRACT]))
    (found,) = why_not_undone(batch, withdrawn("act"))
    assert (*found[:2], found[3]) == ("Dữ liệu", 2, NO_DELETE)


def test_fields_that_an_action_owns_by_now_stay():
    _field, host, person = reference_data()
    other = OrganisationFactory(name="Viện Cũ")
    task = ScienceTaskFactory(
        code="ĐT.01.2023",
        title="Tên",
        host=other,
        principal_investigator=person,
        planned_end_on=date(2024, 6, 30),
    )
    batch = imported(
        book_of(ScienceTask, [{"code": "ĐT.01.2023", "host": host.name, "planned_end_on": "31/12/2024"}])
    )
    contract = TaskMilestoneFactory(task=task, kind=MilestoneKind.CONTRACT_SIGNED, on=date(2023, 3, 1))
    (found,) = why_not_undone(batch)
    assert found == (
        "Dữ liệu",
        2,
        "Tên",
        (
            "Nhiệm vụ đã ký hợp đồng hoặc đã điều chỉnh: thay đổi ghi bằng nút “Ghi điều chỉnh”, "
            "nhập nhầm thì bấm “Đính chính nhiệm vụ”."
        ),
    )
    task.refresh_from_db()
    assert (task.host, task.planned_end_on) == (host, date(2024, 12, 31))
    with acting(SYSTEM):
        contract.delete()
    intake.undo_import(batch=batch, actor=OFFICER, on=LATER)
    task.refresh_from_db()
    assert task.host == other


def test_a_field_goes_back_together_with_the_row_that_owns_it():
    """The contract of the same file, and the amendment that changed the host of a task under contract."""
    _field, host, person = reference_data()
    other = OrganisationFactory(name="Viện Cũ")
    ScienceTaskFactory(code="ĐT.01.2023", host=other, principal_investigator=person)
    batch = imported(
        sheets(
            {
                "Nhiệm vụ": rows_of(ScienceTask, [{"code": "ĐT.01.2023", "host": host.name}]),
                "Mốc": rows_of(TaskMilestone, [CONTRACT]),
            }
        )
    )
    intake.undo_import(batch=batch, actor=OFFICER, on=LATER)
    assert ScienceTask.objects.get().host == other
    TaskMilestoneFactory(task=ScienceTask.objects.get(), kind="contract_signed", on=date(2023, 3, 1))
    change = {
        "task": "ĐT.01.2023",
        "kind": "Thay đổi tổ chức chủ trì",
        "decided_on": "1/6/2023",
        "new_organisation": host.name,
    }
    batch = imported(book_of(TaskAmendment, [change]))
    assert ScienceTask.objects.get().host == host
    intake.undo_import(batch=batch, actor=OFFICER, on=LATER)
    assert (ScienceTask.objects.get().host, TaskAmendment.objects.count()) == (other, 0)


def test_what_was_taken_over_from_paper_is_removed_by_those_who_may_enter_it():
    reference_data()
    task = ScienceTaskFactory(code="ĐT.01.2023")
    batch = imported(book_of(TaskMilestone, [CONTRACT]), HEAD, taken_over=True)
    office = an_actor(Role.OFFICE, "QLKH", user_id=9)
    refusal = "Chỉ lãnh đạo phòng, đơn vị và quản trị được nhập hồ sơ chuyển từ bản giấy."
    assert [each[3] for each in why_not_undone(batch, office)] == [refusal]
    amendment = TaskAmendmentFactory(task=task, taken_over=True)
    removals = (
        (remove_milestone, {"milestone": TaskMilestone.objects.get()}),
        (remove_amendment, {"amendment": amendment}),
    )
    for remove, subject in removals:
        with pytest.raises(Refused, match=refusal):
            remove(**subject, reason="nhầm", actor=OFFICER, on=LATER)
        remove(**subject, reason="nhầm", actor=HEAD, on=LATER)
    assert (TaskMilestone.objects.count(), TaskAmendment.objects.count()) == (0, 0)


FILES = "Bản ghi có 2 tệp đính kèm. Hãy bỏ các tệp khỏi bản ghi trước."


def with_files(record):
    for number in (1, 2):
        attach(
            record=record, content=PDF + b"%d" % number, name=f"{number}.pdf", actor=SYSTEM, at=ATTACHED_AT
        )
    return record


def test_no_deletion_leaves_files_without_a_record(sign_in):
    """By undoing an import, by form and API, and by an action."""
    reference_data()
    with acting(SYSTEM):
        batch = imported(book_of(ScienceTask, [TASK]))
        task = with_files(ScienceTask.objects.get())
        organisation = with_files(OrganisationFactory(name="Viện Nhầm"))
        milestone = with_files(TaskMilestoneFactory(task=ScienceTaskFactory(), kind="contract_signed"))
    assert why_not_undone(batch) == [("Dữ liệu", 2, TASK["title"], FILES)]
    office = sign_in(Role.ADMIN)
    for method in (office.get, office.post):
        page = method(f"/parties/organisations/{organisation.pk}/delete/")
        assert FILES in page.content.decode()
    answer = office.delete(f"/api/parties/organisations/{organisation.pk}/", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (409, "has_files", FILES)
    with pytest.raises(Refused, match=FILES):
        remove_milestone(milestone=milestone, reason="nhầm", actor=HEAD, on=LATER)
    assert (TaskMilestone.objects.count(), Attachment.objects.count()) == (1, 6)
    assert ScienceTask.objects.filter(pk=task.pk).exists()
    assert Organisation.objects.filter(pk=organisation.pk).exists()
