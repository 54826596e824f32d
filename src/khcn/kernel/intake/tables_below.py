"""A second table below the first one on a sheet, with headings of its own: its rows cannot be read by the columns of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.heading_candidates import LONGEST_HEADING, SERIAL, is_data
from khcn.kernel.intake.headings import plain_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from khcn.kernel.intake.headings import SheetTable

_FEWEST: Final = 2  # headings; one alone may be a value


def table_below(table: SheetTable, rows: Iterable[tuple[int, Sequence[object]]]) -> int | None:
    """The number of the first row that holds headings of the table or its register and yet is not the row of the headings
    again; ``None`` where there is none. ``rows``: without the headings that are repeated as they stand.
    """
    headings = [text for texts in table.heading_texts().values() for text in texts]
    known = {form for text in headings for form in plain_forms(text)} | SERIAL
    known |= {form for column in table.kind.columns() for form in plain_forms(column.heading)}
    known.discard("")
    return next((number for number, cells in rows if _holds_headings(cells, known)), None)


def _holds_headings(cells: Sequence[object], known: set[str]) -> bool:
    """Are two texts of the row, and more than half of them, headings? Ends as soon as it cannot be, for most rows are data."""
    if is_data(cells):
        return False
    texts = [text for cell in cells if (text := workbook_cell_text(cell))]
    others, found = 0, set()
    for text in texts:
        heading = _known(text, known)
        if heading:
            found.add(heading)
        else:
            others += 1
        if others * 2 >= len(texts):
            return False
    return len(found) >= _FEWEST


def _known(text: str, known: set[str]) -> str:
    """The heading that a text is; "" for none."""
    forms = plain_forms(text) if len(text) <= LONGEST_HEADING else ()
    return next((form for form in forms if form in known), "")
