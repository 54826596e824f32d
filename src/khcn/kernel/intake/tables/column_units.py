"""In which unit a sheet gives its amounts: said in a heading, in the heading that spans it, in a column "ĐVT", in a line above the table, in the
sheet's name, in a section row or note below, or by the number format of the cells
(:mod:`~khcn.kernel.intake.tables.format_units`).

Amounts are kept in đồng. A sheet in "triệu đồng" is read and multiplied, and the preview says so; a unit that is not
understood, or two places that name different ones, are a problem of the file. No unit is left out without a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.tables.area_units import AreaUnit, is_area, unit_of_areas
from khcn.kernel.intake.tables.format_units import UnitNote, formats_below, not_understood, unit_of_formats
from khcn.kernel.intake.tables.heading_units import (
    AmountUnit,
    is_multiple,
    unit_in,
    unit_of_line,
    unit_of_name,
    unit_of_piece,
)
from khcn.kernel.intake.tables.section_rows import is_one_text
from khcn.kernel.intake.tables.signatures_and_dittos import is_ditto
from khcn.kernel.intake.tables.unit_column import unit_cells
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from khcn.kernel.intake.readers.workbook_reading import Sheet, ShownFormat
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_LONGEST: Final = 200
_LONGEST_LINE: Final = 2_000  # characters of a note
_HEADINGS: Final = (
    3  # texts in a row above the table that is rather a part of the headings than a line of its own
)
_PLACES_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit that is said outside the headings; ``row`` is 0 for the sheet's name."""

    unit: AmountUnit
    row: int
    text: str
    is_heading: bool = False  # part of headings of several rows: of one column, not of the table
    is_of_row: bool = False  # of a column of units: what it names counts, whether it is money or not

    def is_against(self, unit: AmountUnit) -> bool:
        """Does it name another unit of money? "Tính theo Quyết định số 5" names none that is understood."""
        is_of_money = self.unit.factor or self.is_of_row or is_multiple(self.text)
        return not self.is_heading and bool(is_of_money) and self.unit.factor != unit.factor

    @property
    def place(self) -> str:
        """Where it stands, for a sentence."""
        shown = {"row": self.row, "text": self.text[:80]}
        return _("dòng %(row)d “%(text)s”") % shown if self.row else _("tên trang tính “%(text)s”") % shown


def units_of_columns(
    sheet: Sheet,
    heading_row: int,
    columns: Mapping[int, SheetColumn],
    chosen: Mapping[str, int] | None = None,
) -> tuple[dict[str, AmountUnit | AreaUnit], list[UnitNote]]:
    """By the column's name the unit of its amounts or areas, where one is said; and what the preview says of it.

    ``chosen`` is what a person chose for a column (đồng of an amount of 1); where the file says another unit, that is a
    problem and no unit is taken. Two places that name different units are one as well.
    """
    rows = dict(sheet.rows)
    lines: list[UnitLine] | None = None
    found: dict[str, AmountUnit | AreaUnit] = {}
    notes = []
    for place, column in columns.items():
        if not column.kind.is_amount:
            continue
        is_money = column.kind.sheet_unit == "đồng"
        headings = [*_headings(sheet, rows, heading_row, place)]
        units = (unit_in(text, own=column.heading) for text in headings)
        unit = next((unit for unit in units if unit is not None), None)
        heading = " ".join((headings[0] or column.heading).split())
        if is_money:
            lines = unit_lines(sheet, heading_row) if lines is None else lines
            unit, contradiction = _with_lines(heading, unit, lines)
            notes.extend([contradiction] if contradiction else [])
            shown = unit_of_formats(sheet, heading_row, place, heading, unit)
            notes.extend([shown.note] if shown.note else [])
            unit = shown.unit
            if (factor := (chosen or {}).get(column.name)) and not shown.note:
                if unit is not None and unit.factor != factor:
                    notes.append(_differs(heading, unit, factor))
                unit = AmountUnit.of_factor(factor)
        elif unit is not None and unit.factor != 1:
            unit = AmountUnit(heading, 0)
        elif is_area(column):
            area, remarks = unit_of_areas(
                sheet, heading_row, place, [headings[0] or column.heading, *headings[1:]]
            )
            notes.extend(remarks)
            found |= {column.name: area} if area is not None else {}
            unit = None
        else:
            shown_otherwise = next(_multiples(sheet, heading_row, place), None)
            notes.extend([not_understood(heading, shown_otherwise, heading_row)] if shown_otherwise else [])
            unit = None
        if unit is None:
            continue
        found[column.name] = unit
        if unit.factor != 1:
            notes.append(_note(heading, unit))
    return found, notes


def columns_without_unit(
    sheet: Sheet, heading_row: int, columns: Mapping[int, SheetColumn]
) -> tuple[int, ...]:
    """Columns of amounts whose unit nothing names, beside one whose heading names thousands or more: either unit may be meant."""
    rows = dict(sheet.rows)
    money = {place: column for place, column in columns.items() if column.kind.sheet_unit == "đồng"}
    named = {
        place: unit
        for place, column in money.items()
        if (
            units := [
                unit_in(text, own=column.heading) for text in _headings(sheet, rows, heading_row, place)
            ]
        )
        and (unit := next((unit for unit in units if unit is not None), None)) is not None
    }
    if len(named) in {0, len(money)} or all(unit.factor == 1 for unit in named.values()):
        return ()
    found, _notes = units_of_columns(sheet, heading_row, money)
    return tuple(
        place
        for place, column in money.items()
        if place not in named
        and column.name not in found
        and any(
            place < len(cells) and workbook_cell_text(cells[place])
            for number, cells in sheet.rows
            if number > heading_row
        )
    )


