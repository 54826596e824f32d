"""What a meeting decided stays as it was recorded: it is corrected together with the milestones of the tasks."""

from datetime import date, timedelta

import pytest

from khcn.councils.models import CouncilMeeting
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role, acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.reference.models import CodeListItem
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations import remove_milestone
from khcn.science.operations.history import history_of
from khcn.science.operations.meetings import record_conclusions, why_not_conclude
from khcn.science.operations.recorded_meetings import (
    why_not_correct_day,
    why_not_correct_grade,
)
from tests.factories.base import an_actor
from tests.factories.councils import SeatedMeetingFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.intake_sample import book_of, rows_of, sheets
from tests.science.channels import api_refusal, form_refusals, import_problems

pytestmark = pytest.mark.django_db
STAFF, TODAY, MEETING_DAY = an_actor(Role.OFFICER, "QLKH"), date(2026, 1, 5), date(2023, 6, 1)
WORDS = {"actor": STAFF, "on": TODAY}


def running(code):
    task = ScienceTaskFactory(code=code)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task


@pytest.fixture
def meeting():
    found = SeatedMeetingFactory(kind="acceptance", held_on=MEETING_DAY, code="H1")
    MeetingItemFactory(meeting=found, task=running("A"), grade=GradeFactory())
    MeetingItemFactory(meeting=found, task=running("B"), grade=GradeFactory())
    MeetingItemFactory(meeting=found, task=running("C"), passed=False)
    return found


@pytest.fixture
def recorded(meeting):
    return record_conclusions(meeting=meeting, **WORDS)


@pytest.fixture
def excellent():
    return GradeFactory(code="excellent", label="Xuất sắc")


def act(record, name, **values):
    register = register_of(type(record))
    return run(action_to_run(register, name), register, record.pk, values, **WORDS)


def item_of(meeting, code="A"):
    return meeting.items.get(task__code=code)


def test_day_and_kind_of_a_recorded_meeting_are_changed_by_no_channel(recorded):
    advice = "nút “Đính chính ngày họp”"
    for name, value in (("held_on", date(2023, 6, 5)), ("kind", "selection")):
        assert advice in " ".join(form_refusals(recorded, STAFF, TODAY, **{name: value}))
        recorded.refresh_from_db()
        assert advice in api_refusal(recorded, STAFF, TODAY, **{name: value})
        recorded.refresh_from_db()
    row = {"code": "H1", "held_on": "05/06/2023"}
    assert advice in " ".join(import_problems(CouncilMeeting, row, STAFF, TODAY))
    assert form_refusals(recorded, STAFF, TODAY, venue="Hội trường tầng 2") == []


def test_grade_and_pass_of_a_recorded_item_are_changed_by_no_channel(recorded, excellent):
    item, advice = item_of(recorded), "đã ghi thành mốc"
    for changed in ({"grade": excellent}, {"passed": False, "grade": None}, {"task": running("D")}):
        assert advice in " ".join(form_refusals(item, STAFF, TODAY, **changed))
        item.refresh_from_db()
        assert advice in api_refusal(item, STAFF, TODAY, **changed)
        item.refresh_from_db()
    row = {"meeting": "H1", "task": "A", "grade": "Xuất sắc"}
    assert advice in " ".join(import_problems(MeetingItem, row, STAFF, TODAY))
    with pytest.raises(Refused, match="Bỏ mốc ghi nhầm"):
        remove_row(register_of(MeetingItem), item, **WORDS)
    assert form_refusals(item, STAFF, TODAY, conclusion="Hoàn thiện báo cáo") == []


def test_what_is_not_recorded_stays_open(meeting, excellent):
    assert form_refusals(item_of(meeting), STAFF, TODAY, grade=excellent) == []
    assert form_refusals(meeting, STAFF, TODAY, held_on=date(2023, 6, 5)) == []
    assert "nút “Sửa”" in why_not_correct_day(meeting, **WORDS)
    record_conclusions(meeting=meeting, **WORDS)
    postponed = item_of(meeting, "C")
    assert "nút “Sửa”" in why_not_correct_grade(postponed, **WORDS)
    assert form_refusals(postponed, STAFF, TODAY, passed=True, grade=excellent) == []


def test_after_its_milestone_was_taken_back_an_item_is_open(recorded, excellent):
    item = item_of(recorded)
    remove_milestone(milestone=item.task.milestones.get(kind="accepted_province"), reason="nhầm", **WORDS)
    assert form_refusals(item, STAFF, TODAY, passed=False, grade=None) == []


