"""What somebody who looks at the file in Excel does not see, or sees struck out or as the mark of a footnote, and is read all the
same: each is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.masked_cells import is_masked, masked_cell
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.rows.rows_left_out import SheetRemark
from khcn.kernel.text.cell_addresses import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.kernel.intake.rows.rows_left_out import Row
    from khcn.kernel.intake.tables.headings import SheetTable

_NAMED: Final = 20
_TEXT_SHOWN: Final = 60
_FOOTNOTE: Final = re.compile(r"(?<![mM⁰¹²³⁴-⁹])[⁰¹²³⁴-⁹]")  # "xen chè²"; "m²" is a unit


def seen_otherwise(table: SheetTable, rows: Sequence[Row]) -> Iterator[SheetRemark]:
    """The remarks on a table of which these rows are read."""
    sheet = table.sheet
    numbers = [number for number, _cells in rows]
    yield from _of_rows(
        (number for number in numbers if number in sheet.hidden_rows),
        "hidden_rows",
        _("%(count)d dòng đang ẩn trong tệp cũng được đọc: dòng %(rows)s."),
    )
    yield from _of_rows(
        (number for number in numbers if number in sheet.struck_rows),
        "struck_rows",
        _("%(count)d dòng có chữ gạch ngang trong tệp cũng được đọc: dòng %(rows)s."),
    )
    hidden = [
        f"{column_letters(place)} “{column.heading}”"
        for place, column in sorted(table.columns.items())
        if place in sheet.hidden_columns
        and any(place < len(cells) and workbook_cell_text(cells[place]) for _number, cells in rows)
    ]
    if hidden:
        yield SheetRemark(
            _("%(count)d cột đang ẩn trong tệp cũng được đọc: %(columns)s.")
            % {"count": len(hidden), "columns": first_named(hidden, _NAMED)},
            _("Nếu không muốn nhập các cột này, xóa hẳn khỏi tệp rồi tải lên lại."),
            "hidden_columns",
            ImportSeverity.WARNING,
        )
    wide = [*_merged_over_columns(table, rows)]
    if wide:
        yield SheetRemark(
            _("Ô gộp nhiều cột, nội dung chỉ ghi vào cột đầu: %(cells)s.")
            % {"cells": first_named(wide, _NAMED, "; ")},
            _("Nếu không đúng, bỏ gộp ô (Unmerge), ghi từng cột rồi tải lên lại."),
            "merged_columns",
            ImportSeverity.WARNING,
        )
    texts = [place for place, column in sorted(table.columns.items()) if not column.kind.takes_number]
    marked = [
        f"{column_letters(place)}{number}"
        for number, cells in rows
        for place in texts
        if place < len(cells) and isinstance(cell := cells[place], str) and _FOOTNOTE.search(cell)
    ]
    if marked:
        yield SheetRemark(
            _("%(count)d ô có số nhỏ như dấu chú thích, được ghi cùng nội dung: %(cells)s.")
            % {"count": len(marked), "cells": first_named(marked, _NAMED)},
            _("Nếu là dấu chú thích, xóa khỏi các ô này rồi tải lên lại."),
            "footnote_marks",
            ImportSeverity.WARNING,
        )


def _merged_over_columns(table: SheetTable, rows: Sequence[Row]) -> Iterator[str]:
    """Cells whose text stands over several columns that are read: "D3 “Hoãn do mưa lũ”"."""
    spans = {(row + 1, first): last for row, first, _last_row, last in table.sheet.merged if last > first}
    for number, cells in rows if spans else ():
        for place, column in table.columns.items():
            last = spans.get((number, place), place)
            text = workbook_cell_text(cells[place]) if place < len(cells) else ""
            if text and any(other in table.columns for other in range(place + 1, last + 1)):
                shown = masked_cell(text) if is_masked(column) else text
                yield f"{column_letters(place)}{number} “{shown[:_TEXT_SHOWN]}”"


def _of_rows(numbers: Iterable[int], code: str, text: str) -> Iterator[SheetRemark]:
    if marked := [str(number) for number in numbers]:
        yield SheetRemark(
            text % {"count": len(marked), "rows": first_named(marked, _NAMED)},
            _("Nếu không muốn nhập các dòng này, bấm “Không đọc dòng này” hoặc xóa hẳn khỏi tệp."),
            code,
            ImportSeverity.WARNING,
        )
