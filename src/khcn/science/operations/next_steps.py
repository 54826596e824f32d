"""What can be done next with a task, and what its record still lacks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow import Category
from khcn.science.enums import MilestoneKind, TaskLevel
from khcn.science.operations.order import decisive_acceptance, failed_acceptance, registration_in_force
from khcn.science.queries import steps_of
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.workflow import State
    from khcn.science.models import ScienceTask
    from khcn.science.queries import TaskStep


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that the task can take, and what the record still lacks for it."""

    name: str
    label: StrOrPromise
    missing: tuple[str, ...] = ()
    tab: str = ""  # of the task's file, where the step is taken by a paper; else it is a milestone


# What a paper of the step cannot do without, by the columns of the task.
_NEEDED = {
    MilestoneKind.OUTLINE_APPROVED: ("host", "principal_investigator", "budget_total"),
    MilestoneKind.CONTRACT_SIGNED: ("host", "principal_investigator", "planned_start_on", "planned_end_on"),
}


def missing_for(task: ScienceTask, kind: str) -> tuple[str, ...]:
    """The names of the empty columns of the task that a milestone of this kind needs."""
    fields = (task._meta.get_field(name) for name in _NEEDED.get(MilestoneKind(kind), ()))
    return tuple(
        str(each.verbose_name)  # type: ignore[union-attr]
        for each in fields
        # A host of the same workbook has no key yet.
        if getattr(task, each.attname) is None and getattr(task, each.name) is None  # type: ignore[union-attr]
    )


def lacking(task: ScienceTask, steps: Sequence[TaskStep]) -> list[str]:
    """What the task does not state although a milestone of it does; what came from paper may lack it."""
    return [
        _("Mốc “%(step)s” ngày %(day)s đã ghi phải có %(what)s.")
        % {"step": MilestoneKind(step.kind).label, "day": format_date(step.on), "what": what}
        for step in steps
        if not step.taken_over
        for what in missing_for(task, step.kind)
    ]


def why_not_complete(task: ScienceTask, kind: str) -> str:
    """Why a milestone of this kind cannot be recorded yet: the record lacks what its paper states."""
    if not (missing := missing_for(task, kind)):
        return ""
    return _(
        "Không ghi được mốc “%(step)s”: hồ sơ nhiệm vụ còn thiếu %(what)s. Bấm “Sửa” ở trang nhiệm vụ để ghi đủ rồi ghi mốc này."
    ) % {"step": MilestoneKind(kind).label, "what": ", ".join(missing)}


_AWARDED = ("awarded", "approved")  # states after an award, or past it
# Steps out of the normal course are offered after the others.
_ASIDE = (Category.SUSPENDED, Category.ENDED_EARLY)


def next_steps(
    task: ScienceTask, state: State, *, on: date, steps: Sequence[TaskStep] | None = None
) -> list[NextStep]:
    """The steps out of a state in the order of the workflow, each with the empty columns that it needs. ``steps`` are those that
    the task has taken, where they are known.

    What runs in parallel after the acceptance comes before the liquidation, an early end comes last.
    """
    steps = [each for each in (steps_of(task) if steps is None else steps) if each.on <= on]
    failure = failed_acceptance(steps, on=on)
    failed = failure is not None
    by_ministry = failure is not None and failure.kind == MilestoneKind.ACCEPTED_NATIONAL
    accepted_national = any(each.kind == MilestoneKind.ACCEPTED_NATIONAL for each in steps)
    normal, last, aside = [], [], []
    for step in (each for each in TASK_FLOW.leaving(state.value) if each.offered):
        if step.name == MilestoneKind.ACCEPTED_NATIONAL and (
            task.level != TaskLevel.NATIONAL or (accepted_national and not failed)
        ):
            continue
        if step.name == MilestoneKind.AWARDED and state.value in _AWARDED:
            continue  # another one is out of the normal course
        if step.name == MilestoneKind.ACCEPTED_PROVINCE and (state.category is Category.DONE or by_ministry):
            continue
        made = NextStep(step.name, step.label, missing_for(task, step.name))
        if TASK_FLOW.by_value[step.target].category in _ASIDE:
            aside.append(made)
        elif TASK_FLOW.by_value[step.target].final:
            last.append(made)
        else:
            normal.append(made)
    return [*normal, *_parallel(steps, failed=failed), *last, *aside]


def _parallel(steps: Sequence[TaskStep], *, failed: bool) -> Iterator[NextStep]:
    """What has a term after the acceptance and is not done."""
    if decisive_acceptance(steps) is None:
        return
    if not failed and registration_in_force(steps) is None:
        yield NextStep(MilestoneKind.REGISTERED, MilestoneKind.REGISTERED.label, tab="products")
    if all(each.kind != MilestoneKind.SETTLED for each in steps):
        yield NextStep(MilestoneKind.SETTLED, MilestoneKind.SETTLED.label)
