"""What the rows of a sheet are, and which of its columns stands where: by headings, in any order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.tables.heading_brackets import is_explained_otherwise
from khcn.kernel.intake.tables.heading_candidates import (
    LOOKED_AT,
    MOST_ROWS,
    heading_candidates,
    is_column_number,
    nameless_columns,
)
from khcn.kernel.intake.tables.heading_units import without_unit
from khcn.kernel.intake.tables.heading_words import says_part
from khcn.kernel.intake.tables.neighbouring_tables import after_gap, neighbouring_column_differs, second_table
from khcn.kernel.text.fold import fold
from khcn.kernel.text.similar_names import nearest_names
from khcn.kernel.text.written_years import year_in_title
from khcn.kernel.workbooks.record_keys import is_key_heading
from khcn.kernel.workbooks.shown_columns import is_shown_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from khcn.kernel.intake.readers.workbook_reading import Sheet
    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_NEAR = 90.0
_FEWEST = 2
_EXPLANATION = re.compile(r"\([^)]*\)|\*")


@dataclass(frozen=True, slots=True)
class HeadingDoubts:
    """By which headings it is not sure what the columns of a sheet are (:mod:`~khcn.kernel.intake.layouts.heading_doubts`)."""

    headings: Mapping[int, str] = field(default_factory=dict)  # by place, of the whole row
    beside: tuple[int, ...] = ()  # places of a second table beside the first
    after_gap: bool = False  # what may be a second table only stands behind a column that is empty
    twice: Mapping[str, tuple[int, ...]] = field(
        default_factory=dict
    )  # by field the columns that read like it
    explained: tuple[int, ...] = ()  # with words in brackets that are not ours


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet understood: what its rows are, the row of the headings and the columns found by place."""

    sheet: Sheet
    kind: SheetKind
    heading_row: int
    columns: dict[int, SheetColumn]
    ignored: tuple[str, ...]
    missing: tuple[SheetColumn, ...]
    units: Mapping[str, int] = field(
        default_factory=dict
    )  # đồng of an amount of 1, by field, where a person chose
    section: SheetColumn | None = None  # the field that the text of section rows gives a value
    layout: int | None = None  # key of the layout that said so
    key_place: int | None = None  # of the hidden column that says which record a row is
    nameless: tuple[str, ...] = ()  # columns with content and no heading that nobody assigned yet
    fixed: Mapping[str, str] = field(default_factory=dict)  # by field the stored value of new rows
    joined: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # places whose text goes on in others
    doubts: HeadingDoubts = field(default_factory=HeadingDoubts)

    @property
    def title_year(self) -> int | None:
        """The year in the title above the table; ``None`` where there is none, or several."""
        return title_year(self.sheet, self.heading_row)

    def body(self) -> Iterable[tuple[int, list[object]]]:
        """Rows under the headings that have something in a known column."""
        known = sorted(self.columns)
        for number, cells in self.sheet.rows:
            if number <= self.heading_row:
                continue
            whole = self._joined(cells) if self.joined else cells
            if any(place < len(whole) and _filled(whole[place]) for place in known):
                yield number, whole

    def heading_texts(self) -> dict[int, list[str]]:
        """By place the texts of the rows that may be the headings, the last one nearest to the table."""
        found: dict[int, list[str]] = {}
        for number, cells in self.sheet.rows:
            if self.heading_row - MOST_ROWS < number <= self.heading_row:
                for place, cell in enumerate(cells):
                    if fold(text := workbook_cell_text(cell)):
                        found.setdefault(place, []).append(text)
        return found

    def _joined(self, cells: list[object]) -> list[object]:
        """The cells of a row, with texts that are divided over columns put together: "Nông Thị" | "Hoàn"."""
        whole = list(cells)
        for first, others in self.joined.items():
            texts = [workbook_cell_text(cells[place]) for place in (first, *others) if place < len(cells)]
            filled = [text for text in texts if text and not is_column_number(text)]
            if len(filled) > 1:
                whole[first] = " ".join(filled)
            elif filled and not texts[0]:
                whole[first] = filled[0]
        return whole


def title_year(sheet: Sheet, heading_row: int) -> int | None:
    """The year that the lines above the headings name, or the name of the sheet; ``None`` for none, or several."""
    above = [cells for number, cells in sheet.rows if number < heading_row]
    texts = [cell for cells in above for cell in cells if isinstance(cell, str)]
    found = set().union(*map(year_in_title, texts)) or year_in_title(sheet.name)
    return next(iter(found)) if len(found) == 1 else None


