"""A milestone typed by hand says what the council decided; what no council dealt with is typed from paper as before."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations import correct_milestone, record_milestone
from khcn.science.operations.meetings import record_conclusions
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMeetingFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db
STAFF, TODAY, MEETING_DAY = an_actor(Role.OFFICER, "QLKH"), date(2026, 1, 5), date(2023, 6, 1)
WORDS = {"actor": STAFF, "on": TODAY}
DECIDED = "Cuộc họp hội đồng ngày 01/06/2023 đã có kết luận"


@pytest.fixture
def task():
    found = ScienceTaskFactory(code="A")
    TaskMilestoneFactory(task=found, kind="contract_signed", on=date(2022, 3, 1))
    return found


@pytest.fixture
def meeting():
    return CouncilMeetingFactory(kind="acceptance", held_on=MEETING_DAY, code="H1")


@pytest.fixture
def good():
    return GradeFactory()


@pytest.fixture
def excellent():
    return GradeFactory(code="excellent", label="Xuất sắc")


def accept(task, grade, day=MEETING_DAY):
    return record_milestone(
        task=task, kind=MilestoneKind.ACCEPTED_PROVINCE, reached_on=day, grade=grade, **WORDS
    )


@pytest.mark.parametrize("day", [MEETING_DAY, date(2023, 6, 2)])
@pytest.mark.parametrize("passed", [True, False, None])
def test_another_grade_than_that_of_the_council_is_typed_by_no_channel(
    task, meeting, good, excellent, passed, day
):
    MeetingItemFactory(meeting=meeting, task=task, passed=passed, grade=good if passed is not False else None)
    values = {"kind": "accepted_province", "reached_on": day, "grade": excellent}
    with pytest.raises(Refused, match=DECIDED):
        run_action(task, "record-milestone", STAFF, TODAY, **values)
    milestone = TaskMilestone(task=task, kind="accepted_province", on=day, grade=excellent)
    with pytest.raises(Refused, match=DECIDED):
        save_row(register_of(TaskMilestone), milestone, **WORDS)
    row = {"task": "A", "kind": "Nghiệm thu cấp tỉnh", "on": f"{day:%d/%m/%Y}", "grade": "Xuất sắc"}
    assert DECIDED in " ".join(import_problems(TaskMilestone, row, STAFF, TODAY))
    assert not TaskMilestone.objects.filter(kind="accepted_province").exists()


def test_what_the_council_decided_is_recorded_with_its_button_or_typed_alike(task, meeting, good):
    MeetingItemFactory(meeting=meeting, task=task, grade=good)
    accept(task, good)
    other = ScienceTaskFactory()
    TaskMilestoneFactory(task=other, kind="contract_signed", on=date(2022, 3, 1))
    MeetingItemFactory(meeting=meeting, task=other, grade=good)
    record_conclusions(meeting=meeting, **WORDS)
    assert {each.grade for each in TaskMilestone.objects.filter(kind="accepted_province")} == {good}


def test_a_task_without_a_meeting_on_record_is_accepted_as_its_papers_say(task, meeting, good, excellent):
    MeetingItemFactory(meeting=meeting, task=ScienceTaskFactory(), grade=good)
    accept(task, excellent)


def test_after_a_recorded_failure_the_next_acceptance_may_come_from_paper(task, meeting, good):
    failing = GradeFactory(code="failed", label="Không đạt", fails=True)
    MeetingItemFactory(meeting=meeting, task=task, passed=False, grade=failing)
    record_conclusions(meeting=meeting, **WORDS)
    accept(task, good, date(2023, 9, 6))


def test_a_decision_is_not_entered_against_the_milestone_of_its_day(task, meeting, good, excellent):
    accept(task, excellent)
    advice = "khác kết quả ghi ở đây"
    row = {"meeting": "H1", "task": "A", "passed": "Có", "grade": "Khá"}
    assert advice in " ".join(import_problems(MeetingItem, row, STAFF, TODAY))
    item = MeetingItem(meeting=meeting, task=task, passed=True, grade=good)
    with pytest.raises(Refused, match=advice):
        save_row(register_of(MeetingItem), item, **WORDS)
    undecided = MeetingItemFactory(meeting=meeting, task=task, passed=None)
    assert advice in " ".join(form_refusals(undecided, STAFF, TODAY, passed=False))
    undecided.refresh_from_db()
    assert advice in api_refusal(undecided, STAFF, TODAY, passed=False)
    undecided.refresh_from_db()
    assert form_refusals(undecided, STAFF, TODAY, passed=True, grade=excellent) == []


def test_a_milestone_stored_against_its_meeting_is_corrected_to_what_the_meeting_says(
    task, meeting, good, excellent
):
    MeetingItemFactory(meeting=meeting, task=task, grade=good)
    stored = TaskMilestoneFactory(task=task, kind="accepted_province", on=MEETING_DAY, grade=excellent)
    words = {"milestone": stored, "kind": MilestoneKind.ACCEPTED_PROVINCE, "reason": "gõ nhầm", **WORDS}
    with pytest.raises(Refused, match=DECIDED):
        correct_milestone(reached_on=date(2023, 6, 2), grade=excellent, **words)
    correct_milestone(reached_on=MEETING_DAY, grade=good, **words)
    assert TaskMilestone.objects.get(pk=stored.pk).grade == good
