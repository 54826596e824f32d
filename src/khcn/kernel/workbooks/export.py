"""A register as a workbook: the same headings as its template, so that what goes out can come back in.

Text is always written as text. What begins with a sign that a spreadsheet takes for a formula keeps its characters
and gets the cell's "quote prefix" (as when a person types ' first), so it neither runs nor changes.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.text import capfirst

from khcn.kernel.access.shown_names import name_in_closed_register
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workbooks.printed_pages import set_up_pages
from khcn.kernel.workbooks.record_keys import COLUMNS, KeyMaker, hide_key_column
from khcn.kernel.workbooks.shown_columns import ShownColumns, write_shown_cells, write_shown_headings
from khcn.kernel.workbooks.workbook_sheet import (
    SheetFormats,
    new_workbook,
    sheet_columns,
    sheet_name,
    write_heading_row,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from khcn.kernel.registers.spec import Register
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_CHUNK: Final = 2000
_AT_A_TIME: Final = 500  # records whose shown cells are asked for at once
_NOTHING_MORE: Final = ShownColumns((), lambda _keys: {})


@in_vietnamese
def export_name(register: Register) -> str:
    """File name for a download, in plain letters."""
    return fold(str(register.title)).replace(" ", "-") + ".xlsx"


@in_vietnamese
def export_workbook(
    register: Register, rows: QuerySet[Any], head: str = "", shown: ShownColumns = _NOTHING_MORE
) -> bytes:
    """The rows as an .xlsx workbook with one sheet, importable as it is; a hidden column says which record each row is.

    Memory does not grow with the number of rows, apart from the finished file. ``rows`` is taken as it comes: the
    caller has already asked who may see what. Equal records give equal bytes. ``head`` is printed at the top of each page,
    outside of the cells. ``shown``: columns that are shown beside those of the register.
    """
    columns = sheet_columns(register)
    # Marks of invented values are never printed: their column stands behind all others but that of the keys.
    first_shown = len(columns) - 1
    marks_place = first_shown + len(shown.headings)
    places = [*range(first_shown), marks_place]
    stream, book = new_workbook()
    formats = SheetFormats(book)
    sheet = book.add_worksheet(sheet_name(register))
    write_heading_row(sheet, 0, columns[:-1], formats)
    write_shown_headings(sheet, first_shown, shown, formats)
    write_heading_row(sheet, 0, columns[-1:], formats, first=marks_place)
    hide_key_column(sheet, 0, marks_place + 1, formats)
    sheet.freeze_panes(1, 1)
    widths = [*(column.kind.sheet_width for column in columns[:-1]), *shown.widths]
    set_up_pages(sheet, head or capfirst(str(register.title)), widths, max(2, len(register.natural_key)))
    last = 0  # row of the sheet
    writers = [(place, column.kind.write_cell) for place, column in zip(places, columns, strict=True)]
    found = exported_rows(register, rows, columns)
    while part := list(islice(found, _AT_A_TIME)):
        beside = shown.cells([row.pk for row in part]) if shown.headings else {}
        for row in part:
            last += 1
            for (place, write), value in zip(writers, row.values, strict=True):
                if value is not None and value != "":
                    write(sheet, last, place, value, formats)
            write_shown_cells(sheet, last, first_shown, shown, beside.get(row.pk, ()), formats)
            sheet.write_string(last, marks_place + 1, row.key)
    # The keys too: what is sorted by the filter must move with its row.
    sheet.autofilter(0, 0, max(last, 1), marks_place + 1)
    book.close()
    return stream.getvalue()


class ExportedRow(NamedTuple):
    """A record by its hidden key, with the values of its columns as a workbook has them."""

    pk: int
    key: str
    values: list[Any]


def exported_rows(
    register: Register, rows: QuerySet[Any], columns: Sequence[SheetColumn]
) -> Iterator[ExportedRow]:
    """The records as they are on file, in the language of now."""
    readers = [
        ([column.name], name_in_closed_register)
        if column.field.related_model in register.closed
        else (column.kind.sheet_paths(), column.kind.sheet_values())
        for column in columns
    ]
    paths = list(dict.fromkeys([*(path for needed, _show in readers for path in needed), *COLUMNS]))
    places = {path: place for place, path in enumerate(paths)}
    cells = [([places[path] for path in needed], show) for needed, show in readers]
    key_of, key_places = KeyMaker(register), [places[path] for path in COLUMNS]
    for values in rows.values_list(*paths).iterator(chunk_size=_CHUNK):
        key = key_of(*(values[each] for each in key_places))
        shown = [show(*(values[each] for each in needed)) for needed, show in cells]
        yield ExportedRow(values[key_places[0]], key, shown)
