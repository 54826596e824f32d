"""Cells of columns that an export only shows: what somebody wrote into them is not read, and is named.

Such a cell is compared with what the register shows now, or, where its heading names a day, showed on that day.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.reference_targets import NO_NAME
from khcn.kernel.fields.workbook_cells import is_cut_to_cell, single_spaced, workbook_cell_text
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.rows.drafts import ROWS_NAMED
from khcn.kernel.query_chunks import chunks
from khcn.kernel.screens.export_columns import columns_only_shown
from khcn.kernel.text.cell_addresses import column_letters
from khcn.kernel.text.fold import fold
from khcn.kernel.workbooks.shown_columns import read_shown_heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.rows.drafts import DraftSheet
    from khcn.kernel.workbooks.shown_columns import Shown

_AT_A_TIME: Final = 500  # records
_FIRST_DAY: Final = date(2000, 1, 1)
_FOR_SECONDS: Final = Decimal("0.000001")  # of an amount that a spreadsheet has calculated with


def report_shown_cells(draft_sheet: DraftSheet, on_file: Mapping[int, Any], actor: Actor, on: date) -> None:
    """Name the cells of known records that say something else than the register. ``on_file``: records by ``id`` of the draft."""
    table = draft_sheet.table
    headings = _places_of_headings(draft_sheet, on)
    if table is None or not headings:
        return
    cells_of = dict(table.sheet.rows)
    rows = [
        (cells_of.get(draft.row, []), draft.row, on_file[id(draft)].pk)
        for draft in draft_sheet.remaining()
        if id(draft) in on_file
    ]
    register = draft_sheet.register.seen_by(actor)
    found: list[tuple[int, int]] = []
    for day, places in headings.items():
        shown = columns_only_shown(register, register.rows(actor, day))
        compared = [
            (place, number)
            for number, heading in enumerate(shown.headings)
            if (place := places.pop(fold(heading), None)) is not None
        ]
        for part in chunks(rows if compared else [], _AT_A_TIME):
            now = shown.cells([pk for _cells, _row, pk in part])
            found += [
                (row, place)
                for cells, row, pk in part
                for place, number in compared
                if pk in now and not _is_same(now[pk][number], cells[place] if place < len(cells) else None)
            ]
    if found:
        _report(draft_sheet, sorted(found))


def _heading_cells(draft_sheet: DraftSheet) -> list[object]:
    table = draft_sheet.table
    if table is None or draft_sheet.kind.action is not None or draft_sheet.is_typed:
        return []
    return next((cells for number, cells in table.sheet.rows if number == table.heading_row), [])


def _places_of_headings(draft_sheet: DraftSheet, on: date) -> dict[date, dict[str, int]]:
    """By the day that they are of the columns that are only shown: their headings, folded, and where they stand."""
    found: defaultdict[date, dict[str, int]] = defaultdict(dict)
    for place, cell in enumerate(_heading_cells(draft_sheet)):
        if (heading := read_shown_heading(workbook_cell_text(cell))) is not None:
            day = heading.day
            is_known = day is not None and _FIRST_DAY <= day <= on
            found[day if is_known and day is not None else on].setdefault(heading.folded, place)
    return found


def _is_same(shown: Shown, raw: object) -> bool:
    """Does the cell say what an export writes? A name that one of both readers is not shown says nothing."""
    text = single_spaced(workbook_cell_text(raw))
    if shown is None or shown == "":
        return not text
    if text == str(NO_NAME) or shown == str(NO_NAME):
        return True
    if isinstance(shown, int | Decimal) and isinstance(raw, int | float | Decimal):
        return abs(Decimal(str(raw)) - shown) < _FOR_SECONDS
    if isinstance(shown, date) and not isinstance(shown, datetime):
        return text == workbook_cell_text(shown)
    stored = single_spaced(workbook_cell_text(str(shown)))
    return text == stored or is_cut_to_cell(stored, text)


def _report(draft_sheet: DraftSheet, found: list[tuple[int, int]]) -> None:
    headings = _heading_cells(draft_sheet)
    named = [
        f"{column_letters(place)}{row} “{workbook_cell_text(headings[place])}”"
        for row, place in found[: ROWS_NAMED + 1]
    ]
    draft_sheet.written_beside = tuple(
        workbook_cell_text(headings[place]) for place in sorted({place for _row, place in found})
    )
    draft_sheet.add_sheet_problem(
        _("Cột chỉ để xem: %(count)d ô khác với hệ thống, không được ghi: %(cells)s.")
        % {"count": len(found), "cells": first_named(named, ROWS_NAMED)},
        _("Những việc này ghi ở trang của từng bản ghi, bằng các nút của trang đó."),
        code="shown_cells",
        severity=ImportSeverity.WARNING,
    )
