"""Papers about the acceptance of a task agree: minutes of its councils with each other, and the certificate with them."""

from datetime import date

import pytest

from khcn.councils.models import CouncilMeeting
from khcn.kernel.actors import Role, acting
from khcn.kernel.indicators import Period
from khcn.kernel.refusals import Refused
from khcn.science.documents import MINUTES
from khcn.science.indicators.events import MILESTONES
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations.history import history_of
from khcn.science.operations.meetings import record_conclusions, why_not_conclude
from khcn.science.operations.next_steps import next_steps
from khcn.science.queries import task_on
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMeetingFactory, SeatedMeetingFactory
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db
STAFF, TODAY, DAY, LATER = (
    an_actor(Role.OFFICER, "QLKH"),
    date(2026, 1, 5),
    date(2023, 6, 1),
    date(2023, 6, 8),
)
WORDS = {"actor": STAFF, "on": TODAY}
DISAGREE = "Hai cuộc họp kết luận trái nhau về nhiệm vụ"


@pytest.fixture
def task():
    found = ScienceTaskFactory(code="A", level="national")
    TaskMilestoneFactory(task=found, kind="contract_signed", on=date(2022, 3, 1))
    return found


@pytest.fixture
def good():
    return GradeFactory()


@pytest.fixture
def failing():
    return GradeFactory(code="failed", label="Không đạt", fails=True)


@pytest.fixture
def failed(task, failing):
    """The task failed at the meeting of the province."""
    meeting = SeatedMeetingFactory(held_on=DAY, code="H1")
    return MeetingItemFactory(meeting=meeting, task=task, passed=False, grade=failing)


def record(task, kind, day, **given):
    return run_action(task, "record-milestone", STAFF, TODAY, kind=kind, reached_on=day, **given)


def stored_before_the_rule(item, **values):
    for name, value in values.items():
        setattr(item, name, value)
    with acting(STAFF):
        item.save()


def test_after_a_failure_the_ministry_accepts_when_the_dossier_was_handed_in_again(task, failed, good):
    for day in (date(2023, 5, 31), DAY, LATER):
        with pytest.raises(Refused, match="Cuộc họp hội đồng ngày 01/06/2023 đã có kết luận"):
            record(task, "accepted_national", day, grade=good)
    record_conclusions(meeting=failed.meeting, **WORDS)
    with pytest.raises(Refused, match="Nếu hội đồng của bộ nghiệm thu lại"):
        record(task, "accepted_national", LATER, grade=good)
    record(task, "dossier_submitted", date(2023, 6, 2))
    record(task, "accepted_national", LATER, grade=good)
    assert draft(task).data["grade"] == "Khá"
    assert history_of(task).violations() == []
    submitted = task.milestones.get(kind="dossier_submitted")
    with pytest.raises(Refused, match="01/06/2023"):
        run_action(submitted, "remove", STAFF, TODAY, reason="nhầm")


def test_a_certificate_prints_the_meeting_that_gave_the_result(task, failed, good):
    record_conclusions(meeting=failed.meeting, **WORDS)
    again = SeatedMeetingFactory(held_on=LATER)
    MeetingItemFactory(meeting=again, task=task, grade=good)
    record_conclusions(meeting=again, **WORDS)
    MeetingItemFactory(meeting=SeatedMeetingFactory(held_on=date(2023, 9, 7)), task=task, passed=None)
    printed = draft(task).data
    assert (printed["meeting_on"], printed["grade"]) == ("08/6/2023", "Khá")


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_acceptances_of_a_day_the_certificate_prints_the_national_one(task, good, failing, order):
    entered = [("accepted_national", good), ("accepted_province", failing)]
    for kind, grade in entered[::order]:
        TaskMilestoneFactory(task=task, kind=kind, on=DAY, grade=grade)
    assert draft(task).data["grade"] == "Khá"


def test_the_level_is_not_corrected_once_a_council_decided_about_the_acceptance(task, failed):
    why = "không đổi cấp được"
    values = {"level": "province", "reason": "gõ nhầm"}
    with pytest.raises(Refused, match=why):
        run_action(task, "correct", STAFF, TODAY, **values)
    fresh = ScienceTaskFactory(code="B")
    item = MeetingItemFactory(meeting=failed.meeting, task=fresh, passed=None)
    assert api_refusal(fresh, STAFF, TODAY, level="national") == ""
    assert api_refusal(item, STAFF, TODAY, passed=True) == ""
    fresh.refresh_from_db()
    assert why in " ".join(form_refusals(fresh, STAFF, TODAY, level="province"))


