"""Days that dated rules give: until when a verified instrument may be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.centre.enums import InstrumentKind, ServiceMethod
from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.calendar.terms import TermUnit
from khcn.kernel.deadlines.law_source import law_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from khcn.centre.models import InstrumentVerification

# Instruments that the law has verified again and again, each with the rule of its interval.
INTERVAL_RULES: Final = {
    kind.value: f"centre.{kind.value}_months"
    for kind in (
        InstrumentKind.SCALE,
        InstrumentKind.SPRING_SCALE,
        InstrumentKind.SPHYGMOMANOMETER,
        InstrumentKind.ELECTRONIC_SPHYGMOMANOMETER,
        InstrumentKind.FUEL_DISPENSER,
        InstrumentKind.ELECTRICITY_METER,
        InstrumentKind.THREE_PHASE_METER,
        InstrumentKind.ELECTRONIC_THREE_PHASE_METER,
        InstrumentKind.WATER_METER,
        InstrumentKind.ELECTRONIC_WATER_METER,
        InstrumentKind.TAXIMETER,
        InstrumentKind.ECG_EEG,
    )
}
VERIFYING: Final = frozenset({ServiceMethod.VERIFICATION, ServiceMethod.CONTROL})  # what the law asks for
_MONTHS: Final = {TermUnit.MONTH: 1, TermUnit.YEAR: 12}


def days_by_rule(verifications: Iterable[InstrumentVerification]) -> list[date | None]:
    """Of each verification the last day by the interval that the rule of its day gives; None for what has no interval. Such a day
    is not moved by days off.
    """
    law = law_source().law(set(INTERVAL_RULES.values()))
    found: list[date | None] = []
    for each in verifications:
        name = INTERVAL_RULES.get(each.instrument.subject, "")
        counted = name and each.method == ServiceMethod.VERIFICATION
        rule = law.rule(name, each.done_on) if counted else None
        term = rule.term if rule is not None else None
        months = term.amount * _MONTHS[term.unit] if term is not None and term.unit in _MONTHS else None
        found.append(plus_months(each.done_on, months) if months is not None else None)
    return found


def last_days(verifications: Sequence[InstrumentVerification]) -> dict[int, date | None]:
    """Until when the instruments may be used, by the key of the verification: what it says itself, else by the rule. None for what
    failed and for what has no interval.
    """
    by_rule = zip(verifications, days_by_rule(verifications), strict=True)
    return {each.pk: (each.valid_until or day) if each.passed else None for each, day in by_rule}


def valid_until(verification: InstrumentVerification) -> date | None:
    """The same of one verification."""
    return last_days([verification])[verification.pk]
