"""The unit that the number format of a column's cells shows: Excel shows 1200 as "1.200 triệu", and the cell holds 1200."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.tables.heading_units import AmountUnit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.intake.readers.workbook_reading import Sheet, ShownFormat

THOUSAND = 1000
_ROWS_NAMED = 10


@dataclass(frozen=True, slots=True)
class UnitNote:
    """What the preview says about the unit of a column."""

    message: str
    remedy: str
    code: str
    severity: ImportSeverity


@dataclass(frozen=True, slots=True)
class FormatUnits:
    """What the formats of a column's numbers say. ``unit`` is None where they say nothing that matters; ``note`` is what
    keeps the column from being read.
    """

    unit: AmountUnit | None = None
    note: UnitNote | None = None


def unit_of_formats(
    sheet: Sheet, heading_row: int, place: int, heading: str, named: AmountUnit | None
) -> FormatUnits:
    """The unit of a column of amounts by the formats of its cells and by what heading or line names (``named``)."""
    shown: dict[tuple[str, int], list[int]] = {}
    for each in formats_below(sheet, heading_row, place):
        below = range(max(each.first, heading_row + 1), each.last + 1)
        shown.setdefault((each.words, each.thousands), []).extend(below)
        if not each.is_sure or (each.words and not AmountUnit.of_words(each.words).factor):
            return FormatUnits(note=not_understood(heading, each, heading_row))
    if not shown:
        return FormatUnits(named)
    factors: dict[int, tuple[str, list[int]]] = {}
    for (words, thousands), rows in shown.items():
        unit = AmountUnit.of_words(words) if words else named or AmountUnit("", 1)
        if words and named is not None and unit.factor != named.factor:
            return FormatUnits(note=_disagree(heading, words, named, rows))
        if words or named is not None:
            parts, rest = divmod(unit.factor, THOUSAND**thousands)
        else:
            parts, rest = 1, 0  # nothing names what is shown: the number is taken as it is
        if not parts or rest:
            return FormatUnits(AmountUnit(words or unit.words, 0))
        factors.setdefault(parts, (words, []))[1].extend(rows)
    plain = rows_with_number(sheet, heading_row, place) - {
        row for _words, rows in factors.values() for row in rows
    }
    if plain:
        factors.setdefault(named.factor if named else 1, ("", []))[1].extend(plain)
    if len(factors) > 1:
        return FormatUnits(note=_mixed(heading, factors))
    return FormatUnits(AmountUnit.of_factor(next(iter(factors))))


def formats_below(sheet: Sheet, heading_row: int, place: int) -> Iterator[ShownFormat]:
    """The formats of a column's cells that show more than the number."""
    return (each for each in sheet.formats if each.place == place and each.last > heading_row)


def not_understood(heading: str, shown: ShownFormat, heading_row: int) -> UnitNote:
    """The cells show something beside their numbers that may change what the numbers are."""
    rows = range(max(shown.first, heading_row + 1), shown.last + 1)
    return UnitNote(
        _("Cột “%(heading)s”: không hiểu định dạng ô hiện “%(words)s” cạnh số (dòng %(rows)s).")
        % {"heading": heading, "words": shown.words, "rows": _named([*rows])},
        _("Định dạng các ô này là số thường (General hoặc #,##0), ghi đơn vị ở tên cột, rồi tải lên lại."),
        "unit_unknown",
        ImportSeverity.ERROR,
    )


def rows_with_number(sheet: Sheet, heading_row: int, place: int) -> set[int]:
    """Rows below the headings with a number in the column."""
    return {
        row
        for row, cells in sheet.rows
        if row > heading_row
        and place < len(cells)
        and isinstance(cells[place], int | float)
        and not isinstance(cells[place], bool)
    }


def _disagree(heading: str, words: str, named: AmountUnit, rows: list[int]) -> UnitNote:
    return UnitNote(
        _(
            "Cột “%(heading)s”: tên cột hoặc dòng trên bảng ghi đơn vị “%(named)s”, định dạng ô hiện “%(words)s” (dòng %(rows)s)."
        )
        % {"heading": heading, "named": named.words, "words": words, "rows": _named(rows)},
        _("Sửa cho hai chỗ ghi cùng một đơn vị."),
        "unit_unknown",
        ImportSeverity.ERROR,
    )


def _mixed(heading: str, factors: dict[int, tuple[str, list[int]]]) -> UnitNote:
    parts = [
        _("“%(unit)s” ở dòng %(rows)s")
        % {"unit": words or AmountUnit.of_factor(factor).words, "rows": _named(rows)}
        for factor, (words, rows) in sorted(factors.items(), reverse=True)
    ]
    return UnitNote(
        _("Cột “%(heading)s” có số theo nhiều đơn vị khác nhau: %(parts)s.")
        % {"heading": heading, "parts": "; ".join(parts)},
        _("Định dạng ô của cả cột giống nhau, hoặc bỏ đơn vị khỏi định dạng ô và ghi ở tên cột."),
        "unit_unknown",
        ImportSeverity.ERROR,
    )


def _named(rows: list[int]) -> str:
    return first_named([str(row) for row in sorted(rows)], _ROWS_NAMED)
