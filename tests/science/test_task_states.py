"""State, deadlines and holders of a task as of a day; replay in Python and in the database must agree."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.queries import TaskStep, in_order, replay, steps_of, task_on
from khcn.science.workflow import TASK_FLOW
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskMilestoneFactory

pytestmark = pytest.mark.both

START = date(2023, 1, 1)
# Few days and all kinds, so that many milestones fall on one day, also those that move no state; half with a failing grade.
steps = st.lists(
    st.builds(
        TaskStep,
        st.integers(0, 6).map(lambda n: START + timedelta(days=n)),
        st.sampled_from([kind.value for kind in MilestoneKind]),
        failed=st.booleans(),
    ),
    max_size=9,
    unique_by=lambda step: (step.on, step.kind),
)


@pytest.fixture
def failing():
    return GradeFactory(code="failed", label="Không đạt", fails=True)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, seen=st.integers(-1, 7).map(lambda n: START + timedelta(days=n)))
def test_database_and_replay_agree_on_the_state_of_every_day(failing, steps, seen):
    task = ScienceTaskFactory(host=None, principal_investigator=None)
    with acting(SYSTEM):
        bulk_insert(
            [
                TaskMilestone(task=task, kind=step.kind, on=step.on, grade=failing if step.failed else None)
                for step in steps
            ]
        )
    found = ScienceTask.objects.with_state(on=seen).get(pk=task.pk).state
    by_then = [step.transition for step in in_order(steps) if step.on <= seen]
    assert found == TASK_FLOW.replay(by_then)[0].value
    assert found == replay(steps, on=seen)[0].value
    assert sorted(steps_of(task)) == sorted(steps)


@given(steps=steps, order=st.randoms())
def test_replay_does_not_depend_on_the_order_of_entry(steps, order):
    shuffled = list(steps)
    order.shuffle(shuffled)
    assert replay(shuffled) == replay(steps)


@given(steps=steps)
def test_only_steps_that_move_the_state_are_refused(steps):
    _state, refused = replay(steps)
    assert all(step.kind in TASK_FLOW.by_name for step in refused)
    assert len(refused) <= len(in_order(steps))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "entered", [("outline_approved", "contract_signed"), ("contract_signed", "outline_approved")]
)
def test_two_steps_of_one_day_take_the_order_of_the_workflow(entered):
    task = ScienceTaskFactory()
    for kind in entered:
        TaskMilestoneFactory(task=task, kind=kind, on=START)
    assert ScienceTask.objects.with_state(on=START).get().state == "running"


@pytest.mark.django_db
def test_an_acceptance_that_failed_leads_to_a_state_of_its_own_until_the_next_step(failing):
    task = ScienceTaskFactory(level="national")
    for kind, day, grade in (
        ("contract_signed", 1, None),
        ("accepted_province", 2, GradeFactory()),
        ("accepted_national", 3, failing),
        ("dossier_submitted", 4, None),
        ("accepted_province", 5, failing),
        ("accepted_national", 5, GradeFactory()),  # the province's comes first within a day
        ("accepted_national", 6, failing),
        ("liquidated", 7, None),
    ):
        TaskMilestoneFactory(task=task, kind=kind, on=date(2023, 5, day), grade=grade)
    days = [date(2023, 5, day) for day in range(1, 8)]
    expected = ["running", "accepted", "failed", "dossier", "accepted", "failed", "liquidated"]
    assert [ScienceTask.objects.with_state(on=day).get().state for day in days] == expected
    assert [replay(steps_of(task), on=day)[0].value for day in days] == expected
    assert replay(steps_of(task))[1] == []
    unliquidated = [ScienceTask.objects.unliquidated(on=day).count() for day in days]
    assert unliquidated == [0, 1, 1, 0, 1, 1, 0]


def test_history_from_paper_leaves_out_steps_but_no_failed_acceptance():
    accepted = [TaskStep(START, "accepted_province", taken_over=True)]
    for kind, expected in (("liquidated", 0), ("dossier_submitted", 1), ("stopped", 1)):
        later = TaskStep(START + timedelta(days=1), kind, taken_over=True)
        assert len(replay([*accepted, later])[1]) == expected, kind


@pytest.mark.django_db
def test_suspended_stopped_and_terminated_are_three_states():
    made = {}
    for kind in ("suspended", "stopped", "terminated"):
        made[kind] = ScienceTaskFactory()
        TaskMilestoneFactory(task=made[kind], on=START)
        TaskMilestoneFactory(task=made[kind], kind=kind, on=date(2023, 5, 9))
    for on, expected in (
        (date(2023, 5, 8), ["running"] * 3),
        (date(2023, 5, 9), ["suspended", "stopped", "terminated"]),
    ):
        seen = dict(ScienceTask.objects.with_state(on=on).values_list("pk", "state"))
        assert [seen[made[kind].pk] for kind in made] == expected


@pytest.mark.django_db
def test_an_extension_counts_from_the_day_it_was_decided():
    task = ScienceTaskFactory(planned_end_on=date(2023, 6, 30), planned_dossier_on=date(2023, 7, 30))
    TaskAmendmentFactory(task=task, decided_on=date(2023, 4, 1), new_end_on=date(2023, 9, 30))
    TaskAmendmentFactory(task=task, decided_on=date(2023, 9, 1), new_end_on=date(2023, 12, 31))
    TaskAmendmentFactory(
        task=task, kind="extend_submission", decided_on=date(2023, 9, 2), new_end_on=date(2024, 1, 31)
    )
    expected = {
        date(2023, 3, 31): (date(2023, 6, 30), date(2023, 7, 30)),
        date(2023, 4, 1): (date(2023, 9, 30), date(2023, 7, 30)),
        date(2023, 9, 1): (date(2023, 12, 31), date(2023, 7, 30)),
        date(2023, 9, 2): (date(2023, 12, 31), date(2024, 1, 31)),
    }
    for on, dates in expected.items():
        row = ScienceTask.objects.with_deadlines(on=on).get()
        seen = task_on(task, on=on)
        assert (row.due_on, row.dossier_due_on) == (seen.due_on, seen.dossier_due_on) == dates
    task.refresh_from_db()
    assert task.planned_end_on == date(2023, 6, 30)


@pytest.mark.django_db
def test_holders_of_a_day_are_folded_back_from_the_present_ones():
    first, second, third = (PersonFactory(full_name=name) for name in ("Một", "Hai", "Ba"))
    before, after = OrganisationFactory(name="Tổ chức cũ"), OrganisationFactory(name="Tổ chức mới")
    task = ScienceTaskFactory(principal_investigator=third, host=after)
    changes = ((first, second, date(2023, 3, 1)), (second, third, date(2023, 6, 1)))
    for old, new, on in changes:
        TaskAmendmentFactory(
            task=task, kind="change_pi", decided_on=on, old_person=old, new_person=new, new_end_on=None
        )
    TaskAmendmentFactory(
        task=task,
        kind="change_host",
        decided_on=date(2023, 5, 1),
        old_organisation=before,
        new_organisation=after,
    )
    expected = {
        date(2023, 2, 28): (first, before),
        date(2023, 3, 1): (second, before),
        date(2023, 5, 1): (second, after),
        date(2023, 5, 31): (second, after),
        date(2023, 6, 1): (third, after),
    }
    for on, holders in expected.items():
        seen = task_on(task, on=on)
        assert (seen.principal_investigator, seen.host) == holders, on


@pytest.mark.django_db
def test_state_and_deadlines_of_many_tasks_are_one_query():
    for _each in range(3):
        task = ScienceTaskFactory()
        TaskMilestoneFactory(task=task)
        TaskAmendmentFactory(task=task)
    with CaptureQueriesContext(connection) as asked:
        rows = list(ScienceTask.objects.with_state(on=START).with_deadlines(on=date(2023, 9, 1)))
    assert len(asked) == 1
    assert {(row.state, row.due_on) for row in rows} == {("running", date(2023, 12, 31))}
