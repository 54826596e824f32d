"""What can be done next with a task, and what its record still lacks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from khcn.kernel.workflow import Category
from khcn.science.enums import MilestoneKind, TaskLevel
from khcn.science.operations.order import failed_acceptance
from khcn.science.queries import steps_of
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from datetime import date

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.workflow import State
    from khcn.science.models import ScienceTask


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that the task can take from the state it is in, and what the record still lacks for it."""

    name: str
    label: StrOrPromise
    missing: tuple[str, ...]


# What a paper of the step cannot do without, by the columns of the task.
_NEEDED = {
    MilestoneKind.OUTLINE_APPROVED: ("host", "principal_investigator", "budget_total"),
    MilestoneKind.CONTRACT_SIGNED: ("host", "principal_investigator", "planned_start_on", "planned_end_on"),
}


# Steps out of the normal course are offered after the others.
_ASIDE = (Category.SUSPENDED, Category.ENDED_EARLY)


def next_steps(task: ScienceTask, state: State, *, on: date) -> list[NextStep]:
    """The steps out of a state in the order of the workflow, each with the empty columns that it needs."""
    steps = steps_of(task)
    found = []
    for step in sorted(
        TASK_FLOW.leaving(state.value),
        key=lambda each: TASK_FLOW.by_value[each.target].category in _ASIDE,
    ):
        if step.name == MilestoneKind.ACCEPTED_NATIONAL and task.level != TaskLevel.NATIONAL:
            continue
        if (
            step.name == MilestoneKind.ACCEPTED_PROVINCE
            and state.value == "accepted"
            and failed_acceptance(steps, on=on) is None
        ):
            continue
        columns = [task._meta.get_field(name) for name in _NEEDED.get(MilestoneKind(step.name), ())]
        missing = (
            str(each.verbose_name)  # type: ignore[union-attr]
            for each in columns
            if getattr(task, each.attname) is None  # type: ignore[union-attr]
        )
        found.append(NextStep(step.name, step.label, tuple(missing)))
    return found
