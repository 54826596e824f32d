"""Two tables side by side on one sheet: "STT | Họ và tên | Chức vụ |  | STT | Họ và tên | Điện thoại".

A row holds a record of each. Read as one table, the second would fill the fields that the first one lacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.tables.heading_candidates import is_column_number, is_nameless
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from khcn.kernel.intake.readers.workbook_reading import Sheet

_COUNTS = frozenset({"stt", "tt", "so tt"})  # one heading; "Số thứ tự" is also a field
_FEWEST = 2  # headings that stand again; one alone may be two columns of one field


def neighbouring_column_differs(sheet: Sheet, heading_row: int, first: int, second: int) -> bool:
    """Has the second column something that the first has not? A column that repeats another is no question."""
    for number, cells in sheet.rows:
        if number > heading_row and second < len(cells):
            text = workbook_cell_text(cells[second])
            if text and not is_column_number(text) and text != workbook_cell_text(cells[first]):
                return True
    return False


def second_table(
    sheet: Sheet, heading_row: int, headings: Mapping[int, str], reads_as_field: Callable[[int], bool]
) -> int | None:
    """The first place of the second table, where headings stand again; ``None`` where there is none.

    ``reads_as_field`` says of a place whether its heading is that of a field.
    """
    first: dict[str, int] = {}
    again: dict[int, int] = {}  # place to the place of the equal heading before it
    for place, text in sorted(headings.items()):
        words = "stt" if fold(text) in _COUNTS else fold(text)
        if not words or is_nameless(text):
            continue
        if words in first:
            if words in _COUNTS or neighbouring_column_differs(sheet, heading_row, first[words], place):
                again[place] = first[words]
        else:
            first[words] = place
    counts_again = any(fold(headings[place]) in _COUNTS for place in again)
    if not counts_again and (len(again) < _FEWEST or not any(map(reads_as_field, again.values()))):
        return None
    start = min(again)
    leftmost = start
    while leftmost - 1 in headings:
        leftmost -= 1
    return leftmost if leftmost > min(headings) else start


def after_gap(sheet: Sheet, heading_row: int, headings: Mapping[int, str]) -> int | None:
    """The first place with a heading right of a column that has neither heading nor content; ``None`` where there is none."""
    gaps = {*range(min(headings, default=0), max(headings, default=0))} - {*headings} - sheet.hidden_columns
    for row, first, last_row, last in sheet.merged:
        if row < heading_row <= last_row + 1:
            gaps -= {*range(first, last + 1)}
    for number, cells in sheet.rows if gaps else ():
        if number >= heading_row:
            gaps -= {place for place in gaps if place < len(cells) and workbook_cell_text(cells[place])}
    return min((place for place in headings if place > min(gaps)), default=None) if gaps else None
