"""Rules of integrity: what must be so of the data and what no constraint of the database refuses (docs/adr/0040).

Each package declares its own in ``integrity.py``, found by one autodiscovery at start-up:

    @integrity_rule(
        "science.task_side",
        _("Nhiệm vụ cấp tỉnh ghi trung ương quản lý"),
        explanation=_("…why it cannot be so…"),
        remedy=_("…what to do…"),
    )
    def task_side(_now: Moment) -> QuerySet[ScienceTask]:
        return ScienceTask.objects.filter(level="province", managing_side="central")

The function gives the offending records and nothing else; it reads, and asks in one statement. What only a computation over stored
texts can compare ``is_slow`` and reads them in batches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime

    from django_stubs_ext import StrOrPromise

_NAME: Final = re.compile(r"[a-z_]+\.[a-z0-9_]+")


class IntegrityLevel(TextChoices):
    """How bad an offender is."""

    ERROR = "error", _("Lỗi")
    WARNING = "warning", _("Cảnh báo")


@dataclass(frozen=True, slots=True)
class Moment:
    """As of when a rule is asked: the instant, and the day of the department's clock."""

    at: datetime
    on: date


if TYPE_CHECKING:
    # Records; or what is no record, such as files, each in words that name it.
    Offenders = QuerySet[Any] | Iterable[str]
    Query = Callable[[Moment], Offenders]


@dataclass(frozen=True, slots=True)
class IntegrityRule:
    """One rule. An error cannot be right; a warning may be, and somebody has to look."""

    name: str  # "area.what", the area being the label of an app
    title: StrOrPromise
    explanation: StrOrPromise
    remedy: StrOrPromise
    query: Query
    level: IntegrityLevel = IntegrityLevel.ERROR
    # The column of the offending rows that has the key of the record to open, and the label of its model; else the row itself.
    leads_to: tuple[str, str] = ("", "")
    page: str = ""  # the name of the page where it is mended, for records without a page of their own
    database: str = ""  # the only database that can break it; both where empty
    # It reads stored texts and takes minutes: its page shows what the last run found.
    is_slow: bool = False
    # Rules that the same fault breaks too, because one follows from the other.
    implies: tuple[str, ...] = ()

    @property
    def area(self) -> str:
        """The label of the app whose data it is about."""
        return self.name.partition(".")[0]

    @property
    def is_error(self) -> bool:
        """Is an offender an error?"""
        return self.level is IntegrityLevel.ERROR


class BadRuleError(ValueError):
    """A rule whose name is taken or is none."""


class IntegrityRegistry:
    """All rules by their names. Tests make their own."""

    def __init__(self) -> None:
        """Start empty."""
        self._rules: dict[str, IntegrityRule] = {}

    def add(self, rule: IntegrityRule) -> None:
        """Make a rule known. Raises :class:`BadRuleError`."""
        if not _NAME.fullmatch(rule.name) or rule.name in self._rules:
            raise BadRuleError(rule.name)
        self._rules[rule.name] = rule

    def find(self, name: str) -> IntegrityRule | None:
        """The rule of a name; None where there is none, as for what was stored by an earlier version."""
        return self._rules.get(name)

    def __iter__(self) -> Iterator[IntegrityRule]:
        return iter(sorted(self._rules.values(), key=lambda each: each.name))

    def __len__(self) -> int:
        return len(self._rules)


rules: Final = IntegrityRegistry()


def integrity_rule(
    name: str, title: StrOrPromise, *, explanation: StrOrPromise, remedy: StrOrPromise, **more: Any
) -> Callable[[Query], Query]:
    """Declare the decorated function as the query of a rule; ``more`` are further fields of :class:`IntegrityRule`."""

    def declare(query: Query) -> Query:
        rules.add(IntegrityRule(name, title, explanation, remedy, query, **more))
        return query

    return declare
