"""Columns that the workbook of an exported list shows beside those of its register, and that no import reads back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from khcn.kernel.text.fold import fold
from khcn.kernel.workbooks.workbook_sheet import CellValue, write_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from khcn.kernel.workbooks.workbook_sheet import SheetFormats

# No message: files that were written in one language are read in every other.
_MARK: Final = "(chỉ để xem)"
_FOLDED_MARK: Final = f" {fold(_MARK)}"
_WIDTH: Final = 16

Shown = CellValue
"""What a cell of such a column holds."""


class ShownColumns(NamedTuple):
    """Their headings, and by the key of a record its cells, in the order of the headings, for many records at a time.

    ``number_formats``: of `SheetFormats` the one in which numbers of each column stand, ``number`` where nothing is given.
    """

    headings: tuple[str, ...]
    cells: Callable[[Sequence[int]], Mapping[int, tuple[Shown, ...]]]
    number_formats: tuple[str, ...] = ()

    @property
    def widths(self) -> list[int]:
        """In characters."""
        return [_WIDTH] * len(self.headings)

    def number_format(self, place: int) -> str:
        """The format of the numbers of a column."""
        return self.number_formats[place] if self.number_formats else "number"


def is_shown_heading(text: str) -> bool:
    """Is this the heading of a column that is not read back?"""
    return fold(text).endswith(_FOLDED_MARK)


def write_shown_headings(sheet: Any, first: int, columns: ShownColumns, formats: SheetFormats) -> None:
    """Into the first row, from a place on."""
    for place, heading in enumerate(columns.headings, start=first):
        sheet.set_column(place, place, _WIDTH, formats.text)
        sheet.write_string(0, place, f"{heading} {_MARK}", formats.heading)


def write_shown_cells(
    sheet: Any, row: int, first: int, columns: ShownColumns, cells: Sequence[Shown], formats: SheetFormats
) -> None:
    """One row, from a place on."""
    for number, value in enumerate(cells):
        write_value(sheet, row, first + number, value, formats, columns.number_format(number))
