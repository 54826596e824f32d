"""Milestones and decisions of councils never contradict each other; what no council dealt with is typed from paper as before."""

import re
from datetime import date

import pytest

from khcn.councils.models import CouncilMeeting
from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, remove_row, save_row
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations import correct_milestone, record_milestone, remove_milestone
from khcn.science.operations.council_results import (
    CouncilDecision,
    Grade,
    Result,
    contradictions,
    disagreements,
    why_not_of_kind,
)
from khcn.science.operations.history import history_of
from khcn.science.operations.meetings import record_conclusions, why_not_conclude
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMeetingFactory, SeatedMeetingFactory
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import draft
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db
STAFF, TODAY, MEETING_DAY = an_actor(Role.OFFICER, "QLKH"), date(2026, 1, 5), date(2023, 6, 1)
HEAD, BEFORE, AFTER = an_actor(Role.HEAD, "QLKH"), date(2023, 5, 31), date(2023, 6, 2)
WORDS = {"actor": STAFF, "on": TODAY}
DECIDED = "Cuộc họp hội đồng ngày 01/06/2023 đã có kết luận"


@pytest.fixture
def task():
    found = ScienceTaskFactory(code="A")
    TaskMilestoneFactory(task=found, kind="contract_signed", on=date(2022, 3, 1))
    return found


@pytest.fixture
def meeting():
    return SeatedMeetingFactory(kind="acceptance", held_on=MEETING_DAY, code="H1")


@pytest.fixture
def failing():
    return GradeFactory(code="failed", label="Không đạt", fails=True)


@pytest.fixture
def good():
    return GradeFactory()


@pytest.fixture
def excellent():
    return GradeFactory(code="excellent", label="Xuất sắc")


GOOD, BEST, FAILED = Grade("good", "", False), Grade("best", "", False), Grade("failed", "", True)
PASSED, FAILURE = (True, GOOD), (False, FAILED)


@pytest.mark.parametrize(
    ("decided", "reached", "expected"),
    [
        ([(2, True, GOOD)], [(2, GOOD)], 0),
        ([(2, True, GOOD)], [(2, BEST)], 1),
        ([(2, True, None)], [(2, BEST)], 0),  # papers of the past lack the grade
        ([(2, True, GOOD)], [(1, GOOD)], 1),
        ([(2, True, GOOD)], [(3, GOOD)], 0),  # the day of the decision
        ([(2, True, GOOD)], [(3, BEST)], 1),
        ([(2, True, GOOD)], [(2, FAILED)], 1),
        ([(2, True, GOOD)], [(3, FAILED)], 1),
        ([(2, False, FAILED)], [(3, FAILED)], 0),
        ([(2, False, FAILED)], [(2, FAILED), (3, FAILED)], 1),
        ([(2, False, FAILED)], [(3, FAILED), (4, FAILED)], 1),
        ([(2, False, FAILED), (4, True, GOOD)], [(3, FAILED), (5, GOOD)], 0),
        ([(2, False, FAILED), (4, True, GOOD)], [(5, FAILED)], 2),
        ([(2, False, FAILED)], [(2, FAILED)], 0),
        ([(2, False, FAILED)], [(1, GOOD)], 1),
        ([(2, False, FAILED)], [(3, GOOD)], 1),
        ([(2, False, FAILED)], [(2, FAILED), (3, GOOD)], 1),
        ([(2, False, FAILED), (3, True, GOOD)], [(2, FAILED), (3, GOOD)], 0),
        ([(2, True, GOOD), (3, True, GOOD)], [(3, GOOD)], 1),
        ([(2, True, GOOD)], [(1, FAILED)], 0),  # a failure on paper, then a council
        ([(2, None, GOOD)], [(3, GOOD)], 1),
        ([(1, None, None)], [(2, GOOD)], 0),  # only on the agenda
        ([(3, None, None)], [(2, GOOD)], 1),  # it shall be decided later what was accepted before
        ([(3, None, None)], [(2, FAILED)], 0),
        ([(2, True, GOOD), (3, None, None)], [(2, GOOD)], 0),  # a meeting that was not needed any more
    ],
)
def test_what_a_council_decided_and_a_milestone_contradict_each_other(decided, reached, expected):
    decisions = [
        CouncilDecision(day, day, "acceptance", date(2023, 6, day), "", passed, grade)
        for day, passed, grade in decided
    ]
    results = [Result(date(2023, 6, day), "accepted_province", False, grade) for day, grade in reached]
    assert len(contradictions(decisions, results)) == expected


