"""A register as a workbook: the same headings as its template, so that what goes out can come back in.

Text is always written as text. What begins with a sign that a spreadsheet takes for a formula keeps its characters
and gets the cell's "quote prefix" (as when a person types ' first), so it neither runs nor changes.
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.registers.sheet import SheetColumn, heading_of, sheet_columns
from khcn.kernel.text.dates import Precision, format_date
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Model, QuerySet

    from khcn.kernel.registers.spec import Register

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERYTHING = "*"
CHUNK = 2000
_LONGEST = 32_767  # characters in a cell
_EXACT = 10**15  # Excel keeps 15 digits
_SHEET_NAME = 31
_RISKY = tuple("=+-@\t\r\n\0")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
# Excel writes the moment of saving into the file; ours is fixed, so that equal records give equal bytes.
_SAVED_AT = datetime(2023, 1, 1)  # noqa: DTZ001 -- a mark in a file, not a moment
_WIDTHS = {
    "text": 28,
    "choice": 22,
    "record": 30,
    "date": 14,
    "money": 18,
    "integer": 10,
    "decimal": 12,
    "yesno": 10,
}


@in_vietnamese
def sheet_name(register: Register) -> str:
    """Name of the register's sheet: its title, without what Excel forbids and cut to 31 characters."""
    return _NOT_IN_NAMES.sub(" ", capfirst(str(register.title)))[:_SHEET_NAME].strip()


@in_vietnamese
def export_name(register: Register) -> str:
    """File name for a download, in plain letters."""
    return fold(str(register.title)).replace(" ", "-") + ".xlsx"


def precision_of(model: type[Model], name: str) -> str:
    """The field that says how exactly a date is known ("due_precision" of "due_on"), "" when there is none."""
    if not name.endswith("_on"):
        return ""
    sibling = name.removesuffix("on") + "precision"
    try:
        model._meta.get_field(sibling)
    except FieldDoesNotExist:
        return ""
    return sibling


def marked_headings(model: type[Model], names: Sequence[str]) -> str:
    """Headings of the columns that hold invented values, as one cell: "Tổng kinh phí (đồng); Chủ nhiệm"."""
    return "; ".join(str(_("Tất cả")) if name == EVERYTHING else heading_of(model, name) for name in names)


def _reader(register: Register, column: SheetColumn) -> tuple[list[str], Callable[..., Any]]:
    """ORM paths that a column needs, and the function that turns their values into what the cell holds."""
    field, kind = column.field, column.kind
    if kind == "record":
        return [
            f"{column.name}__{column.target.lookup}" if column.target else column.name
        ], lambda value: value
    if kind == "choice":
        labels = {value: str(label) for value, label in field.flatchoices}
        return [column.name], lambda value: labels.get(value, value)
    if kind == "yesno":
        words = {True: _("Có"), False: _("Không"), None: None}
        return [column.name], words.__getitem__
    if kind == "json":
        return [column.name], lambda names: marked_headings(register.model, names or [])
    if sibling := precision_of(register.model, column.name):
        return [column.name, sibling], _partial_date
    return [column.name], lambda value: value


def _partial_date(day: date | None, precision: str) -> date | str | None:
    if day is None or precision == Precision.DAY:
        return day
    return format_date(day, Precision(precision))


class Formats:
    """The looks a workbook uses."""

    def __init__(self, book: Any) -> None:
        self.heading = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#DCE6F1"}
        )
        self.required = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#F8CBAD"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format(
            {"italic": True, "text_wrap": True, "font_color": "#595959", "valign": "top"}
        )
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        self.quoted = book.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})
        self.date = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        self.money = book.add_format({"num_format": "#,##0", "valign": "top"})
        self.number = book.add_format({"num_format": "0", "valign": "top"})
        self.decimal = book.add_format({"num_format": "General", "valign": "top"})


def new_workbook() -> tuple[io.BytesIO, Any]:
    """A workbook that writes row by row and keeps nothing in memory, and where its bytes will be."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"created": _SAVED_AT})
    return stream, book


def write_headings(sheet: Any, row: int, columns: Sequence[SheetColumn], formats: Formats) -> None:
    """The row of headings; required ones carry a star and a colour of their own.

    Columns get their widths, and the text format for all but numbers, so that Excel leaves "007" and "9/10/2023" as
    they are typed in new rows.
    """
    looks = {"money": formats.money, "integer": formats.number, "decimal": formats.decimal}
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column.kind, 24), looks.get(column.kind, formats.text))
    sheet.set_row(row, 32)
    for place, column in enumerate(columns):
        mark = " *" if column.required else ""
        sheet.write_string(row, place, column.heading + mark, formats.required if mark else formats.heading)


def write_text(sheet: Any, row: int, place: int, text: str, formats: Formats) -> None:
    """Text as text, whatever it begins with."""
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    sheet.write_string(row, place, text, formats.quoted if text.startswith(_RISKY) else formats.text)


def _write_value(sheet: Any, row: int, place: int, value: Any, look: tuple[str, Formats]) -> None:
    kind, formats = look
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, formats.date)
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) < _EXACT:
        sheet.write_number(row, place, value, formats.money if kind == "money" else formats.number)
    elif isinstance(value, Decimal) and abs(value) < _EXACT:
        sheet.write_number(row, place, value, formats.decimal)
    else:
        write_text(sheet, row, place, str(value), formats)


@in_vietnamese
def export(register: Register, rows: QuerySet[Any]) -> bytes:
    """The rows as an .xlsx workbook with one sheet, importable as it is.

    Memory does not grow with the number of rows, apart from the finished file. ``rows`` is taken as it comes: the
    caller has already asked who may see what. Equal records give equal bytes.
    """
    columns = sheet_columns(register)
    readers = [_reader(register, column) for column in columns]
    paths = list(dict.fromkeys(path for needed, _show in readers for path in needed))
    places = {path: place for place, path in enumerate(paths)}
    shows = [([places[path] for path in needed], show) for needed, show in readers]
    stream, book = new_workbook()
    formats = Formats(book)
    sheet = book.add_worksheet(sheet_name(register))
    write_headings(sheet, 0, columns, formats)
    sheet.freeze_panes(1, 1)
    kinds = [column.kind for column in columns]
    last = 0
    for last, values in enumerate(rows.values_list(*paths).iterator(chunk_size=CHUNK), start=1):
        for place, (needed, show) in enumerate(shows):
            _write_value(
                sheet, last, place, show(*(values[each] for each in needed)), (kinds[place], formats)
            )
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    book.close()
    return stream.getvalue()
