"""System check: the program refuses to start with an action that could not be offered, asked for or carried out.

An action names functions that are called in several channels; a wrong name would show only when somebody presses the
button, and there as a fault of the program.
"""

from __future__ import annotations

import re
from collections import Counter
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist

from khcn.kernel.access.scopes import READ
from khcn.kernel.actions import ANY_FIELD, Bulk
from khcn.kernel.actions.declared_writes import written_columns
from khcn.kernel.actors import Actor, ActorKind
from khcn.kernel.fields.sections import field_names_of
from khcn.kernel.papers.kinds import all_paper_kinds
from khcn.kernel.registers.registry import registers
from khcn.kernel.registers.spec import Column
from khcn.kernel.registers.workflow_actions import inputs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from django.db.models import Model

    from khcn.kernel.actions import Action
    from khcn.kernel.fields.sections import Section
    from khcn.kernel.registers.spec import Register

_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OUTSIDE: Final = Actor(None, "", None, kind=ActorKind.ORGANISATION, organisation_id=0)
_CALLED_WITH: Final = {"actor": None, "on": None}  # how each of the functions is called, beside the record


def check_actions(app_configs: Sequence[Any] | None, **options: object) -> list[checks.CheckMessage]:
    """Every action and every stored workflow of every register holds together."""
    return list(action_faults(registers()))


def action_faults(found: Iterable[Register]) -> Iterator[checks.Error]:
    """What is wrong with the actions and stored workflows of some registers."""
    for register in found:
        for number, message in _register_faults(register):
            yield checks.Error(f"{register}: {message}", obj=register, id=f"khcn.actions.E{number:03d}")
        for action in register.actions:
            for number, message in _faults(register, action):
                text = f"action {action.name} of {register}: {message}"
                yield checks.Error(text, obj=register, id=f"khcn.actions.E{number:03d}")


Fault = tuple[int, str]


def _faults(register: Register, action: Action) -> Iterator[Fault]:
    if not _NAME.fullmatch(action.name):
        yield 1, "its name is part of an address: small letters, digits and hyphens"
    if not str(action.label).strip():
        yield 1, "it has no label"
    yield from _operation_faults(
        action.operation, action.subject, action.input_names(), _always(action.inputs)
    )
    yield from _input_faults(action)
    yield from _function_faults(action)
    yield from _bulk_faults(register, action)
    yield from _write_faults(register, action)
    yield from _sheet_faults(register, action)
    if action.prints is not None and action.prints not in all_paper_kinds():
        yield 7, "what it prints is no kind of paper"


def _always(sections: Iterable[Section]) -> tuple[str, ...]:
    """The inputs that apply whatever the others are."""
    return field_names_of(section for section in sections if section.when is None)


def _operation_faults(
    operation: Callable[..., Any], subject: str, inputs: Sequence[str], always: Sequence[str]
) -> Iterator[Fault]:
    """It is called with the record, ``actor``, ``on`` and those inputs that apply, each by its name."""
    parameters = signature(operation).parameters
    if any(each.kind not in {Parameter.KEYWORD_ONLY, Parameter.VAR_KEYWORD} for each in parameters.values()):
        yield 2, "its operation takes arguments by their place"
    takes_all = any(each.kind is Parameter.VAR_KEYWORD for each in parameters.values())
    named = {name for name, each in parameters.items() if each.kind is Parameter.KEYWORD_ONLY}
    for name in {subject, "actor", "on"} - named:
        yield 2, f"its operation does not take {name}"
    if not takes_all:
        for name in sorted(set(inputs) - named):
            yield 2, f"its operation does not take the input {name}"
    needed = {name for name in named if parameters[name].default is Parameter.empty}
    for name in sorted(needed - {subject, "actor", "on", *always}):
        yield 2, f"its operation needs {name}, which is no input that always applies"
    if subject in inputs:
        yield 2, f"its record and an input are both called {subject}"


def _input_faults(action: Action) -> Iterator[Fault]:
    names = action.input_names()
    for name, times in Counter(names).items():
        if times > 1:
            yield 3, f"it asks for {name} twice"
    try:
        kinds = action.kinds()
    except (LookupError, FieldDoesNotExist) as fault:
        yield 3, f"an input is no field: {fault}"
    else:
        for name, kind in kinds.items():
            if not kind.is_known:
                yield 3, f"there is no kind of field for the input {name}"
    for name in (*action.required, *action.fields):
        if name not in names:
            yield 4, f"it says of {name} what it is, but does not ask for it"
    for section in action.inputs:
        if section.when is not None and section.when[0] not in _always(action.inputs):
            yield 5, f"a section depends on {section.when[0]}, which it does not always ask for"


def _function_faults(action: Action) -> Iterator[Fault]:
    """Each function of the action is called with the record, and with the actor and the day by name."""
    inputs = dict.fromkeys(action.input_names())
    for name, given in (
        ("guard", _CALLED_WITH),
        ("initial", _CALLED_WITH),
        ("choices", _CALLED_WITH),
        ("notice", _CALLED_WITH),
        ("preview", {**inputs, **_CALLED_WITH}),
        ("lock_first", {}),
    ):
        function = getattr(action, name)
        if function is None:
            continue
        try:
            signature(function).bind(None, **given)
        except TypeError as fault:
            yield 6, f"its {name} cannot be called as it will be: {fault}"


