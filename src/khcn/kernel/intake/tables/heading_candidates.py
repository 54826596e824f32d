"""Rows of a sheet that may be the headings of its table, of one row or of up to three, and columns without a heading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.fields.workbook_cells import workbook_cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from khcn.kernel.intake.readers.workbook_reading import Sheet

LOOKED_AT: Final = 30  # rows, from the top, among which the headings must be
MOST_ROWS: Final = 3  # of one table's headings
LONGEST_HEADING: Final = 200  # characters
_WIDEST: Final = 100  # columns beyond the written ones that a merged cell may add
_YEARS: Final = range(1990, 2101)
_IN_BRACKETS: Final = re.compile(r"\s*[(\[].*[)\]]\s*", re.DOTALL)
_COLUMN_NUMBER: Final = re.compile(r"\s*[(\[]\d{1,3}[)\]]\s*")
_FEWEST_FILLED: Final = (
    3  # columns with a heading that a row fills: one with fewer may be a sum, a note or a signature
)
# Part of the fingerprint of a stored layout, so these words are the same in each language of the pages.
_OF_SPAN: Final = "{text} (cột thứ {number})"
_NAMELESS: Final = "(cột không có tên {number})"
SERIAL: Final = frozenset({"stt", "tt", "so tt", "so thu tu", "no"})  # folded headings of running numbers
_IS_NAMELESS: Final = re.compile(r".*\(cột (?:thứ|không có tên) \d+\)", re.DOTALL)

Readings = list[tuple[str, ...]]


def heading_candidates(sheet: Sheet) -> list[tuple[int, Readings]]:
    """Rows that may be the headings: the row's number and, for each place, the readings of its heading.

    Beside each row by itself also two or three rows taken together, as when "Kinh phí" spans "Tổng" and "Ngân sách". The
    number is that of the last one.
    """
    rows = [(number, cells) for number, cells in sheet.rows[:LOOKED_AT] if number <= LOOKED_AT]
    found: list[tuple[int, Readings]] = [
        (number, [(text,) if text else () for text in map(_text, cells)]) for number, cells in rows
    ]
    for start in range(len(rows)):
        number, cells = rows[start]
        tops = [_text(cell) for cell in cells]
        spans = _spans(sheet, number, cells)
        for below, lower in rows[start + 1 : start + MOST_ROWS]:
            if below != number + 1 or not _goes_on(spans, tops, lower):
                break
            readings = _together(spans, tops, lower)
            found.append((below, readings))
            tops, number = [texts[0] if texts else "" for texts in readings], below
            spans = _spans(sheet, number, lower)
    return found


def is_data(cells: Sequence[Any]) -> bool:
    """Does the row hold a day or a number that is no year? Such a row is no heading."""
    return any(
        not isinstance(cell, str) and cell is not None and not _is_year(cell) for cell in cells if cell != ""
    )


def _is_year(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell in _YEARS


def _text(cell: object) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) and len(cell) <= LONGEST_HEADING else ""


def _sub_text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, int | float) and _is_year(cell) else _text(cell)


def _spans(sheet: Sheet, number: int, cells: Sequence[Any]) -> list[tuple[int, int]]:
    """First and last place of the headings in this row that are merged over several columns."""
    return [
        (first, min(last, first + _WIDEST))
        for row, first, _last_row, last in sheet.merged
        if row == number - 1 and last > first and first < len(cells) and _text(cells[first])
    ]


def _goes_on(spans: Sequence[tuple[int, int]], tops: Sequence[str], lower: Sequence[Any]) -> bool:
    """Are the cells of a row headings below those that span several columns?

    A row with a day or a number is data; so is one with a text under a heading that spans no other column, unless it is in
    brackets. One text over most of the columns is the title of the table.
    """
    filled = {place for place, cell in enumerate(lower) if workbook_cell_text(cell)}
    covered = {place for first, last in spans for place in range(first, last + 1)}
    if not filled & covered or is_data(lower):
        return False
    texts = {place: workbook_cell_text(lower[place]) for place in filled}
    if all(map(is_column_number, texts.values())):
        return False
    headed = {place for place, top in enumerate(tops) if top}
    if any(not _IN_BRACKETS.fullmatch(texts[place]) for place in filled & headed - covered):
        return False
    return len(headed) > 1 or len(filled & covered) * 2 <= len(filled)


def _together(spans: Sequence[tuple[int, int]], tops: Sequence[str], lower: Sequence[Any]) -> Readings:
    """The readings of headings in two rows; a place that a span covers has none of its own where nothing stands below it."""
    width = max(len(tops), len(lower))
    above = [*tops, *[""] * (width - len(tops))]
    below = [*map(_sub_text, lower), *[""] * (width - len(lower))]
    for first, last in spans:
        for place in range(first + 1, min(last + 1, width)):
            above[place] = above[first] if below[place] else ""
    return [
        (f"{top} {low}", low) if top and low else ((low or top,) if low or top else ())
        for top, low in zip(above, below, strict=True)
    ]


def nameless_columns(
    sheet: Sheet, heading_row: int, headings: Mapping[int, str], key_place: int | None = None
) -> dict[int, str]:
    """Columns with content below the headings, and no heading of their own: by place a name that the preview can use.

    Only rows that fill several columns with a heading count: a signature or a note beside the table is no column. Nor is
    one of running numbers, or that of the keys of records (``key_place``).
    """
    enough = min(_FEWEST_FILLED, len(headings))
    values: dict[int, list[Any]] = {}
    for number, cells in sheet.rows:
        if number <= heading_row:
            continue
        filled = [place for place, cell in enumerate(cells) if _says_something(cell)]
        if sum(1 for place in filled if place in headings) >= enough:
            for place in filled:
                if place not in headings and place != key_place:
                    values.setdefault(place, []).append(cells[place])
    nameless = sorted(place for place, cells in values.items() if not _is_running(cells))
    counted = iter(range(1, len(nameless) + 1))
    return {
        place: _name_in_span(sheet, heading_row, headings, place) or _NAMELESS.format(number=next(counted))
        for place in nameless
    }


def is_nameless(heading: str) -> bool:
    """Is this the name that :func:`nameless_columns` gave a column?"""
    return _IS_NAMELESS.fullmatch(heading) is not None


def is_column_number(text: str) -> bool:
    """Is the text "(3)", the number of a column below its heading?"""
    return _COLUMN_NUMBER.fullmatch(text) is not None


def _says_something(cell: object) -> bool:
    if isinstance(cell, str):
        return bool(cell.strip()) and not is_column_number(cell)
    return cell is not None


def _is_running(cells: Sequence[Any]) -> bool:
    """Are the values 1, 2, 3 …, from 1 again where a section begins?"""
    before = 0
    for cell in cells:
        text = workbook_cell_text(cell).rstrip(".")
        if text not in {str(before + 1), "1"}:
            return False
        before = int(text)
    return True


def _name_in_span(sheet: Sheet, heading_row: int, headings: Mapping[int, str], place: int) -> str:
    for first in _first_places(sheet, heading_row, place):
        if first in headings:
            return _OF_SPAN.format(text=headings[first], number=place - first + 1)
    return ""


def _first_places(sheet: Sheet, heading_row: int, place: int) -> Iterator[int]:
    """The first places of the merged cells of the headings that cover this one."""
    for row, first, last_row, last in sheet.merged:
        if heading_row - MOST_ROWS <= row < heading_row <= last_row + 1 and first < place <= last:
            yield first
