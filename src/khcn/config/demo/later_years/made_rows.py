"""Rows of the later years, collected by register until they become workbooks; what the text files of the first year say is read here."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from khcn.config.register_files import read_rows, sheet_kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from khcn.config.register_files import Rows

INVENTED: Final = "Cột có dữ liệu minh họa"
MERGED_DEPARTMENT: Final = date(2025, 3, 1)
"""From this day the department has the work of the one for information and communications."""
NEW_PROVINCE: Final = date(2025, 7, 1)
"""From this day the province is Thái Nguyên, and there are no districts."""
FIRST_DAY: Final = date(2023, 9, 16)
LAST_DAY: Final = date(2025, 12, 14)

_SATURDAY: Final = 5
# New Year, the lunar one of 2024 and 2025, the day of the Hùng kings, 30/4, 1/5, 2/9
_DAYS_OFF: Final = frozenset(
    {
        *(
            date(year, month, day)
            for year in range(2023, 2027)
            for month, day in ((1, 1), (4, 30), (5, 1), (9, 2))
        ),
        *(date(2024, 2, 8) + timedelta(days=day) for day in range(7)),
        *(date(2025, 1, 27) + timedelta(days=day) for day in range(5)),
        date(2023, 9, 1),
        date(2024, 4, 18),
        date(2024, 4, 29),
        date(2024, 9, 3),
        date(2025, 4, 7),
        date(2025, 5, 2),
        date(2025, 9, 1),
    }
)


def day_of(text: str) -> date:
    """The day that an official typed."""
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 -- a day has no zone


def typed(day: date) -> str:
    """As an official types it."""
    return f"{day:%d/%m/%Y}"


def working(day: date) -> date:
    """The day, or the next one on which people work."""
    while day.weekday() >= _SATURDAY or day in _DAYS_OFF:
        day += timedelta(days=1)
    return day


def after(day: date, days: int) -> date:
    """A working day so many days later, or the next."""
    return working(day + timedelta(days=days))


def after_working_days(day: date, count: int) -> date:
    """The day on which a term of working days ends."""
    for _ in range(count):
        day = after(day, 1)
    return day


def money(amount: int) -> str:
    """An amount as an official types it."""
    return f"{amount:,}".replace(",", ".")


class MadeRows:
    """What the generators of all areas make, from one seed."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self._folder = folder
        self._seed = seed
        self._rows: dict[str, list[dict[str, str]]] = {}

    def chance(self, name: str) -> random.Random:
        """A source of chance of its own for each area: what one makes more of changes nothing in another."""
        return random.Random(f"{self._seed} {name}")  # noqa: S311 -- invented data, not a secret

    def first_year(self, register: str) -> list[dict[str, str]]:
        """The rows of the demonstration year; none where it has no file."""
        path = self._folder / f"{register}.csv"
        if not path.exists():
            return []
        heading, *rows = read_rows(path)
        return [dict(zip(heading, row, strict=True)) for row in rows]

    def add(self, register: str, values: Mapping[str, str]) -> None:
        """One more row of a register or of an action; it is invented as a whole."""
        self._rows.setdefault(register, []).append({**values, INVENTED: "tất cả"})

    def hand_in_again(self, register: str) -> None:
        """Add the rows of the first year as they stand: without them the import asks whether a new row, which is another only by its day,
        corrects one of them.
        """
        self._rows.setdefault(register, []).extend(self.first_year(register))

    def made(self, register: str) -> list[dict[str, str]]:
        """What has been added to a register so far."""
        return self._rows.get(register, [])

    def rows(self) -> dict[str, Rows]:
        """All rows by register, heading first; those of an action have no column for what is invented."""
        found: dict[str, Rows] = {}
        for register, rows in self._rows.items():
            heading = list(dict.fromkeys(name for row in rows for name in row if name != INVENTED))
            values = [[row.get(name, "") for name in heading] for row in rows]
            if sheet_kind_of(register).action is None:
                heading.append(INVENTED)
                values = [[*shown, row[INVENTED]] for row, shown in zip(rows, values, strict=True)]
            found[register] = [heading, *values]
        return found