def _bulk_faults(register: Register, action: Action) -> Iterator[Fault]:
    if action.bulk is not Bulk.NONE and action.notice is not None:
        yield 8, "who decides about several records would not see its notice"
    for name in ("preview", "choices"):
        if action.bulk is not Bulk.NONE and getattr(action, name) is not None:
            yield 8, f"the page for several records has no {name} of each"
    if action.bulk is Bulk.EACH and action.initial is not None:
        yield 8, "one form for several records cannot begin with the values of each"
    if action.bulk is Bulk.TOGETHER and action.lock_first is not None:
        yield 8, "of several records together nothing can be locked first"
    if action.bulk is Bulk.TOGETHER and not action.described_by:
        yield 8, "nobody could tell the records apart: described_by names no column"
    if action.bulk is not Bulk.TOGETHER and action.lead:
        yield 8, "only of records taken together one comes first"
    if action.bulk is Bulk.NONE and action.described_by:
        yield 8, "of one record there is none to choose"
    columns = {each.path if isinstance(each, Column) else each for each in register.columns}
    for path in action.described_by:
        if path not in columns:
            yield 8, f"described_by names {path}, which is no column"


def _write_faults(register: Register, action: Action) -> Iterator[Fault]:
    """What it says that it writes is owned by an action or printed by a paper: of other fields nothing is to be said."""
    for name in sorted(written_columns(action, register.model) - {ANY_FIELD}):
        label, _dot, column = name.rpartition(".")
        try:
            model = apps.get_model(label)
            model._meta.get_field(column)
        except (LookupError, ValueError, FieldDoesNotExist) as fault:
            yield 13, f"it says that it writes {name}, which is no field: {fault}"
            continue
        owned = {each for found in registers() if found.model is model for each in _owned_names(found)}
        if column not in owned | _printed_names(model):
            yield 13, f"it says that it writes {name}, which no action owns and no paper prints"


def _owned_names(register: Register) -> Iterator[str]:
    for owned in register.owned:
        yield from owned.fields


def _printed_names(model: type[Model]) -> set[str]:
    rows = (printed for kind in all_paper_kinds() for printed in kind.printed)
    return {name for printed in rows if printed.model is model for name in printed.fields}


def _sheet_faults(register: Register, action: Action) -> Iterator[Fault]:
    """Each row of its sheet names the record by the natural key, and is one call of the operation that undoing can judge."""
    if not action.importable:
        return
    if not register.natural_key:
        yield 14, "no row of its sheet could say which record is meant"
    for name in register.natural_key:
        if name in action.input_names():
            yield 14, f"in its sheet {name} would name the record and be an input"
    if action.bulk is Bulk.TOGETHER:
        yield 14, "its sheet would take the records one by one"
    if action.prints is not None:
        yield 14, "papers are issued one by one, not from a sheet"


def _register_faults(register: Register) -> Iterator[Fault]:
    for name, times in Counter(each.name for each in register.actions).items():
        if times > 1:
            yield 9, f"two actions are called {name}"
    workflow = register.workflow
    yield from _wording_faults(register)
    if workflow is None or workflow.replayed:
        if register.effects:
            yield 10, "effects belong to the steps of a stored workflow, and there is none"
        if workflow is not None and workflow.terms():
            yield 10, "the steps of a workflow that is replayed start and end no terms"
        return
    columns = {field.name: field for field in register.model._meta.concrete_fields}
    choices = list(getattr(columns.get("state"), "choices", None) or ())
    if choices != workflow.choices():
        yield 10, "a stored workflow keeps its states in the column state, with these choices"
    for code in sorted(workflow.terms() - {kind.code for kind in register.deadlines}):
        yield 11, f"a step starts or ends {code}, which is no deadline of the register"
    yield from _effect_faults(register)
    for step in workflow.transitions:
        if step.dated_by and step.dated_by not in _always(step.inputs):
            yield 12, f"the step {step.name} is dated by {step.dated_by}, which it does not always ask for"


def _wording_faults(register: Register) -> Iterator[Fault]:
    """People outside the department read words that were chosen for them, and not those of the office."""
    workflow, scope = register.workflow, register.scope
    if workflow is None or scope is None or scope.reach(_OUTSIDE, READ) is False:
        return
    for state in workflow.states:
        if not str(state.public).strip():
            yield (
                15,
                f"accounts outside the department see the state {state.value}, which has no public wording",
            )


def _effect_faults(register: Register) -> Iterator[Fault]:
    steps = register.workflow.by_name if register.workflow is not None else {}
    for name, effect in register.effects.items():
        if name not in steps or not steps[name].offered:
            yield 10, f"an effect is named for {name}, which is no step that people take"
            continue
        step = steps[name]
        always = {*inputs_of(step)} - {*field_names_of(step.inputs)} | {*_always(step.inputs)}
        for number, message in _operation_faults(
            effect.operation, effect.subject, inputs_of(step), sorted(always)
        ):
            yield number, f"the effect of {name}: {message}"
