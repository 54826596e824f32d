"""A register as a workbook: the same headings as its template, so that what goes out can come back in.

Text is always written as text. What begins with a sign that a spreadsheet takes for a formula keeps its characters
and gets the cell's "quote prefix" (as when a person types ' first), so it neither runs nor changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst

from khcn.kernel.access.closed_registers import name_in_closed_register
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workbooks.printed_pages import set_up_pages
from khcn.kernel.workbooks.record_keys import COLUMNS, KeyMaker, hide_key_column
from khcn.kernel.workbooks.workbook_sheet import (
    SheetFormats,
    new_workbook,
    sheet_columns,
    sheet_name,
    write_heading_row,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.kernel.registers.spec import Register

CHUNK = 2000


@in_vietnamese
def export_name(register: Register) -> str:
    """File name for a download, in plain letters."""
    return fold(str(register.title)).replace(" ", "-") + ".xlsx"


@in_vietnamese
def export_workbook(register: Register, rows: QuerySet[Any], head: str = "") -> bytes:
    """The rows as an .xlsx workbook with one sheet, importable as it is; a hidden column says which record each row is.

    Memory does not grow with the number of rows, apart from the finished file. ``rows`` is taken as it comes: the
    caller has already asked who may see what. Equal records give equal bytes. ``head`` is printed at the top of each page,
    outside of the cells.
    """
    columns = sheet_columns(register)
    readers = [
        ([column.name], name_in_closed_register)
        if column.field.related_model in register.closed
        else (column.kind.sheet_paths(), column.kind.sheet_values())
        for column in columns
    ]
    paths = list(dict.fromkeys([*(path for needed, _show in readers for path in needed), *COLUMNS]))
    places = {path: place for place, path in enumerate(paths)}
    cells = [
        (place, [places[path] for path in needed], show, column.kind.write_cell)
        for place, (column, (needed, show)) in enumerate(zip(columns, readers, strict=True))
    ]
    key_place, key_of, key_parts = len(columns), KeyMaker(register), [places[path] for path in COLUMNS]
    stream, book = new_workbook()
    formats = SheetFormats(book)
    sheet = book.add_worksheet(sheet_name(register))
    write_heading_row(sheet, 0, columns, formats)
    hide_key_column(sheet, 0, key_place, formats)
    sheet.freeze_panes(1, 1)
    # Not the last column: marks of invented values are never printed.
    set_up_pages(
        sheet, head or capfirst(str(register.title)), columns[:-1], max(2, len(register.natural_key))
    )
    last = 0
    for last, values in enumerate(rows.values_list(*paths).iterator(chunk_size=CHUNK), start=1):
        for place, needed, show, write in cells:
            value = show(*(values[each] for each in needed))
            if value is not None and value != "":
                write(sheet, last, place, value, formats)
        sheet.write_string(last, key_place, key_of(*(values[each] for each in key_parts)))
    # The keys too: what is sorted by the filter must move with its row.
    sheet.autofilter(0, 0, max(last, 1), key_place)
    book.close()
    return stream.getvalue()