def test_the_day_is_corrected_in_the_meeting_and_at_its_milestones(recorded):
    act(recorded, "correct-day", held_on=date(2023, 6, 5), reason="gõ nhầm")
    recorded.refresh_from_db()
    assert (recorded.held_on, recorded.corrected) == (date(2023, 6, 5), True)
    for code in "AB":
        milestone = item_of(recorded, code).task.milestones.get(kind="accepted_province")
        assert (milestone.on, milestone.grade.label, milestone.corrected) == (date(2023, 6, 5), "Khá", True)


def test_a_meeting_is_not_corrected_into_a_year_in_which_its_number_is_taken(recorded):
    other = SeatedMeetingFactory(held_on=date(2024, 2, 1), minutes_number="05/BB-HĐKHCN")
    assert form_refusals(recorded, STAFF, TODAY, minutes_number="05/BB-HĐKHCN") == []
    with pytest.raises(Refused, match="05/BB-HĐKHCN đã ghi ở") as refused:
        act(recorded, "correct-day", held_on=date(2024, 3, 1), reason="gõ nhầm")
    assert list(refused.value.fields) == ["held_on"]
    act(other, "correct-minutes-number", minutes_number="06/BB-HĐKHCN", reason="gõ nhầm")
    act(recorded, "correct-day", held_on=date(2024, 3, 1), reason="gõ nhầm")


def test_a_day_that_a_task_does_not_allow_corrects_nothing(recorded):
    with pytest.raises(Refused, match="Không ghi được mốc"):
        act(recorded, "correct-day", held_on=date(2022, 2, 1), reason="gõ nhầm")
    recorded.refresh_from_db()
    assert recorded.held_on == MEETING_DAY


def test_the_grade_is_corrected_in_the_meeting_and_at_the_milestone(recorded, excellent):
    item = item_of(recorded)
    act(item, "correct-grade", grade=excellent, reason="gõ nhầm")
    item.refresh_from_db()
    milestone = item.task.milestones.get(kind="accepted_province")
    assert (item.grade, item.corrected) == (excellent, True)
    assert (milestone.grade, milestone.on, milestone.corrected) == (excellent, MEETING_DAY, True)


def test_an_acceptance_of_the_day_of_the_decision_is_the_result_of_its_meeting(excellent):
    task, good = running("A"), GradeFactory()
    meeting = SeatedMeetingFactory(kind="acceptance", held_on=MEETING_DAY)
    item = MeetingItemFactory(meeting=meeting, task=task, grade=good)
    decided_on = MEETING_DAY + timedelta(days=7)
    words = {"kind": "accepted_province", "reached_on": decided_on}
    with pytest.raises(Refused, match="đã có kết luận"):
        act(task, "record-milestone", grade=excellent, **words)
    act(task, "record-milestone", grade=good, **words)
    assert history_of(task).violations() == []
    assert why_not_conclude(meeting, **WORDS) != ""
    assert "đã ghi thành mốc" in " ".join(form_refusals(item, STAFF, TODAY, passed=False, grade=None))
    item.refresh_from_db()
    act(item, "correct-grade", grade=excellent, reason="gõ nhầm")
    accepted = task.milestones.get(kind="accepted_province")
    assert (accepted.on, accepted.grade) == (decided_on, excellent)
    with acting(STAFF):  # as when the meeting was entered before members were kept
        for seat in meeting.council.members.all():
            seat.delete()
    act(accepted, "correct", kind="accepted_province", reached_on=MEETING_DAY, grade=excellent, reason="nhầm")
    act(meeting, "correct-day", held_on=MEETING_DAY - timedelta(days=1), reason="gõ nhầm")
    accepted.refresh_from_db()
    assert accepted.on == MEETING_DAY - timedelta(days=1)


