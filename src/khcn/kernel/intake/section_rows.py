"""Rows inside a table that head a section ("I. Đề tài") or sum one up ("Cộng")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.headings import SheetTable

_NUMBERING: Final = re.compile(r"(?:[IVX]{1,6}|[A-H])[.)]?")
# "I. Đề tài", "II.ĐỀ TÀI"; no code such as "A.01" or "D-KHCN"
_NUMBERED: Final = re.compile(
    r"^\s*(?:(?:[IVX]{1,6}|[A-H])\s*[.)\-–:/]\s+(?=[^\W\d])|[IVX]{1,6}[.)](?=[^\W\d]))"
)
_DIGITS: Final = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2})*\s*[.)]\s*(?=[^\W\d])")
_ANY_NUMBER: Final = re.compile(r"[\d\s.,%()\-–]*\d[\d\s.,%()\-–]*|[-–]+")
_TOTAL: Final = re.compile(
    r"(?:tong(?: cong| so)?|cong)(?: (?:muc|phan|nhom|trang|chung|cac|i{1,3}|iv|vi{0,3}|ix|x|[a-h]|\d+)\b.{0,60})?"
)


def is_total(cells: Sequence[object]) -> bool:
    """Does the row say "Cộng" or "Tổng cộng", and nothing else in words?"""
    words = _words(cells)
    return len(words) == 1 and _TOTAL.fullmatch(fold(words[0])) is not None


def section_of(table: SheetTable, number: int, cells: Sequence[object]) -> str:
    """The text of a row that heads a section, without its number; "" for any other row.

    It has one text: with a Roman number or a letter before it or in a cell of its own, or in a cell that is merged over most
    of the columns. Sums of the section may stand beside it. A row that fills every column which its record needs is none.
    """
    needed = [place for place, column in table.columns.items() if column.required]
    if needed and all(place < len(cells) and workbook_cell_text(cells[place]) for place in needed):
        return ""
    words = _words(cells)
    numbered = bool(words) and _NUMBERING.fullmatch(words[0]) is not None
    if numbered:
        words = words[1:]
    if len(words) != 1:
        return ""
    text = words[0]
    bare = _NUMBERED.sub("", text, count=1)
    if not (numbered or bare != text or _is_merged(table, number)):
        return ""
    return _DIGITS.sub("", bare, count=1).strip(" :.")


def _words(cells: Sequence[object]) -> list[str]:
    """The texts of a row that are no numbers."""
    found = []
    for cell in cells:
        if not isinstance(cell, str):
            if cell is not None and not isinstance(cell, int | float):
                found.append(workbook_cell_text(cell))
            continue
        text = workbook_cell_text(cell)
        if text and not _ANY_NUMBER.fullmatch(text):
            found.append(" ".join(text.split()))
    return found


def _is_merged(table: SheetTable, number: int) -> bool:
    half = max(len(table.columns), 2) / 2
    return any(
        first == number - 1 == last and last_column - column + 1 >= half
        for first, column, last, last_column in table.sheet.merged
    )
