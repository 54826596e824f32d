"""What the columns of a division's own sheet may be: by what was chosen last time, by similar words, by what the cells hold.

Only proposals: a person confirms each of them (:mod:`~khcn.kernel.intake.layouts.sheet_layouts`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from khcn.kernel.fields.reference_targets import names_written
from khcn.kernel.fields.workbook_cells import CellProblem, NamedRecord, UnlistedValue, workbook_cell_text
from khcn.kernel.intake.cells.cell_reading import read_cell, takes_years
from khcn.kernel.intake.tables.column_units import unit_lines
from khcn.kernel.intake.tables.heading_candidates import SERIAL, is_nameless
from khcn.kernel.intake.tables.heading_units import unit_in
from khcn.kernel.intake.tables.heading_words import says_part, words_of_heading
from khcn.kernel.intake.tables.neighbouring_tables import second_table
from khcn.kernel.registers.look_alike_codes import code_fields
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.text.similar_names import nearest_names
from khcn.kernel.text.written_years import years_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.layouts.sheet_layouts import HeadingRow
    from khcn.kernel.intake.models import SheetLayout
    from khcn.kernel.intake.readers.workbook_reading import Sheet
    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.intake.tables.headings import SheetTable
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

LEFT_OUT: Final = "-"  # of a form: the column is not read, on purpose
SAMPLES: Final = 3
_LOOKED_AT: Final = 40  # cells of a column
_TRIED: Final = 8  # of them, where the heading does not say that it is this field
_SAME: Final = 100.0
_SURE: Final = 80.0
_LAST_TIME: Final = 200.0
_BY_CONTENT: Final = 70.0
_COLUMN_NUMBER: Final = re.compile(r"\(\d{1,3}\)")  # in the row "(1) (2) (3)" below the headings


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """One column of the mapping step. ``proposed``: a field, ``LEFT_OUT``, or "" where nothing is known."""

    place: int
    heading: str
    samples: tuple[str, ...]
    proposed: str
    unit: int  # đồng of an amount of 1 as the heading or a line above the table names it; 0: none
    is_hidden: bool = False  # in Excel

    @property
    def is_nameless(self) -> bool:
        """Has the column content and no heading of its own?"""
        return is_nameless(self.heading)


def _by_words(heading: str, columns: Sequence[SheetColumn]) -> dict[str, float]:
    """Fields whose headings are like this one, with the likeness from 0 to 100."""
    words = words_of_heading(heading)
    own = {words_of_heading(column.heading): column.name for column in reversed(columns)}
    if words in own:
        return {own[words]: _SAME}
    if fold(heading) in SERIAL:
        return {own[name]: 99.0 for name in ("so thu tu",) if name in own}
    return (
        {own[match.candidate]: match.score for match in nearest_names(words, [*own], limit=3)}
        if words
        else {}
    )


def _may_be_money(heading: str, column: SheetColumn) -> bool:
    """Amounts under a heading that names a unit of money are nothing but money, whatever else its words are like."""
    return unit_in(heading) is None or column.kind.sheet_unit == "đồng"


@in_vietnamese
def proposed_kind(row: HeadingRow, sheet: Sheet, kinds: Iterable[SheetKind]) -> SheetKind | None:
    """The register whose headings are most like those of the sheet; its title like the sheet's name decides between equals."""
    best, most = None, 0.0
    for kind in kinds:
        columns = kind.columns()
        likeness = [max(_by_words(text, columns).values(), default=0.0) for text in row.texts]
        named = bool(nearest_names(sheet.name, [kind.title], limit=1))
        score = sum(each for each in likeness if each >= _SURE) + 50 * named - len(columns) / 10
        if score > most and any(each >= _SURE for each in likeness):
            best, most = kind, score
    return best


@in_vietnamese
def shown_columns(
    row: HeadingRow, sheet: Sheet, kind: SheetKind, earlier: Iterable[SheetLayout], actor: Actor
) -> list[ColumnShown]:
    """Every column under a heading, with its first values and what it probably is; no field is proposed twice."""
    columns = kind.columns()
    known = {column.name: column for column in columns}
    last_time = _chosen_before(kind, earlier)
    cells = [_cells(sheet, row, place) for place in row.places]
    above = next((line.unit for line in unit_lines(sheet, row.number)), None)
    offers = []
    codes = code_fields(kind.register)
    beside = _of_second_table(sheet, row, columns)
    for index, text in enumerate(row.texts):
        if index in beside:
            offers.append((_LAST_TIME, index, LEFT_OUT))
            continue
        before = last_time.get(fold(text))
        likely = {
            name: score
            for name, score in _by_words(text, columns).items()
            if not says_part(text, known[name].heading) and _may_be_money(text, known[name])
        }
        counts = fold(text) in SERIAL or _are_running_numbers(cells[index])
        if (
            before is not None
            and (before == LEFT_OUT or before in known)
            and not (counts and before in codes)
        ):
            offers.append((_LAST_TIME + likely.get(before, 0.0), index, before))
            continue
        for name, column in known.items():
            if counts and name in codes:
                continue
            score = _with_contents(likely.get(name, 0.0), column, cells[index], actor)
            if takes_years(column) and _are_years(cells[index]):
                score = max(score, _BY_CONTENT)
            if likely.get(name) == _SAME:
                score += _LAST_TIME  # before what was chosen last time for another heading
            if score > 0:
                offers.append((score, index, name))
        if fold(text) in SERIAL and not likely:
            offers.append((_SURE, index, LEFT_OUT))
    chosen: dict[int, str] = {}
    hidden = [place in sheet.hidden_columns for place in row.places]
    for _score, index, name in sorted(offers, key=lambda offer: (-offer[0], hidden[offer[1]], offer[1])):
        if index not in chosen and (name == LEFT_OUT or name not in chosen.values()):
            chosen[index] = name
    return [
        ColumnShown(
            place,
            text,
            tuple(workbook_cell_text(cell)[:60] for cell in cells[index][:SAMPLES]),
            chosen.get(index, ""),
            unit.factor if (unit := unit_in(text) or above) is not None else 0,
            hidden[index],
        )
        for index, (place, text) in enumerate(zip(row.places, row.texts, strict=True))
    ]


