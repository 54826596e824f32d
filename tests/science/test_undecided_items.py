"""An item of a meeting about which the council has not concluded yet, and grades that decisions depend on."""

from datetime import date

import pytest

from khcn.kernel.actors import Role, acting
from khcn.kernel.papers.drafts import renew_draft
from khcn.kernel.papers.models import Paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.record_forms import form_class
from khcn.reference.models import CodeListItem
from khcn.science.documents import MINUTES
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem
from khcn.science.operations import TaskRefused, correct_milestone
from khcn.science.operations.meetings import record_conclusions, why_not_conclude
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMeetingFactory, SeatedMeetingFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import OFFICER, draft
from tests.science.channels import api_refusal, form_refusals, import_problems

pytestmark = pytest.mark.django_db
MEETING_DAY, TODAY = date(2023, 6, 1), date(2023, 12, 1)
WORDS = {"actor": OFFICER, "on": TODAY}


def running():
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task


@pytest.fixture
def meeting():
    return SeatedMeetingFactory(
        kind="acceptance", held_on=MEETING_DAY, code="H1", minutes_number="", conclusion=""
    )


def test_a_new_item_is_undecided_and_every_channel_can_leave_it_so_or_decide(meeting):
    task = ScienceTaskFactory()
    assert MeetingItem().passed is None
    item = MeetingItemFactory(meeting=meeting, task=task, passed=None)
    for passed in (True, None, False, None):
        assert form_refusals(item, OFFICER, TODAY, passed="unknown" if passed is None else passed) == []
        item.refresh_from_db()
        assert item.passed is passed
    for passed in (True, None, False):
        assert api_refusal(item, OFFICER, TODAY, passed=passed) == ""
        item.refresh_from_db()
        assert item.passed is passed
    row = {"meeting": meeting.code, "task": ScienceTaskFactory().code, "passed": ""}
    assert import_problems(MeetingItem, row, OFFICER, TODAY) == []
    with acting(OFFICER):
        html = str(form_class(register_of(MeetingItem))()["passed"])
    assert ">Chưa ghi</option>" in html


def test_nothing_is_recorded_for_an_undecided_item(meeting):
    decided, open_item = running(), running()
    MeetingItemFactory(meeting=meeting, task=decided, grade=GradeFactory())
    MeetingItemFactory(meeting=meeting, task=open_item, passed=None, grade=GradeFactory())
    record_conclusions(meeting=meeting, **WORDS)
    assert decided.milestones.filter(kind="accepted_province").count() == 1
    assert not open_item.milestones.filter(kind="accepted_province").exists()
    assert "chưa ghi mốc" in why_not_conclude(meeting, **WORDS)


def test_minutes_print_what_was_decided_and_refuse_what_is_half_entered(meeting):
    with pytest.raises(Refused, match="Cuộc họp chưa có kết luận"):
        draft(meeting, kind=MINUTES)
    undecided = MeetingItemFactory(meeting=meeting, passed=None)
    with pytest.raises(Refused, match="Cuộc họp chưa có kết luận"):
        draft(meeting, kind=MINUTES)
    decided = MeetingItemFactory(meeting=meeting, grade=GradeFactory())
    rows = draft(meeting, kind=MINUTES).data["tasks"]
    assert [(row["code"], row["decided"]) for row in rows] == [
        (decided.task.code, "Thông qua; xếp loại: Khá")
    ]
    rewrite(undecided, conclusion="Họp lại")  # put off, or of a council that only advises
    rows = renew_draft(paper=Paper.objects.get(), **WORDS).data["tasks"]
    assert [(row["decided"], row["conclusion"]) for row in rows][-1 if undecided.pk > decided.pk else 0] == (
        "Chưa kết luận",
        "Họp lại",
    )
    rewrite(undecided, grade=GradeFactory())
    with pytest.raises(Refused, match="mà chưa ghi được thông qua hay không"):
        renew_draft(paper=Paper.objects.get(), **WORDS)


def rewrite(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    with acting(OFFICER):
        record.save()


def test_a_milestone_of_a_meeting_is_corrected_at_the_meeting(meeting):
    task = running()
    MeetingItemFactory(meeting=meeting, task=task, grade=GradeFactory())
    record_conclusions(meeting=meeting, **WORDS)
    words = {"reason": "gõ nhầm", "reached_on": date(2023, 5, 31), **WORDS}
    made = task.milestones.get(kind="accepted_province")
    with pytest.raises(TaskRefused, match="nút “Đính chính ngày họp” ở trang cuộc họp"):
        correct_milestone(milestone=made, kind=MilestoneKind.ACCEPTED_PROVINCE, grade=GradeFactory(), **words)
    made.refresh_from_db()
    assert made.on == MEETING_DAY
    signed = task.milestones.get(kind="contract_signed")
    correct_milestone(
        milestone=signed, kind=MilestoneKind.CONTRACT_SIGNED, **words | {"reached_on": date(2022, 3, 2)}
    )


@pytest.mark.parametrize("fails", [True, False])
def test_whether_a_grade_fails_is_not_changed_once_a_decision_has_it(meeting, fails):
    grade, admin = GradeFactory(fails=fails), an_actor(Role.ADMIN)
    assert api_refusal(grade, admin, TODAY, fails=not fails) == ""
    grade.refresh_from_db()
    assert api_refusal(grade, admin, TODAY, fails=fails) == ""
    grade.refresh_from_db()
    if fails:
        TaskMilestoneFactory(task=running(), kind="accepted_province", on=MEETING_DAY, grade=grade)
    else:
        MeetingItemFactory(meeting=meeting, passed=None, grade=grade)
    assert "thêm mức mới, mã khác" in api_refusal(grade, admin, TODAY, fails=not fails)
    assert "thêm mức mới, mã khác" in " ".join(form_refusals(grade, admin, TODAY, fails=not fails))
    assert CodeListItem.objects.get(pk=grade.pk).fails is fails
    next_grade = GradeFactory(code=grade.code, valid_from=date(2024, 1, 1), fails=not fails)
    next_grade.full_clean()


def test_grades_are_listed_in_their_own_order():
    for position, (code, label) in enumerate((("excellent", "Xuất sắc"), ("good", "Khá"), ("passed", "Đạt"))):
        GradeFactory(code=code, label=label, position=position)
    with acting(OFFICER):
        choices = form_class(register_of(MeetingItem))()["grade"].field.widget.choices
    assert [label for _key, label in choices[1:]] == ["Xuất sắc", "Khá", "Đạt"]


@pytest.mark.parametrize("taken_over", [True, False])
def test_a_task_with_history_from_paper_is_put_on_the_agenda_of_an_old_meeting(taken_over):
    """Which meeting an acceptance from paper came from is not known, so the members of this one need not be entered first."""
    task, meeting = running(), CouncilMeetingFactory(kind="acceptance", held_on=MEETING_DAY, council=None)
    TaskMilestoneFactory(
        task=task, kind="accepted_province", on=MEETING_DAY, grade=GradeFactory(), taken_over=taken_over
    )
    refused = form_refusals(MeetingItem(meeting=meeting, task=task), OFFICER, TODAY)
    if taken_over:
        assert refused == []
        assert MeetingItem.objects.get().task == task
    else:
        (text,) = refused
        assert "là kết quả theo cuộc họp ngày 01/06/2023" in text
        assert not MeetingItem.objects.exists()