@pytest.mark.parametrize(
    ("decided", "reached", "expected"),
    [
        ([(2, True, GOOD)], (3, GOOD), 0),
        ([(2, True, GOOD)], (3, BEST), 1),
        ([(2, True, GOOD)], (2, BEST), 1),
        ([(2, True, GOOD)], (1, GOOD), 1),
        ([(2, False, FAILED)], (3, GOOD), 1),
    ],
)
def test_papers_of_the_past_may_give_another_day_but_no_other_result(decided, reached, expected):
    decisions = [
        CouncilDecision(day, day, "acceptance", date(2023, 6, day), "", passed, grade)
        for day, passed, grade in decided
    ]
    day, grade = reached
    result = Result(date(2023, 6, day), "accepted_province", True, grade)
    assert len(contradictions(decisions, [result])) == expected
    if not decisions[0].passed:
        recorded = Result(date(2023, 6, 2), "accepted_province", False, FAILED)
        assert contradictions(decisions, [recorded, result]) == []


def decided_on(day, passed, grade=None, council="acceptance", item=None):
    return CouncilDecision(item or day, day, council, date(2023, 6, day), "", passed, grade)


def reached(kind, day, grade=None, taken_over=False):
    return Result(date(2023, 6, day), kind, taken_over, grade)


NATIONAL, PROVINCE, DOSSIER = "accepted_national", "accepted_province", "dossier_submitted"


@pytest.mark.parametrize(
    ("decisions", "results", "expected"),
    [
        ([(2, False, FAILED)], [(NATIONAL, 1, GOOD)], 1),
        ([(2, False, FAILED)], [(NATIONAL, 2, GOOD)], 1),
        ([(2, False, FAILED)], [(NATIONAL, 2, GOOD, True)], 1),
        ([(2, False, FAILED)], [(NATIONAL, 2, FAILED)], 0),
        ([(2, False, FAILED)], [(PROVINCE, 2, FAILED), (NATIONAL, 4, GOOD)], 1),
        ([(2, False, FAILED)], [(PROVINCE, 2, FAILED), (NATIONAL, 4, FAILED)], 1),
        ([(2, False, FAILED)], [(PROVINCE, 2, FAILED), (DOSSIER, 3), (NATIONAL, 4, GOOD)], 0),
        ([(2, False, FAILED)], [(PROVINCE, 2, FAILED), (DOSSIER, 3), (PROVINCE, 4, GOOD)], 1),
        ([(2, False, FAILED)], [(PROVINCE, 2, FAILED), (DOSSIER, 4), (NATIONAL, 4, GOOD)], 1),
        ([(2, False, FAILED)], [(PROVINCE, 2, FAILED), (DOSSIER, 2), (NATIONAL, 4, GOOD)], 1),
        ([(2, False, FAILED)], [(DOSSIER, 3), (NATIONAL, 4, GOOD)], 1),  # the failure is on no record
        ([(2, False, FAILED)], [(PROVINCE, 2, FAILED), (NATIONAL, 4, GOOD, True)], 0),
        ([(2, False, FAILED), (3, True, GOOD)], [(NATIONAL, 4, BEST)], 0),
        ([(2, False, FAILED), (3, False, FAILED)], [(NATIONAL, 4, BEST)], 2),
        ([(2, True, GOOD)], [(NATIONAL, 4, BEST)], 0),  # the ministry decides after the province
        ([(2, True, GOOD)], [(NATIONAL, 4, FAILED)], 0),
        ([(2, True, GOOD)], [(NATIONAL, 2, BEST)], 1),
        ([(4, True, GOOD)], [(NATIONAL, 2, GOOD)], 1),
        ([(4, True, GOOD)], [(NATIONAL, 2, FAILED)], 0),
    ],
)
def test_an_acceptance_at_national_level_is_compared_with_the_councils_of_the_province(
    decisions, results, expected
):
    found = contradictions([decided_on(*each) for each in decisions], [reached(*each) for each in results])
    assert len(found) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((2, True, GOOD), (2, False, FAILED), 1),
        ((2, True, GOOD), (2, True, BEST), 1),
        ((2, True, GOOD), (2, True, GOOD), 0),
        ((2, True, GOOD), (2, True, None), 0),
        ((2, True, GOOD), (4, True, BEST), 1),
        ((4, True, BEST), (2, True, GOOD), 1),
        ((2, True, GOOD), (4, None, None), 0),  # only on the agenda
        ((2, True, GOOD), (4, True, None, "selection"), 0),
        ((2, False, FAILED), (4, True, GOOD), 0),
        ((2, False, FAILED), (4, False, FAILED), 0),
        ((2, True, None, "selection"), (4, True, None, "selection"), 0),
        ((2, True, None, "selection"), (2, False, None, "direct_assignment"), 1),
        ((2, True, None, "provincial"), (2, False, None, "provincial"), 0),
    ],
)
def test_two_councils_disagree_about_one_day_or_after_an_acceptance(first, second, expected):
    decisions = [decided_on(*first, item=1), decided_on(*second, item=2)]
    assert len(disagreements(decisions)) == expected


