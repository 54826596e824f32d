"""The rules and the calendar as they are on record. ``reference`` keeps them and hands them in when the program starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from khcn.kernel.dated.models import version_in_force
from khcn.kernel.deadlines.kinds import registry

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from khcn.kernel.calendar.terms import Term
    from khcn.kernel.calendar.working_days import WorkingCalendar


class RuleVersion(NamedTuple):
    """One version of a rule. ``term`` is None where its number is no length of time."""

    pk: int
    term: Term | None
    valid_from: date
    valid_to: date | None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """Versions of the rules that were asked for, by code, and the working calendar."""

    rules: Mapping[str, Sequence[RuleVersion]]
    calendar: WorkingCalendar

    def rule(self, code: str, on: date) -> RuleVersion | None:
        """The version in force on the day a term begins, of those that are lengths of time."""
        return version_in_force((each for each in self.rules.get(code, ()) if each.term), on=on)


class LawSource(Protocol):
    """Where rules and calendar come from."""

    rule_model: str  # labels of the models whose writes change the law
    day_model: str

    def law(self, codes: Collection[str]) -> Law:
        """Everything needed to count terms under these rules, in two queries."""

    def end_by_rule(self, code: str, *, start: date) -> date:
        """The last day, a working day, of the term that a rule which comes with the program sets, counted from a day."""

    def shipped_codes(self) -> Collection[str]:
        """Codes of the rules whose values come with the program."""


@dataclass(slots=True)
class _Place:
    source: LawSource | None = field(default=None)


_place = _Place()


class NoLawSourceError(RuntimeError):
    """Deadlines were asked for before ``reference`` handed in its rules and calendar."""


def set_law_source(source: LawSource) -> None:
    """Take rules and calendar from ``source``. Called once, when the program starts."""
    _place.source = source


def law_source() -> LawSource:
    """What was handed in. Raises :class:`NoLawSourceError`."""
    if _place.source is None:
        raise NoLawSourceError
    return _place.source


def law_for(model: str) -> Law:
    """Rules that the kinds of a model ask for, and the calendar."""
    return law_source().law({kind.rule for kind in registry.by_subject.get(model, ()) if kind.rule})
