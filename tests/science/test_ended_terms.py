"""A late term that something written later ends comes back as it was: nobody but who answers for it moves it meanwhile."""

from datetime import date

import pytest

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.deadlines.models import Deadline, EndedTerm
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.operations import record_milestone, remove_milestone
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.science.test_passed_terms import HEAD, OFFICER

pytestmark = pytest.mark.django_db
ENDS_ON, LATER, TODAY = date(2025, 12, 31), date(2027, 6, 30), date(2026, 11, 30)


@pytest.fixture
def late():
    task = ScienceTaskFactory(start_year=2024, planned_start_on=date(2024, 1, 1), planned_end_on=ENDS_ON)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2024, 1, 1))
    return task


def milestone(task, kind, day, actor, on=TODAY):
    record_milestone(task=task, kind=MilestoneKind(kind), reached_on=day, actor=actor, on=on)


def corrected(task, actor, on=TODAY, **values):
    register = register_of(ScienceTask)
    run(
        action_to_run(register, "correct"),
        register,
        task.pk,
        {**values, "reason": "gõ nhầm"},
        actor=actor,
        on=on,
    )


def taken_back(task, kind, actor, on=TODAY):
    found = TaskMilestone.objects.get(task=task, kind=kind)
    remove_milestone(milestone=found, reason="ghi nhầm", actor=actor, on=on)


def execution():
    return Deadline.objects.filter(kind="science.execution").values_list("due_on", flat=True).first()


@pytest.mark.parametrize("day", [date(2025, 12, 1), TODAY])
@pytest.mark.parametrize("kind", ["stopped", "terminated"])
@pytest.mark.parametrize(
    "moved", [{"planned_end_on": LATER}, {"planned_start_on": date(2024, 9, 1), "planned_end_on": LATER}]
)
def test_a_term_that_ended_late_comes_back_with_a_later_day_by_the_head_alone(late, kind, day, moved):
    RuleParameterFactory(code="science.dossier_days", value=30, unit="day", valid_from=date(2014, 1, 1))
    milestone(late, kind, day, OFFICER)
    assert execution() is None
    corrected(late, OFFICER, **moved)
    with pytest.raises(Refused, match="31/12/2025") as refusal:
        taken_back(late, kind, OFFICER)
    assert (refusal.value.code, execution()) == ("late", None)
    taken_back(late, kind, HEAD)
    assert (execution(), EndedTerm.objects.count()) == (LATER, 0)


def test_who_recorded_the_end_by_mistake_takes_it_back_and_the_term_is_late_as_before(late):
    milestone(late, "stopped", TODAY, OFFICER)
    taken_back(late, "stopped", OFFICER)
    assert (execution(), EndedTerm.objects.count()) == (ENDS_ON, 0)
    with pytest.raises(Refused):
        corrected(late, OFFICER, planned_end_on=LATER)
    milestone(late, "stopped", TODAY, OFFICER)  # and a second time
    corrected(late, OFFICER, planned_end_on=LATER)
    with pytest.raises(Refused):
        taken_back(late, "stopped", OFFICER)


def test_an_earlier_day_may_be_corrected_meanwhile(late):
    milestone(late, "stopped", TODAY, OFFICER)
    corrected(late, OFFICER, planned_end_on=date(2025, 6, 30))
    taken_back(late, "stopped", OFFICER)
    assert execution() == date(2025, 6, 30)


def test_what_ends_in_time_may_be_changed_by_the_officer(late):
    on = date(2025, 11, 1)
    milestone(late, "stopped", on, OFFICER, on)
    corrected(late, OFFICER, on, planned_end_on=LATER)
    taken_back(late, "stopped", OFFICER, on)
    assert (execution(), EndedTerm.objects.count()) == (LATER, 0)


@pytest.mark.parametrize("first", ["corrected", "resumed"])
def test_the_day_of_a_contract_that_passes_during_a_suspension_is_moved_by_the_head_alone(late, first):
    milestone(late, "suspended", date(2025, 11, 1), OFFICER, date(2025, 11, 1))
    if first == "resumed":
        milestone(late, "resumed", TODAY, OFFICER)
    with pytest.raises(Refused, match="31/12/2025"):
        corrected(late, OFFICER, planned_end_on=LATER)
    corrected(late, OFFICER, objective="Mục tiêu khác")  # nothing else is closed
    if first == "corrected":
        milestone(late, "resumed", TODAY, OFFICER)
    assert execution() == ENDS_ON
    corrected(late, HEAD, planned_end_on=LATER)
    assert execution() == LATER
