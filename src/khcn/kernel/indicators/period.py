"""A reporting period: a half-open window of days, and the words that name it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.day_arithmetic import plus_months

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PeriodKind(enum.Enum):
    """Kinds of period that a regime may have. ``number`` of a period says which month, quarter or half it is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"

    @property
    def label(self) -> StrOrPromise:
        """Name of the kind as officials say it."""
        return {
            PeriodKind.MONTH: _("Tháng"),
            PeriodKind.QUARTER: _("Quý"),
            PeriodKind.HALF: _("6 tháng"),
            PeriodKind.NINE_MONTHS: _("9 tháng"),
            PeriodKind.YEAR: _("Năm"),
        }[self]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` up to but not including ``end``, reported under ``year``."""

    start: date
    end: date
    year: int
    kind: PeriodKind = PeriodKind.YEAR
    number: int = 1

    def __post_init__(self) -> None:
        """Refuse an empty or reversed window."""
        if self.end <= self.start:
            message = f"period ends on {self.end}, before it starts on {self.start}"
            raise ValueError(message)

    @property
    def last_day(self) -> date:
        """The last day that counts: "as of" questions are asked of this day."""
        return self.end - timedelta(days=1)

    @property
    def year_start(self) -> date:
        """The first day of the reporting year that the window is part of: as many windows before as its number says.

        "Managed in the year" is asked of this day, so that each month and quarter of a year gives the same figure.
        """
        length = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6}.get(self.kind, 0)
        return plus_months(self.start, -length * (self.number - 1))

    def covers(self, field: str) -> Q:
        """Condition: the date in ``field`` lies inside the window."""
        return Q(**{f"{field}__gte": self.start, f"{field}__lt": self.end})

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end
