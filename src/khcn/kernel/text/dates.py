"""Dates as Vietnamese officials type and print them. Day first, always.

Every date typed on a screen or found in a workbook is read by `parse_date`. Words of printed documents
("ngày … tháng … năm …") are not translated: a document of the department is Vietnamese whatever the
language of the screen.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from khcn.kernel.text.fold import has_small_digits, strip_diacritics
from khcn.kernel.text.text_problem import TextProblem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIRST_YEAR, LAST_YEAR = 1945, 2100
_MONTHS, _QUARTERS = 12, 4


class Precision(TextChoices):
    """How exactly a date is known; a plan often says only "tháng 3 năm 2023" or "quý IV/2023"."""

    DAY = "day", _("ngày")
    MONTH = "month", _("tháng")
    QUARTER = "quarter", _("quý")
    YEAR = "year", _("năm")


class DateProblem(TextProblem):
    """A date that could not be read; says what to type."""


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """The days from ``first`` to ``last``, both included; one day when the precision is DAY.

    A deadline given as a month is met on the month's ``last`` day.
    """

    first: date
    last: date
    precision: Precision

    def __str__(self) -> str:
        return format_date(self)


# ------------------------------------------------------------------------------------------- reading

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_TIME = r"(?:[ t](?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)?"
_SEP = r"\s*(?P<sep>[/.-])\s*"
_YEAR = r"(?P<year>\d{4})"
_OF_YEAR = rf"(?:\s*[/.-]\s*|\s*,?\s*nam\s*|\s*,\s*|\s+){_YEAR}"

_DAY_FORMS = [
    re.compile(rf"(?:ngay\s+)?(?P<day>\d{{1,2}}){_SEP}(?P<month>\d{{1,2}})\s*(?P=sep)\s*{_YEAR}{_TIME}"),
    re.compile(rf"{_YEAR}{_SEP}(?P<month>\d{{1,2}})\s*(?P=sep)\s*(?P<day>\d{{1,2}}){_TIME}"),
    re.compile(rf"(?:ngay\s+)?(?P<day>\d{{1,2}})\s+thang\s+(?P<month>\d{{1,2}}){_OF_YEAR}"),
]
_MONTH_FORMS = [
    re.compile(rf"(?:(?:thang\s*|t\.?\s*))?(?P<month>\d{{1,2}})\s*[/.-]\s*{_YEAR}"),
    re.compile(rf"thang\s*(?P<month>\d{{1,2}}){_OF_YEAR}"),
    re.compile(rf"{_YEAR}-(?P<month>\d{{1,2}})"),
]
_QUARTER_FORMS = [re.compile(rf"(?:quy|q)\.?\s*(?P<quarter>[ivx]+|[0-9]{{1,3}}){_OF_YEAR}")]
_YEAR_FORMS = [re.compile(rf"(?:nam\s*)?{_YEAR}")]
_SHORT_YEAR = re.compile(r"(?:ngay\s+)?(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{2})" + _TIME)
_NO_YEAR = re.compile(r"(?:ngay\s+)?(?P<day>\d{1,2})(?:\s*[/.-]\s*|\s+thang\s+)(?P<month>\d{1,2})")


def _problem(code: str, message: StrOrPromise, **params: Any) -> DateProblem:
    return DateProblem(code, message, params)


def _day(year: int, month: int, day: int, typed: str) -> ParsedDate:
    _check_year(year, typed)
    _check_month(month, typed)
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise _problem(
            "no_such_day",
            _(
                "“%(value)s” không có trong lịch: tháng %(month)s năm %(year)s có %(length)s ngày. "
                "Xem lại ngày, gõ theo dạng ngày/tháng/năm, ví dụ %(example)s."
            ),
            value=typed,
            month=str(month),
            year=str(year),
            length=str(length),
            example=f"{length}/{month:02d}/{year}",
        )
    only = date(year, month, day)
    return ParsedDate(only, only, Precision.DAY)


def _check_year(year: int, typed: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _problem(
            "year_out_of_range",
            _("“%(value)s” có năm nằm ngoài khoảng %(first)s đến %(last)s. Xem lại năm rồi gõ lại."),
            value=typed,
            first=str(FIRST_YEAR),
            last=str(LAST_YEAR),
        )


def _check_month(month: int, typed: str) -> None:
    if not 1 <= month <= _MONTHS:
        raise _problem(
            "no_such_month",
            _(
                "“%(value)s” có tháng %(month)s; tháng chỉ từ 1 đến 12. Gõ ngày trước, tháng sau, "
                "ví dụ 14/9/2023."
            ),
            value=typed,
            month=str(month),
        )


def _months(year: int, first: int, count: int, precision: Precision) -> ParsedDate:
    last = first + count - 1
    return ParsedDate(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]), precision)


def _month(year: int, month: int, typed: str) -> ParsedDate:
    _check_year(year, typed)
    _check_month(month, typed)
    return _months(year, month, 1, Precision.MONTH)


def _quarter(year: int, name: str, typed: str) -> ParsedDate:
    _check_year(year, typed)
    number = _ROMAN.get(name) or (int(name) if name.isdigit() else 0)
    if not 1 <= number <= _QUARTERS:
        raise _problem(
            "no_such_quarter",
            _("“%(value)s” không phải một quý; một năm có quý I đến quý IV. Gõ ví dụ quý IV/2023."),
            value=typed,
        )
    return _months(year, 3 * number - 2, 3, Precision.QUARTER)


def _year(year: int, typed: str) -> ParsedDate:
    _check_year(year, typed)
    return _months(year, 1, 12, Precision.YEAR)


def _match(forms: list[re.Pattern[str]], plain: str) -> dict[str, str] | None:
    for form in forms:
        found = form.fullmatch(plain)
        if found:
            return found.groupdict()
    return None


def _parse_text(typed: str) -> ParsedDate:
    if has_small_digits(typed):
        raise _problem(
            "small_digit",
            _("“%(value)s” có số nhỏ của chú thích, không phải chữ số của ngày. Xóa số nhỏ đó."),
            value=typed,
        )
    plain = re.sub("[‐‑‒–—−]", "-", strip_diacritics(typed)).rstrip(" .,;")
    if not plain:
        raise _problem("empty", _("Chưa có ngày. Gõ theo dạng ngày/tháng/năm, ví dụ 14/9/2023."))
    if found := _match(_DAY_FORMS, plain):
        return _day(int(found["year"]), int(found["month"]), int(found["day"]), typed)
    if found := _match(_MONTH_FORMS, plain):
        return _month(int(found["year"]), int(found["month"]), typed)
    if found := _match(_QUARTER_FORMS, plain):
        return _quarter(int(found["year"]), found["quarter"], typed)
    if found := _match(_YEAR_FORMS, plain):
        return _year(int(found["year"]), typed)
    raise _unread(plain, typed)


def _unread(plain: str, typed: str) -> DateProblem:
    """Why a text is no date: the two usual slips get their own sentence."""
    if short := _SHORT_YEAR.fullmatch(plain):
        day, month, year = short.groups()
        return _problem(
            "two_digit_year",
            _("“%(value)s” ghi năm bằng hai chữ số. Gõ đủ bốn chữ số của năm, ví dụ %(example)s."),
            value=typed,
            example=f"{day}/{month}/20{year}",
        )
    if _NO_YEAR.fullmatch(plain):
        return _problem(
            "no_year",
            _("“%(value)s” thiếu năm. Gõ thêm đủ bốn chữ số của năm, ví dụ 14/9/2023 hoặc 9/2023."),
            value=typed,
        )
    return _problem(
        "unreadable",
        _(
            "Chưa đọc được “%(value)s” thành ngày. Gõ theo một trong các dạng: 14/9/2023; 9/2023; "
            "quý III/2023; 2023."
        ),
        value=typed,
    )


# Day 1 of Excel's 1900 system is 1/1/1900 and it counts a 29/2/1900 that never was; from 1/3/1900 on the
# count is as if day 0 were 30/12/1899. Our years begin later.
_EXCEL_DAY_0 = date(1899, 12, 30)


def _parse_number(number: float, *, excel: bool) -> ParsedDate:
    typed = str(int(number)) if number == int(number) else str(number)
    if number == int(number) and FIRST_YEAR <= number <= LAST_YEAR:
        return _year(int(number), typed)
    if not excel:
        raise _unread(typed, typed)
    first, last = date(FIRST_YEAR, 1, 1) - _EXCEL_DAY_0, date(LAST_YEAR, 12, 31) - _EXCEL_DAY_0
    if not first.days <= number < last.days + 1:
        raise _unread(typed, typed)
    return _parse_date_value(_EXCEL_DAY_0 + timedelta(days=int(number)))


def _parse_date_value(day: date) -> ParsedDate:
    return _day(day.year, day.month, day.day, f"{day.day}/{day.month}/{day.year}")


def parse_date(raw: object, *, excel: bool = False) -> ParsedDate:
    """Read a date, month, quarter or year from a cell or a form field.

    Takes dates, date-times (the time is dropped), a whole number as a year and text in any form officials use:
    "14/9/2023", "14-9-2023", "2023-09-14", "ngày 14 tháng 9 năm 2023", "09/2023", "tháng 3 năm 2023",
    "quý IV/2023", "2023". With ``excel`` a number is also a serial day of Excel's 1900 system; serials of
    1945–2100 lie above 16,000, so they never look like a year.

    Raises:
        DateProblem: anything else, with a sentence for the person. Years of two digits are refused, because a
            licence until "14/9/45" may mean either century.
    """
    if isinstance(raw, ParsedDate):
        return raw
    if isinstance(raw, datetime):
        return _parse_date_value(raw.date())
    if isinstance(raw, date):
        return _parse_date_value(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if raw != raw or raw in {float("inf"), float("-inf")}:  # noqa: PLR0124 -- the test for "not a number"
            raise _unread(str(raw), str(raw))
        return _parse_number(raw, excel=excel)
    if raw is None or isinstance(raw, str):
        return _parse_text((raw or "").strip())
    raise _unread(str(raw), str(raw))


# ------------------------------------------------------------------------------------------- writing

_ROMAN_OF = {number: roman.upper() for roman, number in _ROMAN.items()}


def _with_precision(value: ParsedDate | date, precision: Precision | None) -> tuple[date, Precision]:
    if isinstance(value, ParsedDate):
        return value.first, Precision(precision or value.precision)
    return value, Precision(precision or Precision.DAY)


def format_date(value: ParsedDate | date, precision: Precision | None = None) -> str:
    """For screens and cells: "14/09/2023", "09/2023", "quý III/2023", "2023". `parse_date` reads it back."""
    first, precision = _with_precision(value, precision)
    if precision is Precision.DAY:
        return f"{first.day:02d}/{first.month:02d}/{first.year}"
    if precision is Precision.MONTH:
        return f"{first.month:02d}/{first.year}"
    if precision is Precision.QUARTER:
        return f"quý {_ROMAN_OF[(first.month + 2) // 3]}/{first.year}"
    return str(first.year)


def printed_day(day: int) -> str:
    """Day of a printed date: 01–09 take a leading zero (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    return f"{day:02d}"


def printed_month(month: int) -> str:
    """Month of a printed date: only 01 and 02 take a leading zero (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    return f"{month:02d}" if month in {1, 2} else str(month)


def short_date(day: date) -> str:
    """In running text of a document: "14/9/2023", "31/01/2023", "05/10/2023" (zeros as in NĐ 30/2020)."""
    return f"{printed_day(day.day)}/{printed_month(day.month)}/{day.year}"


def day_text(day: date | None) -> str:
    """The same for a day that may not be on record: nothing for none."""
    return short_date(day) if day else ""


def long_date(value: ParsedDate | date, precision: Precision | None = None) -> str:
    """In words of a printed document: "ngày 14 tháng 9 năm 2023", "tháng 3 năm 2023", "quý IV năm 2023".

    Days 01–09 and months 01–02 take a leading zero beside a day (NĐ 30/2020/NĐ-CP, Phụ lục I); a month alone
    is written as officials write it, without.
    """
    first, precision = _with_precision(value, precision)
    if precision is Precision.DAY:
        return f"ngày {printed_day(first.day)} tháng {printed_month(first.month)} năm {first.year}"
    if precision is Precision.MONTH:
        return f"tháng {first.month} năm {first.year}"
    if precision is Precision.QUARTER:
        return f"quý {_ROMAN_OF[(first.month + 2) // 3]} năm {first.year}"
    return f"năm {first.year}"


def last_day_of_parsed(parsed: ParsedDate, precision: Precision) -> date:
    """The last day of the month, quarter or year that a day lies in."""
    day = parsed.last
    if precision is Precision.DAY:
        return day
    if precision is Precision.YEAR:
        return date(day.year, 12, 31)
    month = day.month if precision is Precision.MONTH else (day.month + 2) // 3 * 3
    first_of_next = date(day.year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)
