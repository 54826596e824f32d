"""The rows of a sheet with cells that somebody corrected in the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.intake.import_plan import PlannedChange
from khcn.kernel.text.cell_addresses import column_and_row, column_place

if TYPE_CHECKING:
    from khcn.kernel.intake.rows.drafts import DraftSheet


def cells_corrected(draft_sheet: DraftSheet) -> dict[int, tuple[PlannedChange, ...]]:
    """By row the cells that were corrected in the preview: what the file says, and what was written instead."""
    found: dict[int, tuple[PlannedChange, ...]] = {}
    if draft_sheet.table is not None and draft_sheet.table.sheet.corrected:
        cells_of = dict(draft_sheet.table.sheet.rows)
        for cell, text in draft_sheet.table.sheet.corrected.items():
            letters, row = column_and_row(cell)
            new = str(cells_of[row][column_place(letters)])
            found[row] = (*found.get(row, ()), PlannedChange(cell, cell, text, new))
    return found
