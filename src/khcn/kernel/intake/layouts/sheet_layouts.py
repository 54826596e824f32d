"""How a division's own sheet is read: found again by its headings, or asked for where nobody has chosen yet (docs/adr/0044)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson

from khcn.kernel.intake.import_plan import Answer, AnswerAction, UnreadSheet
from khcn.kernel.intake.layouts.fixed_values import are_known
from khcn.kernel.intake.models import SheetLayout
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.intake.tables.heading_candidates import (
    LOOKED_AT,
    heading_candidates,
    is_data,
    is_nameless,
    nameless_columns,
)
from khcn.kernel.intake.tables.headings import HeadingDoubts, SheetTable, key_column
from khcn.kernel.intake.tables.neighbouring_tables import second_table
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from khcn.kernel.intake.models import Batch
    from khcn.kernel.intake.readers.workbook_reading import Sheet
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

FEWEST: Final = 3  # headings of a table: fewer may be any text
_SHORT: Final = 80  # characters; a longer text is rather a value than a heading

ROW_READ: Final = "read"
ROW_SKIPPED: Final = "skip"
TYPED: Final = "="  # begins what was written, so that an emptied cell is no dropped choice
LITERAL: Final = "'"
"""The name among the choices of a file under which stand the fields whose cells mean what they say: neither "nt" nor "(xóa)" is a sign
there."""
ON_PAGE: Final = "page"
"""A name among the choices of what was typed on a page and is no file; it has some value."""
_OF_NEW_ROWS: Final = "*"
_ANSWER: Final = re.compile(r"\?[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class FileReading:
    """What people chose for the reading of one file: whose layouts count, and rows to be read or left out."""

    unit_code: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: Batch) -> FileReading:
        """The choices that are stored with a file."""
        return cls(batch.unit_code, batch.row_choices)

    def digest(self) -> str:
        """A text that differs where the choices do."""
        content = orjson.dumps([self.unit_code, sorted(self.rows.items())])
        return hashlib.sha256(content).hexdigest()[:16]

    @property
    def literal(self) -> frozenset[str]:
        """The fields whose cells mean what they say."""
        return frozenset(self.rows.get(LITERAL, "").split())

    @property
    def is_typed(self) -> bool:
        """Was it typed on a page, where each row is one of a record?"""
        return ON_PAGE in self.rows

    def answers(self) -> dict[str, Answer]:
        """Answers that hold for this file only, by the key of the question."""
        found = {}
        for name, value in self.rows.items():
            action, _colon, target = value.partition(":")
            if _ANSWER.fullmatch(name) and action in AnswerAction.values:
                found[name[1:]] = Answer(AnswerAction(action), target)
        return found

    def corrections(self, sheet: str) -> dict[str, str]:
        """What was written in place of cells of a sheet, by the address of the cell."""
        return {name: text for name, text in self._typed(sheet) if not name.startswith(_OF_NEW_ROWS)}

    def of_new_rows(self, sheet: str) -> dict[str, str]:
        """What was written for all new rows of a sheet, by the field that it has no column for."""
        return {name[1:]: text for name, text in self._typed(sheet) if name.startswith(_OF_NEW_ROWS)}

    def _typed(self, sheet: str) -> Iterator[tuple[str, str]]:
        begins = cell_key(sheet, "")
        for name, value in self.rows.items():
            if name.startswith(begins):
                yield name.removeprefix(begins), value.removeprefix(TYPED)

    def choice(self, sheet: str, row: int) -> str:
        """What was chosen for a row; "" for nothing."""
        return self.rows.get(row_key(sheet, row), "")


def answer_key(question: str) -> str:
    """The name under which the answer to a question is among the choices of a file."""
    return f"?{question}"


def cell_key(sheet: str, cell: str) -> str:
    """The name among the choices of a file under which stands ``TYPED`` and what was written in place of a cell ("E5")."""
    return f"={sheet}!{cell}"


def new_rows_key(sheet: str, field: str) -> str:
    """The same of what was written for a field of all new rows."""
    return cell_key(sheet, f"{_OF_NEW_ROWS}{field}")


def row_key(sheet: str, row: int) -> str:
    """The name of a row in the choices of a file."""
    return f"{sheet}!{row}"


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """One row taken as the headings of a table: places and texts of those that say something."""

    number: int
    places: tuple[int, ...]
    texts: tuple[str, ...]
    key_place: int | None = None  # of the hidden column of our exports, which is no heading of the table

    @property
    def fingerprint(self) -> str:
        """The same for the same headings in the same order, wherever the table begins."""
        return hashlib.sha256(orjson.dumps([fold(text) for text in self.texts])).hexdigest()


def heading_rows(sheet: Sheet) -> list[HeadingRow]:
    """Every row that may be the headings, also two or three taken together where merged cells span the upper ones; without
    the columns that have none (:func:`with_nameless`).
    """
    found = []
    for number, readings in heading_candidates(sheet):
        keys = key_column(readings)
        named = [(place, texts[0]) for place, texts in enumerate(readings) if texts and place != keys]
        if named:
            places, texts_ = zip(*named, strict=True)
            found.append(HeadingRow(number, places, texts_, keys))
    return found


def with_nameless(sheet: Sheet, row: HeadingRow) -> HeadingRow:
    """The headings with a name for each column that has content and none: it is a column to be assigned like the others."""
    headings = dict(zip(row.places, row.texts, strict=True))
    headings |= nameless_columns(sheet, row.number, headings, row.key_place)
    places = tuple(sorted(headings))
    return HeadingRow(row.number, places, tuple(headings[place] for place in places), row.key_place)


def likely_heading_row(sheet: Sheet) -> HeadingRow | None:
    """The row with most different short texts that has rows below it; ``None`` where the sheet has no table.

    A row with a day or a number is taken only where no other one is left.
    """
    last = sheet.rows[-1][0] if sheet.rows else 0
    with_data = {number for number, cells in sheet.rows[:LOOKED_AT] if is_data(cells)}
    best: HeadingRow | None = None
    most = FEWEST - 1
    for each in sorted(heading_rows(sheet), key=lambda each: each.number in with_data):
        if best is not None and each.number in with_data and best.number not in with_data:
            break
        words = {fold(text) for text in each.texts if len(text) <= _SHORT and any(map(str.isalpha, text))}
        if len(words - {""}) > most:
            best, most = each, len(words - {""})
    return with_nameless(sheet, best) if best is not None and best.number < last else None


def heading_row_at(sheet: Sheet, number: int) -> HeadingRow | None:
    """The headings where a person says that they stand in this row of Excel."""
    found = [each for each in heading_rows(sheet) if each.number == number]
    most = max(found, key=lambda each: len(each.texts), default=None)
    return with_nameless(sheet, most) if most is not None else None


def first_heading_row(sheet: Sheet) -> HeadingRow | None:
    """The first row that says something, for a sheet without a likely one."""
    first = next(iter(heading_rows(sheet)), None)
    return with_nameless(sheet, first) if first is not None else None


def layouts_of(unit_code: str) -> dict[str, SheetLayout]:
    """The layouts of a division by fingerprint."""
    return {each.fingerprint: each for each in SheetLayout.objects.of_division(unit_code)}


def table_by_layout(sheet: Sheet, layouts: Mapping[str, SheetLayout]) -> SheetTable | None:
    """The sheet as its division had it read before; ``None`` where no layout has its headings, or the layout names a
    register or a field that is no more: then it is asked again.
    """
    known = {_named_words(each.headings) for each in layouts.values()}
    for row in heading_rows(sheet) if layouts else ():
        if _named_words(row.texts) in known:
            each = with_nameless(sheet, row)
            layout = layouts.get(each.fingerprint)
            if layout is not None and (table := _table(sheet, each, layout)) is not None:
                return table
    return None


def _named_words(headings: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(text) for text in headings if not is_nameless(text))


def _table(sheet: Sheet, row: HeadingRow, layout: SheetLayout) -> SheetTable | None:
    kind = next((kind for kind in sheet_kinds() if kind.key == layout.kind), None)
    if kind is None or len(layout.columns) != len(row.places):
        return None
    known = {column.name: column for column in kind.columns()}
    named: Sequence[str] = [each["field"] for each in layout.columns]
    if any(name and name not in known for name in (*named, layout.section_field)):
        return None
    if not are_known(kind, layout.fixed):
        return None
    columns: dict[int, SheetColumn] = {}
    joined: dict[int, tuple[int, ...]] = {}
    for index, (place, name) in enumerate(zip(row.places, named, strict=True)):
        if name and is_joined(row.texts, named, known, index):
            first = next(each for each, column in columns.items() if column.name == name)
            joined[first] = (*joined.get(first, ()), place)
        elif name:
            columns[place] = known[name]
    section = known.get(layout.section_field)
    present = {column.name for column in columns.values()} | ({section.name} if section else set())
    present |= {*layout.fixed}
    return SheetTable(
        sheet,
        kind,
        row.number,
        columns,
        tuple(text for text, name in zip(row.texts, named, strict=True) if not name),
        tuple(column for column in known.values() if column.name not in present and column.required),
        units={each["field"]: int(each["unit"]) for each in layout.columns if each["field"] and each["unit"]},
        section=section,
        layout=layout.pk,
        key_place=row.key_place,
        fixed=layout.fixed,
        joined=joined,
        doubts=_table_beside(sheet, row, columns),
    )


def _table_beside(sheet: Sheet, row: HeadingRow, columns: Mapping[int, SheetColumn]) -> HeadingDoubts:
    """The columns of a second table beside the first that nobody assigned."""
    headings = dict(zip(row.places, row.texts, strict=True))
    start = second_table(sheet, row.number, headings, columns.__contains__)
    unread = (
        () if start is None else (place for place in row.places if place >= start and place not in columns)
    )
    return HeadingDoubts(headings, tuple(unread))


def is_joined(
    headings: Sequence[str], fields: Sequence[str], known: Mapping[str, SheetColumn], index: int
) -> bool:
    """Does a column without a heading go on with the text of the column before it, as "Họ và tên" merged over two?"""
    name = fields[index]
    if index == 0 or name not in known or name != fields[index - 1] or not is_nameless(headings[index]):
        return False
    return known[name].kind.holds_words


def unread_sheet(place: int, sheet: Sheet) -> UnreadSheet | None:
    """A sheet that may be read once somebody says how; ``None`` for one without a table among its first rows."""
    row = likely_heading_row(sheet)
    return None if row is None or row.number > LOOKED_AT else UnreadSheet(place, sheet.name, row.number)
