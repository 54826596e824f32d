"""In which unit a sheet gives its amounts: said in a heading, in the heading that spans it, or in a line above the table.

Amounts are kept in đồng. A sheet in "triệu đồng" is read and multiplied, and the preview says so; a unit that is not
understood is a problem of the file. No unit is left out without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import CellProblem, cell_text
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.text.fold import strip_diacritics
from khcn.kernel.text.numbers import format_number, parse_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from khcn.kernel.intake.workbook_reading import Sheet
    from khcn.kernel.registers.workbook_sheet import SheetColumn

_MANY = {
    "nghin": 10**3, "ngan": 10**3, "ng": 10**3, "1000": 10**3, "10^3": 10**3,
    "trieu": 10**6, "tr": 10**6, "1000000": 10**6, "10^6": 10**6,
    "ty": 10**9, "ti": 10**9, "1000000000": 10**9, "10^9": 10**9,
}  # fmt: skip
_WORDS = r"nghin|ngan|ng|trieu|tr|ty|ti|10\^[369]|1(?:[., ]?000){1,3}"
_MONEY = r"dong|vnd|d"
_WHOLE = re.compile(rf"(?P<many>{_WORDS})?\s*[.\-]?\s*(?P<money>{_MONEY})?\.?")
_INSIDE = re.compile(rf"(?<![\w.])(?P<many>{_WORDS})\s*[.\-]?\s*(?P<money>{_MONEY})\b")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SAYS_UNIT = re.compile(
    r"(?<!\w)(?P<sure>d\s?\.?\s?v\s?\.?\s?t|don vi tinh|dv tinh|tinh bang|tinh theo)\b\s*[:\-]?\s*(?P<unit>.*)"
)
_MAY_SAY_UNIT = re.compile(r"(?<!\w)don vi\b\s*[:\-]?\s*(?P<unit>.*)")
# "ngân" (sách) and "(công) ty" read like units without their marks: these two count only as parts of a whole unit.
_LIKE_UNIT = re.compile(
    r"(?<!\w)(?:nghin|trieu|trd|10\^[369]|1(?:[., ]?000){1,3}|usd|eur|euro|do la|do my|ngoai te|million|billion)(?!\w)"
)
_NAMES = {1: "đồng", 10**3: "nghìn đồng", 10**6: "triệu đồng", 10**9: "tỷ đồng"}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class AmountUnit:
    """The unit of amounts in a column; ``factor`` is 0 for one that is not understood."""

    words: str
    factor: int


@dataclass(frozen=True, slots=True)
class UnitNote:
    """What the preview says about the unit of a column."""

    message: str
    remedy: str
    code: str
    severity: ImportSeverity


def unit_in(text: str, *, own: str = "") -> AmountUnit | None:
    """The unit that a heading names in brackets, after a comma or dash, or at its end; ``own`` is the heading as our
    template has it.
    """
    plain = _plain(text)
    for piece in (*reversed(_BRACKETS.findall(plain)), *re.split(r"\s[-–—]\s|[,;:\n]", plain)[:0:-1]):
        if unit := _unit_of(piece):
            return unit
    if unit := _inside(plain):
        return unit
    rest = plain
    for word in re.findall(r"\w+", _plain(own)):
        rest = re.sub(rf"\b{re.escape(word)}\b", " ", rest, count=1)
    return AmountUnit(" ".join(text.split()), 0) if _LIKE_UNIT.search(rest) else None


def without_unit(text: str) -> str:
    """A heading without the unit that it names outside round brackets, its marks lost."""
    return _INSIDE.sub(" ", re.sub(r"\[[^\]]*\]", " ", _plain(text)))


def unit_of_line(text: str) -> AmountUnit | None:
    """The unit that a line above the table names: "ĐVT: triệu đồng", "(nghìn đồng)", "Đơn vị tính: 1.000 đ"."""
    plain = _plain(text)
    if found := _SAYS_UNIT.search(plain):
        words = found["unit"].strip(" ().")
        return _unit_of(words) or _inside(words) or (AmountUnit(" ".join(text.split()), 0) if words else None)
    if found := _MAY_SAY_UNIT.search(plain):  # "đơn vị" is also a department
        words = found["unit"].strip(" ().")
        return _unit_of(words) or _inside(words)
    for piece in (*_BRACKETS.findall(plain), plain):
        if unit := _unit_of(piece):
            return unit
    return None


def units_of_columns(
    sheet: Sheet, heading_row: int, columns: Mapping[int, SheetColumn]
) -> tuple[dict[str, AmountUnit], list[UnitNote]]:
    """By the column's name the unit of its amounts, where one is said; and what the preview says of it."""
    rows = dict(sheet.rows)
    found: dict[str, AmountUnit] = {}
    notes = []
    for place, column in columns.items():
        if column.kind.look != "num":
            continue
        is_money = column.kind.sheet_unit == "đồng"
        headings = [*_headings(sheet, rows, heading_row, place)]
        units = (unit_in(text, own=column.heading) for text in headings)
        named = chain(units, _lines(rows, heading_row)) if is_money else units
        unit = next((unit for unit in named if unit is not None), None)
        if unit is None or (not is_money and unit.factor == 1):
            continue
        found[column.name] = unit if is_money else AmountUnit(" ".join(headings[0].split()), 0)
        if found[column.name].factor != 1:
            notes.append(_note(headings[0] if headings else column.heading, found[column.name]))
    return found, notes


