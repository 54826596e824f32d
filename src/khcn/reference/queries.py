"""Questions that the rest of the program asks of what changes by law and by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.calendar.working import WorkingCalendar
from khcn.reference.models import SHARED_CALENDAR, DayKind, RuleParameter, WorkingDayException

if TYPE_CHECKING:
    from datetime import date


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