def _filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


class HeadingVocabulary:
    """The headings of one kind of sheet, ready for comparison."""

    def __init__(self, kind: SheetKind) -> None:
        self.kind = kind
        self.columns = kind.columns()
        self.exact: dict[str, SheetColumn] = {}
        self.short: dict[str, SheetColumn | None] = {}
        self.of_linked: dict[str, SheetColumn | None] = {}  # "Mã nhiệm vụ" for the column "Nhiệm vụ"
        for column in self.columns:
            self.exact.setdefault(fold(column.heading), column)
            short = fold(_EXPLANATION.sub(" ", column.heading))
            self.short[short] = None if short in self.short else column  # None: two columns, so neither
            if (
                column.name in kind.register.natural_key
                and (target := column.target) is not None
                and target.lookup
            ):
                linked = fold(verbose_name_at(target.model, target.lookup))
                self.of_linked[linked] = None if linked in self.of_linked else column

    def exactly(self, text: str) -> SheetColumn | None:
        """The column of a heading; diacritics, case, punctuation, "*", units and explanations in brackets do not count."""
        plain, short, without = plain_forms(text)
        if not plain:
            return None
        return self.exact.get(plain) or self.short.get(short) or self.short.get(without)

    def by_linked(self, text: str) -> SheetColumn | None:
        """The column of the key that names a record of another register, by the heading of what its cells hold there."""
        return self.of_linked.get(plain_forms(text)[0])

    def nearly(self, text: str) -> SheetColumn | None:
        """The column of a heading with a slip of the pen in it."""
        offers = nearest_names(text, [column.heading for column in self.columns], limit=2)
        if offers and offers[0].score >= _NEAR and (len(offers) == 1 or offers[1].score < offers[0].score):
            heading = offers[0].candidate
            if not says_part(text, heading):
                return next(column for column in self.columns if column.heading == heading)
        return None


@lru_cache(maxsize=20_000)
def plain_forms(text: str) -> tuple[str, str, str]:
    """A heading folded: all of it, without explanations, without its unit. Each register is asked for each of a file's."""
    return fold(text.replace("*", " ")), fold(_EXPLANATION.sub(" ", text)), fold(without_unit(text))


@lru_cache(maxsize=256)
def _vocabulary(kind: SheetKind, language: str) -> HeadingVocabulary:
    """The headings of a kind of sheet in a language; made once."""
    del language  # the active one, in which the headings are read
    return HeadingVocabulary(kind)


@lru_cache(maxsize=512)
def _folded_names(kind: SheetKind, language: str) -> frozenset[str]:
    """The names of a kind of sheet in a language; made once, as every sheet of a file is compared with those of all kinds."""
    del language  # the active one
    return frozenset(map(fold, kind.names))


def _exactly(words: HeadingVocabulary, texts: tuple[str, ...]) -> Iterator[SheetColumn]:
    """The columns of a heading by its readings; one that is only shown may, without its mark, read like one of ours."""
    if not any(map(is_shown_heading, texts)):
        yield from (column for text in texts if (column := words.exactly(text)))


def _match(words: HeadingVocabulary, readings: list[tuple[str, ...]]) -> dict[int, SheetColumn]:
    found: dict[int, SheetColumn] = {}
    taken: set[str] = set()
    for place, texts in enumerate(readings):
        for column in _exactly(words, texts):
            if column.name not in taken:
                found[place] = column
                taken.add(column.name)
                break
    return found


def _best(
    words: HeadingVocabulary, candidates: Sequence[tuple[int, list[tuple[str, ...]]]]
) -> tuple[int, dict[int, SheetColumn], list[tuple[str, ...]]]:
    """Row number, columns and readings of the row that matches most headings exactly."""
    best: tuple[int, dict[int, SheetColumn], list[tuple[str, ...]]] = (0, {}, [])
    for number, readings in candidates:
        columns = _match(words, readings)
        if len(columns) > len(best[1]):
            best = (number, columns, readings)
    return best


