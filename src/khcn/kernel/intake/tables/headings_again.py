"""Headings that stand again below the table: as they were at the head of each printed page, or of a second table, whose rows
cannot be read by the columns of the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.tables.heading_brackets import is_explained_otherwise
from khcn.kernel.intake.tables.heading_candidates import LONGEST_HEADING, SERIAL, is_data
from khcn.kernel.intake.tables.heading_units import unit_in
from khcn.kernel.intake.tables.headings import plain_forms
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from khcn.kernel.intake.tables.headings import SheetTable
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_FEWEST: Final = 2  # headings; one alone may be a value
_FILLING: Final = frozenset(
    {"va", "so", "cac", "cua"}
)  # "HỌ TÊN" of "Họ và tên", "SỐ ĐIỆN THOẠI" of "Điện thoại"


@dataclass(frozen=True, slots=True)
class OtherHeadings:
    """The headings of a second table: their row, and the first cell that says something else than the first table there."""

    row: int
    place: int
    text: str
    above: str


@dataclass(slots=True)
class HeadingsAgain:
    """Rows that repeat the headings as they are, and the first row with those of another table."""

    repeated: list[int] = field(default_factory=list)
    other: OtherHeadings | None = None


def headings_again(table: SheetTable, rows: Iterable[tuple[int, Sequence[object]]]) -> HeadingsAgain:
    """Which of the rows below the headings are headings again. A row is a repetition only where each cell of a column that is read
    has the same field in the same unit: a heading with a word more ("đã giải ngân") is another one.
    """
    headings, found = _Headings(table), HeadingsAgain()
    for number, cells in rows:
        if is_data(cells):
            continue
        texts = [(place, text) for place, cell in enumerate(cells) if (text := workbook_cell_text(cell))]
        if headings.are_repeated(texts):
            found.repeated.append(number)
        elif found.other is None and headings.are_others(texts):
            place, text = next(each for each in texts if not headings.is_same(*each))
            found.other = OtherHeadings(number, place, text, headings.above(place))
    return found


class _Headings:
    """The headings of a table, ready for comparison."""

    def __init__(self, table: SheetTable) -> None:
        self._columns = table.columns
        self._texts = table.heading_texts()
        self._folded = {place: {fold(text) for text in texts} for place, texts in self._texts.items()}
        of_table = (text for texts in self._texts.values() for text in texts)
        of_register = (column.heading for column in table.kind.columns())
        self._known = {form for text in (*of_table, *of_register) for form in plain_forms(text)} | SERIAL
        self._known.discard("")

    def above(self, place: int) -> str:
        """The heading of a place; "" for none."""
        return self._texts.get(place, [""])[-1]

    def are_repeated(self, texts: Sequence[tuple[int, str]]) -> bool:
        """Is every text the heading above it? Ends at the first that is none, for most rows are data."""
        return (
            len(texts) >= _FEWEST
            and all(self.is_same(place, text) for place, text in texts)
            and any(fold(text) in self._folded.get(place, ()) for place, text in texts)
        )

    def are_others(self, texts: Sequence[tuple[int, str]]) -> bool:
        """Are two of the texts, and with those like the heading above them more than half, headings of the table or register?"""
        found, others = set(), 0
        for place, text in texts:
            forms = plain_forms(text) if len(text) <= LONGEST_HEADING else ()
            if heading := next((form for form in forms if form in self._known), ""):
                found.add(heading)
            elif not self._is_like(place, fold(text)):
                others += 1
            if others * 2 >= len(texts):
                return False
        return len(found) >= _FEWEST

    def is_same(self, place: int, text: str) -> bool:
        """Is the text the heading of this place, in these or in other words for it?"""
        words, above = fold(text), self._folded.get(place, set())
        if words in above:
            return True
        if not words or len(text) > LONGEST_HEADING or not above:
            return False
        one = {*words.split()} - _FILLING
        if any((words in SERIAL and each in SERIAL) or one == {*each.split()} - _FILLING for each in above):
            return True
        column = self._columns.get(place)
        return self._is_like(place, words) if column is None else self._is_same_field(column, place, text)

    def _is_like(self, place: int, words: str) -> bool:
        """Is the folded text a heading above it with words left out or added, or are both of running numbers?"""
        one = {*words.split()}
        for each in self._folded.get(place, ()):
            other = {*each.split()}
            if (words in SERIAL and each in SERIAL) or (one and (one <= other or other <= one)):
                return True
        return False

    def _is_same_field(self, column: SheetColumn, place: int, text: str) -> bool:
        """Do text and heading differ by the unit or a note in brackets only, and name no two units?"""
        forms = {form for each in self._texts[place] for form in plain_forms(each)} - {""}
        if forms.isdisjoint(plain_forms(text)) or is_explained_otherwise(column, text):
            return False
        units = (unit_in(each, own=column.heading) for each in self._texts[place])
        unit = unit_in(text, own=column.heading)
        return unit is None or unit.factor in {each.factor for each in units if each is not None}