@pytest.mark.parametrize("known", [False, True])
def test_an_import_is_not_undone_while_a_milestone_that_was_recorded_from_it_stands(known):
    """Rows that the file made, and rows that it decided about."""
    task, grade = running("NV-1"), GradeFactory()
    meeting = SeatedMeetingFactory(code="H1", held_on=MEETING_DAY)
    if known:
        MeetingItemFactory(meeting=meeting, task=task, passed=None)
    row = {"meeting": "H1", "task": "NV-1", "passed": "Có", "grade": grade.label}
    batch = intake.upload(content=book_of(MeetingItem, [row]), name="tep.xlsx", actor=STAFF, on=TODAY)
    intake.confirm_import(batch=batch, actor=STAFF, on=TODAY)
    record_conclusions(meeting=meeting, actor=STAFF, on=TODAY)
    with pytest.raises(intake.UndoConflict) as refused:
        intake.undo_import(batch=batch, actor=STAFF, on=TODAY)
    (conflict,) = refused.value.conflicts
    assert "mốc “Nghiệm thu cấp tỉnh” ngày 01/06/2023 ghi theo dòng này sau khi nhập" in conflict.why
    assert meeting.items.get().passed
    accepted = task.milestones.get(kind="accepted_province")
    remove_milestone(milestone=accepted, reason="gõ nhầm", actor=STAFF, on=TODAY)
    intake.undo_import(batch=batch, actor=STAFF, on=TODAY)
    assert [each.passed for each in meeting.items.all()] == [None] * known


@pytest.mark.parametrize("when", ["before", "with it", "after"])
def test_an_imported_determination_is_undone_unless_something_was_decided_after_the_import(when):
    task = ScienceTaskFactory(code="NV-1")
    awarded = {"kind": "awarded", "on": MEETING_DAY}
    if when == "before":
        TaskMilestoneFactory(task=task, **awarded)
    rows = [{"task": "NV-1", "kind": "Xác định nhiệm vụ", "on": MEETING_DAY - timedelta(days=9)}]
    if when == "with it":
        named = {"kind": str(MilestoneKind.AWARDED.label), "number": "1/QĐ"}
        rows.append({"task": "NV-1", "on": MEETING_DAY, **named})
    batch = intake.upload(content=book_of(TaskMilestone, rows), name="tep.xlsx", actor=STAFF, on=TODAY)
    intake.confirm_import(batch=batch, actor=STAFF, on=TODAY)
    if when == "after":
        milestone = TaskMilestoneFactory(task=task, **awarded)
        with pytest.raises(intake.UndoConflict) as refused:
            intake.undo_import(batch=batch, actor=STAFF, on=TODAY)
        (conflict,) = refused.value.conflicts
        assert "Không bỏ được mốc xác định nhiệm vụ: đã có mốc" in conflict.why
        remove_milestone(milestone=milestone, reason="gõ nhầm", actor=STAFF, on=TODAY)
    intake.undo_import(batch=batch, actor=STAFF, on=TODAY)
    assert task.milestones.count() == (when == "before")


def test_an_imported_grade_that_an_item_of_a_meeting_uses_is_not_undone():
    """The link has no way back from the grade."""
    row = {"code_list": "Xếp loại nghiệm thu", "code": "new", "label": "Mới", "valid_from": date(2023, 1, 1)}
    office = an_actor(Role.OFFICE, "VP")
    batch = intake.upload(content=book_of(CodeListItem, [row]), name="tep.xlsx", actor=office, on=TODAY)
    intake.confirm_import(batch=batch, actor=office, on=TODAY)
    item = MeetingItemFactory(grade=CodeListItem.objects.get(code="new"))
    with pytest.raises(intake.UndoConflict) as refused:
        intake.undo_import(batch=batch, actor=office, on=TODAY)
    assert [each.why for each in refused.value.conflicts] == [
        f"Có bản ghi khác đang dùng: {item._meta.verbose_name}."
    ]
    assert CodeListItem.objects.filter(code="new").exists()


@pytest.mark.parametrize("known", [False, True])
def test_an_import_is_undone_beside_a_milestone_that_was_there_before_it_or_came_with_it(known):
    task, grade = running("NV-1"), GradeFactory()
    SeatedMeetingFactory(code="H1", held_on=MEETING_DAY)
    item = {"meeting": "H1", "task": "NV-1", "passed": "Có", "grade": grade.label}
    accepted = {"task": "NV-1", "kind": "Nghiệm thu cấp tỉnh", "on": "1/6/2023", "grade": grade.label}
    tables = {"Nhiệm vụ của cuộc họp": rows_of(MeetingItem, [item])}
    if known:
        TaskMilestoneFactory(task=task, kind="accepted_province", on=MEETING_DAY, grade=grade)
    else:
        tables["Mốc"] = rows_of(TaskMilestone, [accepted])
    batch = intake.upload(content=sheets(tables), name="tep.xlsx", actor=STAFF, on=TODAY)
    intake.confirm_import(batch=batch, actor=STAFF, on=TODAY)
    assert MeetingItem.objects.count() == 1
    intake.undo_import(batch=batch, actor=STAFF, on=TODAY)
    assert MeetingItem.objects.count() == 0
    assert task.milestones.count() == 1 + known
