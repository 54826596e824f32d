"""Workflows as data one can print: states with categories, transitions with who, what is needed, and why not.

Two uses. A *stored* workflow keeps the present state in a column and changes it only through :func:`fire`
(``khcn.kernel.workflow.engine``). A *replayed* workflow keeps nothing but dated events (milestones); the state on any
day follows from them through :meth:`Workflow.replay`. Queries use categories, never labels.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from django.db import models
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.access.predicates import Predicate
    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.sections import Section

_E = TypeVar("_E")  # an event, in whatever shape its area keeps it


class Category(enum.Enum):
    """What a state means to the rest of the program."""

    PREPARING = "preparing"
    OPEN = "open"
    SUSPENDED = "suspended"
    DONE = "done"
    FAILED = "failed"  # decided, and not as hoped; it may be decided again
    ENDED_EARLY = "ended_early"


FINAL = frozenset({Category.DONE, Category.ENDED_EARLY})


@dataclass(frozen=True, slots=True)
class State:
    """One state. ``value`` is stored and never shown; ``label`` is shown and never compared.

    ``public`` is the wording for people outside the department. Each state has one where they see the records
    (``khcn.kernel.registers.action_checks``), also where the two are alike.
    """

    value: str
    label: StrOrPromise
    category: Category
    initial: bool = False
    final: bool = False
    public: StrOrPromise = ""

    @property
    def public_label(self) -> StrOrPromise:
        """What people outside the department read."""
        return self.public or self.label

    def label_for(self, actor: Actor) -> StrOrPromise:
        """What this actor reads."""
        return self.label if actor.is_of_department else self.public_label


@dataclass(frozen=True, slots=True, eq=False)
class Transition:
    """One step. ``sources`` may name several states; ``needs`` names inputs that the step cannot do without.

    ``who`` is None for everybody who may act on the record by its register. ``guard`` gives "" or, in Vietnamese, why the step
    cannot be taken on this record now, beside the state. A step that needs a ``note`` asks for the reason.

    A register with a stored workflow has an action for each step (``khcn.kernel.registers.workflow_actions``): ``inputs``
    are what its dialog asks for, with the types of the fields of the model ``inputs_model``, or of ``fields`` where an input has
    no such field. ``dated_by`` names the input that is the day of the step; else it is the day on which it is taken.
    """

    name: str
    label: StrOrPromise
    sources: tuple[str, ...]
    target: str
    who: Predicate | None = None
    needs: tuple[str, ...] = ()
    guard: Callable[..., StrOrPromise] | None = None  # (record, actor=, on=)
    inputs: tuple[Section, ...] = ()
    inputs_model: str = ""  # label of a model: the workflow stands below the models of its area
    fields: Mapping[str, models.Field[Any, Any]] = field(default_factory=dict)
    dated_by: str = ""
    starts: str = ""  # code of the deadline kind whose term begins with the step
    ends: str = ""  # code of the deadline kind whose term the step meets
    reopens: str = ""  # code of the deadline kind whose term the step takes up again, from its first day
    offered: bool = True  # False: the program takes the step, where something else brings it about
    several: bool = False  # may be taken on several selected records, one after the other
    importable: bool = False  # has a sheet of its own in the import
    icon: str = "player-play"
    danger: bool = False


class WorkflowError(ValueError):
    """A workflow table that does not hold together."""


@dataclass(frozen=True)
class Workflow:
    """States and transitions of one kind of record. Building it checks that the table holds together.

    ``starts`` is the code of the deadline kind whose term begins with the record itself, not with a step.
    """

    name: str
    label: StrOrPromise
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    replayed: bool = False
    starts: str = ""
    by_value: dict[str, State] = field(init=False, repr=False)
    by_name: dict[str, Transition] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Raise :class:`WorkflowError` for unknown states, unreachable states and ways out of a final state."""
        object.__setattr__(self, "by_value", {state.value: state for state in self.states})
        object.__setattr__(self, "by_name", {each.name: each for each in self.transitions})
        for problem in self.problems():
            raise WorkflowError(f"{self.name}: {problem}")

    def problems(self) -> Iterator[str]:
        """What is wrong with the table, as sentences for developers."""
        if len(self.by_value) != len(self.states) or len(self.by_name) != len(self.transitions):
            yield "a state or transition is named twice"
        for each in self.transitions:
            for value in {*each.sources, each.target} - set(self.by_value):
                yield f"transition {each.name} names the unknown state {value}"
            for value in set(each.sources) & {state.value for state in self.states if state.final}:
                yield f"transition {each.name} leaves the final state {value}"
        reached = {state.value for state in self.states if state.initial}
        grown = True
        while grown:
            more = {each.target for each in self.transitions if set(each.sources) & reached} - reached
            reached |= more
            grown = bool(more)
        for value in set(self.by_value) - reached:
            yield f"state {value} cannot be reached"

    @property
    def initial(self) -> State:
        """The state a new record is in."""
        return next(state for state in self.states if state.initial)

    def values(self, *categories: Category) -> tuple[str, ...]:
        """Stored values of the states in these categories."""
        return tuple(state.value for state in self.states if state.category in categories)

    def choices(self) -> list[tuple[str, StrOrPromise]]:
        """For model and filter fields."""
        return [(state.value, state.label) for state in self.states]

    def terms(self) -> set[str]:
        """Codes of the deadline kinds whose terms begin or end with the record or a step."""
        named = {
            self.starts,
            *(code for each in self.transitions for code in (each.starts, each.ends, each.reopens)),
        }
        return named - {""}

    def position(self, name: str) -> int:
        """Where a transition stands in the table: the order of steps dated the same day."""
        return next(place for place, each in enumerate(self.transitions) if each.name == name)

    def leaving(self, value: str) -> tuple[Transition, ...]:
        """Transitions that start from a state."""
        return tuple(each for each in self.transitions if value in each.sources)

    def leads_to(self, value: str, targets: Iterable[str]) -> bool:
        """Is one of the states ``targets`` reached from a state, by any number of steps that people take, or none?"""
        wanted, reached, grown = set(targets), {value}, True
        steps = [each for each in self.transitions if each.offered]
        while grown and not reached & wanted:
            more = {each.target for each in steps if set(each.sources) & reached} - reached
            reached |= more
            grown = bool(more)
        return bool(reached & wanted)

    def replay(
        self,
        steps: Iterable[_E],
        *,
        name_of: Callable[[_E], str] = str,
        may_skip: Callable[[_E], bool] = lambda _step: False,
    ) -> tuple[State, list[_E]]:
        """The state after dated events in order, and the events that were not allowed where they stood.

        Events that are no transition of this workflow are parallel facts and are passed over. An event is its name, or
        anything of which ``name_of`` tells the name. One that ``may_skip`` may leave out steps before it, but not stand
        where no sequence of steps leads.
        """
        state, refused = self.initial, []
        for step in steps:
            transition = self.by_name.get(name_of(step))
            if transition is None:
                continue
            allowed = state.value in transition.sources or (
                may_skip(step) and self.leads_to(state.value, transition.sources)
            )
            if not allowed:
                refused.append(step)
            state = self.by_value[transition.target]
        return state, refused
