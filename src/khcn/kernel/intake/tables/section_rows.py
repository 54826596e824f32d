"""Rows inside a table that head a section ("I. Đề tài") or sum one up ("Cộng")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.tables.headings import SheetTable

_NUMBERING: Final = re.compile(r"(?:[IVX]{1,6}|[A-H])[.)]?")
# "I. Đề tài", "II.ĐỀ TÀI"; no code such as "A.01" or "D-KHCN"
_NUMBERED: Final = re.compile(
    r"^\s*(?:(?:[IVX]{1,6}|[A-H])\s*[.)\-–:/]\s+(?=[^\W\d])|[IVX]{1,6}[.)](?=[^\W\d]))"
)
_DIGITS: Final = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2})*\s*[.)]\s*(?=[^\W\d])")
_ANY_NUMBER: Final = re.compile(r"[\d\s.,%()\-–]*\d[\d\s.,%()\-–]*|[-–]+")
_MOST_WORDS: Final = (
    2  # texts of a row that heads a section or sums it up: its number and its name, a word and a count
)
_TOTAL: Final = re.compile(
    r"(?:tong(?: cong| so)?|cong)(?: (?:muc|phan|nhom|trang|chung|cac|i{1,3}|iv|vi{0,3}|ix|x|[a-h]|\d+)\b.{0,60})?"
    r"|(?:tong|cong) (?:kinh phi|so tien|gia tri|nhiem vu|de tai|du an)(?: .{0,60})?"
    r"|(?:so tien )?(?:viet )?bang chu\b.{0,300}|trong do\b.{0,300}"
)
_COUNTED: Final = re.compile(r"\d[\d.]*\s+[^\d|]{1,40}")


def is_total(cells: Sequence[object]) -> bool:
    """Does the row say "Cộng", "Tổng kinh phí", what is among a sum ("Trong đó: …") or an amount in words ("Bằng chữ: …"), and
    nothing else in words but how many there are ("Tổng" | "4 nhiệm vụ")?
    """
    words = _words(cells, _MOST_WORDS + 1)
    if not words or _TOTAL.fullmatch(fold(words[0])) is None:
        return False
    return len(words) == 1 or (len(words) == _MOST_WORDS and _COUNTED.fullmatch(words[1]) is not None)


def is_one_text(cells: Sequence[object]) -> bool:
    """Is the row one text, with at most a number of a section before it and sums beside it?"""
    words = _words(cells, _MOST_WORDS + 1)
    return len(words) - bool(words and _NUMBERING.fullmatch(words[0])) == 1


def section_of(
    table: SheetTable, number: int, cells: Sequence[object], *, is_unnumbered: bool = False
) -> str:
    """The text of a row that heads a section, without its number; "" for any other row.

    It has one text: with a Roman number or a letter before it or in a cell of its own, or in a cell that is merged over most
    of the columns. Sums of the section may stand beside it. A row that fills every column which its record needs is none,
    unless it is that one text and nothing else: in a list of names each section looks like a name.

    ``is_unnumbered``: the row has no running number where the records have one.
    """
    needed = [place for place, column in table.columns.items() if column.required]
    is_whole = bool(needed) and all(_filled(cells, place) for place in needed)
    filled = sum(1 for place in range(len(cells)) if _filled(cells, place)) if is_whole else 0
    if filled > _MOST_WORDS:
        return ""
    words = _words(cells)
    if is_whole and filled != len(words):
        return ""
    if is_whole and any(_NUMBERING.fullmatch(workbook_cell_text(cells[place])) for place in needed):
        return ""  # a record that is called "A"
    numbered = bool(words) and _NUMBERING.fullmatch(words[0]) is not None
    if numbered:
        words = words[1:]
    if len(words) != 1:
        return ""
    text = words[0]
    bare = _NUMBERED.sub("", text, count=1)
    if not (numbered or bare != text or _is_merged(table, number) or (is_whole and is_unnumbered)):
        return ""
    return _DIGITS.sub("", bare, count=1).strip(" :.")


def _filled(cells: Sequence[object], place: int) -> bool:
    return place < len(cells) and bool(workbook_cell_text(cells[place]))


def _words(cells: Sequence[object], most: int | None = None) -> list[str]:
    """The texts of a row that are no numbers; the first ones where ``most`` is given."""
    found: list[str] = []
    for cell in cells:
        if len(found) == most:
            break
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
