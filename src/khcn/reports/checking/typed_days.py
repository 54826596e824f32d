"""Typed days: impossible, outside the period, after the cut-off, and documents with two days or another year than theirs."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.fold import fold
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.reading import FARTHEST, Day, days, is_of_document, sentence_at, year_in_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.indicators import Period
    from khcn.reports.checking.printed import PrintedLine, PrintedReport

_TO_COME: Final = re.compile(
    r"(?:dự kiến|kế hoạch|sẽ|hạn (?:chót|cuối|nộp)|thời hạn|hoàn thành trước|trước ngày|hiệu lực|đến hết|hết hạn|giai đoạn|chậm nhất)",
    re.IGNORECASE,
)
_HAPPENED: Final = re.compile(
    r"(?:tổ chức|khai mạc|nghiệm thu|kiểm tra|họp|làm việc|tập huấn|hội thảo|hội nghị|cấp|bàn giao|ký kết|hoàn thành|thanh tra)",
    re.IGNORECASE,
)
_NAMED_YEAR = re.compile(
    r"(?:luật|bộ luật|pháp lệnh)\s[^.;:()]{2,80}?\snăm (?P<year>\d{4})\s+ngày\s*$", re.IGNORECASE
)
_DAY_AND_MONTH = re.compile(
    r"(?<!\w)ngày\s+(?P<words>(?P<day>\d{1,2})/(?P<month>\d{1,2}))(?![\w/\-]|[.,]\d)", re.IGNORECASE
)
# Days that come back each year, and days of papers
_EACH_YEAR: Final = re.compile(
    r"kỷ niệm|chào mừng|hưởng ứng|thành lập|truyền thống|h[àằ]ng năm|quốc khánh|quốc tế|khoa học và công nghệ việt nam|năm trước",
    re.IGNORECASE,
)
_MONTHS: Final = 12
_LEAP_YEAR: Final = 2024
_TO = re.compile(r"\s*(?:đến|tới|-|–)\s*(?:hết\s+)?(?:ngày\s+)?", re.IGNORECASE)
_WINDOW = re.compile(r"từ (?:ngày )?$|đến (?:hết )?(?:ngày )?$", re.IGNORECASE)


def typed_days(report: PrintedReport) -> Iterator[Finding]:
    """Days of the typed text beside the calendar and the period."""
    yield from _impossible_without_year(report)
    yield from _outside_without_year(report)
    yield from _backwards(report)
    for line, day, sentence in _typed(report):
        if day.day is None:
            yield _finding(report, "impossible_day", "error", line, day, _("Lịch không có ngày %(day)s."))
        elif day.day > report.period.last_day and not line.of_plans:
            yield from _after_cut_off(report, line, day, sentence)
        elif (
            day.day < report.period.start
            and not day.of_document
            and _HAPPENED.search(sentence)
            and not _WINDOW.search(line.text[max(0, day.start - FARTHEST) : day.start])
        ):
            message = _("Ngày %(day)s trước kỳ báo cáo: việc này thuộc báo cáo của kỳ trước.")
            yield _finding(report, "day_outside", "error", line, day, message)


def _impossible_without_year(report: PrintedReport) -> Iterator[Finding]:
    """ "ngày 32/10", "ngày 31/11"; 29 February is a day of some year."""
    for line in report.lines:
        if line.part in {"recipients", "cell"}:
            continue
        for found in _DAY_AND_MONTH.finditer(line.text):
            day, month = int(found["day"]), int(found["month"])
            exists = 1 <= month <= _MONTHS and 1 <= day <= monthrange(_LEAP_YEAR, month)[1]
            if not exists and line.is_typed(*found.span("words")):
                named = Day(None, *found.span("words"), found["words"])
                message = _("Lịch không có ngày %(day)s.")
                yield _finding(report, "impossible_day", "error", line, named, message)


def _outside_without_year(report: PrintedReport) -> Iterator[Finding]:
    """ "Ngày 20/9, tổ chức hội nghị" in a report whose period has no 20 September."""
    period = report.period
    for line in report.lines:
        if line.part in {"recipients", "cell", "letterhead"} or line.of_plans:
            continue
        for found in _DAY_AND_MONTH.finditer(line.text):
            if not line.is_typed(*found.span("words")) or _is_in(
                period, int(found["day"]), int(found["month"])
            ):
                continue
            sentence = _sentence(line, found.start(), found.end())
            before = line.text[max(0, found.start() - FARTHEST) : found.start("words")]
            if (
                not _HAPPENED.search(sentence)
                or _TO_COME.search(sentence)
                or _EACH_YEAR.search(sentence)
                or _WINDOW.search(before)
                or is_of_document(before)
            ):
                continue
            named = Day(None, *found.span("words"), found["words"])
            message = _("Kỳ báo cáo không có ngày %(day)s: việc này thuộc báo cáo của kỳ khác.")
            yield _finding(report, "day_outside", "error", line, named, message)


def _is_in(period: Period, day: int, month: int) -> bool:
    """Whether the period has such a day; a day that no calendar has is found elsewhere."""
    try:
        days_of = [date(year, month, day) for year in {period.start.year, period.last_day.year}]
    except ValueError:
        return True
    return any(period.start <= each <= period.last_day for each in days_of)


def _backwards(report: PrintedReport) -> Iterator[Finding]:
    """ "Từ ngày 20/5/2024 đến ngày 10/5/2024"."""
    for line in report.lines:
        for first, last in pairwise(days(line.text)):
            between = line.text[first.end : last.start]
            if first.day is None or last.day is None or first.day <= last.day or not _TO.fullmatch(between):
                continue
            if line.is_typed(first.start, last.end):
                yield Finding(
                    "day_order", "error", line.place, first.words, line.place, last.words,
                    _("Khoảng thời gian ghi ngược: từ %(first)s đến %(last)s.")
                    % {"first": first.words, "last": last.words},
                    _("Xem lại hồ sơ rồi sửa ngày sai."), line.section, line.section,
                )  # fmt: skip


def _after_cut_off(report: PrintedReport, line: PrintedLine, day: Day, sentence: str) -> Iterator[Finding]:
    if _TO_COME.search(sentence) and not day.number:
        return
    message = (
        _("Văn bản số %(number)s ghi ngày %(day)s, sau ngày chốt số liệu.")
        if day.number
        else _("Ngày %(day)s sau ngày chốt số liệu: việc này thuộc báo cáo của kỳ sau.")
    )
    code = "document_after_cut_off" if day.number else "day_outside"
    yield _finding(report, code, "error", line, day, message)


def document_days(report: PrintedReport) -> Iterator[Finding]:
    """A document has one day, in the year of its number."""
    first: dict[str, tuple[PrintedLine, Day]] = {}
    for line, day, _sentence in _typed(report, everywhere=True):
        named = _NAMED_YEAR.search(line.text, max(0, day.start - FARTHEST), day.start)
        if named and day.day is not None and int(named["year"]) != day.day.year:
            yield Finding(
                "document_day", "error", line.place, named[0].strip(), line.place, day.words,
                _("Văn bản “%(name)s” lại ghi ngày %(day)s.") % {"name": named[0].strip(), "day": day.words},
                _("Xem lại văn bản gốc rồi sửa số hoặc ngày."), line.section, line.section,
            )  # fmt: skip
        if not day.number or day.day is None:
            continue
        year = year_in_number(day.number)
        if year is not None and year != day.day.year:
            yield Finding(
                "document_day", "error", line.place, day.number, line.place, day.words,
                _("Văn bản số %(number)s là của năm %(year)d nhưng ghi ngày %(day)s.")
                % {"number": day.number, "year": year, "day": day.words},
                _("Xem lại văn bản gốc rồi sửa số hoặc ngày."), line.section, line.section,
            )  # fmt: skip
        other, before = first.setdefault(fold(day.number), (line, day))
        if before.day != day.day:
            yield Finding(
                "document_day", "error", other.place, before.words, line.place, day.words,
                _("Văn bản số %(number)s ghi hai ngày khác nhau.") % {"number": day.number},
                _("Xem lại văn bản gốc rồi sửa ngày sai; hai văn bản cùng số thì ghi rõ cơ quan ban hành."),
                other.section, line.section,
            )  # fmt: skip


def _typed(report: PrintedReport, *, everywhere: bool = False) -> Iterator[tuple[PrintedLine, Day, str]]:
    for line in report.lines:
        if line.part == "recipients" or (line.part == "cell" and not everywhere):
            continue
        for day in days(line.text):
            if not line.is_typed(day.start, day.end):
                continue
            yield line, day, _sentence(line, day.start, day.end)


def _sentence(line: PrintedLine, start: int, end: int) -> str:
    """The sentence of a stretch, from the last semicolon before it."""
    first, last = sentence_at(line.text, start)
    first = max(first, start - FARTHEST)
    first = max(first, line.text.rfind(";", first, start) + 1)
    return line.text[first : min(last, end + FARTHEST)]


def _finding(
    report: PrintedReport, code: str, severity: str, line: PrintedLine, day: Day, message: str
) -> Finding:
    period = report.period
    return Finding(
        code,
        severity,  # type: ignore[arg-type]
        line.place,
        day.words,
        _("Kỳ báo cáo"),
        f"{format_date(period.start)} - {format_date(period.last_day)}",
        message % {"day": day.words, "number": day.number},
        _("Xem lại hồ sơ rồi sửa ngày, hoặc chuyển nội dung sang báo cáo của kỳ đó."),
        line.section,
    )
