"""Corrections: with a reason, in the log, within the rules, and not under what depends on the record."""

from datetime import date
from itertools import permutations

import pytest

from khcn.kernel.actions import dependents
from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.indicators import Indicator
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.reports.freezing.contradictions import SignedReports
from khcn.reports.freezing.dependents import frozen_reports_with
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.operations import (
    TaskRefused,
    amend_task,
    correct_milestone,
    correct_task,
    remove_amendment,
    remove_milestone,
)
from khcn.science.operations.milestone_rules import why_not_instead
from khcn.science.queries import TaskStep
from tests.factories.base import an_actor
from tests.factories.parties import PersonFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.reports.signed_given import a_signed_report

pytestmark = pytest.mark.django_db
STAFF, TODAY = an_actor(Role.OFFICER, "QLKH"), date(2026, 1, 5)


@pytest.fixture
def signed():
    return TaskMilestoneFactory(kind="contract_signed", on=date(2022, 3, 1))


def correct(milestone, kind, on):
    return correct_milestone(
        milestone=milestone, kind=MilestoneKind(kind), reached_on=on, reason="gõ nhầm", actor=STAFF, on=TODAY
    )


def test_a_correction_is_logged_with_its_reason_and_marks_the_record(signed):
    correct(signed, "contract_signed", date(2022, 3, 11))
    entry = ChangeEntry.objects.filter(model="science.taskmilestone").latest("pk")
    assert (entry.reason, entry.before["on"], entry.after["on"]) == (
        "Đính chính: gõ nhầm",
        "2022-03-01",
        "2022-03-11",
    )
    signed.refresh_from_db()
    assert signed.corrected


def test_a_correction_that_leaves_later_steps_without_ground_is_refused(signed):
    TaskMilestoneFactory(task=signed.task, kind="self_accepted", on=date(2023, 6, 1))
    with pytest.raises(TaskRefused, match="không còn đúng thứ tự"):
        correct(signed, "contract_signed", date(2023, 6, 2))
    with pytest.raises(TaskRefused, match="dựa vào nó"):
        remove_milestone(milestone=signed, reason="gõ nhầm", actor=STAFF, on=TODAY)
    signed.refresh_from_db()
    assert (signed.kind, signed.corrected) == ("contract_signed", False)


def test_a_kind_is_corrected_to_one_of_the_same_place_only():
    allowed = {
        (one, other)
        for one, other in permutations(MilestoneKind.values, 2)
        if not why_not_instead(TaskStep(TODAY, other), TaskStep(TODAY, one))
    }
    pairs = {("accepted_province", "accepted_national"), ("stopped", "terminated")}
    assert allowed == pairs | {(other, one) for one, other in pairs}


@pytest.mark.parametrize(
    ("entered", "meant"),
    [("conclusions_met", "deregistered"), ("determined", "listed"), ("registered", "recognised")],
)
def test_a_milestone_of_another_kind_is_taken_back_and_recorded_anew(signed, entered, meant):
    TaskMilestoneFactory(task=signed.task, kind="accepted_province", on=date(2023, 6, 1))
    day = date(2022, 2, 1) if entered == "determined" else date(2023, 7, 3)
    milestone = TaskMilestoneFactory(task=signed.task, kind=entered, on=day)
    with pytest.raises(TaskRefused, match="bấm “Bỏ mốc ghi nhầm” rồi ghi mốc đúng") as refusal:
        correct(milestone, meant, day)
    assert (list(refusal.value.fields), milestone.kind) == (["kind"], entered)


def test_a_contract_that_was_terminated_and_not_stopped_is_corrected_under_what_follows(signed):
    ended = TaskMilestoneFactory(task=signed.task, kind="stopped", on=date(2023, 5, 2))
    TaskMilestoneFactory(task=signed.task, kind="settled", on=date(2023, 7, 3))
    correct(ended, "terminated", date(2023, 5, 2))
    assert [each.kind for each in signed.task.milestones.order_by("on")] == [
        *("contract_signed", "terminated", "settled")
    ]


