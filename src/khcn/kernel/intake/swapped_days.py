"""Columns of days in which a program set to English has probably taken the month for the day.

"09/10/2024" pasted into such an Excel becomes the 10th of September, and "25/12/2025" stays a text, for it knows no month 25. A
column whose days are all of the 1st to the 12th, beside texts of later days, is such a one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import DayWithoutYear, workbook_cell_text
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.rows_left_out import SheetRemark
from khcn.kernel.text.cell_addresses import column_letters
from khcn.kernel.text.dates import DateProblem, Precision, format_date, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.intake.headings import SheetTable
    from khcn.kernel.intake.rows_left_out import Row

_MONTHS: Final = 12
_NAMED: Final = 20


def swapped_days(table: SheetTable, rows: Sequence[Row]) -> Iterator[SheetRemark]:
    """What the preview says of each such column, with both readings of its cells."""
    for place, column in table.columns.items():
        if not column.kind.is_day:
            continue
        cells = [(number, row[place]) for number, row in rows if place < len(row)]
        days = [
            (number, cell)
            for number, cell in cells
            if isinstance(cell, date) and not isinstance(cell, DayWithoutYear)
        ]
        if not days or any(day.day > _MONTHS for _number, day in days):
            continue
        either = [(number, day) for number, day in days if day.day != day.month]
        if either and any(_is_late(cell) for _number, cell in cells if isinstance(cell, str)):
            yield _remark(column.heading, place, either)


def _is_late(text: str) -> bool:
    """Is this the text of a day after the 12th?"""
    try:
        parsed = parse_date(workbook_cell_text(text))
    except DateProblem:
        return False
    return parsed.precision is Precision.DAY and parsed.first.day > _MONTHS


def _remark(heading: str, place: int, days: Sequence[tuple[int, date]]) -> SheetRemark:
    cells = [
        _("%(cell)s là %(read)s, hay %(other)s")
        % {
            "cell": f"{column_letters(place)}{number}",
            "read": format_date(day),
            "other": format_date(date(day.year, day.day, day.month)),
        }
        for number, day in days
    ]
    return SheetRemark(
        _("Cột “%(heading)s”: Excel có thể đã đổi chỗ ngày và tháng: %(cells)s.")
        % {"heading": heading, "cells": first_named(cells, _NAMED, "; ")},
        _("Xem lại các ngày này; nếu sai, định dạng cột là Văn bản (Text) rồi gõ lại."),
        "swapped_days",
        ImportSeverity.WARNING,
    )