@pytest.mark.parametrize(
    ("council", "passed", "grade", "reported"),
    [
        ("acceptance", False, FAILED, ""),
        ("selection", False, None, ""),
        ("selection", True, GOOD, "Chỉ cuộc họp hội đồng nghiệm thu xếp loại"),
        ("provincial", True, None, ""),
        ("provincial", False, None, "chỉ tư vấn"),
        ("provincial", True, GOOD, "Chỉ cuộc họp hội đồng nghiệm thu xếp loại"),
    ],
)
def test_a_council_decides_what_its_kind_does(council, passed, grade, reported):
    why = why_not_of_kind(decided_on(2, passed, grade, council))
    assert reported in why
    assert bool(why) == bool(reported)


@pytest.mark.parametrize(
    ("sittings", "wrong"),
    [
        ({2: True, 4: True}, {1: 2}),
        ({2: False, 4: True}, {1: 2, 2: 1, 3: 1}),
        ({2: True, 4: False}, {1: 2, 4: 1, 5: 1}),
        ({2: False, 4: False}, {1: 2, 2: 1, 3: 1, 4: 1, 5: 1}),
    ],
)
def test_an_award_follows_the_last_sitting_of_the_council_by_its_day(sittings, wrong):
    decisions = [decided_on(day, passed, council="selection") for day, passed in sittings.items()]
    found = {day: len(contradictions(decisions, [reached("awarded", day)])) for day in range(1, 6)}
    assert {day: count for day, count in found.items() if count} == wrong


@pytest.mark.parametrize(
    ("sittings", "wrong"),
    [
        ({2: False}, {2: 1, 3: 1, 4: 1, 5: 1}),
        ({2: False, 4: True}, {2: 1, 3: 1}),
        ({2: True, 4: False}, {4: 1, 5: 1}),
        ({2: None}, {}),
    ],
)
@pytest.mark.parametrize("kind", ["contract_signed", "outline_approved"])
def test_after_a_council_chose_nobody_nothing_is_approved_or_signed_until_a_later_one_chose(
    kind, sittings, wrong
):
    decisions = [decided_on(day, passed, council="selection") for day, passed in sittings.items()]
    found = {day: len(contradictions(decisions, [reached(kind, day)])) for day in range(1, 6)}
    assert {day: count for day, count in found.items() if count} == wrong


@pytest.mark.parametrize(
    ("council", "passed", "wrong"),
    [
        ("supplementary", True, {}),
        ("supplementary", False, {4: 1, 5: 1}),
        ("determination", True, {1: 1, 2: 1, 3: 1}),
    ],
)
def test_a_supplementary_council_sits_after_a_determination_of_which_no_meeting_is_on_record(
    council, passed, wrong
):
    decisions = [decided_on(4, passed, council=council)]
    found = {day: len(contradictions(decisions, [reached("determined", day)])) for day in range(1, 6)}
    assert {day: count for day, count in found.items() if count} == wrong


def accept(task, grade, day=MEETING_DAY):
    return record_milestone(
        task=task, kind=MilestoneKind.ACCEPTED_PROVINCE, reached_on=day, grade=grade, **WORDS
    )


@pytest.mark.parametrize("day", [BEFORE, MEETING_DAY, AFTER])
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


def test_after_a_recorded_failure_a_later_meeting_or_paper_of_the_past_gives_the_result(
    task, meeting, good, failing
):
    again_on = date(2023, 9, 6)
    failed = MeetingItemFactory(meeting=meeting, task=task, passed=False, grade=failing)
    record_conclusions(meeting=meeting, **WORDS)
    with pytest.raises(Refused, match="Kết quả lần sau ghi theo cuộc họp lần sau"):
        accept(task, good, again_on)
    paper = TaskMilestone(task=task, kind="accepted_province", on=again_on, grade=good, taken_over=True)
    save_row(register_of(TaskMilestone), paper, actor=HEAD, on=TODAY)
    assert draft(task).data["meeting_on"] == ""
    failure = task.milestones.get(on=MEETING_DAY)
    with pytest.raises(Refused, match="Cuộc họp hội đồng ngày 01/06/2023"):
        remove_milestone(milestone=failure, reason="nhầm", **WORDS)
    with pytest.raises(Refused, match="đã ghi thành mốc"):
        remove_row(register_of(MeetingItem), failed, **WORDS)
    remove_milestone(milestone=paper, reason="nhầm", actor=HEAD, on=TODAY)
    again = SeatedMeetingFactory(held_on=again_on)
    MeetingItemFactory(meeting=again, task=task, grade=good)
    record_conclusions(meeting=again, **WORDS)
    assert history_of(task).violations() == []


