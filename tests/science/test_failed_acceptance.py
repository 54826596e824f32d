"""What may follow an acceptance with a failing grade: settlement and liquidation, but nothing that becomes of a result."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines import jobs, recomputing
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.deadlines import facts
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations import TaskRefused, correct_milestone, record_milestone
from khcn.science.operations.meetings import preview_conclusions, record_conclusions
from tests.factories.base import an_actor
from tests.factories.councils import SeatedMeetingFactory
from tests.factories.reference import CodeListItemFactory, GradeFactory, RuleParameterFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import OFFICER, draft
from tests.science.channels import api_refusal, form_refusals, import_problems

pytestmark = pytest.mark.django_db
ACCEPTED_ON, LATER, TODAY = date(2023, 6, 1), date(2023, 9, 6), date(2023, 12, 1)
WORDS = {"actor": OFFICER, "on": TODAY}
AFTER = ["science.registration", "science.settlement"]
OF_RESULT = ("registered", "recognised", "handed_over")


@pytest.fixture
def failing():
    return GradeFactory(code="failed", label="Không đạt", fails=True)


def graded_task(grade, **values):
    task = ScienceTaskFactory(**values)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task, TaskMilestoneFactory(task=task, kind="accepted_province", on=ACCEPTED_ON, grade=grade)


def record(task, kind, day=LATER, **given):
    return record_milestone(task=task, kind=MilestoneKind(kind), reached_on=day, **given, **WORDS)


@pytest.mark.parametrize("kind", OF_RESULT)
def test_nothing_becomes_of_a_result_that_failed(failing, kind):
    task, _accepted = graded_task(failing)
    with pytest.raises(TaskRefused, match="xếp loại không đạt, nên kết quả không được đăng ký"):
        record(task, kind)
    milestone = TaskMilestone(task=task, kind=kind, on=LATER)
    with pytest.raises(TaskRefused, match="xếp loại không đạt"):
        save_row(register_of(TaskMilestone), milestone, **WORDS)
    row = {"task": task.code, "kind": MilestoneKind(kind).label, "on": "06/09/2023"}
    assert "xếp loại không đạt" in " ".join(import_problems(TaskMilestone, row, OFFICER, TODAY))
    passed, _accepted = graded_task(GradeFactory())
    record(passed, kind)


def test_a_task_that_failed_is_settled_and_liquidated(failing):
    task, _accepted = graded_task(failing)
    for kind in ("settled", "assets_handled", "liquidated"):
        record(task, kind)


def test_a_task_that_failed_gets_no_certificate_and_no_term_to_register(failing):
    task, accepted = graded_task(failing)
    with pytest.raises(Refused, match="không được cấp giấy chứng nhận"):
        draft(task)
    terms = facts([task.pk], None)[task.pk].terms
    assert "science.registration" not in terms
    assert {"science.settlement", "science.liquidation"} <= set(terms)
    correct_milestone(
        milestone=accepted,
        kind=MilestoneKind.ACCEPTED_PROVINCE,
        reached_on=ACCEPTED_ON,
        grade=GradeFactory(),
        reason="nhập nhầm",
        **WORDS,
    )
    draft(task)
    assert "science.registration" in facts([task.pk], None)[task.pk].terms


def test_the_last_acceptance_counts(failing):
    task, _accepted = graded_task(failing, level="national")
    TaskMilestoneFactory(task=task, kind="accepted_national", on=date(2023, 7, 1))
    with pytest.raises(TaskRefused, match="01/06/2023 xếp loại không đạt"):
        record(task, "recognised", date(2023, 6, 15))
    record(task, "recognised")


def test_a_grade_is_not_corrected_to_a_failing_one_after_the_result_was_recognised(failing):
    task, accepted = graded_task(GradeFactory())
    record(task, "recognised")
    with pytest.raises(TaskRefused, match=r"Công nhận kết quả.*không còn đúng thứ tự"):
        correct_milestone(
            milestone=accepted,
            kind=MilestoneKind.ACCEPTED_PROVINCE,
            reached_on=ACCEPTED_ON,
            grade=failing,
            reason="nhập nhầm",
            **WORDS,
        )


def test_no_task_passes_with_a_failing_grade(failing):
    meeting = SeatedMeetingFactory(kind="acceptance", held_on=ACCEPTED_ON)
    item = MeetingItemFactory(meeting=meeting, task=ScienceTaskFactory(), passed=False, grade=failing)
    assert "không được thông qua" in " ".join(form_refusals(item, OFFICER, TODAY, passed=True))
    item.refresh_from_db()
    assert "không được thông qua" in api_refusal(item, OFFICER, TODAY, passed=True)
    assert not MeetingItem.objects.get().passed
    row = {"meeting": meeting.code, "task": ScienceTaskFactory().code, "passed": "Có", "grade": "Không đạt"}
    assert "không được thông qua" in " ".join(import_problems(MeetingItem, row, OFFICER, TODAY))


def test_the_action_and_its_preview_refuse_an_item_that_passed_with_a_failing_grade(failing):
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    meeting = SeatedMeetingFactory(kind="acceptance", held_on=ACCEPTED_ON)
    MeetingItemFactory(meeting=meeting, task=task, grade=failing)  # stored before the grade was marked
    (line,) = preview_conclusions(meeting, document=None, **WORDS)
    assert line.startswith(f"Nhiệm vụ “{task}”: Nhiệm vụ xếp loại “Không đạt”")
    with pytest.raises(TaskRefused, match="là không đạt"):
        record_conclusions(meeting=meeting, **WORDS)


def test_the_flag_is_set_on_the_page_of_the_list_and_for_grades_only(failing):
    grade = GradeFactory()
    with acting(OFFICER):
        assert api_refusal(grade, an_actor(Role.ADMIN), TODAY, fails=True) == ""
    with pytest.raises(ValidationError, match="Xếp loại nghiệm thu"):
        CodeListItemFactory(code_list="programme", code="x", fails=True).full_clean()


@pytest.mark.parametrize("at_once", [recomputing.AT_ONCE, 0])
def test_terms_follow_when_a_grade_is_corrected(at_once, monkeypatch):
    monkeypatch.setattr(recomputing, "AT_ONCE", at_once)
    for code in ("registration", "settlement"):
        RuleParameterFactory(code=f"science.{code}_days")
    grade, other = GradeFactory(code="bad"), GradeFactory(code="good")
    task, other_task = graded_task(grade)[0], graded_task(other)[0]

    def terms(of):
        rows = Deadline.objects.of_subject("science.sciencetask", [of.pk])
        return sorted(rows.filter(kind__in=AFTER).values_list("kind", flat=True))

    for fails in (True, False):
        with acting(SYSTEM):
            grade.fails = fails
            grade.save()
        assert Deadline.objects.filter(is_stale=True).exists() == (at_once == 0)
        with acting(SYSTEM):
            jobs.recompute_stale_job()
        assert (terms(task), terms(other_task)) == (AFTER[fails:], AFTER)


def test_another_name_of_a_grade_moves_no_term(monkeypatch, failing):
    graded_task(failing)
    monkeypatch.setattr(recomputing, "recompute", None)
    with acting(SYSTEM):
        failing.label = "Chưa đạt"
        failing.save()
