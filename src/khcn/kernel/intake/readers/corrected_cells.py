"""Cells that somebody corrected in the preview: read in place of what the file says, which stays as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.text.cell_addresses import column_and_row, column_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.intake.readers.workbook_reading import Sheet


def with_corrected_cells(sheet: Sheet, corrections: Mapping[str, str]) -> Sheet:
    """The sheet with these texts in these cells ("E5"); :attr:`Sheet.corrected` has what the file says there."""
    rows = dict(sheet.rows)
    corrected: dict[str, str] = {}
    for cell, text in corrections.items():
        letters, number = column_and_row(cell)
        if number not in rows:
            continue  # only cells of rows that hold something are ever offered
        place = column_place(letters)
        cells = list(rows[number])
        cells.extend([""] * (place + 1 - len(cells)))
        corrected[cell] = workbook_cell_text(cells[place])
        cells[place] = text
        rows[number] = cells
    if not corrected:
        return sheet
    return replace(
        sheet,
        rows=[(number, rows[number]) for number, _cells in sheet.rows],
        formulas=sheet.formulas - corrected.keys(),
        errors=sheet.errors - corrected.keys(),
        struck_parts=sheet.struck_parts - corrected.keys(),
        unseen=sheet.unseen - corrected.keys(),
        corrected=corrected,
    )
