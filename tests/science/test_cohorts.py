"""Cohorts of a year: managed = carried over + started, whatever the tasks look like."""

from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.indicators import Period, PeriodKind, registry
from khcn.science.enums import ManagingSide, MilestoneKind, TaskLevel
from khcn.science.models import ScienceTask, TaskMilestone, TaskWorkshop
from khcn.science.models.tasks import CLOSING, MANAGED_SIDES
from tests.factories.science import ScienceTaskFactory, TaskWorkshopFactory

pytestmark = pytest.mark.both

OPENS = date(2022, 12, 15)
PERIOD = Period(OPENS, date(2023, 9, 15), 2023)
BY_DAY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Days around both edges of the window and around new year.
days = st.sampled_from(
    [edge + timedelta(days=n) for edge in (OPENS, date(2023, 1, 1), date(2023, 9, 15)) for n in (-1, 0, 1)]
)
tasks = st.lists(
    st.tuples(
        st.integers(2020, 2025),
        st.sampled_from(list(ManagingSide)),
        st.sampled_from(list(TaskLevel)),
        st.lists(st.tuples(st.sampled_from(list(MilestoneKind)), days), max_size=3, unique=True),
    ),
    max_size=8,
)


def build(tasks):
    """Make the tasks; returns (start_year, side, milestones) by primary key."""
    made = {}
    with acting(SYSTEM):
        rows = [
            ScienceTask(
                code=f"C{n}",
                title=f"Nhiệm vụ {n}",
                task_type="research_topic",
                level=level,
                managing_side=side,
                start_year=year,
            )
            for n, (year, side, level, _milestones) in enumerate(tasks)
        ]
        bulk_insert(rows)
        events = []
        for row, (year, side, _level, milestones) in zip(rows, tasks, strict=True):
            made[row.pk] = (year, side, milestones)
            events += [TaskMilestone(task=row, kind=kind, on=on) for kind, on in milestones]
        bulk_insert(events)
    return made


@contextmanager
def forgotten():
    """One example's rows, gone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def keys(records):
    found = [record.pk for record in records]
    assert len(set(found)) == len(found)
    return set(found)


@pytest.mark.django_db
@BY_DAY
@given(tasks=tasks)
def test_managed_is_carried_over_and_started_and_nothing_twice(tasks):
    with forgotten():
        made = build(tasks)
        carried = keys(ScienceTask.objects.carried_over_into(PERIOD))
        started = keys(ScienceTask.objects.started_in(2023))
        managed = keys(ScienceTask.objects.managed_in(PERIOD))
        assert carried | started == managed
        assert carried & started == set()
        for key, (year, side, milestones) in made.items():
            closed = any(kind in CLOSING and on < OPENS for kind, on in milestones)
            ours = side in MANAGED_SIDES
            assert (key in carried) == (ours and year < 2023 and not closed)
            assert (key in started) == (ours and year == 2023)


@pytest.mark.django_db
@BY_DAY
@given(tasks=tasks)
def test_figures_of_the_cohorts_keep_the_same_identity(tasks):
    with forgotten():
        build(tasks)
        ids = {code: set(registry[code].counted(PERIOD).ids) for code in ("NV-01", "NV-02", "NV-03")}
        assert ids["NV-01"] == ids["NV-02"] | ids["NV-03"]
        assert registry["NV-01"].value(PERIOD) == registry["NV-02"].value(PERIOD) + registry["NV-03"].value(
            PERIOD
        )
        for part, whole in (
            ("NV-04", "NV-02"),
            ("NV-05", "NV-02"),
            ("NV-07", "NV-02"),
            ("NV-09", "NV-03"),
            ("NV-11", "NV-03"),
        ):
            assert set(registry[part].counted(PERIOD).ids) <= ids[whole]


@pytest.mark.django_db
def test_a_task_with_workshops_in_two_windows_is_one_task_in_their_union():
    task = ScienceTaskFactory()
    for on in (date(2023, 2, 1), date(2023, 3, 1), date(2023, 7, 1)):
        TaskWorkshopFactory(task=task, held_on=on)
    first, second = (
        Period(OPENS, date(2023, 6, 15), 2023),
        Period(date(2023, 6, 15), date(2023, 12, 15), 2023),
    )
    whole = Period(first.start, second.end, 2023)
    figure = registry["HT-01"]
    assert [figure.counted(window).ids for window in (first, second, whole)] == [(task.pk,)] * 3
    assert TaskWorkshop.objects.count() == 3


@pytest.mark.django_db
def test_a_task_of_two_years_ago_is_still_carried_over():
    old = ScienceTaskFactory(start_year=2019)
    assert list(ScienceTask.objects.carried_over_into(PERIOD)) == [old]
    assert list(ScienceTask.objects.started_in(2019)) == [old]


@pytest.mark.django_db
def test_what_is_managed_in_the_year_is_the_same_in_each_of_its_quarters():
    build(
        [
            (
                2021,
                ManagingSide.PROVINCE,
                TaskLevel.PROVINCE,
                [(MilestoneKind.RECOGNISED, date(2023, 4, 10))],
            ),
            (
                2021,
                ManagingSide.PROVINCE,
                TaskLevel.PROVINCE,
                [(MilestoneKind.RECOGNISED, date(2022, 12, 14))],
            ),
            (2022, ManagingSide.PROVINCE, TaskLevel.PROVINCE, []),
            (2023, ManagingSide.PROVINCE, TaskLevel.PROVINCE, []),
        ]
    )
    starts = (OPENS, date(2023, 3, 15), date(2023, 6, 15), date(2023, 9, 15), date(2023, 12, 15))
    quarters = [
        Period(start, end, 2023, PeriodKind.QUARTER, number)
        for number, (start, end) in enumerate(pairwise(starts), start=1)
    ]
    codes = [[each.code for each in ScienceTask.objects.managed_in(quarter)] for quarter in quarters]
    assert [sorted(each) for each in codes] == [["C0", "C2", "C3"]] * 4
    assert [registry["NV-02"].value(quarter) for quarter in quarters] == [2] * 4
