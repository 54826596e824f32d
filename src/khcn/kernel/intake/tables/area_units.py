"""In which unit a sheet gives areas. Registers hold hectares; square metres and square kilometres are converted, and the preview
says so. A "sào", "mẫu" or "công" is as large as its region has it (Bắc Bộ, Trung Bộ, Nam Bộ), so it is a problem of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.tables.format_units import UnitNote, formats_below, not_understood, rows_with_number
from khcn.kernel.intake.tables.unit_column import unit_cells
from khcn.kernel.text.normal_forms import normal_form
from khcn.kernel.text.numbers import format_amount, parse_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.kernel.intake.readers.workbook_reading import Sheet
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_HECTARES: Final = {
    "ha": Decimal(1), "hecta": Decimal(1), "héc ta": Decimal(1), "hec ta": Decimal(1), "hecta ha": Decimal(1),
    "m2": Decimal("0.0001"), "mét vuông": Decimal("0.0001"), "km2": Decimal(100), "kilômét vuông": Decimal(100),
    "ki lô mét vuông": Decimal(100),
}  # fmt: skip
_OF_A_REGION: Final = frozenset({"sào", "mẫu", "công", "thước", "sào bắc bộ", "mẫu bắc bộ", "công đất"})
BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)(?:[)\]]|$)")
_PIECES: Final = re.compile(r"[(\[\])]|[,;:\n]|\s[-–—]\s")
_SAYS_UNIT: Final = re.compile(
    r"^(?:đ\.?\s?v\.?\s?t|đơn vị(?: tính)?|đv(?: tính)?|tính (?:bằng|theo))\b\s*[:\-]?\s*"
)
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class AreaUnit:
    """The unit of the areas in a column; ``factor`` is hectares of an area of 1, and 0 for a unit that is not sure."""

    words: str
    factor: Decimal

    def amount(self, raw: object) -> Decimal:
        """The hectares of a cell. Raises ``TextProblem`` for what is no number."""
        number = parse_number(raw if isinstance(raw, float | int) else workbook_cell_text(raw))
        return Decimal(number) * self.factor


def is_area(column: SheetColumn) -> bool:
    """Does the field hold hectares?"""
    return column.kind.sheet_unit == _HA.words


def unit_of_areas(
    sheet: Sheet, heading_row: int, place: int, headings: Sequence[str]
) -> tuple[AreaUnit | None, list[UnitNote]]:
    """The unit of a column of areas, by its headings (its own first), a line above the table or the formats of its cells; and
    what the preview says of it. No unit where the numbers are hectares.
    """
    heading = " ".join(headings[0].split())
    unit = next((unit for unit in map(_in_heading, headings) if unit is not None), None)
    of_rows = {
        unit for _row, text in unit_cells(sheet, heading_row) if (unit := area_unit_of(text)) is not None
    }
    if len(of_rows) > 1:
        return None, [_note(heading, AreaUnit(", ".join(sorted(each.words for each in of_rows)), Decimal(0)))]
    unit = unit or next(iter(of_rows), None) or next(_in_lines(sheet, heading_row), None)
    shown: set[int] = set()
    for each in formats_below(sheet, heading_row, place):
        of_cells = area_unit_of(each.words) if each.is_sure and not each.thousands else None
        if of_cells is None or (unit is not None and of_cells.factor != unit.factor):
            return None, [not_understood(heading, each, heading_row)]
        unit = of_cells
        shown.update(range(max(each.first, heading_row + 1), each.last + 1))
    if unit is None or unit == _HA:
        return None, []
    if shown and _in_heading(headings[0]) is None and rows_with_number(sheet, heading_row, place) - shown:
        return None, [_note(heading, AreaUnit(unit.words, Decimal(0)))]
    return (unit if unit.factor else None), [_note(heading, unit)]


def area_unit_of(words: str) -> AreaUnit | None:
    """The unit of area that these words are, and nothing else."""
    plain = " ".join(normal_form("NFKC", words).lower().split()).strip(" .:-*")
    plain = _SAYS_UNIT.sub("", plain).replace("^", "").strip(" .")
    plain = re.sub(r"\bm 2$", "m2", plain)
    if plain in _OF_A_REGION:
        return AreaUnit(plain, Decimal(0))
    factor = _HECTARES.get(plain)
    if factor is None:
        return None
    return _HA if factor == 1 else AreaUnit("m²" if factor < 1 else "km²", factor)


_HA: Final = AreaUnit("ha", Decimal(1))


def _in_heading(text: str) -> AreaUnit | None:
    """The unit in brackets, behind a comma or dash, or as the last word: "Diện tích, m2", "Diện tích m2"."""
    _first, *words = normal_form("NFC", text).split() or [""]
    pieces = [*reversed(_PIECES.split(text)), *words[-1:], " ".join(words[-2:])]
    return next((unit for unit in map(area_unit_of, pieces) if unit is not None), None)


def _in_lines(sheet: Sheet, heading_row: int) -> Iterator[AreaUnit]:
    """Units in lines above the table that name nothing else: "ĐVT: m2"; the nearest first."""
    above = (cells for number, cells in reversed(sheet.rows) if number < heading_row)
    for text in _texts(above):
        plain = " ".join(text.lower().split()).strip(" ()")
        if _SAYS_UNIT.match(plain) and (unit := area_unit_of(plain)) is not None:
            yield unit


def _texts(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    return (cell for cells in rows for cell in cells if isinstance(cell, str) and len(cell) <= _LONGEST)


def _note(heading: str, unit: AreaUnit) -> UnitNote:
    shown = {"heading": heading, "unit": unit.words, "factor": format_amount(unit.factor)}
    if unit.factor:
        return UnitNote(
            _("Cột “%(heading)s” ghi theo %(unit)s: mỗi số được nhân với %(factor)s để lưu theo ha.") % shown,
            _("Xem lại các diện tích sẽ ghi; nếu số trong tệp đã theo ha, sửa đơn vị trong tệp."),
            "unit_applied",
            ImportSeverity.WARNING,
        )
    return UnitNote(
        _("Cột “%(heading)s”: không đổi được đơn vị ghi ở “%(unit)s” sang đơn vị của mẫu.") % shown,
        _("Đổi các số sang ha rồi ghi ha ở tên cột."),
        "unit_unknown",
        ImportSeverity.ERROR,
    )
