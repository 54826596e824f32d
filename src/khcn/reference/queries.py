"""Questions that the rest of the program asks of what changes by law and by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.calendar.working import WorkingCalendar
from khcn.reference.models import (
    SHARED_CALENDAR,
    DayKind,
    RegimeWindow,
    RuleParameter,
    WorkingDayException,
)

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import PeriodKind

# As text (the days as `DatedQuerySet.valid` has them): every list with a column "as of" asks this, and to make the statement took six times as long as to run it.
_WINDOW: Final = """
    SELECT w.* FROM reference_regimewindow w JOIN reference_reportingregime r ON r.id = w.regime_id
    WHERE w.kind = %(kind)s AND w.number = %(number)s AND (%(regime)s = '' OR r.code = %(regime)s)
    AND w.valid_from <= %(on)s AND (w.valid_to IS NULL OR w.valid_to > %(on)s) ORDER BY r.code, w.id LIMIT 1
"""


def rules_on(on: date, *codes: str) -> dict[str, RuleParameter]:
    """Parameters in force on a day, by code; those that nobody has entered are missing."""
    rows = RuleParameter.objects.valid(on=on).filter(code__in=codes).select_related("legal_document")
    return {row.code: row for row in rows.order_by("valid_from")}


def working_calendar(code: str = SHARED_CALENDAR) -> WorkingCalendar:
    """A calendar as its table has it now, in one query: shared days, with its own laid over them.

    Questions about a year without any row raise ``CalendarNotFilledError``.
    """
    rows = WorkingDayException.objects.filter(calendar__in={SHARED_CALENDAR, code}).values_list(
        "calendar", "on", "kind"
    )
    own_last = sorted(rows, key=lambda row: row[0] != SHARED_CALENDAR)
    days = {on: kind == DayKind.WORKING for _calendar, on, kind in own_last}
    return WorkingCalendar(days, frozenset(day.year for day in days))


def window_of(*, kind: PeriodKind, number: int, on: date, regime: str = "") -> RegimeWindow | None:
    """The window of a period as it is in force on a day, under a regime or else the first by code."""
    wanted = {"kind": kind.value, "number": number, "on": on, "regime": regime}
    return next(iter(RegimeWindow.objects.raw(_WINDOW, wanted)), None)