def test_taking_an_amendment_back_takes_its_effect_back(signed):
    task, old, new = signed.task, signed.task.principal_investigator, PersonFactory(full_name="Người Mới")
    change = amend_task(
        task=task, kind="change_pi", decided_on=date(2023, 5, 1), new_person=new, actor=STAFF, on=TODAY
    )
    assert type(task).objects.get(pk=task.pk).principal_investigator == new
    returned = remove_amendment(amendment=change, reason="gõ nhầm", actor=STAFF, on=TODAY)
    assert (returned.principal_investigator, returned.corrected) == (old, True)


def test_an_amendment_that_a_later_one_builds_on_is_not_taken_back(signed):
    first, second = (
        amend_task(
            task=signed.task,
            kind="change_pi",
            decided_on=date(2023, month, 1),
            new_person=PersonFactory(full_name=f"Người Tháng {month}"),
            actor=STAFF,
            on=TODAY,
        )
        for month in (5, 6)
    )
    with pytest.raises(TaskRefused, match="01/06/2023 dựa vào lần này"):
        remove_amendment(amendment=first, reason="gõ nhầm", actor=STAFF, on=TODAY)
    assert type(signed.task).objects.get(pk=signed.task_id).principal_investigator == second.new_person


def test_what_stands_on_a_record_refuses_its_correction(signed, monkeypatch):
    def stands(model, keys, *, removed):
        return [dependents.Dependent(key, "Báo cáo 9 tháng năm 2023", "") for key in keys]

    monkeypatch.setattr(dependents, "_checks", [stands])
    with pytest.raises(Refused, match="Báo cáo 9 tháng năm 2023 đã dùng bản ghi này"):
        correct(signed, "contract_signed", date(2022, 3, 11))
    with pytest.raises(Refused, match="đã dùng bản ghi này"):
        remove_milestone(milestone=signed, reason="gõ nhầm", actor=STAFF, on=TODAY)


def test_frozen_reports_and_issued_papers_are_asked(signed):
    asked = {each.__name__ for each in dependents._checks}
    assert asked == {"frozen_reports_with", "papers_of_records"}
    report = a_signed_report("X", signed)
    other = TaskMilestoneFactory(kind="contract_signed", on=date(2022, 3, 1))
    found = frozen_reports_with(type(signed), [signed.pk, other.pk], removed=False)
    assert [each[:3] for each in found] == [(signed.pk, str(report), f"/reports/{report.pk}/changes/")]


def _of_kind(milestone):
    return milestone.kind


def test_a_correction_is_refused_where_the_signed_report_would_print_otherwise_and_only_there(
    signed, monkeypatch
):
    every = Indicator("X", "Ký hợp đồng", lambda period: TaskMilestone.objects.all(), "lượt", line=_of_kind)
    late = Indicator(
        "Y",
        "Ký muộn",
        lambda period: TaskMilestone.objects.filter(on__gt=date(2022, 3, 9)),
        "lượt",
        line=_of_kind,
    )
    tasks = Indicator(
        "Z",
        "Nhiệm vụ",
        lambda period: ScienceTask.objects.filter(milestones__on__lt=date(2022, 3, 1)),
        "lượt",
    )
    known = {each.code: each for each in (every, late, tasks)}
    monkeypatch.setattr(dependents, "_signed_contents", [SignedReports(known)])
    a_signed_report("X", signed, also=[("Y", TaskMilestone, []), ("Z", ScienceTask, [signed.task])])
    correct(signed, "contract_signed", date(2022, 3, 5))
    later = TaskMilestoneFactory(task=signed.task, kind="registered", on=date(2022, 2, 1))
    remove_milestone(milestone=later, reason="gõ nhầm", actor=STAFF, on=TODAY)  # the report does not have it
    for other in (date(2022, 3, 11), date(2022, 2, 1)):  # another figure would count it, or its task
        with pytest.raises(Refused, match="đã dùng bản ghi này"):
            correct(TaskMilestone.objects.get(pk=signed.pk), "contract_signed", other)
    with pytest.raises(Refused, match="đã dùng bản ghi này"):
        remove_milestone(
            milestone=TaskMilestone.objects.get(pk=signed.pk), reason="gõ nhầm", actor=STAFF, on=TODAY
        )


