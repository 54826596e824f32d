"""What was typed for records of a register, as the workbook that an export of them would be with these cells changed.

Each row of a record carries its hidden key, so that it is this record whatever is typed, and is asked about where somebody has
changed it since (docs/adr/0049). Cells in which nothing was typed are empty, and say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.text import Truncator

from khcn.kernel.fields.workbook_cells import write_text_cell
from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workbooks.export import exported_rows
from khcn.kernel.workbooks.record_keys import hide_key_column
from khcn.kernel.workbooks.workbook_sheet import (
    SheetFormats,
    new_workbook,
    sheet_columns,
    sheet_name,
    write_heading_row,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from khcn.kernel.registers.spec import Register
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

CLEARED: Final = "(xóa)"  # in a cell: the stored value is removed
_NAME_SHOWN: Final = 60  # characters
_MARKS: Final = "illustrative"


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row: what was typed, as texts or values as an export writes them, by field; and the natural key by which the record on file
    is named, which nobody typed. A new record has neither ``pk`` nor ``key`` nor ``named``.
    """

    typed: Mapping[str, Any]
    pk: int | None = None
    key: str = ""
    named: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""  # what the page calls it


def named_rows(register: Register, rows: QuerySet[Any]) -> Iterator[ChangedRow]:
    """The records by key and natural key, as an export of now has them, with nothing typed."""
    columns = [each for each in sheet_columns(register) if each.name in register.natural_key]
    for row in exported_rows(register, rows, columns):
        named = {column.name: value for column, value in zip(columns, row.values, strict=True)}
        texts = (
            value if isinstance(value, str) else column.kind.preview(value)
            for column, value in zip(columns, row.values, strict=True)
            if value not in {None, ""}
        )
        yield ChangedRow({}, row.pk, row.key, named, Truncator(", ".join(texts)).chars(_NAME_SHOWN))


@in_vietnamese
def change_workbook(register: Register, names: Sequence[str], rows: Sequence[ChangedRow]) -> bytes:
    """The rows as an .xlsx workbook with the natural key and these fields as its columns. Equal rows give equal bytes.

    A value that was typed is no longer an invented one: its mark is taken from the record.
    """
    wanted = {*register.natural_key, *names}
    columns = [each for each in sheet_columns(register) if each.name in wanted or each.name == _MARKS]
    marks = _marks_left(register, rows)
    if not marks:
        columns.pop()
    stream, book = new_workbook()
    formats = SheetFormats(book)
    sheet = book.add_worksheet(sheet_name(register))
    write_heading_row(sheet, 0, columns, formats)
    hide_key_column(sheet, 0, len(columns), formats)
    for number, row in enumerate(rows, 1):
        cells = {**row.named, **row.typed, _MARKS: marks.get(row.pk, "")}
        for place, column in enumerate(columns):
            _write(sheet, number, place, column, cells.get(column.name), formats)
        if row.key:
            sheet.write_string(number, len(columns), row.key)
    book.close()
    return stream.getvalue()


def _write(sheet: Any, row: int, place: int, column: SheetColumn, value: Any, formats: SheetFormats) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        write_text_cell(sheet, row, place, value, formats)
    else:
        column.kind.write_cell(sheet, row, place, value, formats)


def _marks_left(register: Register, rows: Sequence[ChangedRow]) -> dict[int | None, str]:
    """Of records with invented values among those that are changed, what the cell of their marks says then."""
    typed = {row.pk: set(row.typed) for row in rows}
    show = next(each for each in sheet_columns(register) if each.name == _MARKS).kind.text
    found: dict[int | None, str] = {}
    for part in chunks([pk for pk in typed if pk is not None]):
        marked = register.model._base_manager.filter(pk__in=part).values_list("pk", _MARKS)
        for pk, marks in marked:
            if set(marks) & typed[pk]:
                found[pk] = show([each for each in marks if each not in typed[pk]]) or CLEARED
    return found