@pytest.mark.django_db(transaction=True)
def test_a_level_below_the_national_one_is_corrected_after_the_acceptance_until_a_certificate_prints_it():
    task = accepted_task(level="province")
    accepted = task.milestones.get(kind="accepted_province")
    counted = next(each for each in MILESTONES if each.code == "NT-01")
    for level in ("grassroots", "ministry", "province"):
        run_action(task, "correct", STAFF, TODAY, level=level, reason="gõ nhầm")
        figure = counted.records(Period(date(accepted.on.year, 1, 1), TODAY, accepted.on.year))
        assert list(figure) == [accepted] * (level == "province")
        assert history_of(task).violations() == []
    with pytest.raises(Refused, match="không đổi cấp được giữa cấp quốc gia và cấp khác"):
        run_action(task, "correct", STAFF, TODAY, level="national", reason="gõ nhầm")
    issue(draft(task))
    with pytest.raises(Refused, match="01/GCN-SKHCN"):
        run_action(task, "correct", STAFF, TODAY, level="ministry", reason="gõ nhầm")


@pytest.mark.parametrize("day", [DAY, LATER])
def test_a_council_does_not_decide_against_another_in_any_channel(task, good, failing, day):
    MeetingItemFactory(meeting=SeatedMeetingFactory(held_on=DAY), task=task, grade=good)
    other = SeatedMeetingFactory(code="H2", held_on=day)
    row = {"meeting": "H2", "task": "A", "passed": "Không", "grade": "Không đạt"}
    assert DISAGREE in " ".join(import_problems(MeetingItem, row, STAFF, TODAY))
    undecided = MeetingItemFactory(meeting=other, task=task, passed=None)
    assert DISAGREE in " ".join(form_refusals(undecided, STAFF, TODAY, passed=False, grade=failing))
    undecided.refresh_from_db()
    assert DISAGREE in api_refusal(undecided, STAFF, TODAY, passed=False, grade=failing)
    undecided.refresh_from_db()
    stored_before_the_rule(undecided, passed=False, grade=failing)
    with pytest.raises(Refused, match=DISAGREE):
        draft(other, kind=MINUTES)
    with pytest.raises(Refused, match=DISAGREE):
        record(task, "accepted_province", DAY, grade=good)


def test_a_meeting_is_not_moved_to_a_day_on_which_it_disagrees(task, failed, good):
    later = SeatedMeetingFactory(code="H2", held_on=LATER)
    MeetingItemFactory(meeting=later, task=task, grade=good)
    assert DISAGREE in api_refusal(later, STAFF, TODAY, held_on=DAY)
    later.refresh_from_db()
    row = {"code": "H2", "held_on": "01/06/2023"}
    assert DISAGREE in " ".join(import_problems(CouncilMeeting, row, STAFF, TODAY))
    record_conclusions(meeting=failed.meeting, **WORDS)
    with pytest.raises(Refused, match=DISAGREE):
        run_action(failed.meeting, "correct-day", STAFF, TODAY, held_on=LATER, reason="nhầm")


def test_a_council_that_only_advises_gives_no_grade_and_turns_nothing_down(task, good, failing):
    meeting = SeatedMeetingFactory(code="H1", kind="provincial", held_on=DAY)
    item = MeetingItemFactory(meeting=meeting, task=task)
    row = {"meeting": "H1", "task": "A"}
    for name, value, cell, why in (
        ("grade", good, "Khá", "Chỉ cuộc họp hội đồng nghiệm thu xếp loại"),
        ("passed", False, "Không", "chỉ tư vấn, không ghi “không được thông qua”"),
    ):
        assert why in " ".join(form_refusals(item, STAFF, TODAY, **{name: value}))
        item.refresh_from_db()
        assert why in api_refusal(item, STAFF, TODAY, **{name: value})
        item.refresh_from_db()
        assert why in " ".join(import_problems(MeetingItem, {**row, name: cell}, STAFF, TODAY))
    graded = CouncilMeetingFactory(council=None, held_on=LATER)
    MeetingItemFactory(meeting=graded, task=task, passed=False, grade=failing)
    assert "Chỉ cuộc họp hội đồng nghiệm thu xếp loại" in api_refusal(graded, STAFF, TODAY, kind="provincial")
    stored_before_the_rule(item, passed=False)
    with pytest.raises(Refused, match="chỉ tư vấn"):
        draft(meeting, kind=MINUTES)


