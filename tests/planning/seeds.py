"""Violations of the rules about planned work and assessments."""

from datetime import date

from tests.factories.planning import AssessmentFactory, PlannedWorkFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.integrity.given import breaks, put

DAY = date(2023, 6, 1)


def completed(**values):
    given = {"completed_on": DAY, "achieved": 1, "result": "Xong"}
    return put(PlannedWorkFactory(), **{**given, **values})


@breaks("planning.work_without_task")
def _():
    return PlannedWorkFactory(kind="settlement")


@breaks("planning.several_of_one_task")
def _():
    return PlannedWorkFactory(kind="coordination", task=ScienceTaskFactory(), quantity=2)


@breaks("planning.outcome_before_plan")
def _():
    return completed(planned_on=date(2023, 6, 2))


@breaks("planning.outcome_before_plan")
def _():
    return put(PlannedWorkFactory(), planned_on=date(2023, 6, 2), dropped_on=DAY, drop_reason="Trùng việc")


@breaks("planning.incomplete_completion")
def _():
    return completed(achieved=None)


@breaks("planning.incomplete_completion")
def _():
    return completed(completed_on=None)


@breaks("planning.dropped_without_reason")
def _():
    return put(PlannedWorkFactory(), dropped_on=DAY)


@breaks("planning.dropped_without_reason")
def _():
    return put(PlannedWorkFactory(), drop_reason="Trùng việc")


@breaks("planning.planned_twice")
def _():
    first = PlannedWorkFactory(kind="settlement", task=ScienceTaskFactory())
    return PlannedWorkFactory(kind="settlement", task=first.task, unit=first.unit)


@breaks("planning.settlement_still_open")
def _():
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="stopped", on=DAY)
    TaskMilestoneFactory(task=task, kind="settled", on=DAY)
    return PlannedWorkFactory(kind="settlement", task=task)


@breaks("planning.shortcoming_without_cause")
def _():
    return AssessmentFactory(cause="")


@breaks("planning.unknown_figure")
def _():
    return AssessmentFactory(figures="DC-09, ZZ-99")
