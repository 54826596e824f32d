"""What comes again: an acceptance after one that failed, a registration after its certificate was withdrawn."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.indicators import Period
from khcn.kernel.papers.operations import replace_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.deadlines import facts
from khcn.science.enums import MilestoneKind
from khcn.science.indicators.events import MILESTONES
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.operations import TaskRefused, correct_milestone, record_milestone, remove_milestone
from khcn.science.operations.history import history_of
from khcn.science.operations.meetings import preview_conclusions, record_conclusions
from khcn.science.operations.next_steps import next_steps
from khcn.science.workflow import TASK_FLOW
from tests.factories.base import an_actor
from tests.factories.councils import SeatedMeetingFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import DAY, OFFICER, accepted_task, draft, issue
from tests.science.channels import import_problems

pytestmark = pytest.mark.django_db
FAILED_ON, AGAIN_ON, TODAY = date(2023, 6, 1), date(2023, 10, 2), date(2023, 12, 1)
WORDS = {"actor": OFFICER, "on": TODAY}


def record(task, kind, day, **given):
    return record_milestone(task=task, kind=MilestoneKind(kind), reached_on=day, **given, **WORDS)


def figure(code, start, end):
    counted = next(each for each in MILESTONES if each.code == code)
    return counted.records(Period(start, end, 2023)).count()


@pytest.fixture
def failing():
    return GradeFactory(code="failed", label="Không đạt", fails=True)


@pytest.fixture
def failed(failing):
    """A task whose acceptance failed."""
    task = ScienceTaskFactory(level="province")
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    TaskMilestoneFactory(task=task, kind="accepted_province", on=FAILED_ON, grade=failing)
    return task


def test_a_task_that_failed_is_accepted_again_and_counted_once_by_its_last_decision(failed):
    with pytest.raises(TaskRefused, match="xếp loại không đạt"):
        record(failed, "recognised", date(2023, 9, 1))
    record(failed, "self_accepted", date(2023, 9, 1))
    record(failed, "dossier_submitted", date(2023, 9, 2))
    waiting = facts([failed.pk], None)[failed.pk].terms
    assert {"science.settlement", "science.liquidation", "science.registration"} & set(waiting) == set()
    record(failed, "accepted_province", AGAIN_ON, grade=GradeFactory())
    record(failed, "recognised", date(2023, 10, 3))
    assert history_of(failed).violations() == []
    year = (date(2023, 1, 1), date(2024, 1, 1))
    assert (figure("NT-01", *year), figure("NT-02", *year)) == (1, 1)
    half = (date(2023, 1, 1), date(2023, 7, 1))
    assert (figure("NT-01", *half), figure("NT-02", *half)) == (1, 0)
    terms = facts([failed.pk], None)[failed.pk].terms
    for name in ("registration", "settlement", "liquidation"):
        assert terms[f"science.{name}"].counts_from == AGAIN_ON
    assert terms["science.execution"].met_on == FAILED_ON  # the work was handed in then


def test_what_failed_at_the_ministry_is_accepted_by_the_ministry_again_and_not_by_the_province(failing):
    task = ScienceTaskFactory(level="national")
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    record(task, "accepted_national", FAILED_ON, grade=failing)
    with pytest.raises(TaskRefused, match="“Nghiệm thu cấp quốc gia”"):
        record(task, "accepted_province", AGAIN_ON, grade=GradeFactory())
    offered = [each.name for each in next_steps(task, TASK_FLOW.by_value["failed"], on=TODAY)]
    assert "accepted_national" in offered
    assert "accepted_province" not in offered
    record(task, "accepted_national", AGAIN_ON, grade=GradeFactory())


def test_a_task_that_passed_or_is_liquidated_is_not_accepted_again(failed):
    passed = accepted_task(level="national")
    record(passed, "accepted_national", date(2023, 7, 1), grade=GradeFactory())
    for kind in ("accepted_province", "accepted_national"):
        with pytest.raises(TaskRefused, match="chỉ ghi một lần"):
            record(passed, kind, AGAIN_ON, grade=GradeFactory())
    row = {
        "task": passed.code, "kind": "Nghiệm thu cấp tỉnh", "on": "02/10/2023", "grade": GradeFactory().label,
    }  # fmt: skip
    assert "chỉ ghi một lần" in " ".join(import_problems(TaskMilestone, row, OFFICER, TODAY))
    offered = next_steps(passed, TASK_FLOW.by_value["accepted"], on=TODAY)
    assert "accepted_province" not in [each.name for each in offered]
    record(failed, "liquidated", date(2023, 9, 1))
    with pytest.raises(TaskRefused, match="đã thanh lý hợp đồng"):
        record(failed, "accepted_province", AGAIN_ON, grade=GradeFactory())


def test_the_dossier_of_a_task_is_submitted_again_only_after_its_acceptance_failed(failed):
    passed = accepted_task()
    with pytest.raises(TaskRefused, match="ở trạng thái “đã nghiệm thu”"):
        record(passed, "dossier_submitted", AGAIN_ON)
    record(failed, "dossier_submitted", date(2023, 9, 2))
    with pytest.raises(TaskRefused, match="phải trước mốc “Nộp hồ sơ nghiệm thu” ngày 02/09/2023"):
        record(failed, "self_accepted", date(2023, 9, 3))
    with pytest.raises(TaskRefused, match="ở trạng thái “đã nộp hồ sơ nghiệm thu”"):
        record(failed, "liquidated", AGAIN_ON)
    with pytest.raises(TaskRefused, match="không còn đúng thứ tự"):
        correct_milestone(
            milestone=failed.milestones.get(on=FAILED_ON), kind=MilestoneKind.ACCEPTED_PROVINCE,
            reached_on=FAILED_ON, grade=GradeFactory(), reason="gõ nhầm", **WORDS,
        )  # fmt: skip


def test_a_failed_acceptance_that_was_repeated_keeps_its_grade(failed):
    record(failed, "accepted_province", AGAIN_ON, grade=GradeFactory())
    first = failed.milestones.get(on=FAILED_ON)
    with pytest.raises(TaskRefused, match="chỉ ghi một lần"):
        correct_milestone(
            milestone=first, kind=MilestoneKind.ACCEPTED_PROVINCE, reached_on=FAILED_ON, grade=GradeFactory(),
            reason="gõ nhầm", **WORDS,
        )  # fmt: skip
    with pytest.raises(TaskRefused, match="chỉ ghi một lần"):
        record(failed, "accepted_province", date(2023, 5, 1), grade=GradeFactory())
    remove_milestone(milestone=first, reason="gõ nhầm", **WORDS)
    assert history_of(failed).violations() == []


def test_a_failure_between_two_acceptances_does_not_become_a_second_one_that_passed(failing):
    task = accepted_task(level="national")
    between = record(task, "accepted_national", date(2023, 7, 1), grade=failing)
    record(task, "accepted_national", AGAIN_ON, grade=GradeFactory())
    with pytest.raises(TaskRefused, match="chỉ ghi một lần"):
        correct_milestone(
            milestone=between, kind=MilestoneKind.ACCEPTED_NATIONAL, reached_on=between.on, grade=GradeFactory(),
            reason="gõ nhầm", **WORDS,
        )  # fmt: skip


def test_a_later_meeting_records_the_acceptance_of_a_task_that_failed(failed):
    meeting = SeatedMeetingFactory(kind="acceptance", held_on=AGAIN_ON)
    MeetingItemFactory(meeting=meeting, task=failed, passed=True, grade=GradeFactory())
    assert len(preview_conclusions(meeting, document=None, **WORDS)) == 1
    record_conclusions(meeting=meeting, **WORDS)
    kind = MilestoneKind.ACCEPTED_PROVINCE
    assert list(failed.milestones.filter(kind=kind).order_by("on").values_list("on", "grade__fails")) == [
        (FAILED_ON, True),
        (AGAIN_ON, False),
    ]


# ------------------------------------------------------------------------------- withdrawn certificates

WITHDRAWN_ON = date(2023, 11, 6)


@pytest.fixture
def withdrawn():
    """A task whose certificate was issued on DAY and withdrawn later."""
    task = accepted_task()
    paper = issue(draft(task))
    notice = withdraw_paper(paper=paper, reason="hồ sơ không đúng", actor=OFFICER, on=WITHDRAWN_ON)
    issue(notice, on=WITHDRAWN_ON)
    return task


@pytest.mark.django_db(transaction=True)
def test_a_withdrawn_certificate_counts_until_its_withdrawal(withdrawn):
    start = date(2023, 1, 1)
    assert figure("NT-05", start, WITHDRAWN_ON) == 1
    assert figure("NT-05", start, date(2023, 11, 7)) == 0
    registered = withdrawn.milestones.get(kind="registered")
    rows = register_of(TaskMilestone).rows(OFFICER, TODAY)
    assert rows.get(pk=registered.pk).withdrawn_by == "01/TB-SKHCN"
    assert register_of(TaskMilestone).rows(OFFICER, DAY).get(pk=registered.pk).withdrawn_by is None
    term = facts([withdrawn.pk], None)[withdrawn.pk].terms["science.registration"]
    assert (term.counts_from, term.met_on) == (WITHDRAWN_ON, None)
    until_then = facts([withdrawn.pk], DAY)[withdrawn.pk].terms["science.registration"]
    assert (until_then.counts_from, until_then.met_on) == (date(2023, 6, 1), DAY)
    issue(draft(withdrawn, on=TODAY), on=TODAY)
    assert figure("NT-05", start, date(2024, 1, 1)) == 1
    assert history_of(withdrawn).violations() == []


@pytest.mark.django_db(transaction=True)
def test_what_a_notice_of_withdrawal_brought_about_is_neither_corrected_nor_taken_back(withdrawn):
    for kind in ("registered", "deregistered"):
        milestone = withdrawn.milestones.get(kind=kind)
        with pytest.raises(TaskRefused, match="đã ban hành và việc thu hồi giấy"):
            remove_milestone(milestone=milestone, reason="gõ nhầm", **WORDS)
        with pytest.raises(TaskRefused, match="đã ban hành và việc thu hồi giấy"):
            correct_milestone(
                milestone=milestone, kind=MilestoneKind(kind), reached_on=TODAY, reason="gõ nhầm", **WORDS
            )


@pytest.mark.django_db(transaction=True)
def test_a_certificate_of_ours_is_withdrawn_by_a_notice_and_one_of_others_by_a_milestone():
    own, other = accepted_task(), accepted_task()
    issue(draft(own))
    with pytest.raises(TaskRefused, match="do hệ thống cấp"):
        record(own, "deregistered", TODAY, number="02/TB")
    with pytest.raises(TaskRefused, match="trước đó phải có một trong các mốc"):
        record(other, "deregistered", TODAY, number="02/TB")
    registered = record(other, "registered", DAY, number="77/GCN-BỘ")
    with pytest.raises(TaskRefused, match="phải sau mốc"):
        record(other, "deregistered", date(2023, 9, 1), number="02/TB")
    with pytest.raises(TaskRefused, match="Hãy ghi số của thông báo"):
        record(other, "deregistered", TODAY)
    ended = record(other, "deregistered", date(2023, 11, 1), number="02/TB")
    with pytest.raises(TaskRefused, match="Không ghi được"):
        record(other, "deregistered", TODAY, number="03/TB")
    with pytest.raises(Refused, match="dựa vào nó"):
        remove_milestone(milestone=registered, reason="gõ nhầm", **WORDS)
    record(other, "registered", TODAY, number="78/GCN-BỘ")
    with pytest.raises(TaskRefused, match="dựa vào nó"):
        remove_milestone(milestone=ended, reason="gõ nhầm", **WORDS)


@pytest.mark.django_db(transaction=True)
def test_a_replacement_leaves_the_day_of_registration_and_shows_the_number_in_force():
    task = accepted_task()
    paper = issue(draft(task))
    later = date(2023, 10, 2)
    issue(replace_paper(paper=paper, reason="sai tên", actor=OFFICER, on=later), on=later)
    registered = task.milestones.get(kind="registered")
    assert (registered.number, registered.on) == ("02/GCN-SKHCN", DAY)
    assert figure("NT-05", date(2023, 9, 15), date(2024, 1, 1)) == 0
    assert ScienceTask.objects.get(pk=task.pk).milestones.filter(kind="deregistered").count() == 0


def test_no_withdrawal_comes_from_paper_without_the_certificate_that_it_ended():
    head, task = an_actor(Role.HEAD, "QLKH"), accepted_task()
    write = {"actor": head, "on": TODAY}

    def from_paper(kind, day, number):
        milestone = TaskMilestone(task=task, kind=kind, on=day, number=number, taken_over=True)
        save_row(register_of(TaskMilestone), milestone, **write)

    with pytest.raises(TaskRefused, match="trước đó phải có một trong các mốc"):
        from_paper("deregistered", date(2023, 9, 1), "02/TB")
    from_paper("registered", date(2023, 8, 1), "77/GCN-BỘ")
    from_paper("deregistered", date(2023, 9, 1), "02/TB")
    with pytest.raises(TaskRefused, match="Không ghi được"):
        from_paper("deregistered", date(2023, 9, 2), "03/TB")


@pytest.mark.django_db(transaction=True)
def test_the_day_of_an_earlier_withdrawal_is_corrected_after_our_certificate():
    task = accepted_task()
    record(task, "registered", date(2023, 7, 3), number="7/GCN-KHAC")
    withdrawal = record(task, "deregistered", date(2023, 8, 1), number="2/TB")
    issue(draft(task))
    words = {"milestone": withdrawal, "kind": MilestoneKind.DEREGISTERED, "reason": "gõ nhầm", **WORDS}
    with pytest.raises(TaskRefused, match="ngày 14/09/2023 đã ghi sẽ không còn đúng thứ tự"):
        correct_milestone(reached_on=TODAY, **words)
    correct_milestone(reached_on=date(2023, 8, 2), **words)
    assert history_of(task).violations() == []