def _complete(
    words: HeadingVocabulary, sheet: Sheet, best: tuple[int, dict[int, SheetColumn], list[tuple[str, ...]]]
) -> SheetTable:
    """Add the headings with a slip, and say what was not understood and what is missing."""
    number, columns, readings = best
    ignored = []
    key_place = key_column(readings)
    for place, texts in enumerate(readings):
        if place in columns or not texts or place == key_place or any(map(is_shown_heading, texts)):
            continue
        column = next((each for text in texts if (each := words.by_linked(text) or words.nearly(text))), None)
        if column and column not in columns.values():
            columns[place] = column
        else:
            ignored.append(texts[-1])
    present = {column.name for column in columns.values()}
    missing = tuple(column for column in words.columns if column.name not in present and column.required)
    headings = {place: texts[0] for place, texts in enumerate(readings) if texts}
    nameless = tuple(nameless_columns(sheet, number, headings).values())
    return SheetTable(
        sheet,
        words.kind,
        number,
        columns,
        (*ignored, *nameless),
        missing,
        key_place=key_place,
        nameless=nameless,
        doubts=_doubts(words, sheet, best, key_place),
    )


def _doubts(
    words: HeadingVocabulary,
    sheet: Sheet,
    best: tuple[int, dict[int, SheetColumn], list[tuple[str, ...]]],
    key_place: int | None,
) -> HeadingDoubts:
    """What is not sure about columns that are understood."""
    number, columns, readings = best
    headings = {place: texts[0] for place, texts in enumerate(readings) if texts and place != key_place}
    start, is_gap = second_table(sheet, number, headings, columns.__contains__), False
    if (
        start is None and key_place is None
    ):  # in an export of ours an empty column is one that somebody has emptied
        start = after_gap(sheet, number, headings)
        is_gap = start is not None and min(columns, default=0) < start <= max(columns, default=0)
        start = start if is_gap else None
    first = {place: text for place, text in headings.items() if start is None or place < start}
    like: dict[str, list[int]] = {}
    for place in first:
        exact = columns.get(place) or next(_exactly(words, readings[place]), None)
        if exact is not None and (
            exact.name not in like or neighbouring_column_differs(sheet, number, like[exact.name][0], place)
        ):
            like.setdefault(exact.name, []).append(place)
    return HeadingDoubts(
        headings,
        tuple(place for place in headings if place not in first),
        is_gap,
        {name: tuple(places) for name, places in like.items() if len(places) > 1},
        tuple(
            place
            for place in first
            if place in columns and is_explained_otherwise(columns[place], first[place])
        ),
    )


def key_column(readings: Sequence[tuple[str, ...]]) -> int | None:
    """The place of the hidden column of keys; ``None`` where there is none, or several."""
    found = [place for place, texts in enumerate(readings) if any(map(is_key_heading, texts))]
    return found[0] if len(found) == 1 else None


def recognise_by_headings(sheet: Sheet, kinds: Sequence[SheetKind]) -> SheetTable | list[SheetKind]:
    """The sheet as a table of one kind: by its name, else by the headings of a register.

    That rows are an action is said by the name alone: several actions may ask for the same. A list instead names the kinds
    that fit equally well, and is empty when none does.
    """
    language = get_language() or ""
    named = fold(sheet.name)
    by_name = [_vocabulary(kind, language) for kind in kinds if named in _folded_names(kind, language)]
    of_registers = [_vocabulary(kind, language) for kind in kinds if kind.action is None]
    candidates = heading_candidates(sheet)
    for group, fewest_headings in ((by_name, 1), (of_registers, _FEWEST)):
        scored = [(words, _best(words, candidates)) for words in group]
        fitting = [
            (words, best)
            for words, best in scored
            if len(best[1]) >= fewest_headings and _has_key(words, best[1])
        ]
        if not fitting:
            continue
        most = max(len(best[1]) for _words, best in fitting)
        winners = [(words, best) for words, best in fitting if len(best[1]) == most]
        if len(winners) > 1:
            fewest = min(len(words.columns) for words, _best_row in winners)
            winners = [each for each in winners if len(each[0].columns) == fewest]
        if len(winners) > 1:
            return [words.kind for words, _best_row in winners]
        return _complete(winners[0][0], sheet, winners[0][1])
    return _named_only(by_name, sheet)


def _has_key(words: HeadingVocabulary, columns: dict[int, SheetColumn]) -> bool:
    """At least one column of the natural key: without it the rows cannot belong to this register."""
    return any(column.name in words.kind.register.natural_key for column in columns.values())


def _named_only(by_name: list[HeadingVocabulary], sheet: Sheet) -> SheetTable | list[SheetKind]:
    """A sheet that has a known name but none of its headings: everything is missing."""
    if len(by_name) != 1 or not sheet.rows:
        return []
    words = by_name[0]
    return SheetTable(sheet, words.kind, LOOKED_AT, {}, (), tuple(c for c in words.columns if c.required))
