"""Words that follow from a period: "9 tháng đầu năm 2023", "3 tháng cuối năm 2023", and from its last day: "tỉnh Bắc Kạn". Printed
Vietnamese, not translated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.indicators import PeriodKind
from khcn.kernel.province.names import districts_ended_on, province_names
from khcn.kernel.text.dates import short_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import Period

OF_PROVINCE: Final = {
    "tinh": "tỉnh (hoặc thành phố) vào ngày cuối kỳ",
    "ten_tinh": "tên tỉnh, dùng làm địa danh",
    "tinh_in_hoa": "tỉnh, chữ in hoa",
}
OF_PLACES: Final = {
    "dia_phuong": "đơn vị hành chính dưới tỉnh trong kỳ: huyện, thành phố; từ 01/7/2025: xã, phường"
}
VARIABLES: Final = {
    "ky": "kỳ báo cáo",
    "ky_con_lai": "phần còn lại của năm, kỳ sau",
    "nam": "năm báo cáo",
    "nam_sau": "năm sau",
    "nam_truoc": "năm trước",
    "tu_ngay": "ngày đầu kỳ",
    "den_ngay": "ngày cuối kỳ (ngày chốt số liệu)",
    **OF_PROVINCE,
    **OF_PLACES,
}
ROMAN: Final = ("I", "II", "III", "IV")
_LAST_MONTH, _LAST_QUARTER = 12, 4


def period_words(period: Period) -> str:
    """How officials name the period in running text.

    Raises:
        ValueError: the period's number does not exist for its kind (a fifth quarter).
    """
    year, number = period.year, period.number
    match period.kind:
        case PeriodKind.MONTH if 1 <= number <= _LAST_MONTH:
            return f"tháng {number} năm {year}"
        case PeriodKind.QUARTER if 1 <= number <= _LAST_QUARTER:
            return f"quý {ROMAN[number - 1]} năm {year}"
        case PeriodKind.HALF if number in {1, 2}:
            return f"6 tháng {'đầu' if number == 1 else 'cuối'} năm {year}"
        case PeriodKind.NINE_MONTHS:
            return f"9 tháng đầu năm {year}"
        case PeriodKind.YEAR:
            return f"năm {year}"
    message = f"there is no {period.kind.value} number {number}"
    raise ValueError(message)


def rest_words(period: Period) -> str:
    """What the plans of the report are for: the rest of the year, or the period after it."""
    year, number = period.year, period.number
    match period.kind:
        case PeriodKind.MONTH:
            return f"tháng {number % _LAST_MONTH + 1} năm {year + number // _LAST_MONTH}"
        case PeriodKind.QUARTER:
            return f"quý {ROMAN[number % _LAST_QUARTER]} năm {year + number // _LAST_QUARTER}"
        case PeriodKind.HALF if number == 1:
            return f"6 tháng cuối năm {year}"
        case PeriodKind.NINE_MONTHS:
            return f"3 tháng cuối năm {year}"
        case _:
            return f"năm {year + 1}"


def province_words(day: date) -> dict[str, str]:
    """What the words of the province print on a day."""
    names = province_names(day)
    return {"tinh": names.full, "ten_tinh": names.name, "tinh_in_hoa": names.capitals}


def place_words(period: Period) -> dict[str, str]:
    """What the places under the province are in a period: districts, communes, or both where districts ended in it."""
    ended = districts_ended_on(period.last_day)
    former = ended is None or period.start < ended
    words = ["huyện, thành phố"] * former + ["xã, phường"] * (ended is not None)
    return {"dia_phuong": ", ".join(words)}


def variables(period: Period) -> dict[str, str]:
    """What each variable of the markup prints in this period, but for those of the province."""
    return {
        "ky": period_words(period),
        "ky_con_lai": rest_words(period),
        "nam": str(period.year),
        "nam_sau": str(period.year + 1),
        "nam_truoc": str(period.year - 1),
        "tu_ngay": short_date(period.start),
        "den_ngay": short_date(period.last_day),
    }
