"""Columns of days in which a program set to English has probably taken the month for the day, and columns of amounts in which it
has taken the dot between thousands for that before decimals.

"09/10/2024" pasted into such an Excel becomes the 10th of September, and "25/12/2025" stays a text, for it knows no month 25. A
column whose days are all of the 1st to the 12th, beside texts of later days, is such a one. A file of text that such a program
wrote has "10/25/2026" among days that can be read either way. "850.500" becomes the number 850.5, and "1.250.000" stays a text.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import DayWithoutYear, workbook_cell_text
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.rows.rows_left_out import SheetRemark
from khcn.kernel.text.cell_addresses import column_letters
from khcn.kernel.text.dates import DateProblem, Precision, format_date, parse_date
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.kernel.intake.rows.rows_left_out import Row
    from khcn.kernel.intake.tables.headings import SheetTable

_MONTHS: Final = 12
_THOUSAND: Final = 1000
_NUMBERS: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]((?:19|20)[0-9]{2})")
_GROUPS: Final = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_NAMED: Final = 20


def of_english_excel(table: SheetTable, rows: Sequence[Row]) -> Iterator[SheetRemark]:
    """All that the preview says of such columns."""
    yield from swapped_days(table, rows)
    yield from month_first(table, rows)
    yield from taken_for_decimals(table, rows)


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


def month_first(table: SheetTable, rows: Sequence[Row]) -> Iterator[SheetRemark]:
    """Columns of texts of which one has the month first, and none the day first for sure."""
    for place, column in table.columns.items():
        if not column.kind.is_day:
            continue
        cells = ((number, row[place]) for number, row in rows if place < len(row))
        read = [
            (number, *map(int, found.groups()))
            for number, cell in cells
            if isinstance(cell, str) and (found := _NUMBERS.fullmatch(cell.strip()))
        ]
        sure = [number for number, first, second, _year in read if first <= _MONTHS < second]
        if not sure or any(first > _MONTHS for _number, first, _second, _year in read):
            continue
        either = [
            (number, date(year, second, first))
            for number, first, second, year in read
            if first != second and 0 < first <= _MONTHS and 0 < second <= _MONTHS and year
        ]
        if either:
            yield _remark(column.heading, place, either)


def taken_for_decimals(table: SheetTable, rows: Sequence[Row]) -> Iterator[SheetRemark]:
    """Columns of amounts with texts like "1.250.000" and numbers below a thousand, or with a part."""
    for place, column in table.columns.items():
        if column.kind.sheet_unit != "đồng":
            continue
        cells = [(number, row[place]) for number, row in rows if place < len(row)]
        if not any(isinstance(cell, str) and _GROUPS.fullmatch(cell.strip()) for _number, cell in cells):
            continue
        small = [
            (number, Decimal(f"{cell:.15g}"))
            for number, cell in cells
            if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < _THOUSAND
        ]
        small = [(number, value) for number, value in small if value == round(value, 3)]
        if any(value % 1 for _number, value in small):
            yield _remark_on_numbers(column.heading, place, small)


def _remark_on_numbers(heading: str, place: int, numbers: Sequence[tuple[int, Decimal]]) -> SheetRemark:
    readings = [(row, format_number(value), format_number(int(value * _THOUSAND))) for row, value in numbers]
    return SheetRemark(
        _("Cột “%(heading)s”: Excel có thể đã đọc dấu chấm ngăn hàng nghìn thành dấu phẩy: %(cells)s.")
        % {"heading": heading, "cells": _cells(place, readings)},
        _("Xem lại các số này; nếu sai, gõ lại số liền, không có dấu chấm."),
        "taken_for_decimals",
        ImportSeverity.WARNING,
    )


def _is_late(text: str) -> bool:
    """Is this the text of a day after the 12th?"""
    try:
        parsed = parse_date(workbook_cell_text(text))
    except DateProblem:
        return False
    return parsed.precision is Precision.DAY and parsed.first.day > _MONTHS


def _remark(heading: str, place: int, days: Sequence[tuple[int, date]]) -> SheetRemark:
    readings = [(row, format_date(day), format_date(date(day.year, day.day, day.month))) for row, day in days]
    return SheetRemark(
        _("Cột “%(heading)s”: Excel có thể đã đổi chỗ ngày và tháng: %(cells)s.")
        % {"heading": heading, "cells": _cells(place, readings)},
        _("Xem lại các ngày này; nếu sai, định dạng cột là Văn bản (Text) rồi gõ lại."),
        "swapped_days",
        ImportSeverity.WARNING,
    )


def _cells(place: int, readings: Iterable[tuple[int, str, str]]) -> str:
    """The cells of a column by their rows, each with what was read and what else may have been meant."""
    named = [
        _("%(cell)s là %(read)s, hay %(other)s")
        % {"cell": f"{column_letters(place)}{row}", "read": read, "other": other}
        for row, read, other in readings
    ]
    return first_named(named, _NAMED, "; ")
