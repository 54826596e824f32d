"""The books of decisions and conclusions, and the columns in which records bear their numbers.

Until the law of 2025 the inspectorate numbered its own papers; since there are checks only they are the department's. Which
book a number is of goes by its day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from khcn.inspection.models import AdministrativeViolation, Inspection
from khcn.kernel.papers.department_books import DECISIONS
from khcn.kernel.papers.numbers_of_records import declare_numbers
from khcn.reference.models import RuleParameter

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

CHECKS_ONLY_RULE: Final = "inspection.checks_only"
DECISION_BOOK: Final = "QĐ-TTr"  # of the inspectorate, as the next one
CONCLUSION_BOOK: Final = "KL-TTr"
CHECK_CONCLUSION_BOOK: Final = "KL-SKHCN"  # of the department, whose decisions have one book
SANCTION_BOOK: Final = "QĐ-XPHC"


def are_checks_only(day: date) -> bool:
    """Is there no inspectorate of the department any more, by the rule of that day?"""
    rule = RuleParameter.objects.in_force(CHECKS_ONLY_RULE, on=day)
    return rule is not None and rule.value == 1


def with_checks_only(rows: QuerySet[Any], day: str) -> QuerySet[Any]:
    """Those of the rows in whose column ``day`` is a day on which there are checks only."""
    return rows.filter(_is_checks_only(day))


def _before_checks_only(rows: QuerySet[Any], day: str) -> QuerySet[Any]:
    return rows.filter(~_is_checks_only(day))


def _is_checks_only(day: str) -> Exact:
    rules = RuleParameter.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef(day)),
        code=CHECKS_ONLY_RULE,
        valid_from__lte=OuterRef(day),
    )
    return Exact(Coalesce(Subquery(rules.order_by("-valid_from").values("value")[:1]), 0), 1)


def decision_book(day: date) -> str:
    """The book that numbers the decisions of a day."""
    return DECISIONS if are_checks_only(day) else DECISION_BOOK


def conclusion_book(day: date) -> str:
    """The book that numbers the conclusions of a day."""
    return CHECK_CONCLUSION_BOOK if are_checks_only(day) else CONCLUSION_BOOK


def sanction_book(day: date) -> str:
    """The book that numbers sanctions, on every day the same: they were the department's before, too."""
    return SANCTION_BOOK


_DECISION: Final = (Inspection, "decision_number", "decided_on")
_CONCLUSION: Final = (Inspection, "conclusion_number", "concluded_on")
declare_numbers({DECISION_BOOK: _DECISION, CONCLUSION_BOOK: _CONCLUSION}, only=_before_checks_only)
declare_numbers({DECISIONS: _DECISION, CHECK_CONCLUSION_BOOK: _CONCLUSION}, only=with_checks_only)
declare_numbers({SANCTION_BOOK: (AdministrativeViolation, "decision_number", "decided_on")})