def amount_in_unit(raw: object, unit: AmountUnit) -> int:
    """The đồng of a cell in a unit. Raises :class:`CellProblem`; ``TextProblem`` for what is no number."""
    text = cell_text(raw)
    if re.search(rf"\d\s*(?:{_MONEY})\.?$", _plain(text)):
        raise CellProblem(
            _("Ô ghi “%(value)s” có đơn vị riêng, còn cột ghi theo “%(unit)s”.")
            % {"value": text, "unit": unit.words},
            _("Ghi số theo đúng đơn vị của cột, không ghi đơn vị trong ô."),
            "unit_in_cell",
        )
    number = Decimal(parse_number(raw if isinstance(raw, float | int) else text)) * unit.factor
    if number != number.to_integral_value():
        raise CellProblem(
            _("“%(value)s” theo đơn vị “%(unit)s” không tròn đồng.") % {"value": text, "unit": unit.words},
            _("Xem lại số đã gõ."),
            "not_whole",
        )
    return int(number)


def _plain(text: str) -> str:
    return strip_diacritics(text).replace("₫", "d").lower()


def _unit(found: re.Match[str]) -> AmountUnit:
    factor = _MANY[re.sub(r"[., ]", "", found["many"])] if found["many"] else 1
    return AmountUnit(_NAMES[factor], factor)


def _unit_of(piece: str) -> AmountUnit | None:
    """The unit that this piece of text is, without a word beside it."""
    piece = piece.strip(" .:-")
    if found := _SAYS_UNIT.fullmatch(piece) or _MAY_SAY_UNIT.fullmatch(piece):
        piece = found["unit"].strip(" .:-")
    found = _WHOLE.fullmatch(piece)
    if not piece or found is None:
        return None
    return _unit(found)


def _inside(text: str) -> AmountUnit | None:
    found = _INSIDE.search(text)
    return _unit(found) if found else None


def _headings(sheet: Sheet, rows: Mapping[int, list[Any]], heading_row: int, place: int) -> Iterator[str]:
    """The heading of a place, then the one that spans it in the row above."""
    yield _text(rows.get(heading_row, []), place)
    for row, first, _last_row, last in sheet.merged:
        if row == heading_row - 2 and first <= place <= last:
            yield _text(rows.get(heading_row - 1, []), first)


def _lines(rows: Mapping[int, list[Any]], heading_row: int) -> Iterator[AmountUnit]:
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
