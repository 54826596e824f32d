"""What can be done with a record that has a stored workflow: one action for each step.

The action takes the step through the workflow's engine, in the transaction of `khcn.kernel.actions.running.run`. Where a
step brings about more than the new state, the register names an :class:`Effect` for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import REASON, Action, Bulk
from khcn.kernel.fields.sections import field_names_of
from khcn.kernel.workflow.engine import fire, why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import Transition, Workflow

NOTE: Final = "note"  # of a step that needs one, the reason is asked for


@dataclass(frozen=True, kw_only=True, eq=False)
class Effect:
    """What a step brings about beside the new state.

    ``operation`` is keyword-only, as that of an action: the record, which is in its new state, under the name
    ``subject``, the inputs of the step by their names, ``actor`` and ``on``. What it refuses takes the step back.
    The others are those of :class:`~khcn.kernel.actions.Action`.
    """

    operation: Callable[..., Any]
    subject: str
    writes: tuple[str, ...] = ()
    lock_first: Callable[[Any], None] | None = None
    initial: Callable[..., Mapping[str, Any]] | None = None
    preview: Callable[..., Sequence[str]] | None = None
    notice: Callable[..., str] | None = None
    made: Callable[[Any], str] | None = None


class StepOperation:
    """Takes one step, and does what it brings about: the operation of the action."""

    def __init__(self, workflow: Workflow, step: Transition, effect: Effect | None) -> None:
        """The signature names what an action calls it with, for the check at start-up."""
        self.workflow, self.step, self.effect = workflow, step, effect
        names = ("record", *inputs_of(step), "actor", "on")
        self.__signature__ = Signature([Parameter(name, Parameter.KEYWORD_ONLY) for name in names])

    def __call__(self, *, record: Any, actor: Actor, on: date, **inputs: Any) -> Any:
        """Gives what the effect gives, else the record. Raises what the engine and the effect refuse."""
        day = inputs[self.step.dated_by] if self.step.dated_by else on
        fire(self.workflow, record, self.step.name, actor=actor, on=day, note=inputs.get(REASON, ""))
        if self.effect is None:
            return record
        return self.effect.operation(**{self.effect.subject: record}, **inputs, actor=actor, on=on)


def inputs_of(step: Transition) -> tuple[str, ...]:
    """What the dialog asks for: the inputs of the step, and the reason where it needs a note."""
    names = field_names_of(step.inputs)
    return (*names, REASON) if NOTE in step.needs else names


def _why_not(workflow: Workflow, step: Transition, record: Any, *, actor: Actor, on: date) -> str:
    return why_not(workflow, step, record, actor=actor, on=on)


def workflow_actions(workflow: Workflow | None, effects: Mapping[str, Effect]) -> Iterator[Action]:
    """One action for each step of a stored workflow that people take; none for one that is replayed."""
    if workflow is None or workflow.replayed:
        return
    for step in workflow.transitions:
        if step.offered:
            yield _action(workflow, step, effects.get(step.name))


def _action(workflow: Workflow, step: Transition, effect: Effect | None) -> Action:
    return Action(
        name=step.name.replace("_", "-"),
        label=step.label,
        operation=StepOperation(workflow, step, effect),
        subject="record",
        writes=effect.writes if effect else (),
        who=step.who,
        guard=partial(_why_not, workflow, step),
        inputs=step.inputs,
        source=apps.get_model(step.inputs_model) if step.inputs_model else None,
        fields=step.fields,
        required=tuple(name for name in step.needs if name != NOTE),
        asks_reason=_("Lý do") if NOTE in step.needs else "",
        lock_first=effect.lock_first if effect else None,
        initial=effect.initial if effect else None,
        preview=effect.preview if effect else None,
        notice=effect.notice if effect else None,
        made=effect.made if effect else None,
        shows_record=True,
        bulk=Bulk.EACH if step.several else Bulk.NONE,
        importable=step.importable,
        icon=step.icon,
        danger=step.danger,
        takes_person=True,
    )
