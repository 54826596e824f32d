"""Violations of the rules about planned work and assessments."""

from datetime import date

from tests.factories.planning import AssessmentFactory, PlannedWorkFactory, PlannedWorkPostponementFactory
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


@breaks("planning.due_day_not_of_postponement")
def _():
    return put(PlannedWorkPostponementFactory().work, due_on=date(2024, 1, 31))


@breaks("planning.postponements_apart")
def _():
    first = PlannedWorkPostponementFactory(new_due_on=date(2023, 9, 29))
    put(first.work, due_on=date(2023, 12, 29))
    return PlannedWorkPostponementFactory(work=first.work, old_due_on=date(2023, 9, 28))


@breaks("planning.postponements_apart")
def _():
    first = PlannedWorkPostponementFactory(new_due_on=date(2023, 9, 29))
    put(first.work, due_on=date(2023, 12, 29))
    return PlannedWorkPostponementFactory(
        work=first.work, decided_on=date(2023, 5, 9), old_due_on=date(2023, 9, 29)
    )


@breaks("planning.postponed_out_of_time")
def _():
    return PlannedWorkPostponementFactory(work__planned_on=date(2023, 5, 11))


@breaks("planning.postponed_out_of_time")
def _():
    put_off = PlannedWorkPostponementFactory(decided_on=date(2023, 6, 2))
    put(put_off.work, completed_on=DAY, achieved=1, result="Xong")
    return put_off


@breaks("planning.postponed_out_of_time")
def _():
    put_off = PlannedWorkPostponementFactory(decided_on=date(2023, 6, 2))
    put(put_off.work, dropped_on=DAY, drop_reason="Trùng việc")
    return put_off


@breaks("planning.postponed_out_of_time")
def _():
    return PlannedWorkPostponementFactory(old_due_on=date(2023, 12, 29))


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
