"""Days that dated rules give: until when a licence is valid, and by when its renewal is applied for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.calendar.terms import TermUnit, end_of_term
from khcn.kernel.deadlines.law_source import law_source

if TYPE_CHECKING:
    from datetime import date

RENEWAL_RULE: Final = "radiation.renewal_days"
VALIDITY_RULE: Final = "radiation.licence_years"
CERTIFICATE_RULE: Final = "radiation.certificate_years"
_MONTHS: Final = {TermUnit.MONTH: 1, TermUnit.YEAR: 12}


def _valid_until(rule: str, issued_on: date) -> date | None:
    """None where no rule of that day gives a number of months or years. A last day is not moved by days off: it is no term in
    which something has to be done.
    """
    found = law_source().law({rule}).rule(rule, issued_on)
    if found is None or found.term is None or found.term.unit not in _MONTHS:
        return None
    return plus_months(issued_on, found.term.amount * _MONTHS[found.term.unit])


def licence_ends_on(issued_on: date) -> date | None:
    """Until when a licence that is granted on this day is valid, by the rule of that day."""
    return _valid_until(VALIDITY_RULE, issued_on)


def certificate_ends_on(issued_on: date) -> date | None:
    """The same for a certificate of a radiation worker."""
    return _valid_until(CERTIFICATE_RULE, issued_on)


def renewal_filed_by(expires_on: date) -> date | None:
    """The last day on which a renewal is applied for in time; counted as the deadline of the licence is."""
    law = law_source().law({RENEWAL_RULE})
    rule = law.rule(RENEWAL_RULE, expires_on)
    if rule is None or rule.term is None:
        return None
    return end_of_term(expires_on, rule.term, calendar=law.calendar).due_on
