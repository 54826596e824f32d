"""Asks the rules, each in two statements at most, whatever the number of records and offenders; slow ones in batches."""

from __future__ import annotations

import logging
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from khcn.kernel.integrity.models import IntegrityCheck
from khcn.kernel.integrity_rules import IntegrityLevel, IntegrityRule, Moment, rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from django.db.models import Model

log = logging.getLogger(__name__)

MOST_STORED: Final = 200
"""Offenders of one rule whose keys are stored."""


@dataclass(slots=True)
class RuleResult:
    """What one rule found. ``keys`` are of the first offenders; ``since`` is the day on which the rule first had any."""

    rule: str
    level: str
    count: int = 0
    keys: list[Any] = field(default_factory=list)
    model: str = ""  # the label of that whose keys they are; empty where they are words
    seconds: float = 0.0
    fault: str = ""
    since: str = ""

    @property
    def is_wrong(self) -> bool:
        """Did it find anything, or could it not be asked?"""
        return bool(self.count or self.fault)


def moment_at(at: datetime) -> Moment:
    """The instant with its day."""
    return Moment(at, timezone.localtime(at).date())


def asked_here() -> list[IntegrityRule]:
    """The rules that this database can break."""
    return [each for each in rules if each.database in {"", connection.vendor}]


def ask(rule: IntegrityRule, now: Moment) -> RuleResult:
    """One rule. What goes wrong is part of the result, so that one rule hides no other."""
    found = RuleResult(rule.name, rule.level.value)
    began = time.perf_counter()
    try:
        # By itself a rule is asked without a transaction, which on SQLite would keep everybody else from writing.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            _count(rule, now, found)
    except (DatabaseError, OSError, ValueError, TypeError, LookupError) as fault:
        log.exception("the rule of integrity %s could not be asked", rule.name)
        # What a database quotes may hold values.
        found.fault = type(fault).__name__
    found.seconds = round(time.perf_counter() - began, 3)
    return found


def _count(rule: IntegrityRule, now: Moment, found: RuleResult) -> None:
    rows = rule.query(now)
    if not isinstance(rows, QuerySet):
        named = iter(rows)
        found.keys = list(islice(named, MOST_STORED))
        found.count = len(found.keys) + sum(1 for _each in named)
        return
    column, model = rule.leads_to
    found.model = model or rows.model._meta.label_lower
    column = column or "pk"
    keys: QuerySet[Any] = rows.order_by(column).values_list(column, flat=True)
    # Stored as JSON, which has numbers and texts.
    first = [each if isinstance(each, int) else str(each) for each in keys[: MOST_STORED + 1]]
    found.count = len(first) if len(first) <= MOST_STORED else rows.order_by().count()
    found.keys = first[:MOST_STORED]


def ask_all(
    at: datetime,
    chosen: Iterable[IntegrityRule] | None = None,
    report_each: Callable[[RuleResult], object] | None = None,
) -> list[RuleResult]:
    """All rules, or some of them, as of an instant; ``report_each`` gets each result when it is there."""
    now = moment_at(at)
    found = []
    for rule in asked_here() if chosen is None else chosen:
        found.append(ask(rule, now))
        if report_each is not None:
            report_each(found[-1])
    return found


def store_check(results: list[RuleResult], *, started_at: datetime, finished_at: datetime) -> IntegrityCheck:
    """Keep a run of all rules, each with the day since which it has had offenders without a break."""
    last = IntegrityCheck.objects.newest().first()
    before = {each["rule"]: each.get("since", "") for each in last.results} if last is not None else {}
    today = timezone.localtime(finished_at).date().isoformat()
    for each in results:
        each.since = (before.get(each.rule) or today) if each.is_wrong else ""
    return IntegrityCheck.objects.create(
        started_at=started_at,
        finished_at=finished_at,
        errors=_with_offenders(results, IntegrityLevel.ERROR),
        warnings=_with_offenders(results, IntegrityLevel.WARNING),
        failed=sum(bool(each.fault) for each in results),
        results=[asdict(each) for each in results],
    )


def last_result(rule: IntegrityRule) -> RuleResult | None:
    """What the last run of all rules found of one; None where it has not been asked yet."""
    last = IntegrityCheck.objects.newest().first()
    results = last.results if last is not None else ()
    return next((RuleResult(**each) for each in results if each["rule"] == rule.name), None)


def _with_offenders(results: list[RuleResult], level: IntegrityLevel) -> int:
    return sum(bool(each.count) and each.level == level for each in results)


def rows_without_register(model: type[Model], keys: Sequence[Any], links: Sequence[str]) -> dict[Any, Any]:
    """Offenders of a model that no register shows, with what they link to; for those who may see the whole system."""
    return model._base_manager.select_related(*links).in_bulk(keys)
