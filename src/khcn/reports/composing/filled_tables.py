"""The table of a section filled in for a period: cells by categories, or one row for each record of a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from khcn.kernel.fields.registry import kind_at
from khcn.kernel.text.numbers import format_number
from khcn.reports.composing.printing import NOTHING
from khcn.reports.forms.definition import fill
from khcn.reports.forms.tables import TOTAL_ROW, FormColumn, FormRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from khcn.kernel.indicators import Indicator, Period
    from khcn.reports.composing.readings import Readings
    from khcn.reports.composing.report_parts import ReportLine
    from khcn.reports.composing.sources import Number
    from khcn.reports.forms.tables import CellAddress, FormTable

    LineOf = Callable[[str, str], ReportLine]  # of a text, or of the figure with a code

Part = TypeVar("Part", FormRow, FormColumn)

ABSENT: Final = "không có trong sổ"
TOTAL: Final = "Tổng cộng"
NUMBER_COLUMN: Final = "TT"
NOTHING_COUNTED: Final = f"{NOTHING[:1].upper()}{NOTHING[1:]}"


@dataclass(frozen=True, slots=True)
class FilledCell:
    """``value`` is what is printed where that is a number; ``code`` what it counts, "" where it only adds up others."""

    line: ReportLine
    column: FormColumn | None = None
    code: str = ""
    value: Number | None = None
    absent: str = ""


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row of the form, or a record; ``row`` is None for a record."""

    cells: tuple[FilledCell, ...]
    row: FormRow | None = None

    def value(self, column: str) -> Number | None:
        """The number in a column; None where there is none."""
        return next((each.value for each in self.cells if each.column and each.column.key == column), None)


@dataclass(frozen=True, slots=True)
class FilledTable:
    """``leading`` are the cells of a row before those of the form's columns: its number and its label."""

    table: FormTable
    head: tuple[ReportLine, ...]
    leading: int
    rows: tuple[FilledRow, ...]

    def lines(self) -> Iterator[ReportLine]:
        """Headings and cells in reading order."""
        yield from self.head
        for row in self.rows:
            yield from (each.line for each in row.cells)

    def value(self, row: str, column: str) -> Number | None:
        """The number in a cell; None where there is none."""
        return next((each.value(column) for each in self.rows if each.row and each.row.key == row), None)

    def cells(self, at: CellAddress) -> Iterator[FilledCell]:
        """The cell of a row and a column, where the table has it."""
        for row in self.rows:
            if row.row and row.row.key == at.row:
                yield from (each for each in row.cells if each.column and each.column.key == at.column)

    def reasons(self) -> dict[str, list[str]]:
        """Why cells are blank, each with the headings of the rows or columns that have none."""
        named = [(each.absent, each.title) for each in self.table.columns]
        named += [(each.absent, each.label) for each in self.table.rows]
        found: dict[str, list[str]] = {}
        for reason, name in named:
            if reason:
                found.setdefault(reason, []).append(name)
        return found


def fill_table(table: FormTable, readings: Readings, words: dict[str, str], line_of: LineOf) -> FilledTable:
    """Every cell of the table, read and printed."""
    titles = [fill(each.title, words) for each in table.columns]
    if table.records:
        head = [NUMBER_COLUMN, *titles]
        rows = tuple(_record_rows(table, readings, line_of))
    else:
        numbered = any(row.number for row in table.rows)
        head = [*([NUMBER_COLUMN] if numbered else ()), fill(table.stub, words), *titles]
        rows = tuple(_category_rows(table, words, line_of, numbered=numbered))
    return FilledTable(table, tuple(line_of(each, "") for each in head), len(head) - len(titles), rows)


def _category_rows(
    table: FormTable, words: dict[str, str], line_of: LineOf, *, numbered: bool
) -> Iterator[FilledRow]:
    made: dict[str, FilledRow] = {}
    for row in _in_order_of_sums(table.rows):
        cells = [FilledCell(line_of(fill(row.label, words), ""))]
        if numbered:
            cells.insert(0, FilledCell(line_of(row.number, "")))
        done: dict[str, FilledCell] = {}
        for column in _in_order_of_sums(table.columns):
            done[column.key] = _cell(table, row, column, made, done, line_of)
        cells += [done[column.key] for column in table.columns]
        made[row.key] = FilledRow(tuple(cells), row)
    return (made[row.key] for row in table.rows)


