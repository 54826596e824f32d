"""Counting working days. Pure: built once from the table of exceptions (``reference``), asked many times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

# Offices of the State work Monday to Friday (Quyết định 188/1999/QĐ-TTg); one-stop centres that also work on
# Saturday mornings are given another week by their caller.
MONDAY_TO_FRIDAY = frozenset(range(5))
_ONE_DAY = timedelta(days=1)


class CalendarNotFilledError(LookupError):
    """A year was asked about for which the table has no row: counting on would take Tết for working days."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return str(
            _(
                "Chưa có lịch nghỉ của năm %(year)s. Mở danh mục Ngày nghỉ, ngày làm bù và nhập lịch của năm đó."
            )
        ) % {"year": self.year}


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """``days`` says for each exceptional day whether it is worked; ``years`` are those that are filled in.

    ``provisional`` are those of them that wait for the yearly announcement. Every question about a day outside
    ``years`` raises `CalendarNotFilledError`.
    """

    days: Mapping[date, bool]
    years: frozenset[int]
    week: frozenset[int] = field(default=MONDAY_TO_FRIDAY)
    provisional: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a week without work: counting would never end."""
        if not self.week or not self.week <= frozenset(range(7)):
            message = f"a working week is made of weekdays 0 to 6, not {sorted(self.week)}"
            raise ValueError(message)

    def is_working_day(self, day: date) -> bool:
        if day.year not in self.years:
            raise CalendarNotFilledError(day.year)
        known = self.days.get(day)
        return day.weekday() in self.week if known is None else known

    def roll_forward(self, day: date) -> date:
        """``day`` if it is worked, else the next working day (Bộ luật Dân sự 2015 art. 148.5)."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, start: date, number: int) -> date:
        """The day a term of ``number`` working days ends; counting starts the day after ``start``.

        A term of 0 days ends on ``start`` itself.

        Raises:
            ValueError: ``number`` is negative.
        """
        if number < 0:
            message = f"a term has no negative length: {number}"
            raise ValueError(message)
        day = start
        while number:
            day += _ONE_DAY
            number -= self.is_working_day(day)
        return day

    def add_days(self, start: date, number: int) -> date:
        """The day a term of ``number`` calendar days ends: counted from the day after ``start``, and moved to
        the next working day when it falls on a day off (Bộ luật Dân sự 2015 art. 147–148).

        Raises:
            ValueError: ``number`` is negative.
        """
        if number < 0:
            message = f"a term has no negative length: {number}"
            raise ValueError(message)
        return self.roll_forward(start + timedelta(days=number))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        span = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, span + 1))
