"""In which unit a sheet gives its amounts: said in a heading, in the heading that spans it, in a line above the table, or by
the number format of the cells (:mod:`~khcn.kernel.intake.format_units`).

Amounts are kept in đồng. A sheet in "triệu đồng" is read and multiplied, and the preview says so; a unit that is not
understood is a problem of the file. No unit is left out without a word.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.intake.format_units import UnitNote, formats_below, not_understood, unit_of_formats
from khcn.kernel.intake.heading_units import AmountUnit, is_multiple, unit_in, unit_of_line
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from khcn.kernel.intake.workbook_reading import Sheet, ShownFormat
    from khcn.kernel.registers.workbook_sheet import SheetColumn

_LONGEST = 200


def units_of_columns(
    sheet: Sheet,
    heading_row: int,
    columns: Mapping[int, SheetColumn],
    chosen: Mapping[str, int] | None = None,
) -> tuple[dict[str, AmountUnit], list[UnitNote]]:
    """By the column's name the unit of its amounts, where one is said; and what the preview says of it.

    ``chosen`` is what a person chose for a column (đồng of an amount of 1); where the file says another unit, that is a
    problem and no unit is taken.
    """
    rows = dict(sheet.rows)
    found: dict[str, AmountUnit] = {}
    notes = []
    for place, column in columns.items():
        if column.kind.look != "num":
            continue
        is_money = column.kind.sheet_unit == "đồng"
        headings = [*_headings(sheet, rows, heading_row, place)]
        units = (unit_in(text, own=column.heading) for text in headings)
        named = chain(units, unit_lines(rows, heading_row)) if is_money else units
        unit = next((unit for unit in named if unit is not None), None)
        heading = " ".join((headings[0] or column.heading).split())
        if is_money:
            shown = unit_of_formats(sheet, heading_row, place, heading, unit)
            notes.extend([shown.note] if shown.note else [])
            unit = shown.unit
            if (factor := (chosen or {}).get(column.name)) and not shown.note:
                if unit is not None and unit.factor != factor:
                    notes.append(_differs(heading, unit, factor))
                unit = AmountUnit.of_factor(factor)
        elif unit is not None and unit.factor != 1:
            unit = AmountUnit(heading, 0)
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
    """The heading of a place, then the one that spans it in the row above."""
    yield _text(rows.get(heading_row, []), place)
    for row, first, _last_row, last in sheet.merged:
        if row == heading_row - 2 and first <= place <= last:
            yield _text(rows.get(heading_row - 1, []), first)


def unit_lines(rows: Mapping[int, list[Any]], heading_row: int) -> Iterator[AmountUnit]:
    """Units said above the table, the nearest line first."""
    for number in sorted((number for number in rows if number < heading_row), reverse=True):
        for place in range(len(rows[number])):
            if unit := unit_of_line(_text(rows[number], place)):
                yield unit


def _text(cells: list[Any], place: int) -> str:
    cell = cells[place] if place < len(cells) else ""
    return cell if isinstance(cell, str) and len(cell) <= _LONGEST else ""


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