@pytest.mark.parametrize("reached_on", [BEFORE, MEETING_DAY, AFTER])
def test_a_decision_is_not_entered_against_a_milestone(task, meeting, good, excellent, reached_on):
    accept(task, excellent, reached_on)
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
    refused = form_refusals(undecided, STAFF, TODAY, passed=True, grade=excellent)
    assert advice in refused[0] if reached_on == BEFORE else refused == []


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


def test_a_meeting_is_not_moved_against_a_milestone(task, good, failing):
    """The task failed on paper; a later meeting gave the result, which is not recorded yet."""
    accept(task, failing)
    meeting = SeatedMeetingFactory(code="H1", held_on=date(2023, 9, 6))
    MeetingItemFactory(meeting=meeting, task=task, grade=good)
    advice = "khác kết quả ghi ở đây: cuộc họp ngày"
    for day in (MEETING_DAY, BEFORE):
        assert advice in " ".join(form_refusals(meeting, STAFF, TODAY, held_on=day))
        meeting.refresh_from_db()
        assert advice in api_refusal(meeting, STAFF, TODAY, held_on=day)
        row = {"code": "H1", "held_on": f"{day:%d/%m/%Y}"}
        assert advice in " ".join(import_problems(CouncilMeeting, row, STAFF, TODAY))
    other = ScienceTaskFactory()
    TaskMilestoneFactory(task=other, kind="contract_signed", on=date(2022, 3, 1))
    MeetingItemFactory(meeting=meeting, task=other, grade=good)
    accept(other, good, date(2023, 9, 6))
    with pytest.raises(Refused, match=advice):
        run_action(meeting, "correct-day", STAFF, TODAY, held_on=MEETING_DAY, reason="nhầm")
    assert set(TaskMilestone.objects.filter(grade=good).values_list("on", flat=True)) == {date(2023, 9, 6)}
    run_action(meeting, "correct-day", STAFF, TODAY, held_on=AFTER, reason="nhầm")


@pytest.mark.parametrize(
    ("kind", "milestone"), [("selection", "accepted_province"), ("acceptance", "awarded")]
)
def test_the_kind_of_a_meeting_is_not_changed_against_a_milestone(task, excellent, kind, milestone):
    meeting = CouncilMeetingFactory(code="H1", council=None, kind=kind, held_on=date(2022, 1, 20))
    MeetingItemFactory(meeting=meeting, task=task)
    grade = excellent if milestone == "accepted_province" else None
    TaskMilestoneFactory(task=task, kind=milestone, on=date(2022, 1, 10), grade=grade)
    other = "acceptance" if kind == "selection" else "selection"
    assert "khác kết quả ghi ở đây" in api_refusal(meeting, STAFF, TODAY, kind=other)
    assert api_refusal(meeting, STAFF, TODAY, kind="determination") == ""


def test_what_a_selection_council_turned_down_is_not_awarded(task):
    meeting = SeatedMeetingFactory(kind="selection", held_on=date(2022, 2, 1))
    item = MeetingItemFactory(meeting=meeting, task=task, passed=False)
    for day in (date(2022, 1, 31), date(2022, 2, 1), date(2022, 2, 2)):
        with pytest.raises(Refused, match="ngày 01/02/2022 đã có kết luận"):
            record_milestone(task=task, kind=MilestoneKind.AWARDED, reached_on=day, **WORDS)
    assert api_refusal(item, STAFF, TODAY, passed=True) == ""
    record_milestone(task=task, kind=MilestoneKind.AWARDED, reached_on=date(2022, 2, 1), **WORDS)


