"""Columns that the workbook of an exported list shows beside those of its register, and that no import reads back."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.fold import fold
from khcn.kernel.workbooks.workbook_sheet import CellValue, write_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from khcn.kernel.workbooks.workbook_sheet import SheetFormats

# No message: files that were written in one language are read in every other.
_MARK: Final = "(chỉ để xem)"
_MARK_OF_DAY: Final = "(chỉ để xem, ngày {})"
# However somebody has typed it: without its marks, in capitals, in letters put together otherwise.
_HEADING: Final = re.compile(r"(.*) chi de xem(?: ngay (\d\d) (\d\d) (\d{4}))?")
_WIDTH: Final = 16

Shown = CellValue
"""What a cell of such a column holds."""


class ShownColumns(NamedTuple):
    """Their headings, and by the key of a record its cells, in the order of the headings, for many records at a time.

    ``number_formats``: of `SheetFormats` the one in which numbers of each column stand, ``number`` where nothing is given.
    ``of_day``: the places of those that say how something is on ``day``, which their headings name.
    """

    headings: tuple[str, ...]
    cells: Callable[[Sequence[int]], Mapping[int, tuple[Shown, ...]]]
    number_formats: tuple[str, ...] = ()
    of_day: frozenset[int] = frozenset()
    day: date | None = None

    @property
    def widths(self) -> list[int]:
        """In characters."""
        return [_WIDTH] * len(self.headings)

    def number_format(self, place: int) -> str:
        """The format of the numbers of a column."""
        return self.number_formats[place] if self.number_formats else "number"


class ShownHeading(NamedTuple):
    """Of a column that is not read back: its heading without the mark, folded, and the day that it is of."""

    folded: str
    day: date | None


def read_shown_heading(text: str) -> ShownHeading | None:
    """The heading of a column that is not read back; None for every other."""
    if (found := _HEADING.fullmatch(fold(text))) is None:
        return None
    folded, day, month, year = found.groups()
    try:
        return ShownHeading(folded, date(int(year), int(month), int(day)) if year else None)
    except ValueError:  # somebody has typed a day that there is not
        return ShownHeading(folded, None)


def is_shown_heading(text: str) -> bool:
    """Is this the heading of a column that is not read back?"""
    return read_shown_heading(text) is not None


def write_shown_headings(sheet: Any, first: int, columns: ShownColumns, formats: SheetFormats) -> None:
    """Into the first row, from a place on."""
    for place, heading in enumerate(columns.headings, start=first):
        sheet.set_column(place, place, _WIDTH, formats.text)
        day = columns.day if place - first in columns.of_day else None
        mark = _MARK if day is None else _MARK_OF_DAY.format(format_date(day))
        sheet.write_string(0, place, f"{heading} {mark}", formats.heading)


def write_shown_cells(
    sheet: Any, row: int, first: int, columns: ShownColumns, cells: Sequence[Shown], formats: SheetFormats
) -> None:
    """One row, from a place on."""
    for number, value in enumerate(cells):
        write_value(sheet, row, first + number, value, formats, columns.number_format(number))
