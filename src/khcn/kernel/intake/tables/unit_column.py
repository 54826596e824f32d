"""A column of units beside the numbers: "… | ĐVT | Tổng kinh phí", with "triệu đồng" in each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.tables.heading_candidates import is_column_number
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from khcn.kernel.intake.readers.workbook_reading import Sheet

_HEADINGS: Final = frozenset({"dvt", "don vi tinh", "dv tinh", "don vi", "dv"})
_HEADING_ROWS: Final = 3  # of one table
_LONGEST: Final = 60  # characters of a unit


def unit_cells(sheet: Sheet, heading_row: int) -> list[tuple[int, str]]:
    """By row the different texts in columns of units, each where it stands first. A column headed "Đơn vị" may hold departments:
    it is one of units where its cells are.
    """
    places = {
        place
        for number, cells in sheet.rows
        if heading_row - _HEADING_ROWS < number <= heading_row
        for place, cell in enumerate(cells)
        if isinstance(cell, str) and fold(cell) in _HEADINGS
    }
    found: dict[str, tuple[int, str]] = {}
    for number, cells in sheet.rows if places else ():
        for place in places if number > heading_row else ():
            text = workbook_cell_text(cells[place]) if place < len(cells) else ""
            words = fold(text)
            if words and words not in _HEADINGS and not is_column_number(text):
                found.setdefault(words, (number, text[:_LONGEST]))
    return [*found.values()]
