"""The tables of a table form as sheets of its workbook: title, headings, numbers as numbers, and below why cells are blank.

Made from the document, so that a signed report gives the tables as they were signed.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.documents.model import Paragraph, Table
from khcn.kernel.fields.workbook_cells import write_text_cell
from khcn.kernel.text.numbers import NumberProblem, parse_number
from khcn.kernel.workbooks.workbook_sheet import name_of_sheet

if TYPE_CHECKING:
    from khcn.kernel.documents.model import Annex, OfficialDocument, Runs
    from khcn.kernel.workbooks.workbook_sheet import SheetFormats

_MM_PER_LETTER: Final = 2.0  # of the width of a column
_HEAD_ROW: Final = 3


def write_table_sheets(book: Any, formats: SheetFormats, document: OfficialDocument) -> None:
    """One sheet for each annex with a table."""
    taken: set[str] = set()
    for annex in document.annexes:
        tables = [each for each in annex.blocks if isinstance(each, Table)]
        if len(tables) == 1:
            _write(book.add_worksheet(_free_name(annex.label, taken)), book, formats, annex, tables[0])


def _free_name(label: str, taken: set[str]) -> str:
    name = name_of_sheet(label.replace("/", "-"))
    number = 1
    while name.casefold() in taken:
        number += 1
        name = name_of_sheet(f"{number} {label}")
    taken.add(name.casefold())
    return name


def _write(sheet: Any, book: Any, formats: SheetFormats, annex: Annex, table: Table) -> None:
    number = book.add_format({"num_format": "#,##0.###;-#,##0.###;0", "valign": "top", "border": 1})
    whole = book.add_format({"num_format": "#,##0", "valign": "top", "border": 1})
    look = {"num_format": "@", "valign": "top", "text_wrap": True, "border": 1}
    texts = SimpleNamespace(
        text=book.add_format(look), quoted=book.add_format({**look, "quote_prefix": True})
    )
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width_mm / _MM_PER_LETTER)
    sheet.write_string(0, 0, f"{annex.label}. {annex.title}", formats.title)
    sheet.write_string(1, 0, annex.reference)
    for place, column in enumerate(table.columns):
        sheet.write_string(_HEAD_ROW, place, column.title, formats.heading)
    for at, row in enumerate(table.rows, start=_HEAD_ROW + 1):
        for place, (column, runs) in enumerate(zip(table.columns, row, strict=True)):
            value = _number(runs) if column.align == "right" else None
            if value is None:
                write_text_cell(sheet, at, place, _text(runs), texts)
            else:
                sheet.write_number(at, place, value, whole if value == int(value) else number)
    below = _HEAD_ROW + len(table.rows) + 2
    for at, note in enumerate((each for each in annex.blocks if isinstance(each, Paragraph)), start=below):
        write_text_cell(sheet, at, 0, _text(note.runs), formats)
    _page(sheet, annex)


def _page(sheet: Any, annex: Annex) -> None:
    sheet.set_paper(9)  # A4
    if annex.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)


def _text(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def _number(runs: Runs) -> Any:
    try:
        return parse_number(_text(runs)) if _text(runs) else None
    except NumberProblem:
        return None