def doubtful_headings(table: SheetTable) -> list[str]:
    """Columns of a recognised sheet that are not read, and have a heading like that of a field the sheet lacks."""
    present = {column.name for column in table.columns.values()}
    missing = [column for column in table.kind.columns() if column.name not in present]
    return [
        text for text in table.ignored if any(score >= _SURE for score in _by_words(text, missing).values())
    ]


def _chosen_before(kind: SheetKind, earlier: Iterable[SheetLayout]) -> dict[str, str]:
    """By folded heading the field that it was last read as; layouts come in the order of their age."""
    found: dict[str, str] = {}
    for layout in earlier:
        if layout.kind == kind.key:
            pairs = [*zip(layout.headings, layout.columns, strict=False)]
            found |= {fold(text): LEFT_OUT for text, _each in pairs}
            # of two columns with one heading the one that is read counts
            found |= {fold(text): each["field"] for text, each in reversed(pairs) if each["field"]}
    return found


def _of_second_table(sheet: Sheet, row: HeadingRow, columns: Sequence[SheetColumn]) -> set[int]:
    """Which headings are those of a second table beside the first one."""
    headings = dict(zip(row.places, row.texts, strict=True))
    start = second_table(
        sheet,
        row.number,
        headings,
        lambda place: max(_by_words(headings[place], columns).values(), default=0.0) >= _SURE,
    )
    return set() if start is None else {index for index, place in enumerate(row.places) if place >= start}


def _cells(sheet: Sheet, row: HeadingRow, place: int) -> list[Any]:
    below = (cells for number, cells in sheet.rows if number > row.number and place < len(cells))
    found = [cells[place] for cells in below if workbook_cell_text(cells[place])]
    if found and _COLUMN_NUMBER.fullmatch(workbook_cell_text(found[0]).strip()):
        del found[0]
    return found[:_LOOKED_AT]


def _are_running_numbers(cells: Sequence[Any]) -> bool:
    """Do the cells count the rows: 1, 2, 3, …?"""
    texts = [workbook_cell_text(cell) for cell in cells]
    return len(texts) > 1 and texts == [str(number) for number in range(1, len(texts) + 1)]


def _are_years(cells: Sequence[Any]) -> bool:
    """Are all of them years of something that lasts, "2024-2026"?"""
    return bool(cells) and all(years_written(workbook_cell_text(cell)) for cell in cells)


def _values(column: SheetColumn, cells: Sequence[Any]) -> list[Any]:
    """What the cells are as this field; None where they cannot be read as it."""
    found = []
    for cell in cells:
        try:
            found.append(read_cell(column, cell))
        except CellProblem:
            found.append(None)
    return found


def _with_contents(score: float, column: SheetColumn, cells: Sequence[Any], actor: Actor) -> float:
    """The likeness of the words, with what the cells say: it falls where they cannot be read as this field, and a field
    that few texts can be read as (a day, a word of a list, a name on record) is proposed by the cells alone.
    """
    if not cells:
        return score if score >= _SURE else 0.0
    values = _values(column, cells[:_TRIED])
    if score >= _SURE or any(value is not None for value in values):
        # else it is another field: a wide sheet has hundreds of columns, each of which may be any of thirty
        values += _values(column, cells[_TRIED:])
    unread = sum(1 for value in values if value is None or isinstance(value, UnlistedValue))
    if score >= _SURE:
        return score - (20.0 if unread * 2 > len(values) else 0.0)
    if unread * 5 > len(values):
        return 0.0
    names = {value.text for value in values if isinstance(value, NamedRecord)}
    if names and column.target is not None:
        register = column.target
        columns, asked = names_written(register), Q()
        for name in columns:
            asked |= Q(**{f"{name}__in": list(names)[:_LOOKED_AT]})
        on_file = register.visible(actor, "choose").filter(asked).values_list(*columns)
        found = names.intersection(name for record in on_file for name in record)
        return _BY_CONTENT if len(found) * 2 > len(names) else 0.0
    if column.field.choices:
        return _BY_CONTENT
    return score if score >= _BY_CONTENT else 0.0
