"""Verbs of tasks: what they write, what they refuse, and the words they refuse with."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from khcn.kernel.actors import Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.deadlines.models import LateEntry
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.attachments import attach
from khcn.science.enums import AmendmentKind, MilestoneKind
from khcn.science.models import ScienceTask, TaskAmendment, TaskMilestone, TaskPartner, TaskProposal
from khcn.science.operations import TaskRefused, amend_task, determine_task_from_proposals, record_milestone
from khcn.science.operations.determinations import notice_of_removal
from khcn.science.operations.history import history_of
from khcn.science.queries import task_on
from tests.factories.base import ATTACHED_AT, an_actor
from tests.factories.councils import SeatedMeetingFactory
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import CodeListItemFactory, GradeFactory, LegalDocumentFactory
from tests.factories.science import (
    MeetingItemFactory,
    ScienceTaskFactory,
    TaskMilestoneFactory,
    TaskPartnerFactory,
    TaskProposalFactory,
)
from tests.science.channels import api_refusal, form_refusals, run_action

pytestmark = pytest.mark.django_db
STAFF = an_actor(Role.OFFICER, "QLKH")
HEAD = an_actor(Role.HEAD, "QLKH")  # moves a term that has passed
OTHERS = [
    an_actor(Role.OFFICER, "VP"),
    an_actor(Role.LEADER, "BGD"),
    an_actor(Role.READER, "QLKH"),
    an_actor(Role.ADMIN, "VP"),
]
SIGNED = date(2022, 3, 1)
TODAY = date(2026, 1, 5)


def running(**fields):
    task = ScienceTaskFactory(**fields)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=SIGNED)
    return task


def record(task, kind, on, *, actor=STAFF, **given):
    return record_milestone(
        task=task, kind=MilestoneKind(kind), reached_on=on, actor=actor, on=TODAY, **given
    )


def amend(task, kind, on, **given):
    if kind.startswith("extend_"):
        given["decision"] = LegalDocumentFactory()
    return amend_task(task=task, kind=AmendmentKind(kind), decided_on=on, actor=HEAD, on=TODAY, **given)


# ---------------------------------------------------------------------------------------- milestones


def test_a_milestone_is_written_with_its_document_and_logged_with_its_mark_of_a_late_entry():
    task, document, grade = running(), LegalDocumentFactory(), GradeFactory()
    before = ChangeEntry.objects.count()
    made = record(
        task, "accepted_province", date(2023, 6, 1), document=document, grade=grade, amount=1_000_000
    )
    assert TaskMilestone.objects.get(pk=made.pk).grade == grade
    entries = ChangeEntry.objects.order_by("pk")[before:]
    assert [(entry.model, entry.object_id, entry.actor_label) for entry in entries] == [
        ("science.taskmilestone", str(made.pk), STAFF.label),
        ("kernel_deadlines.lateentry", str(LateEntry.objects.get().pk), STAFF.label),
    ]


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("liquidated", "đang thực hiện"),
        ("resumed", "đang thực hiện"),
        ("contract_signed", "đang thực hiện"),
        ("determined", "đang thực hiện"),
    ],
)
def test_a_step_the_state_of_the_day_does_not_allow_is_refused_with_the_state(kind, state):
    task = running()
    with pytest.raises(TaskRefused) as refusal:
        record(task, kind, date(2023, 6, 1))
    label = MilestoneKind(kind).label
    assert str(refusal.value) == (
        f"Không ghi được mốc “{label}” ngày 01/06/2023: vào ngày đó nhiệm vụ ở trạng thái “{state}”."
    )
    assert task.milestones.count() == 1


def test_a_stopped_task_takes_no_further_step_but_parallel_facts():
    task = running()
    record(task, "stopped", date(2023, 5, 1), actor=HEAD)  # its term has passed
    with pytest.raises(TaskRefused, match="dừng thực hiện"):
        record(task, "accepted_province", date(2023, 6, 1))
    record(task, "settled", date(2023, 7, 1))
    assert sorted(task.milestones.values_list("kind", flat=True)) == ["contract_signed", "settled", "stopped"]


def test_a_step_dated_before_others_must_leave_them_in_order():
    task = running()
    record(task, "accepted_province", date(2023, 6, 1))
    with pytest.raises(TaskRefused) as refusal:
        record(task, "suspended", date(2023, 5, 1))
    assert str(refusal.value) == (
        "Không ghi được mốc “Tạm dừng triển khai” ngày 01/05/2023: mốc “Nghiệm thu cấp tỉnh” ngày 01/06/2023 đã ghi sẽ "
        "không còn đúng thứ tự. Hãy kiểm tra lại ngày của hai mốc."
    )
    record(task, "dossier_submitted", date(2023, 5, 1))
    assert task_on(task, on=date(2023, 5, 2)).state.value == "dossier"


def test_what_was_out_of_order_already_does_not_stop_a_right_step():
    task = running()
    TaskMilestoneFactory(task=task, kind="liquidated", on=date(2022, 4, 1))  # as some old workbook had it
    other = running()
    TaskMilestoneFactory(task=other, kind="resumed", on=date(2022, 4, 1))
    record(other, "dossier_submitted", date(2023, 6, 1))
    with pytest.raises(TaskRefused, match="đã thanh lý hợp đồng"):
        record(task, "dossier_submitted", date(2023, 6, 1))


def test_a_grade_belongs_to_acceptance_and_to_the_scale_of_the_day():
    task = running()
    ended = CodeListItemFactory(code_list="acceptance_grade", code="old", valid_to=date(2020, 1, 1))
    with pytest.raises(Refused) as refused:
        record(task, "accepted_province", date(2023, 6, 1), grade=ended)
    assert (refused.value.code, list(refused.value.fields)) == ("not_in_force", ["grade"])
    with pytest.raises(ValidationError):
        record(task, "registered", date(2023, 6, 1), grade=GradeFactory())
    assert task.milestones.count() == 1


@pytest.mark.parametrize("actor", OTHERS, ids=lambda actor: f"{actor.role.value} {actor.unit_code}")
def test_only_the_science_division_writes(actor):
    task = running()
    with pytest.raises(TaskRefused, match="Phòng Quản lý khoa học"):
        record_milestone(
            task=task, kind=MilestoneKind.STOPPED, reached_on=date(2023, 5, 1), actor=actor, on=TODAY
        )
    with pytest.raises(TaskRefused, match="Phòng Quản lý khoa học"):
        amend_task(
            task=task,
            kind=AmendmentKind.ADD_SITE,
            decided_on=date(2023, 5, 1),
            new_text="x",
            actor=actor,
            on=TODAY,
        )
    with pytest.raises(TaskRefused, match="Phòng Quản lý khoa học"):
        determine_task_from_proposals(
            proposals=[TaskProposalFactory()],
            code="X",
            title="X",
            task_type="research_topic",
            determined_on=date(2023, 5, 1),
            actor=actor,
            on=TODAY,
        )
    assert (task.milestones.count(), task.amendments.count(), ScienceTask.objects.count()) == (1, 0, 1)


# ---------------------------------------------------------------------------------------- amendments


def test_an_extension_keeps_the_deadline_before_and_moves_no_other():
    task = running(planned_end_on=date(2023, 6, 30), planned_dossier_on=date(2023, 7, 30))
    first = amend(task, "extend_duration", date(2023, 5, 1), new_end_on=date(2023, 9, 30))
    second = amend(task, "extend_duration", date(2023, 9, 1), new_end_on=date(2023, 12, 31))
    dossier = amend(task, "extend_submission", date(2023, 9, 2), new_end_on=date(2024, 2, 1))
    assert (first.old_end_on, second.old_end_on, dossier.old_end_on) == (
        date(2023, 6, 30),
        date(2023, 9, 30),
        date(2023, 7, 30),
    )
    task.refresh_from_db()
    assert (task.planned_end_on, task.planned_dossier_on) == (date(2023, 6, 30), date(2023, 7, 30))
    seen = task_on(task, on=date(2023, 9, 1))
    assert (seen.due_on, seen.dossier_due_on) == (date(2023, 12, 31), date(2023, 7, 30))


@pytest.mark.parametrize("new_end_on", [None, date(2023, 6, 30), date(2023, 1, 1)])
def test_an_extension_needs_a_later_end(new_end_on):
    task = running(planned_end_on=date(2023, 6, 30))
    with pytest.raises((ValidationError, TaskRefused)) as fault:
        amend(task, "extend_duration", date(2023, 5, 1), new_end_on=new_end_on)
    named = fault.value.fields if isinstance(fault.value, TaskRefused) else fault.value.message_dict
    assert list(named) == ["new_end_on"]
    assert not task.amendments.exists()


def test_new_investigator_and_host_become_the_present_ones_and_the_old_ones_stay_on_record():
    old, new = PersonFactory(full_name="Người cũ"), PersonFactory(full_name="Người mới")
    was, host = OrganisationFactory(name="Tổ chức cũ"), OrganisationFactory(name="Tổ chức mới")
    task = running(principal_investigator=old, host=was)
    change = amend(task, "change_pi", date(2023, 5, 1), new_person=new)
    move = amend(task, "change_host", date(2023, 5, 2), new_organisation=host)
    assert (change.old_person, move.old_organisation) == (old, was)
    task.refresh_from_db()
    assert (task.principal_investigator, task.host) == (new, host)
    seen = task_on(task, on=date(2023, 4, 30))
    assert (seen.principal_investigator, seen.host) == (old, was)


def test_a_new_partner_ends_the_part_of_the_old_one_from_the_day_of_the_decision():
    task = running()
    old, new = OrganisationFactory(name="Trung tâm cũ"), OrganisationFactory(name="Trung tâm mới")
    TaskPartnerFactory(task=task, organisation=old, from_on=SIGNED)
    amend(task, "change_partner", date(2023, 5, 1), old_organisation=old, new_organisation=new)
    parts = (
        TaskPartner.objects.filter(task=task).order_by("pk").values_list("organisation", "from_on", "to_on")
    )
    assert list(parts) == [(old.pk, SIGNED, date(2023, 5, 1)), (new.pk, date(2023, 5, 1), None)]


def test_a_partner_that_is_none_cannot_be_replaced_and_nothing_is_left_behind():
    task, stranger = running(), OrganisationFactory(name="Người ngoài")
    with pytest.raises(TaskRefused, match="“Người ngoài” không đang phối hợp"):
        amend(
            task,
            "change_partner",
            date(2023, 5, 1),
            old_organisation=stranger,
            new_organisation=OrganisationFactory(),
        )
    assert not TaskAmendment.objects.exists()
    assert not TaskPartner.objects.exists()


def test_a_change_must_change_something():
    person = PersonFactory()
    task = running(principal_investigator=person)
    for kind, given, words in (
        ("change_pi", {}, "chủ nhiệm mới"),
        ("change_pi", {"new_person": person}, "là một"),
        ("change_host", {"new_organisation": task.host}, "là một"),
        ("change_partner", {}, "tổ chức mới"),
        ("amend_outline", {"new_text": "  "}, "nội dung sau điều chỉnh"),
    ):
        with pytest.raises(TaskRefused, match=words):
            amend(task, kind, date(2023, 5, 1), **given)
    assert not task.amendments.exists()


@pytest.mark.parametrize("kind", ["extend_duration", "extend_submission", "change_pi", "add_site"])
def test_a_closed_task_is_not_amended(kind):
    task = running()
    record(task, "terminated", date(2023, 5, 1), actor=HEAD)
    given = {"new_end_on": date(2024, 1, 1), "new_person": PersonFactory(), "new_text": "Thêm xã"}
    with pytest.raises(
        TaskRefused, match="ngày 02/05/2023: vào ngày đó nhiệm vụ ở trạng thái “chấm dứt hợp đồng”"
    ):
        amend(task, kind, date(2023, 5, 2), **given)
    amend(task, kind, date(2023, 4, 30), **given)


def test_a_task_without_contract_has_nothing_to_extend():
    with pytest.raises(TaskRefused, match="mới ghi nhận"):
        amend(ScienceTaskFactory(), "extend_duration", date(2023, 5, 1), new_end_on=date(2024, 1, 1))


def test_amendments_of_one_kind_are_recorded_in_the_order_of_their_days():
    task = running()
    amend(task, "extend_duration", date(2023, 5, 1), new_end_on=date(2024, 1, 1))
    for on in (date(2023, 4, 1), date(2023, 5, 1)):
        with pytest.raises(TaskRefused, match="quyết định ngày 01/05/2023"):
            amend(task, "extend_duration", on, new_end_on=date(2024, 6, 1))
    amend(task, "extend_submission", date(2023, 4, 1), new_end_on=date(2024, 6, 1))


# ----------------------------------------------------------------------------------------- proposals


def determine(proposals, on=date(2023, 8, 1)):
    return determine_task_from_proposals(
        proposals=proposals,
        code="NV-2024-01",
        title="Nghiên cứu phát triển cây sâm",
        task_type="research_topic",
        mode="selection",
        determined_on=on,
        actor=STAFF,
        on=TODAY,
    )


def test_many_proposals_become_one_task_and_keep_their_lineage():
    proposals = [TaskProposalFactory() for _each in range(3)]
    left = TaskProposalFactory()
    task = determine(proposals)
    assert (task.start_year, task.level, task.mode, task.field_group) == (
        2024,
        "province",
        "selection",
        proposals[0].field_group,
    )
    assert list(task.proposals.order_by("pk").values_list("pk", "outcome")) == [
        (proposals[0].pk, "determined"),
        (proposals[1].pk, "merged"),
        (proposals[2].pk, "merged"),
    ]
    left.refresh_from_db()
    assert (left.task, left.outcome) == (None, "open")
    assert list(task.milestones.values_list("kind", "on")) == [("determined", date(2023, 8, 1))]
    assert task_on(task, on=date(2023, 8, 1)).state.value == "determined"
    assert task_on(task, on=date(2023, 7, 31)).state.value == "new"


def test_proposals_that_do_not_fit_are_refused_and_nothing_is_written():
    good = TaskProposalFactory(received_on=date(2023, 4, 1))
    for bad, words in (
        (TaskProposalFactory(outcome="rejected"), "đã có kết quả xem xét"),
        (TaskProposalFactory(received_on=date(2023, 8, 2)), "sau ngày xác định nhiệm vụ"),
        (TaskProposalFactory(for_year=2025), "là cho năm 2025"),
    ):
        with pytest.raises(TaskRefused, match=words):
            determine([good, bad])
    with pytest.raises(TaskRefused, match="ít nhất một đề xuất"):
        determine([])
    good.refresh_from_db()
    assert (good.outcome, ScienceTask.objects.count()) == ("open", 0)
    ScienceTaskFactory(code="NV-2024-01")
    with pytest.raises(ValidationError):
        determine([good])
    good.refresh_from_db()
    assert (good.outcome, good.task) == ("open", None)


def test_proposals_that_go_back_with_a_removed_determination_are_joined_to_the_task_again():
    proposals = [TaskProposalFactory(title="Cây sâm", code="DX-1"), TaskProposalFactory()]
    task = determine(proposals)
    milestone = task.milestones.get()
    contract = TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2023, 9, 1))
    with pytest.raises(TaskRefused, match="đã có mốc “Ký hợp đồng” ngày 01/09/2023"):
        run_action(milestone, "remove", STAFF, TODAY, reason="sai ngày")
    assert task.proposals.count() == 2
    run_action(contract, "remove", STAFF, TODAY, reason="nhầm nhiệm vụ")
    assert "“Cây sâm” (DX-1); “" in notice_of_removal(milestone, actor=STAFF, on=TODAY)
    run_action(milestone, "remove", STAFF, TODAY, reason="sai ngày")
    proposals = list(TaskProposal.objects.order_by("pk"))
    assert [(each.task, each.outcome) for each in proposals] == [(None, "open")] * 2
    rewritten = {"title": "Tên khác", "code": "NV-2024-01", "task_type": "research_topic"}
    with pytest.raises(ValidationError, match="có tên nhiệm vụ “Nghiên cứu phát triển cây sâm”"):
        determine_task_from_proposals(
            proposals=proposals, determined_on=date(2023, 8, 9), actor=STAFF, on=TODAY, **rewritten
        )
    assert determine(proposals, date(2023, 8, 9)) == task
    assert ScienceTask.objects.count() == 1
    assert list(task.proposals.order_by("pk").values_list("outcome", flat=True)) == ["determined", "merged"]
    determined = task.milestones.get()
    assert determined.on == date(2023, 8, 9)
    early = {
        "kind": "determined",
        "reached_on": proposals[0].received_on - timedelta(days=1),
        "reason": "nhầm",
    }
    with pytest.raises(TaskRefused, match="sau ngày xác định nhiệm vụ"):
        run_action(determined, "correct", STAFF, TODAY, **early)


@pytest.mark.parametrize(
    ("name", "value", "reported"),
    [
        ("received_on", date(2023, 8, 2), "sau ngày xác định nhiệm vụ"),
        ("for_year", 2031, "“Đính chính nhiệm vụ” ở trang nhiệm vụ trước"),
    ],
)
def test_a_proposal_that_became_a_task_keeps_to_the_task(name, value, reported):
    first, other = TaskProposalFactory(), TaskProposalFactory()
    task = determine([first])
    first.refresh_from_db()
    assert reported in " ".join(form_refusals(first, STAFF, TODAY, **{name: value}))
    first.refresh_from_db()
    assert reported in api_refusal(first, STAFF, TODAY, **{name: value})
    first.refresh_from_db()
    fitting = {"received_on": date(2023, 8, 1), "for_year": task.start_year}
    assert form_refusals(first, STAFF, TODAY, **{name: fitting[name]}) == []
    assert form_refusals(other, STAFF, TODAY, **{name: value}) == []


def test_the_decision_that_determines_a_task_may_follow_the_meeting():
    task = ScienceTaskFactory()
    meeting = SeatedMeetingFactory(kind="determination", held_on=date(2023, 8, 1))
    MeetingItemFactory(meeting=meeting, task=task)
    milestone = TaskMilestoneFactory(task=task, kind="determined", on=meeting.held_on)
    for values in ({"reached_on": date(2023, 7, 31)}, {"kind": "awarded", "reached_on": date(2023, 8, 9)}):
        with pytest.raises(TaskRefused, match="Mốc này là kết quả của cuộc họp"):
            run_action(
                milestone, "correct", STAFF, TODAY, **{"kind": "determined", "reason": "nhầm", **values}
            )
    run_action(
        milestone, "correct", STAFF, TODAY, kind="determined", reached_on=date(2023, 8, 9), reason="nhầm"
    )
    milestone.refresh_from_db()
    assert (milestone.on, milestone.corrected) == (date(2023, 8, 9), True)
    assert history_of(task).violations() == []


def attached(proposal, name):
    with acting(STAFF):
        attach(record=proposal, content=b"%PDF-1.4", name=name, actor=STAFF, at=ATTACHED_AT)


def test_a_rejection_of_the_wrong_row_is_taken_back_until_it_was_answered():
    proposal = TaskProposalFactory(note="Gửi qua bưu điện")
    with pytest.raises(Refused, match="không có kết quả"):
        run_action(proposal, "reconsider", STAFF, TODAY, reason="nhầm dòng")
    attached(proposal, "phieu-de-xuat.pdf")
    run_action(proposal, "reject", STAFF, TODAY, reason="trùng")
    run_action(proposal, "reconsider", STAFF, TODAY, reason="nhầm dòng")
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.corrected) == ("open", True)
    entries = ChangeEntry.objects.filter(model="science.taskproposal", object_id=str(proposal.pk))
    assert list(entries.order_by("pk").values_list("reason", "after__outcome"))[1:] == [
        ("Không đưa vào danh mục: trùng", "rejected"),
        ("Đính chính: nhầm dòng", "open"),
    ]
    assert proposal.note.splitlines() == [
        "Gửi qua bưu điện",
        "trùng",
        "Bỏ kết quả “Không đưa vào danh mục” ghi nhầm: nhầm dòng",
    ]
    run_action(proposal, "reject", STAFF, TODAY, reason="trùng")
    attached(proposal, "tra-loi.pdf")
    with pytest.raises(Refused, match=r"đã có văn bản “tra-loi\.pdf”"):
        run_action(proposal, "reconsider", STAFF, TODAY, reason="nhầm dòng")
