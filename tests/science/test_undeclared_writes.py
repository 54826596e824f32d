"""What another action owns, or a paper has printed, is changed by no action that does not say so (docs/adr/0020)."""

from dataclasses import replace
from datetime import date

import pytest

from khcn.councils.models import CouncilMeeting
from khcn.kernel.actions import Action, Bulk
from khcn.kernel.actions.running import run, run_together
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_change
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.spec import Section
from khcn.science.documents import MINUTES
from khcn.science.models import TaskMilestone
from khcn.science.operations.meetings import record_conclusions
from tests.factories.councils import SeatedMeetingFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import MeetingItemFactory
from tests.kernel.papers_given import draft, issue
from tests.science.test_recorded_meetings import MEETING_DAY, WORDS, running

pytestmark = pytest.mark.django_db
LATER = date(2023, 12, 24)


def postpone(*, meeting, held_on, actor, on):
    """As docs/howto/add-an-action.md shows it."""
    meeting.held_on = held_on
    with acting(actor):
        meeting.save()
    return meeting


def postpone_all(*, meeting, held_on, actor, on):
    for each in meeting:
        each.held_on = held_on
    bulk_change(meeting, ["held_on"])


def postpone_milestones(*, meeting, held_on, actor, on):
    """Writes a record of another register."""
    for milestone in TaskMilestone.objects.filter(on=meeting.held_on):
        milestone.on = held_on
        milestone.save()


POSTPONE = Action(
    name="postpone",
    label="Hoãn họp",
    operation=postpone,
    subject="meeting",
    source=CouncilMeeting,
    inputs=(Section("Cuộc họp", "held_on"),),
)


@pytest.fixture
def open_meeting():
    found = SeatedMeetingFactory(kind="acceptance", held_on=MEETING_DAY, code="H1")
    MeetingItemFactory(meeting=found, task=running("A"), grade=GradeFactory())
    return found


@pytest.fixture
def recorded(open_meeting):
    return record_conclusions(meeting=open_meeting, **WORDS)


def act(meeting, **changes):
    action, register = replace(POSTPONE, **changes), register_of(CouncilMeeting)
    if action.bulk is Bulk.TOGETHER:
        return run_together(action, register, [meeting.pk], {"held_on": LATER}, **WORDS)
    return run(action, register, meeting.pk, {"held_on": LATER}, **WORDS)


def days(meeting):
    stored = CouncilMeeting.objects.get(pk=meeting.pk)
    milestones = TaskMilestone.objects.filter(kind="accepted_province")
    return stored.held_on, list(milestones.values_list("on", flat=True))


def test_an_action_writes_what_nobody_owns(open_meeting):
    act(open_meeting)
    assert days(open_meeting) == (LATER, [])


@pytest.mark.parametrize(
    ("changes", "button"),
    [
        ({}, "Đính chính ngày họp"),
        ({"operation": postpone_all, "bulk": Bulk.TOGETHER}, "Đính chính ngày họp"),
        ({"operation": postpone_milestones}, "Đính chính mốc"),
        ({"writes": ("kind", "science.TaskMilestone.on")}, "Đính chính ngày họp"),
        ({"operation": postpone_milestones, "writes": ("held_on",)}, "Đính chính mốc"),
    ],
)
def test_an_action_that_does_not_say_what_it_writes_is_refused(recorded, changes, button):
    with pytest.raises(Refused, match=button) as refused:
        act(recorded, **changes)
    assert refused.value.code == "owned"
    assert days(recorded) == (MEETING_DAY, [MEETING_DAY])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"writes": ("held_on",)}, (LATER, [MEETING_DAY])),
        (
            {"operation": postpone_milestones, "writes": ("science.TaskMilestone.on",)},
            (MEETING_DAY, [LATER]),
        ),
    ],
)
def test_an_action_that_says_what_it_writes_answers_for_it(recorded, changes, expected):
    act(recorded, **changes)
    assert days(recorded) == expected


def move(*, meeting, venue, actor, on):
    meeting.venue = venue
    with acting(actor):
        meeting.save()


MOVE = replace(POSTPONE, name="move", operation=move, inputs=(Section("Cuộc họp", "venue"),))


def test_what_a_paper_in_force_has_printed_stays(recorded):
    """Nobody owns the venue; the minutes print it."""
    recorded.conclusion = "Thông qua"
    with acting(SYSTEM):
        recorded.save()
    minutes = issue(draft(recorded, kind=MINUTES))
    register, values = register_of(CouncilMeeting), {"venue": "Hội trường tầng 2"}
    with pytest.raises(Refused, match=str(minutes)) as refused:
        run(MOVE, register, recorded.pk, values, **WORDS)
    assert (refused.value.code, list(refused.value.fields)) == ("printed", ["venue"])
    run(replace(MOVE, writes=("venue",)), register, recorded.pk, values, **WORDS)
    recorded.refresh_from_db()
    assert recorded.venue == "Hội trường tầng 2"
