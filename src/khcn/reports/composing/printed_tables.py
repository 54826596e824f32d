"""The table of a form as blocks of the document: headings as wide as they need, numbers on the right, and why cells are blank."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from khcn.kernel.documents.layout import LANDSCAPE_TEXT_MM, TEXT_MM
from khcn.kernel.documents.model import DocumentColumn, Paragraph, Run, Table
from khcn.reports.composing.filled_tables import ABSENT, NUMBER_COLUMN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from khcn.kernel.documents.model import Align, Block, Runs
    from khcn.reports.composing.filled_tables import FilledCell, FilledRow, FilledTable
    from khcn.reports.composing.report_parts import ReportLine

_NARROW_MM: Final = 12.0
_LABEL_MM: Final = 55.0
_WORDS_MM: Final = 30.0
_NUMBER_MM: Final = 20.0
_MONEY_MM: Final = 34.0
_LONG_NUMBER: Final = 9  # characters of "1.234.567"


def filled_blocks(filled: FilledTable, runs_of: Callable[[ReportLine], Runs]) -> Iterator[Block]:
    """The table, and below it one line for each reason for which cells are blank."""
    columns = tuple(_columns(filled))
    yield Table(columns, tuple(tuple(_cell(row, each, runs_of) for each in row.cells) for row in filled.rows))
    for reason, names in filled.reasons().items():
        words = f"{ABSENT[:1].upper()}{ABSENT[1:]}: {'; '.join(f'“{each}”' for each in names)}. {reason}"
        yield Paragraph((Run(words, italic=True),))


def _cell(row: FilledRow, cell: FilledCell, runs_of: Callable[[ReportLine], Runs]) -> Runs:
    is_bold = row.row is not None and (row.row.bold or row.row.heading)
    runs = runs_of(cell.line)
    return tuple(replace(each, bold=each.bold or is_bold, italic=bool(cell.absent)) for each in runs)


def _columns(filled: FilledTable) -> Iterator[DocumentColumn]:
    texts = [line.text for line in filled.head]
    widths = list(_widths(filled))
    for place, (text, width) in enumerate(zip(texts, widths, strict=True)):
        yield DocumentColumn(text, width, _alignment(filled, place))


def _alignment(filled: FilledTable, place: int) -> Align:
    if filled.head[place].text == NUMBER_COLUMN and place == 0:
        return "center"
    cells = [row.cells[place] for row in filled.rows if row.row is None or not row.row.heading]
    return "right" if any(each.value is not None for each in cells) else "left"


def _widths(filled: FilledTable) -> Iterator[float]:
    """Millimetres of each column: those of the form where it gives them; the room that is left goes to the others with words."""
    room = LANDSCAPE_TEXT_MM if filled.table.landscape else TEXT_MM
    least = [_least(filled, place) for place in range(len(filled.head))]
    of_words = [place for place in range(len(least)) if _alignment(filled, place) == "left"]
    growing = [place for place in of_words if not _given(filled, place)] or of_words
    left = max(room - sum(least), 0.0)
    for place, width in enumerate(least):
        yield width + (left / len(growing) if place in growing else 0.0)


def _given(filled: FilledTable, place: int) -> int:
    """The width that the form gives to a column; 0 where it gives none."""
    return filled.table.columns[place - filled.leading].width if place >= filled.leading else 0


def _least(filled: FilledTable, place: int) -> float:
    if given := _given(filled, place):
        return float(given)
    alignment = _alignment(filled, place)
    if alignment == "center":
        return _NARROW_MM
    if alignment == "left":
        return _LABEL_MM if place < filled.leading else _WORDS_MM
    longest = max(
        (len(row.cells[place].line.text) for row in filled.rows if not row.cells[place].absent), default=0
    )
    return _MONEY_MM if longest > _LONG_NUMBER else _NUMBER_MM
