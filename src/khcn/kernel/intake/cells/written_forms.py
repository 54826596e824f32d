"""Cells as officials write them and a field does not: "1,2 tỷ", "năm 2024", "09/10/24". Each reading is named in the preview."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import (
    CellProblem,
    DayWithoutYear,
    FirstOfMonth,
    ShownNumber,
    workbook_cell_text,
)
from khcn.kernel.intake.cells.cell_reading import takes_years
from khcn.kernel.intake.tables.heading_units import AmountUnit, unit_of_amount
from khcn.kernel.text.dates import ParsedDate
from khcn.kernel.text.fold import strip_diacritics
from khcn.kernel.text.legacy_letters import legacy_text
from khcn.kernel.text.written_years import years_written

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.intake.tables.area_units import AreaUnit
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_YEAR: Final = re.compile(r"(?:nam\s+)?(\d{4}|\d{2})")
_SHORT_DATE: Final = re.compile(r"(\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*)(\d{2})")
_LAST_OF_THIS_CENTURY: Final = 39  # "45" may be a year of birth; a register's days do not lie that far ahead
_CENTURY: Final = 2000
_TEXT_SHOWN: Final = 120
_AMOUNT: Final = re.compile(r"(?P<number>-?\d[\d., ]*)\s*(?P<unit>[^\d.,\s].*)")
# A telephone number that Excel keeps as a number has lost the 0 which begins it within the country (Thông tư
# 22/2014/TT-BTTTT); 1800 and 1900 are called without.
_WITHOUT_ZERO: Final = re.compile(r"(?!1[89]00)[1-9][0-9]{8,9}")
_COMMA_OF_THREE: Final = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
_SMALL_UNITS: Final = frozenset(
    {10**3, 10**6}
)  # "1,125 tỷ" is what officials write of one billion and an eighth
_NO_VALUE: Final = frozenset(
    {"nan", "inf", "-inf", "null", "#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!"}
)
_CLEARED: Final = frozenset({"(xoa)", "[xoa]"})
# What turns the direction of a line: a name is then shown otherwise than it is stored.
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Nobody sees these, and copying from a web page or Word brings them along.
_UNSEEN: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """A cell as its field reads it. ``raw`` instead of what stands there; ``has_unit``: an amount of đồng already;
    ``reported``: the preview says how it was read; ``cleared``: the cell asks for the stored value to be removed.
    """

    raw: Any
    has_unit: bool = False
    reported: bool = False
    cleared: bool = False
    until: date | None = None  # the last day of "2024-2026"


def written_cell(column: SheetColumn, raw: object, unit: AmountUnit | AreaUnit | None) -> WrittenCell:
    """What the cell means. Raises :class:`CellProblem` for signs of other programs for "no value", for marks that turn the
    direction of a text, and for text of a font of before Unicode. An amount with a unit of its own is in that unit, whatever the column's is.
    """
    if isinstance(raw, ParsedDate | DayWithoutYear):  # the cell shows a part of a day
        return WrittenCell(raw, reported=column.kind.holds_words or isinstance(raw, DayWithoutYear))
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        return WrittenCell(raw, reported=isinstance(raw, FirstOfMonth) and column.kind.is_day)
    if isinstance(raw, str):
        _refuse_legacy_letters(raw)
        raw = raw.translate(_UNSEEN)
        _refuse_signs(raw)
        if strip_diacritics(raw.strip()).lower() in _CLEARED:
            return WrittenCell("", cleared=True)
    return _read(column, raw, workbook_cell_text(raw), unit)


def _read(
    column: SheetColumn, raw: float | str, text: str, unit: AmountUnit | AreaUnit | None
) -> WrittenCell:
    if not isinstance(raw, str) and column.name == "phone" and _WITHOUT_ZERO.fullmatch(text):
        return WrittenCell(f"0{text}", reported=True)
    if column.kind.is_year:
        return _years(column, text) or _year(raw, text)
    if column.kind.sheet_unit == "đồng" and isinstance(raw, str):
        return _amount(raw, text, unit if isinstance(unit, AmountUnit) else None)
    if (
        column.kind.is_day
        and (found := _SHORT_DATE.fullmatch(text))
        and int(found[2]) <= _LAST_OF_THIS_CENTURY
    ):
        return WrittenCell(f"{found[1]}{_CENTURY + int(found[2])}", reported=True)
    unread = isinstance(raw, ShownNumber) and not raw.number_format and not column.kind.takes_number
    return WrittenCell(raw, reported=unread)


def _refuse_legacy_letters(raw: str) -> None:
    if (legacy := legacy_text(raw)) is not None:
        raise CellProblem(
            _("Ô gõ bằng phông chữ cũ (bảng mã %(encoding)s), không phải Unicode; có lẽ là “%(text)s”.")
            % {"encoding": legacy.encoding, "text": legacy.text[:_TEXT_SHOWN]},
            _("Chuyển cả tệp sang Unicode (Unikey: Công cụ, Chuyển mã) rồi tải lên lại."),
            "legacy_letters",
        )


def _refuse_signs(raw: str) -> None:
    if raw.strip().lower() in _NO_VALUE:
        raise CellProblem(
            _("Ô ghi “%(value)s”, là dấu của phần mềm khác cho ô không có giá trị.") % {"value": raw.strip()},
            _("Ghi giá trị đúng, hoặc xóa nội dung của ô để trống."),
            "no_value",
        )
    if turning := sorted({each for each in raw if each in _TURNING}):
        raise CellProblem(
            _("Ô có ký tự đổi chiều chữ không nhìn thấy được (%(names)s).")
            % {"names": ", ".join(unicodedata.name(each, "?") for each in turning)},
            _("Xóa nội dung ô rồi gõ lại, không dán."),
            "turning_mark",
        )


def _years(column: SheetColumn, text: str) -> WrittenCell | None:
    """ "2024-2026" in the column of a first year: 2024, and the end of 2026."""
    years = years_written(text) if takes_years(column) else None
    if years is None:
        return None
    if years.last.year < years.first:
        raise CellProblem(
            _("“%(value)s”: năm cuối đứng trước năm đầu.") % {"value": text},
            _("Xem lại hai năm."),
            "years_reversed",
        )
    return WrittenCell(years.first, reported=True, until=years.last)


def _year(raw: object, text: str) -> WrittenCell:
    found = _YEAR.fullmatch(strip_diacritics(text).lower())
    if found is None or len(found[0]) == len("2024"):
        return WrittenCell(raw)
    year = int(found[1])
    if len(found[1]) == len("2024"):
        return WrittenCell(year, reported=True)
    return WrittenCell(_CENTURY + year, reported=True) if year <= _LAST_OF_THIS_CENTURY else WrittenCell(raw)


def _refuse_two_readings(text: str, unit: AmountUnit | None) -> None:
    """ "1,250" in thousands or millions: 1250 where the comma divides thousands, as in English, else 1.25."""
    if unit is not None and unit.factor in _SMALL_UNITS and _COMMA_OF_THREE.fullmatch(text):
        raise CellProblem(
            _("“%(value)s” theo đơn vị “%(unit)s” có thể là %(whole)s hoặc %(part)s.")
            % {
                "value": text,
                "unit": unit.words,
                "whole": text.replace(",", "."),
                "part": text.rstrip("0").rstrip(","),
            },
            _(
                "Nếu là hàng nghìn, dùng dấu chấm hoặc gõ liền; nếu là số lẻ, để ô ở dạng số, hoặc ghi theo đồng."
            ),
            "ambiguous_comma",
        )


def _amount(raw: str, text: str, unit: AmountUnit | None) -> WrittenCell:
    found = _AMOUNT.fullmatch(text)
    own = unit_of_amount(found["unit"]) if found is not None else None
    if found is None or own is None:
        _refuse_two_readings(text, unit)
        return WrittenCell(raw)
    differs = unit is not None and unit.factor != own.factor
    return WrittenCell(own.amount(found["number"].strip()), has_unit=True, reported=own.factor > 1 or differs)
