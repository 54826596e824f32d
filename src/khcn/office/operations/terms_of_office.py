"""Until when somebody is appointed, and by when a retirement is announced and decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.calendar.terms import TermUnit
from khcn.kernel.deadlines.law_source import law_source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.kernel.calendar.terms import Term
    from khcn.office.models import PersonnelEvent

TERM_RULE: Final = "office.term_years"
RETIREMENT_NOTICE_RULE: Final = "office.retirement_notice_months"
RETIREMENT_RULE: Final = "office.retirement_months"
_MONTHS: Final = {TermUnit.MONTH: 1, TermUnit.YEAR: 12}


def _months(term: Term | None) -> int | None:
    return term.amount * _MONTHS[term.unit] if term is not None and term.unit in _MONTHS else None


def last_days_in_office(events: Sequence[PersonnelEvent]) -> dict[int, date]:
    """Of appointments the last day of the term of office: the one that the decision names, else by the rule of the first day."""
    law = law_source().law({TERM_RULE})
    found = {}
    for each in events:
        rule = law.rule(TERM_RULE, each.effective_on)
        if each.ends_on is not None:
            found[each.pk] = each.ends_on
        elif rule is not None and (months := _months(rule.term)) is not None:
            found[each.pk] = plus_months(each.effective_on, months) - timedelta(days=1)
    return found


def days_before_retirement(events: Sequence[PersonnelEvent]) -> dict[str, dict[int, date]]:
    """Of retirements the days by which they are announced and decided, by the rule and then by the event."""
    codes = (RETIREMENT_NOTICE_RULE, RETIREMENT_RULE)
    law = law_source().law(set(codes))
    found: dict[str, dict[int, date]] = {code: {} for code in codes}
    for each in events:
        for code in codes:
            rule = law.rule(code, each.effective_on)
            if rule is not None and (months := _months(rule.term)) is not None:
                found[code][each.pk] = plus_months(each.effective_on, -months)
    return found