def _in_order_of_sums(parts: tuple[Part, ...]) -> list[Part]:
    """Parts that others add up come first; where two add each other up they stay as they are."""
    waiting, done = list(parts), []
    while waiting:
        ready = [each for each in waiting if not set(each.sum) & {other.key for other in waiting}]
        done += ready or waiting
        waiting = [each for each in waiting if each not in done]
    return done


def _cell(
    table: FormTable,
    row: FormRow,
    column: FormColumn,
    rows: dict[str, FilledRow],
    here: dict[str, FilledCell],
    line_of: LineOf,
) -> FilledCell:
    if row.heading:
        return FilledCell(line_of("", ""), column)
    if reason := table.why_absent(row, column):
        return FilledCell(line_of(ABSENT, ""), column, absent=reason)
    if code := table.cell(row, column):
        line = line_of("", code)
        occurrence = line.pieces[0].occurrence
        return FilledCell(line, column, code, occurrence.printed.value if occurrence else None)
    parts = [rows[key].value(column.key) for key in row.sum] or [here[key].value for key in column.sum]
    total = sum((each for each in parts if each is not None), 0)
    return FilledCell(line_of(format_number(total), ""), column, value=total)


def _record_rows(table: FormTable, readings: Readings, line_of: LineOf) -> Iterator[FilledRow]:
    indicator = readings.indicator(table.records_code)
    texts = record_texts(indicator, readings.period, [each.field for each in table.columns if each.field])
    for number, record in enumerate(readings.records(table.records_code), start=1):
        cells = [FilledCell(line_of(str(number), ""))]
        found = texts.get(record.pk, {})
        for column in table.columns:
            if column.absent:
                cells.append(FilledCell(line_of(ABSENT, ""), column, absent=column.absent))
            else:
                value, text = found.get(column.field, (None, ""))
                if column.total and value is not None:
                    text = format_number(value)
                cells.append(FilledCell(line_of(text, ""), column, value=value if column.total else None))
        yield FilledRow(tuple(cells))
    if not texts:
        words = [NOTHING_COUNTED, *[""] * (len(table.columns) - 1)]
        empty = (
            FilledCell(line_of(text, ""), column) for text, column in zip(words, table.columns, strict=True)
        )
        yield FilledRow((FilledCell(line_of("", "")), *empty))
    if any(each.total for each in table.columns):
        yield _total_row(table, line_of)


def _total_row(table: FormTable, line_of: LineOf) -> FilledRow:
    cells = [FilledCell(line_of("", ""))]
    for place, column in enumerate(table.columns):
        if column.total:
            code = table.total_code(column)
            line = line_of("", code)
            occurrence = line.pieces[0].occurrence
            cells.append(FilledCell(line, column, code, occurrence.printed.value if occurrence else None))
        else:
            cells.append(FilledCell(line_of("" if place else TOTAL, ""), column))
    return FilledRow(tuple(cells), FormRow(TOTAL_ROW, TOTAL, bold=True))


def record_texts(
    indicator: Indicator, period: Period, paths: list[str]
) -> dict[int, dict[str, tuple[Any, str]]]:
    """Of each counted record the fields at some paths: the value, and as lists show it. By one query."""
    model: Any = indicator.model
    kinds = {path: kind_at(model, path) for path in paths}
    listed = {path: kind.listed(path) for path, kind in kinds.items() if kind}
    counted = indicator.records(period).order_by().values("pk")
    rows = model._base_manager.filter(pk__in=counted).values_list(
        "pk", *(path for path, _kind in listed.values())
    )
    return {
        pk: {
            path: (value, kind.text(value))
            for (path, (_read, kind)), value in zip(listed.items(), values, strict=True)
        }
        for pk, *values in rows
    }
