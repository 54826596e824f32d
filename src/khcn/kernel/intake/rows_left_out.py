"""Rows of a table that are no records: the numbers of the columns below the headings, notes and signatures below the rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.signatures_and_dittos import without_signatures
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.headings import SheetTable

Row = tuple[int, list[object]]

_ROWS_NAMED: Final = 20
_FEWEST: Final = 3  # column numbers: fewer could be data
# "(3) = (4) + (5)" below a heading says how the column is made; Excel reads a typed "(3)" as -3.
_NUMBER: Final = re.compile(
    r"(?P<bracket>[(\[])?\s*-?(?P<number>\d{1,3})\s*[)\]]?\.?(?:\s*=[\s\d()\[\]+\-*/x:%.]+)?"
)
_LETTER: Final = re.compile(r"[(\[]?[A-Ea-e][)\]]?")
_NOTE: Final = re.compile(r"(?:ghi chu|chu thich|chu giai|luu y)\b.*")
_GOES_ON: Final = re.compile(r"\s*(?:[-–—+*•(\[]|\d{1,2}[.)]\s).*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that are not read, as the preview says it."""

    message: str
    remedy: str
    code: str


def rows_of_records(table: SheetTable) -> tuple[list[Row], list[LeftOut]]:
    """The rows of a table that may be records, and what is said of the others."""
    rows, found = list(table.body()), []
    if rows and _are_column_numbers(table, rows[0][1]):
        found.append(
            LeftOut(
                _("Dòng %(row)d là số thứ tự của cột nên không được đọc.") % {"row": rows[0][0]},
                _("Nếu đó là số liệu, chuyển xuống dưới một dòng khác."),
                "column_numbers",
            )
        )
        del rows[0]
    if notes := _notes(rows):
        numbers = ", ".join(str(number) for number in sorted(notes)[:_ROWS_NAMED])
        found.append(
            LeftOut(
                _("Ghi chú của bảng không được đọc: dòng %(rows)s.") % {"rows": numbers},
                _("Nếu đó là số liệu, điền đủ các cột của dòng."),
                "notes",
            )
        )
    rows, signatures = without_signatures(table, [row for row in rows if row[0] not in notes])
    if signatures is not None:
        found.append(
            LeftOut(
                _("Từ dòng %(row)d trở đi là nơi nhận, chữ ký nên không được đọc.") % {"row": signatures},
                _("Nếu dưới đó còn số liệu, chuyển số liệu lên trên phần chữ ký."),
                "signatures",
            )
        )
    return rows, found


def _are_column_numbers(table: SheetTable, cells: Sequence[object]) -> bool:
    """Do the cells number the columns? Bare numbers only where every heading has one, for such a row could be data."""
    texts = [(place, text) for place, cell in enumerate(cells) if (text := workbook_cell_text(cell))]
    numbers, in_brackets = [], True
    for place, text in texts:
        found = _NUMBER.fullmatch(text)
        if found is not None:
            numbers.append(int(found["number"]))
            in_brackets &= found["bracket"] is not None or text.startswith("-")
        elif place in table.columns or not _LETTER.fullmatch(text):
            return False
    follow = all(later == number + 1 for number, later in pairwise(numbers))
    complete = {place for place, _text in texts} >= set(table.columns)
    return len(numbers) >= _FEWEST and follow and (complete or in_brackets)


def _notes(rows: Sequence[Row]) -> set[int]:
    """Numbers of the rows that are one text: one that calls itself a note, and what goes on below it to the end of the
    table.
    """
    single = {number: texts[0] for number, cells in rows if len(texts := _texts(cells)) == 1}
    notes = {number for number, text in single.items() if _NOTE.fullmatch(fold(text))}
    for place, (number, _cells) in enumerate(rows):
        if number in notes:
            after = [later for later, _cells in rows[place + 1 :]]
            if all(
                later in single and (later in notes or _GOES_ON.fullmatch(single[later])) for later in after
            ):
                notes.update(after)
    return notes


def _texts(cells: Sequence[object]) -> list[str]:
    return [text for cell in cells if (text := workbook_cell_text(cell))]