def test_no_contract_is_signed_for_what_a_selection_council_turned_down():
    task = ScienceTaskFactory(code="A", host=OrganisationFactory(), principal_investigator=PersonFactory())
    meeting = SeatedMeetingFactory(kind="selection", held_on=date(2022, 2, 1))
    item = MeetingItemFactory(meeting=meeting, task=task, passed=False)
    signed = {"kind": "contract_signed", "on": date(2022, 3, 1)}
    turned_down = "ngày 01/02/2022 đã có kết luận .* không được thông qua .* Chỉ ghi mốc này khi"
    with pytest.raises(Refused, match=turned_down):
        run_action(task, "record-milestone", STAFF, TODAY, kind=signed["kind"], reached_on=signed["on"])
    for actor, taken_over in ((STAFF, False), (HEAD, True)):
        contract = TaskMilestone(task=task, taken_over=taken_over, **signed)
        with pytest.raises(Refused, match=turned_down):
            save_row(register_of(TaskMilestone), contract, actor=actor, on=TODAY)
    row = {"task": "A", "kind": "Ký hợp đồng", "on": "01/03/2022"}
    assert re.search(turned_down, " ".join(import_problems(TaskMilestone, row, STAFF, TODAY)))
    again = SeatedMeetingFactory(kind="selection", held_on=date(2022, 2, 20))
    passed = MeetingItemFactory(meeting=again, task=task)
    assert import_problems(TaskMilestone, row, STAFF, TODAY) == []
    TaskMilestoneFactory(task=task, **signed)
    with pytest.raises(Refused, match="mốc “Ký hợp đồng” ngày 01/03/2022, khác kết quả"):
        remove_row(register_of(MeetingItem), passed, **WORDS)
    assert "khác kết quả ghi ở đây" in api_refusal(passed, STAFF, TODAY, passed=False)
    item.refresh_from_db()
    assert api_refusal(item, STAFF, TODAY, passed=True) == ""


@pytest.mark.parametrize("passed", [True, False])
def test_what_a_supplementary_council_decided_is_entered_after_a_typed_determination(passed):
    fresh = ScienceTaskFactory()
    record_milestone(task=fresh, kind=MilestoneKind.DETERMINED, reached_on=date(2022, 3, 10), **WORDS)
    meeting = SeatedMeetingFactory(kind="supplementary", held_on=date(2022, 4, 10))
    item = MeetingItemFactory(meeting=meeting, task=fresh, passed=None)
    assert form_refusals(item, STAFF, TODAY, passed=passed) == []
    assert why_not_conclude(meeting, **WORDS) != ""
    assert history_of(fresh).violations() == []


def test_an_item_is_moved_to_no_task_and_no_meeting_that_it_contradicts(task, meeting, good, excellent):
    accept(task, excellent, AFTER)
    item = MeetingItemFactory(meeting=meeting, task=ScienceTaskFactory(), grade=good)
    assert "khác kết quả ghi ở đây" in api_refusal(item, STAFF, TODAY, task=task)
    advised = MeetingItemFactory(meeting=SeatedMeetingFactory(kind="provincial"), task=task, grade=good)
    assert "khác kết quả ghi ở đây" in api_refusal(advised, STAFF, TODAY, meeting=meeting)


def test_a_grade_that_a_milestone_lacks_is_filled_in_as_the_council_gave_it(
    task, meeting, good, excellent, failing
):
    MeetingItemFactory(meeting=meeting, task=task, grade=good)
    stored = TaskMilestoneFactory(task=task, kind="accepted_province", on=MEETING_DAY)
    for grade in (excellent, failing):
        assert DECIDED in api_refusal(stored, STAFF, TODAY, grade=grade)
        stored.refresh_from_db()
    TaskMilestoneFactory(task=task, kind="recognised", on=AFTER)
    other = ScienceTaskFactory()
    for kind, day in (("contract_signed", date(2022, 3, 1)), ("recognised", AFTER)):
        TaskMilestoneFactory(task=other, kind=kind, on=day)
    ungraded = TaskMilestoneFactory(task=other, kind="accepted_province", on=MEETING_DAY)
    assert "không còn đúng thứ tự" in api_refusal(ungraded, STAFF, TODAY, grade=failing)
    assert api_refusal(stored, STAFF, TODAY, grade=good) == ""


def test_rows_of_one_workbook_do_not_contradict_each_other(task, meeting, good, excellent):
    context = ValidationContext(STAFF, TODAY)

    def refusals(record, before=None, changed=()):
        write = Write(record, before, frozenset(changed))
        return [str(why) for _write, why in register_of(type(record)).writer.validate([write], context)]

    stored = CouncilMeeting.objects.get(pk=meeting.pk)
    meeting.held_on = AFTER
    assert refusals(meeting, stored, ["held_on"]) == []
    assert refusals(MeetingItem(meeting=stored, task=task, passed=True, grade=good)) == []
    typed = {"task": task, "kind": "accepted_province"}
    assert DECIDED.replace("01/", "02/", 1) in refusals(TaskMilestone(on=MEETING_DAY, grade=good, **typed))[0]
    assert refusals(TaskMilestone(on=AFTER, grade=good, **typed)) == []
