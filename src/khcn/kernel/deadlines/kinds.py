"""What a register says about its deadlines: a kind, the rule behind it, and how its days are found for many records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from khcn.kernel.calendar.terms import TermExactness

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from django.db.models import Model, Q, QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.access.scopes import Reach
    from khcn.kernel.actors import Actor
    from khcn.kernel.calendar.terms import Term, TermEvent
    from khcn.kernel.deadlines.models import Deadline


def day_by(day: date | None, on: date | None) -> date | None:
    """The day of something, if it had come by ``on``; by now, where ``on`` is None."""
    return day if day is not None and (on is None or day <= on) else None


@dataclass(frozen=True, slots=True)
class TermFacts:
    """What the records say about one term.

    ``fixed_on`` is the day itself, where a contract or decision names it; else the rule of the kind counts from
    ``counts_from``, or the length that ``length`` gives where a record of the area says how long it is.
    """

    counts_from: date
    met_on: date | None = None
    fixed_on: date | None = None
    events: tuple[TermEvent, ...] = ()
    exactness: TermExactness = TermExactness.DAY
    length: Term | None = None


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """The terms that run for one record, by code of their kind. ``owner`` is the division that has to see to them;
    without one a deadline is shown on the record and waits for nobody.
    """

    label: str
    owner: str
    terms: Mapping[str, TermFacts]


class FactsOf(Protocol):
    """Finds the facts of many records in a constant number of queries."""

    def __call__(self, keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
        """By primary key; what happened after ``on`` has not happened yet (None: everything on record has)."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Which deadlines a write of another model moves: those of the subjects whose ``subject`` equals the ``column`` of the row
    that is written. ``is_law``: such a write changes law or custom and is no act on a record, so nobody answers for it.
    ``changes``: only a write that changes this column of the row moves them; empty: each does.
    """

    column: str
    subject: str = "pk"
    is_law: bool = False
    changes: str = ""


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for a term that has passed: asked with the actor and the term as it is stored."""

    test: Callable[[Actor, Deadline], bool]
    who: StrOrPromise  # as a sentence names them: "lãnh đạo phòng"


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """One kind of deadline of one register.

    Several kinds of a register may share ``facts`` and ``follows``: they are then asked once for all of them.
    """

    code: str  # "science.registration"; stored, and part of the address of calendar entries
    label: StrOrPromise
    facts: FactsOf
    # Which writes move it: label of the model and the column that holds the key of the subject, or how else it leads there.
    follows: Mapping[str, str | Follow]
    rule: str = ""  # code of the rule parameter; empty when the day is always named by the records
    # Rules from which the area itself counts a day that it gives as ``fixed_on``: a change of one moves the term.
    also_rules: tuple[str, ...] = ()
    may_stop: bool = False  # may the term be stopped while something is waited for
    may_extend: bool = False  # may a decision name a later day, where no record of the area is that decision
    met_at: str = (
        ""  # where the term is met, below the address of the record: "actions/…/", the name of a tab
    )
    # Code of the kind by which is seen whether this one was kept: work ends by its last day, and what shows it may be handed
    # in by a later day of its own. Where that term has a last day, it alone says what is late.
    shown_by: str = ""
    recurs: bool = False  # meeting the term begins the next one of its kind: a later day is no extension
    # A condition on the records: may what is on record of days after the given one have begun, moved or ended the term, so that
    # the stored row does not tell how it stood on that day? Not what only meets it, nor what people did to it
    # (``DeadlineEvent``). None: anything may.
    changed_since: Callable[[date], Q] | None = None
    counts_days: bool = (
        False  # a record of the area gives the length (``TermFacts.length``): days off move it
    )
    answering: Answering | None = None  # who moves it after it has passed; None: heads and leaders
    listed: bool = True  # False: the area itself puts the records into the work list, with this term

    def rules(self) -> tuple[str, ...]:
        """Codes of all rules from which its days are counted."""
        return (self.rule, *self.also_rules) if self.rule else self.also_rules


class TitledSubjects(Protocol):
    """The subjects of a kind as an actor sees them."""

    @property
    def singular(self) -> StrOrPromise:
        """What one of them is called."""

    @property
    def closed(self) -> frozenset[type[Model]]:
        """Linked records whose names are not shown."""


class RegisterWithDeadlines(Protocol):
    """The register that declares a kind, as far as this layer needs to know it."""

    @property
    def name(self) -> str:
        """Label of its model."""

    def may(self, verb: str, actor: Actor, record: Model | None = None) -> bool:
        """May the actor do this to a record?"""

    def reach(self, verb: str, actor: Actor) -> Reach:
        """The rows to which the actor may do this."""

    def visible(self, actor: Actor, verb: str = "read") -> QuerySet[Any]:
        """These rows."""

    def seen_by(self, actor: Actor) -> TitledSubjects:
        """What its records are called for the actor."""

    def detail_url(self, pk: int) -> str:
        """Address of one record."""


@dataclass(slots=True)
class Registry:
    """All kinds of the program, and the registers that declared them."""

    kinds: dict[str, DeadlineKind] = field(default_factory=dict)
    owners: dict[str, RegisterWithDeadlines] = field(default_factory=dict)
    models: dict[str, type[Model]] = field(default_factory=dict)
    by_subject: dict[str, list[DeadlineKind]] = field(default_factory=dict)
    # For a model that is written: the subjects it moves, each with how the row that is written leads to them.
    followed: dict[str, dict[str, Follow]] = field(default_factory=dict)
    # What else asks for a rule on the present day, by code of the rule: reminders.
    others: dict[str, StrOrPromise] = field(default_factory=dict)

    def add(self, kind: DeadlineKind, owner: RegisterWithDeadlines, model: type[Model]) -> None:
        """Make a kind known. Raises ``ValueError`` for a code that is taken."""
        if kind.code in self.kinds:
            raise ValueError(kind.code)
        self.kinds[kind.code] = kind
        self.owners[kind.code] = owner
        self.models[owner.name] = model
        self.by_subject.setdefault(owner.name, []).append(kind)
        for written, way in kind.follows.items():
            follow = Follow(way) if isinstance(way, str) else way
            self.followed.setdefault(written, {})[owner.name] = follow

    def subjects(self) -> list[RegisterWithDeadlines]:
        """The registers whose records have deadlines."""
        return [self.owners[kinds[0].code] for kinds in self.by_subject.values()]

    def owner_of(self, model: str) -> RegisterWithDeadlines:
        """The register of a model whose records have deadlines."""
        return self.owners[self.by_subject[model][0].code]

    def counted(self) -> list[str]:
        """Codes of the kinds whose days are counted without a rule of their own."""
        return [kind.code for kind in self.kinds.values() if kind.counts_days]

    def ask_for(self, rule: str, label: StrOrPromise) -> None:
        """Say that something beside the kinds needs a rule. Used once, when the program starts."""
        self.others[rule] = label

    def rule_codes(self) -> frozenset[str]:
        """Codes of all rules that are asked for."""
        return frozenset(rule for kind in self.kinds.values() for rule in kind.rules()) | set(self.others)

    def asking(self, rule: str) -> list[StrOrPromise]:
        """What asks for a rule: the kinds of deadline, and the others."""
        found = [kind.label for kind in self.kinds.values() if rule in kind.rules()]
        return [*found, self.others[rule]] if rule in self.others else found


registry = Registry()