def test_of_two_sittings_of_a_selection_council_one_is_recorded():
    fresh = ScienceTaskFactory()
    sittings = [SeatedMeetingFactory(kind="selection", held_on=day) for day in (DAY, LATER)]
    for each in sittings:
        MeetingItemFactory(meeting=each, task=fresh)
    record_conclusions(meeting=sittings[1], **WORDS)
    assert [each.on for each in fresh.milestones.all()] == [LATER]
    assert why_not_conclude(sittings[0], **WORDS) != ""


@pytest.mark.parametrize("passed", [True, False])
def test_a_new_selection_is_entered_after_the_chosen_one_gave_up(passed):
    """Also where the first award was typed: its meeting is entered first."""
    fresh = ScienceTaskFactory()
    record(fresh, "awarded", DAY)
    first, again = (SeatedMeetingFactory(kind="selection", held_on=day) for day in (DAY, LATER))
    item = MeetingItemFactory(meeting=again, task=fresh, passed=None)
    assert "thì ghi cuộc họp đó và kết luận trước" in api_refusal(item, STAFF, TODAY, passed=passed)
    item.refresh_from_db()
    undecided = MeetingItemFactory(meeting=first, task=fresh, passed=None)
    assert api_refusal(undecided, STAFF, TODAY, passed=True) == ""
    assert api_refusal(item, STAFF, TODAY, passed=passed) == ""
    assert history_of(fresh).violations() == []


def test_another_award_is_recorded_by_a_later_meeting_or_decision_until_the_contract():
    task, by_decision = ScienceTaskFactory(code="C"), ScienceTaskFactory(code="D", host=OrganisationFactory())
    sittings = [SeatedMeetingFactory(kind="selection", held_on=day) for day in (DAY, LATER)]
    for each in sittings:
        item = MeetingItemFactory(meeting=each, task=task, passed=None)
        assert form_refusals(item, STAFF, TODAY, passed=True) == []
        record_conclusions(meeting=each, **WORDS)
    assert [each.on for each in task.milestones.order_by("on")] == [DAY, LATER]
    assert all(why_not_conclude(each, **WORDS) for each in sittings)
    record(by_decision, "awarded", DAY)
    row = {"task": "D", "kind": "Tuyển chọn, giao trực tiếp", "on": "08/06/2023"}
    for number, words in ((None, "phải có căn cứ"), ("05/QĐ-SKHCN", "")):
        found = " ".join(import_problems(TaskMilestone, {**row, "number": number}, STAFF, TODAY))
        assert words in found
        assert bool(words) == bool(found)
    for day in (LATER, date(2023, 5, 31)):
        with pytest.raises(Refused, match="phải có căn cứ"):
            record(by_decision, "awarded", day)
    with pytest.raises(Refused, match="trong cùng ngày"):
        record(by_decision, "awarded", DAY, number="05/QĐ-SKHCN")
    record(by_decision, "awarded", LATER, number="05/QĐ-SKHCN")
    again = by_decision.milestones.get(on=LATER)
    with pytest.raises(Refused, match="phải có căn cứ"):
        run_action(again, "correct-papers", STAFF, TODAY, number="", reason="gõ nhầm")
    assert api_refusal(by_decision, STAFF, TODAY, host=OrganisationFactory()) == ""
    for each in (task, by_decision):
        offered = next_steps(each, task_on(each, on=TODAY).state, on=TODAY)
        assert "awarded" not in [step.name for step in offered]
        TaskMilestoneFactory(task=each, kind="contract_signed", on=date(2023, 7, 1))
        assert history_of(each).violations() == []
        with pytest.raises(Refused, match="đang thực hiện"):
            record(each, "awarded", date(2023, 7, 2), number="06/QĐ-SKHCN")
