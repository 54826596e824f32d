"""What stands below the rows of a table in the files of departments, and in them in the place of a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.text.fold import fold
from khcn.kernel.text.normal_forms import normal_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.tables.headings import SheetTable

# Folded: lower case, without diacritics and punctuation.
_SIGNATURES = re.compile(
    r"(?:noi nhan|nguoi lap|lap bieu|nguoi tong hop|nguoi bao cao|nguoi kiem tra|ky ten|ky ghi ro ho ten|xac nhan cua"
    r"|ke toan truong|lanh dao (?:so|phong|don vi|trung tam|chi cuc)"
    r"|(?:(?:kt|tl|tm|q|tuq) )?(?:thu truong|giam doc|pho giam doc|truong phong|pho truong phong|chu tich|pho chu tich"
    r"|chanh van phong|vien truong|hieu truong))(?: .{0,60})?"
)
_DAY_OF_SIGNING = re.compile(r"(?:.{1,40} )?ngay (?:.{1,6} )?thang (?:.{1,6} )?nam(?: .{1,6})?")
_ITEMS = ("-", "\u2013", "\u2014", "+")  # of recipients
_MOST_NAMES = 4  # rows with the names of those who sign: more are rather records
_SIGNING = 3  # people who sign side by side
_FEWEST_OF_RECORD = 2  # cells, of a record without a code
_DITTO = re.compile(
    r"(?:nt|n t|ditto|(?:nhu|giong|tuong tu) (?:(?:dong|o|muc) )?(?:ben |o )?tren|nhu (?:dong|o) truoc)"
)
# Dots may stand for the value above or for one that is not known; "như dòng 3" for that of a row by another count.
_UNCLEAR = re.compile(r"(?:[.…]\s*){2,}|…|như (?:dòng|mục|số|stt) (?:số )?\d{1,4}\.?", re.IGNORECASE)
_DITTO_MARKS = frozenset({"//", "-//-", '"', "\u201d", "\u3003", "''", '-"-', "-\u201d-"})


def without_signatures(
    table: SheetTable, rows: list[tuple[int, list[object]]], serial: int | None = None
) -> tuple[list[tuple[int, list[object]]], int | None]:
    """The rows of a table up to the block of recipients and signatures, and the number of the row where that begins.

    The block begins at a row of nothing but such words, where all rows below it are short ones without numbers: the names of
    those who sign stand in the columns of the table. Otherwise it begins after the last row that names a record: nothing
    that may be data is cut off. ``serial`` is the place of the running numbers.
    """
    place = _first_of_block(table, rows, serial)
    if place is not None:
        return rows[:place], rows[place][0]
    with_names = (place for place, (_number, cells) in enumerate(rows) if _names_record(table, cells))
    for place in range(max(with_names, default=-1) + 1, len(rows)):
        if any(_signs(cell) for cell in rows[place][1]):
            return rows[:place], rows[place][0]
    return rows, None


def _first_of_block(
    table: SheetTable, rows: Sequence[tuple[int, list[object]]], serial: int | None
) -> int | None:
    """The place of the first row of the block, the day of signing above it included; ``None`` where there is none."""
    start, names = None, 0
    for place in range(len(rows) - 1, -1, -1):
        cells = rows[place][1]
        if not _may_be_below(table, cells, serial) or names > _MOST_NAMES:
            break
        if _only_signs(cells):
            start = place
        elif start is None and not any(workbook_cell_text(cell).startswith(_ITEMS) for cell in cells):
            names += 1
    while start and _only_signs(rows[start - 1][1], or_day=True):
        start -= 1
    return start


def _may_be_below(table: SheetTable, cells: Sequence[object], serial: int | None) -> bool:
    """Can the row be part of the block: without a number or day, and with few texts?"""
    if any(cell is not None and not isinstance(cell, str) for cell in cells):
        return False
    if serial is not None and serial < len(cells) and workbook_cell_text(cells[serial]).rstrip(".").isdigit():
        return False
    fewest = _SIGNING if serial is not None else _SIGNING - 1
    return sum(1 for cell in cells if workbook_cell_text(cell)) <= max(fewest, len(table.columns) // 2)


def _only_signs(cells: Sequence[object], *, or_day: bool = False) -> bool:
    """Does every text of the row belong to signatures, and one of them name who signs (or the day of signing)?"""
    texts = [text for cell in cells if (text := workbook_cell_text(cell))]
    signing = [text for text in texts if _signs(text) or (or_day and _is_day_of_signing(text))]
    beside = [text for text in texts if _is_day_of_signing(text) or text.startswith("(")]
    return bool(signing) and len({*signing, *beside}) == len({*texts})


def _is_day_of_signing(text: str) -> bool:
    return _DAY_OF_SIGNING.fullmatch(fold(text)) is not None


def _names_record(table: SheetTable, cells: Sequence[object]) -> bool:
    """Does the row say a code or name of a record? Of a sheet that has no such column: several things that nobody signs with."""
    keys = {*table.kind.register.natural_key, table.kind.register.lookup}
    columns = {place for place, column in table.columns.items() if column.name in keys}
    fewest = 1 if columns else _FEWEST_OF_RECORD
    texts = [workbook_cell_text(cells[place]) for place in columns or table.columns if place < len(cells)]
    return len([text for text in texts if text and not text.startswith("-") and not _signs(text)]) >= fewest


def _signs(cell: object) -> bool:
    return isinstance(cell, str) and _SIGNATURES.fullmatch(fold(cell)) is not None


def is_ditto(text: str) -> bool:
    """Does the cell say "as above" in the place of a name?"""
    return text.replace(" ", "") in _DITTO_MARKS or _DITTO.fullmatch(fold(text)) is not None


def is_unclear_ditto(text: str) -> bool:
    """May the cell say "as above", or "as in row 3", or nothing at all? Nobody but its writer knows."""
    return _UNCLEAR.fullmatch(normal_form("NFC", text).strip()) is not None
