"""Words of another year or period in the text: leading words of time, years that do not belong, names of lunar years."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.indicators import PeriodKind
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.reading import FARTHEST, sentences
from khcn.reports.texts.period_words import ROMAN, period_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.indicators import Period
    from khcn.reports.checking.printed import PrintedLine, PrintedReport

_YEAR = re.compile(r"(?<!\w)năm\s+(?P<year>(?:19|20)\d{2})(?![\d/-])", re.IGNORECASE)
# Where a text looks back or cites: words in the clause before the year, or right before it
_LOOKS_BACK: Final = re.compile(
    r"(?:tổng kết|thống kê|đánh giá|xếp loại|so với|cùng kỳ|luật|giai đoạn|kiểm điểm|quyết toán|chuyển tiếp|nghị quyết|quyết định"
    r"|nghị định|thông tư|chỉ thị|báo cáo tình hình|chỉ số|thực hiện từ|tháng \d+|(?<!\w)(?:từ|đến|so|trước|sau)\s*$)",
    re.IGNORECASE,
)
_NEAR: Final = 110  # letters before a year in which the text can say that it looks back
_PART_OF_YEAR: Final = re.compile(r"tháng (?:đầu|cuối)\s*$", re.IGNORECASE)
_WITHIN: Final = re.compile(r"(?<!\w)trong\s*$", re.IGNORECASE)
_LEADS: Final = re.compile(
    r"^[\s\-+“(]*(?:trong|kết thúc|đến hết|hết|tính đến hết|kết quả)?\s*(?:cả\s+)?$", re.IGNORECASE
)
_LEADING_PERIOD: Final = re.compile(
    r"(?:(?<=\s)|^)(?:trong|kết quả|hết|cả)\s+(?P<kind>tháng|quý)\s+(?P<number>iv|i{1,3}|\d{1,2})(?!\w)(?:\s*(?:/|năm)\s*(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_MONTHS: Final = 12
_NUMBERS: Final = {each.lower(): number for number, each in enumerate(ROMAN, start=1)}
_STEMS: Final = ("Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý")
_BRANCHES: Final = ("Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi")
_LUNAR: Final = re.compile(
    rf"(?<!\w)(?P<stem>{'|'.join(_STEMS)}|Kỉ)\s+(?P<branch>{'|'.join(_BRANCHES)}|Tí|Tị)(?!\w)(?:\s*(?:-|năm)?\s*(?P<year>\d{{4}}))?",
    re.IGNORECASE,
)


def other_years(report: PrintedReport) -> Iterator[Finding]:
    """ "Năm 2022, Sở …" in a report of 2023: a year that is neither the report's nor the next, where nothing looks back."""
    year = report.period.year
    for line in report.lines:
        if line.part in {"letterhead", "recipients", "cell"}:
            continue
        for start, end in sentences(line.text):
            for found in _YEAR.finditer(line.text, start, end):
                if not line.is_typed(*found.span()):
                    continue
                named = int(found["year"])
                before = line.text[max(start, found.start() - FARTHEST) : found.start()]
                if _PART_OF_YEAR.search(before):
                    continue  # "9 tháng đầu năm 2022" is read as a whole elsewhere
                leading = bool(_LEADS.match(before[_clause(before, ";:") :])) or bool(_WITHIN.search(before))
                allowed = {year, year + 1} if line.of_plans or not leading else {year}
                looks_back = _LOOKS_BACK.search(before[_clause(before, ";") :][-_NEAR:])
                if named not in allowed and (leading or not looks_back):
                    yield _finding(report, line, found[0])


def _clause(text: str, signs: str) -> int:
    return max(text.rfind(sign) + 1 for sign in signs)


def other_windows(report: PrintedReport) -> Iterator[Finding]:
    """ "Trong tháng 2" in the report of May, "trong quý II" in that of the third quarter."""
    for line in report.lines:
        if line.part not in {"text", "note"} or line.of_plans:
            continue
        for found in _LEADING_PERIOD.finditer(line.text):
            if not line.is_typed(*found.span()):
                continue
            number = _NUMBERS.get(found["number"].lower()) or (
                int(found["number"]) if found["number"].isdigit() else 0
            )
            named = int(found["year"]) if found["year"] else None
            if not _within(report.period, found["kind"].lower(), number, named):
                yield _finding(report, line, found[0].strip())


def _within(period: Period, kind: str, number: int, year: int | None) -> bool:
    """Is this month or quarter, of a year that may be named, one that the report is about? So is a month of which half is counted."""
    if kind == "tháng" and any(
        _is_half_counted(period, each, number)
        for each in ({year} if year else {period.start.year, period.year})
    ):
        return True
    if year not in {None, period.year}:
        return False
    months = {number} if kind == "tháng" else {3 * number - 2, 3 * number - 1, 3 * number}
    match period.kind:
        case PeriodKind.MONTH:
            return kind == "tháng" and number == period.number
        case PeriodKind.QUARTER:
            own = {3 * period.number - 2, 3 * period.number - 1, 3 * period.number}
        case PeriodKind.HALF:
            own = set(range(1, 7)) if period.number == 1 else set(range(7, 13))
        case PeriodKind.NINE_MONTHS:
            own = set(range(1, 10))
        case PeriodKind.YEAR:
            own = set(range(1, 13))
    return months <= own


def _is_half_counted(period: Period, year: int, month: int) -> bool:
    if not 1 <= month <= _MONTHS:
        return False
    length = monthrange(year, month)[1]
    first, last = date(year, month, 1), date(year, month, length)
    counted = (min(last, period.last_day) - max(first, period.start)).days + 1
    return 2 * counted >= length


def lunar_years(report: PrintedReport) -> Iterator[Finding]:
    """ "Quý Sửu năm 2023": 2023 is Quý Mão. Without a year the name is of the report's year or a neighbour."""
    year = report.period.year
    for line in report.lines:
        for found in _LUNAR.finditer(line.text):
            if not line.is_typed(*found.span()):
                continue
            years = [int(found["year"])] if found["year"] else [year, year + 1, year - 1]
            named = (_like(found["stem"]), _like(found["branch"]))
            if named not in [lunar_year(each) for each in years]:
                right = " ".join(lunar_year(years[0]))
                yield Finding(
                    "lunar_year", "error", line.place, found[0], _("Kỳ báo cáo"), f"{years[0]}: {right}",
                    _("Năm %(year)d là năm %(name)s.") % {"year": years[0], "name": right},
                    _("Sửa tên năm âm lịch."), line.section,
                )  # fmt: skip


def lunar_year(year: int) -> tuple[str, str]:
    """Stem and branch of the lunar year that begins in a year."""
    return _STEMS[(year - 4) % 10], _BRANCHES[(year - 4) % 12]


def _like(word: str) -> str:
    right = {"kỉ": "Kỷ", "tí": "Tý", "tị": "Tỵ"}
    return right.get(word.lower()) or word.capitalize()


def _finding(report: PrintedReport, line: PrintedLine, words: str) -> Finding:
    return Finding(
        "other_year",
        "error",
        line.place,
        words,
        _("Kỳ báo cáo"),
        period_words(report.period),
        _("Lời văn ghi “%(words)s”, báo cáo này là của %(period)s.")
        % {"words": words, "period": period_words(report.period)},
        _("Sửa, hoặc chèn cụm từ “năm báo cáo”, “kỳ báo cáo” để lời văn luôn theo kỳ."),
        line.section,
    )