def _differs(heading: str, unit: AmountUnit, factor: int) -> UnitNote:
    """The file names another unit than the person who chose how it is read."""
    return UnitNote(
        _("Cột “%(heading)s”: tệp ghi đơn vị “%(unit)s”, cách đọc đã chọn là “%(chosen)s”.")
        % {"heading": heading, "unit": unit.words, "chosen": AmountUnit.of_factor(factor).words},
        _("Sửa cách đọc của trang tính này, hoặc sửa đơn vị trong tệp."),
        "unit_differs",
        ImportSeverity.ERROR,
    )


def _multiples(sheet: Sheet, heading_row: int, place: int) -> Iterator[ShownFormat]:
    """Number formats by which a number that is no amount is, or may be, one of another unit."""
    for each in formats_below(sheet, heading_row, place):
        if not each.is_sure or is_multiple(each.words):
            yield each


def _headings(sheet: Sheet, rows: Mapping[int, list[Any]], heading_row: int, place: int) -> Iterator[str]:
    """The heading of a place, then those that span it in the two rows above."""
    yield _text(rows.get(heading_row, []), place)
    for number in (heading_row - 1, heading_row - 2):
        for row, first, _last_row, last in sheet.merged:
            if row == number - 1 and first <= place <= last:
                yield _text(rows.get(number, []), first)


def unit_lines(sheet: Sheet, heading_row: int) -> list[UnitLine]:
    """Units said outside the headings: in a column of units, above the table, the nearest line first, by the sheet's name, and
    in rows below the headings that are one text (a section, a note, a sum).
    """
    above: list[list[UnitLine]] = []
    below: list[UnitLine] = []
    for number, cells in sheet.rows:
        if number < heading_row:
            texts = sum(1 for cell in cells if isinstance(cell, str) and cell.strip())
            found = _units_in(number, cells, _LONGEST)
            above.append([UnitLine(each.unit, number, each.text, texts >= _HEADINGS) for each in found])
        elif number > heading_row and is_one_text(cells):
            below.extend(each for each in _units_in(number, cells, _LONGEST_LINE) if each.unit.factor)
    name = unit_of_name(sheet.name)
    by_name = [UnitLine(name, 0, sheet.name)] if name is not None else []
    of_rows = _of_unit_column(sheet, heading_row)
    return [*of_rows, *(each for found in reversed(above) for each in found), *by_name, *below]


def _of_unit_column(sheet: Sheet, heading_row: int) -> list[UnitLine]:
    """Units of money of a column "ĐVT"; where others stand among them, those too."""
    found = [
        UnitLine(unit_of_piece(text) or AmountUnit(text, 0), row, text, is_of_row=True)
        for row, text in unit_cells(sheet, heading_row)
        if not is_ditto(text)
    ]
    found.sort(key=lambda each: not each.unit.factor)
    return found if any(each.unit.factor for each in found) else []


def _units_in(number: int, cells: list[Any], longest: int) -> list[UnitLine]:
    texts = (_text(cells, place, longest) for place in range(len(cells)))
    found = ((text, unit_of_line(text)) for text in texts if text)
    return [UnitLine(unit, number, " ".join(text.split())) for text, unit in found if unit is not None]


def _with_lines(
    heading: str, named: AmountUnit | None, lines: list[UnitLine]
) -> tuple[AmountUnit | None, UnitNote | None]:
    """The unit of a column whose heading names one or none, and the contradiction where a line names another."""
    unit = named if named is not None else next((each.unit for each in lines), None)
    others = [each for each in lines if unit is not None and each.is_against(unit)]
    if unit is None or not others:
        return unit, None
    message = _("Cột “%(heading)s” theo đơn vị “%(unit)s”, nhưng tệp còn ghi đơn vị khác ở: %(places)s.")
    shown = {
        "heading": heading,
        "unit": _known_words(unit),
        "places": first_named([each.place for each in others], _PLACES_NAMED, "; "),
    }
    remedy = _("Đổi các số về một đơn vị, ghi đơn vị đó ở mọi chỗ trong tệp rồi tải lên lại.")
    return unit, UnitNote(message % shown, remedy, "unit_differs", ImportSeverity.ERROR)


def _known_words(unit: AmountUnit) -> str:
    return AmountUnit.of_factor(unit.factor).words if unit.factor else unit.words


def _text(cells: list[Any], place: int, longest: int = _LONGEST) -> str:
    cell = cells[place] if place < len(cells) else ""
    return cell if isinstance(cell, str) and len(cell) <= longest else ""


def _note(heading: str, unit: AmountUnit) -> UnitNote:
    shown = {"heading": " ".join(heading.split()), "unit": unit.words, "factor": format_number(unit.factor)}
    if unit.factor:
        return UnitNote(
            _(
                "Cột “%(heading)s” ghi theo đơn vị “%(unit)s”: mỗi số được nhân với %(factor)s để lưu theo đồng."
            )
            % shown,
            _("Xem lại các số tiền sẽ ghi; nếu số trong tệp đã theo đồng, sửa đơn vị trong tệp."),
            "unit_applied",
            ImportSeverity.WARNING,
        )
    return UnitNote(
        _("Cột “%(heading)s”: không đổi được đơn vị ghi ở “%(unit)s” sang đơn vị của mẫu.") % shown,
        _(
            "Ghi rõ đồng, nghìn đồng, triệu đồng hoặc tỷ đồng; hoặc đổi số sang đơn vị của mẫu rồi bỏ đơn vị này."
        ),
        "unit_unknown",
        ImportSeverity.ERROR,
    )
