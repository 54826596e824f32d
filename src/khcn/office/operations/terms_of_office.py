"""Until when somebody is appointed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.calendar.terms import TermUnit
from khcn.kernel.deadlines.law_source import law_source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.office.models import PersonnelEvent

TERM_RULE: Final = "office.term_years"
_MONTHS: Final = {TermUnit.MONTH: 1, TermUnit.YEAR: 12}


def last_days_in_office(events: Sequence[PersonnelEvent]) -> dict[int, date]:
    """Of appointments the last day of the term of office: the one that the decision names, else by the rule of the first day."""
    law = law_source().law({TERM_RULE})
    found = {}
    for each in events:
        rule = law.rule(TERM_RULE, each.effective_on)
        term = rule.term if rule is not None else None
        if each.ends_on is not None:
            found[each.pk] = each.ends_on
        elif term is not None and term.unit in _MONTHS:
            months = term.amount * _MONTHS[term.unit]
            found[each.pk] = plus_months(each.effective_on, months) - timedelta(days=1)
    return found
