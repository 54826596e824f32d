"""Which days are worked. Pure: built once from the table of exceptions (``reference``), asked many times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

# Offices of the State work Monday to Friday (Quyết định 188/1999/QĐ-TTg); one-stop centres that also work on
# Saturday mornings are given another week by their caller.
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """``days`` says for each exceptional day whether it is worked; ``years`` are those that are filled in.

    ``provisional`` are those of them that wait for the yearly announcement.
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

    def is_announced(self, year: int) -> bool:
        """Are the days off of this year on record as they were announced?"""
        return year in self.years and year not in self.provisional

    def is_working_day(self, day: date) -> bool:
        """Is ``day`` worked? In years that are not filled in, every day of the working week is."""
        known = self.days.get(day)
        return day.weekday() in self.week if known is None else known
