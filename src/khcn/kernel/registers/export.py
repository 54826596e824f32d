"""A register as a workbook: the same headings as its template, so that what goes out can come back in.

Text is always written as text. What begins with a sign that a spreadsheet takes for a formula keeps its characters
and gets the cell's "quote prefix" (as when a person types ' first), so it neither runs nor changes.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from khcn.kernel.access.closed_registers import name_if_any
from khcn.kernel.registers.workbook_sheet import SheetColumn, sheet_columns, sheet_name
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from khcn.kernel.registers.spec import Register

CHUNK = 2000
# Excel writes the moment of saving into the file; ours is fixed, so that equal records give equal bytes.
_SAVED_AT = datetime(2023, 1, 1)  # noqa: DTZ001 -- a mark in a file, not a moment


@in_vietnamese
def export_name(register: Register) -> str:
    """File name for a download, in plain letters."""
    return fold(str(register.title)).replace(" ", "-") + ".xlsx"


class SheetFormats:
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


def write_headings(sheet: Any, row: int, columns: Sequence[SheetColumn], formats: SheetFormats) -> None:
    """The row of headings; required ones carry a star and a colour of their own.

    Columns get their widths, and the text format for all but numbers, so that Excel leaves "007" and "9/10/2023" as
    they are typed in new rows.
    """
    for place, column in enumerate(columns):
        kind = column.kind
        sheet.set_column(place, place, kind.sheet_width, getattr(formats, kind.sheet_format))
    sheet.set_row(row, 32)
    for place, column in enumerate(columns):
        mark = " *" if column.required else ""
        sheet.write_string(row, place, column.heading + mark, formats.required if mark else formats.heading)


@in_vietnamese
def export_workbook(register: Register, rows: QuerySet[Any]) -> bytes:
    """The rows as an .xlsx workbook with one sheet, importable as it is.

    Memory does not grow with the number of rows, apart from the finished file. ``rows`` is taken as it comes: the
    caller has already asked who may see what. Equal records give equal bytes.
    """
    columns = sheet_columns(register)
    readers = [
        ([column.name], name_if_any)
        if column.field.related_model in register.closed
        else (column.kind.sheet_paths(), column.kind.sheet_values())
        for column in columns
    ]
    paths = list(dict.fromkeys(path for needed, _show in readers for path in needed))
    places = {path: place for place, path in enumerate(paths)}
    cells = [
        (place, [places[path] for path in needed], show, column.kind.write_cell)
        for place, (column, (needed, show)) in enumerate(zip(columns, readers, strict=True))
    ]
    stream, book = new_workbook()
    formats = SheetFormats(book)
    sheet = book.add_worksheet(sheet_name(register))
    write_headings(sheet, 0, columns, formats)
    sheet.freeze_panes(1, 1)
    last = 0
    for last, values in enumerate(rows.values_list(*paths).iterator(chunk_size=CHUNK), start=1):
        for place, needed, show, write in cells:
            value = show(*(values[each] for each in needed))
            if value is not None and value != "":
                write(sheet, last, place, value, formats)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    book.close()
    return stream.getvalue()
