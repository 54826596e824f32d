"""Cells that take the value of the row above: "nt", "như trên" and vertically merged cells. Each is named in the preview."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.rows.rows_left_out import SheetRemark
from khcn.kernel.intake.tables.signatures_and_dittos import is_ditto
from khcn.kernel.text.cell_addresses import column_and_row, column_letters

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from khcn.kernel.intake.rows.rows_left_out import Row
    from khcn.kernel.intake.tables.headings import SheetTable

_CELLS_NAMED: Final = 30


def with_values_above(
    table: SheetTable, rows: Sequence[Row], literal: Collection[str]
) -> tuple[list[Row], list[SheetRemark]]:
    """The rows with such cells filled, and what the preview says of them.

    A cell of the only column that tells records apart is left as it is: no two rows are one record. So is one of a ``literal`` field,
    and one without a value above it; the reading of the cell says what is wrong then.
    """
    key = table.kind.register.natural_key
    places = [
        place
        for place, column in table.columns.items()
        if column.name not in literal and not (len(key) == 1 and column.name == key[0])
    ]
    spans = _spans(table)
    by_number = dict(table.sheet.rows)
    read = {number for number, _cells in rows}
    above: dict[int, object] = {}
    dittos: list[str] = []
    merged: list[str] = []
    amounts: list[str] = []
    filled = []
    for number, cells in rows:
        taken = list(cells)
        for place, column in table.columns.items():
            raw = cells[place] if place < len(cells) else ""
            text = workbook_cell_text(raw)
            if not text and (first := spans.get((number, place))) is not None:
                top = by_number.get(first, [])
                raw = top[place] if place < len(top) else ""
                if is_ditto(workbook_cell_text(raw)):
                    raw = above.get(place, raw)
                if workbook_cell_text(raw) and column.kind.is_amount and first in read:
                    amounts.append(f"{column_letters(place)}{number}")
                elif workbook_cell_text(raw):
                    _put(taken, place, raw)
                    merged.append(f"{column_letters(place)}{number}")
            elif place in places and place in above and is_ditto(text):
                raw = above[place]
                _put(taken, place, raw)
                dittos.append(f"{column_letters(place)}{number}")
            if workbook_cell_text(raw) and not is_ditto(workbook_cell_text(raw)):
                above[place] = raw
            elif not workbook_cell_text(raw):
                above.pop(place, None)
        filled.append((number, taken))
    remarks = _remarks(dittos, merged)
    if amounts:
        remarks.append(_shared_amounts(amounts))
    return filled, remarks


def _shared_amounts(cells: Sequence[str]) -> SheetRemark:
    """A number merged over several rows may be that of all of them together: given to each, it would count more than once."""
    return SheetRemark(
        _("Ô số gộp nhiều dòng, chưa rõ mỗi dòng bao nhiêu: %(cells)s cùng số với dòng trên.")
        % {"cells": _named(cells)},
        _("Bỏ gộp ô (Unmerge) rồi ghi số của từng dòng; nếu tính cả vào một dòng thì ghi 0 ở các dòng kia."),
        "merged_amount",
        ImportSeverity.ERROR,
    )


def _put(cells: list[object], place: int, raw: object) -> None:
    cells.extend([""] * (place + 1 - len(cells)))
    cells[place] = raw


def _spans(table: SheetTable) -> dict[tuple[int, int], int]:
    """By row and place of a cell that a merged cell of the rows below the headings covers: the row that has its value."""
    return {
        (row, column): first + 1
        for first, column, last, _last_column in table.sheet.merged
        if last > first >= table.heading_row
        for row in range(first + 2, last + 2)
    }


def _remarks(dittos: Sequence[str], merged: Sequence[str]) -> list[SheetRemark]:
    texts = (
        (dittos, "ditto_taken", _("Ô ghi “nt”, “như trên” được đọc là giá trị của dòng trên: %(cells)s.")),
        (merged, "merged_taken", _("Ô gộp nhiều dòng: các dòng dưới lấy giá trị của dòng đầu: %(cells)s.")),
    )
    return [
        SheetRemark(
            text % {"cells": _named(cells)},
            _("Nếu không đúng, ghi đủ giá trị ở từng dòng rồi tải lên lại."),
            code,
            ImportSeverity.WARNING,
        )
        for cells, code, text in texts
        if cells
    ]


def _named(cells: Sequence[str]) -> str:
    """The cells by column, so that a column of a thousand of them is one entry."""
    rows: dict[str, list[int]] = defaultdict(list)
    for cell in cells:
        letters, number = column_and_row(cell)
        rows[letters].append(number)
    found = []
    for letters, numbers in rows.items():
        start = previous = numbers[0]
        for number in [*numbers[1:], 0]:
            if number == previous + 1:
                previous = number
                continue
            found.append(f"{letters}{start}" + (f"–{letters}{previous}" if previous > start else ""))
            start = previous = number
    return first_named(found, _CELLS_NAMED)