def test_only_who_may_enter_history_corrects_what_was_taken_over_from_paper():
    old = TaskMilestoneFactory(kind="determined", on=date(2023, 1, 5), taken_over=True)
    with pytest.raises(Refused, match="Chỉ lãnh đạo phòng"):
        correct(old, "accepted_province", date(2025, 11, 26))
    old.refresh_from_db()
    assert (old.kind, old.on) == ("determined", date(2023, 1, 5))
    correct_milestone(
        milestone=old, kind=MilestoneKind.DETERMINED, reached_on=date(2023, 1, 6), reason="gõ nhầm",
        actor=an_actor(Role.HEAD, "QLKH"), on=TODAY,
    )  # fmt: skip
    old.refresh_from_db()
    assert (old.on, old.taken_over, old.corrected) == (date(2023, 1, 6), True, True)


def test_a_task_that_has_ended_is_changed_by_a_correction_only():
    task = ScienceTaskFactory(budget_total=600_000_000, title="Tên cũ")
    with pytest.raises(TaskRefused, match="chưa có mốc hay điều chỉnh nào"):
        correct_task(task=task, title="Tên mới", reason="gõ nhầm", actor=STAFF, on=TODAY)
    for kind, day in (("contract_signed", 1), ("accepted_province", 2), ("recognised", 3), ("liquidated", 4)):
        TaskMilestoneFactory(task=task, kind=kind, on=date(2023, 6, day))
    register = register_of(ScienceTask)
    for name, value in (("title", "Tên mới"), ("budget_total", 1), ("start_year", 2020)):
        task.refresh_from_db()
        setattr(task, name, value)
        with pytest.raises(Refused, match="“Đính chính nhiệm vụ”"):
            save_row(register, task, actor=STAFF, on=TODAY)
    task.refresh_from_db()
    task.note = "ghi chú"
    save_row(register, task, actor=STAFF, on=TODAY)
    correct_task(task=task, title="Tên mới", reason="gõ nhầm", actor=STAFF, on=TODAY)
    task.refresh_from_db()
    assert (task.title, task.note, task.corrected) == ("Tên mới", "ghi chú", True)
    entry = ChangeEntry.objects.filter(model="science.sciencetask").latest("pk")
    assert (entry.reason, entry.before["title"]) == ("Đính chính: gõ nhầm", "Tên cũ")


def test_a_correction_leaves_alone_what_an_amendment_begins_with():
    task, new = ScienceTaskFactory(planned_end_on=date(2023, 8, 31)), PersonFactory(full_name="Người Mới")
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    words = {"task": task, "actor": an_actor(Role.HEAD, "QLKH"), "on": TODAY}  # the term has passed
    extension = {"decided_on": date(2023, 5, 1), "decision": LegalDocumentFactory()}
    amend_task(kind="extend_duration", new_end_on=date(2023, 12, 31), **extension, **words)
    TaskMilestoneFactory(task=task, kind="stopped", on=date(2023, 6, 1))
    with pytest.raises(TaskRefused, match="“Gia hạn thời gian thực hiện” ngày 01/05/2023") as refused:
        correct_task(planned_end_on=date(2023, 9, 30), host=task.host, reason="gõ nhầm", **words)
    assert list(refused.value.fields) == ["planned_end_on"]
    correct_task(principal_investigator=new, planned_end_on=date(2023, 8, 31), reason="gõ nhầm", **words)
    task.refresh_from_db()
    assert (task.principal_investigator, task.planned_end_on) == (new, date(2023, 8, 31))
