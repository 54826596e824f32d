"""Typed shares: rates beside their fraction, what is done and what is left of all."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.text.numbers import format_number
from khcn.reports.checking.reading import counts, sentences
from khcn.reports.checking.sum_findings import plain_number, sum_finding, unequal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.checking.findings import Finding
    from khcn.reports.checking.printed import PrintedLine, PrintedReport

_SHARE = re.compile(
    r"(?<![\d/.,\-])(?P<part>\d[\d.]*(?:,\d+)?)/(?P<all>\d[\d.]*(?:,\d+)?)(?![\d/\-]|\s*(?-i:[A-ZĐ]))"
    r"(?P<words>[^()/;.\d]{0,40}?)(?:\((?:(?:đạt|chiếm|bằng|tỷ lệ)\s+){0,2}|,?\s*(?:(?:và|là)\s+)?(?:đạt|chiếm|bằng|=|tương ứng|tỷ lệ)\s+"
    r"(?:(?:tỷ lệ|đạt|với|là|bằng)\s+){0,2})(?P<rate>\d+(?:,\d+)?)\s*%(?!\s*(?:kế hoạch|dự toán|so với|cùng kỳ|chỉ tiêu))",
    re.IGNORECASE,
)
# A rate that stands before its fraction, "90 % (40/46 hồ sơ)"
_RATE_FIRST = re.compile(
    r"(?<![\d/.,\-])(?P<rate>\d+(?:,\d+)?)\s*%\s*\((?P<part>\d[\d.]*(?:,\d+)?)/(?P<all>\d[\d.]*(?:,\d+)?)(?![\d/\-]|\s*(?-i:[A-ZĐ]))",
    re.IGNORECASE,
)
_ALL_IN_TIME = re.compile(r"(?<![\d,])100\s?%[^.;()\d]{0,60}?đúng hạn", re.IGNORECASE)
_IN_TIME = re.compile(
    r"(?<!không )đúng hạn[^.;()\d]{0,30}?\s(?P<part>\d[\d.]*)/(?P<all>\d[\d.]*)(?![\d/\-])", re.IGNORECASE
)
_NO_FRACTION = re.compile(r"(?:số|ngày|đến|tháng|hết|trước|sau|từ)\s+$", re.IGNORECASE)
_RECEIVED = re.compile(
    r"(?<![\d/.,\-])(?P<part>\d[\d.]*)/(?P<all>\d[\d.]*)(?![\d/\-])(?P<rest>(?:\s+hồ sơ)?,\s+\d[^.]*)"
)
_STILL = re.compile(
    r"(?<![\d/.,\-])(?P<part>\d[\d.]*)/(?P<all>\d[\d.]*)\s+(?P<unit>[^\W\d_]+\s[^\W\d_]+)[^.;:()\d]{0,60},\s*(?:hiện )?còn(?: lại)?\s+"
    r"(?P<rest>\d+)\s+(?P=unit)",
    re.IGNORECASE,
)
_SOLVED = re.compile(r"giải quyết\s*$", re.IGNORECASE)


def shares(report: PrintedReport) -> Iterator[Finding]:
    """ "40/46 (86,96 %)": the rate follows from both numbers; received dossiers are those solved and those that wait."""
    for line in report.lines:
        for found in (*_SHARE.finditer(line.text), *_RATE_FIRST.finditer(line.text)):
            if _NO_FRACTION.search(line.text, max(0, found.start() - 10), found.start()):
                continue  # a document's number, a day
            part, whole = _decimal(found["part"]), _decimal(found["all"])
            rate = found["rate"]
            places = len(rate.partition(",")[2])
            # exact: of a half both neighbours are right, and a number of the computer would be a little beside it
            if not whole or 2 * abs(100 * part - _decimal(rate) * whole) > whole * Fraction(1, 10**places):
                shown = format_number(_rounded(100 * part / whole, places), places) if whole else ""
                yield sum_finding(
                    "share", line, found[0], line, _("%(rate)s %%") % {"rate": shown},
                    _("Tỷ lệ %(rate)s %% không đúng với %(part)s/%(whole)s.")
                    % {"rate": rate, "part": found["part"], "whole": found["all"]},
                )  # fmt: skip
        for found in _STILL.finditer(line.text):
            done, still = plain_number(found["part"]), plain_number(found["rest"])
            if done + still > plain_number(found["all"]) and "typed" in line.kinds(*found.span()):
                yield unequal(line, found["all"], [done, still], line, found[0])
        yield from _received(line)
        yield from _all_in_time(line)


def _all_in_time(line: PrintedLine) -> Iterator[Finding]:
    """ "100 % hồ sơ giải quyết đúng hạn" in a paragraph that also says "đã giải quyết đúng hạn là 40/46"."""
    for every in _ALL_IN_TIME.finditer(line.text):
        for found in _IN_TIME.finditer(line.text):
            if plain_number(found["part"]) < plain_number(found["all"]) and "typed" in line.kinds(
                *every.span()
            ):
                yield sum_finding(
                    "share", line, every[0], line, found[0],
                    _("Ghi tất cả đúng hạn nhưng cũng ghi %(part)s/%(all)s.")
                    % {"part": found["part"], "all": found["all"]},
                )  # fmt: skip


def _decimal(number: str) -> Fraction:
    return Fraction(number.replace(".", "").replace(",", ".") or 0)


def _rounded(number: Fraction, places: int) -> Decimal:
    """A half away from zero, as officials and spreadsheets round."""
    scaled = (2 * number * 10**places + 1) // 2
    return Decimal(scaled).scaleb(-places)


def _received(line: PrintedLine) -> Iterator[Finding]:
    for start, end in sentences(line.text):
        for found in _RECEIVED.finditer(line.text, start, end):
            whole = plain_number(found["all"])
            waiting = [each for each in counts(found["rest"]) if "hồ sơ" in each.words]
            solved = plain_number(found["part"])
            before = [each for each in counts(line.text, start, found.start()) if "hồ sơ" in each.words]
            if (
                waiting
                and before
                and before[-1].value == whole
                and _SOLVED.search(line.text[start : before[-1].start])
            ):
                yield sum_finding(
                    "share", line, before[-1].shown, line, found[0][:60],
                    _("Ghi giải quyết %(all)s hồ sơ nhưng mới giải quyết %(part)s, còn hồ sơ đang chờ.")
                    % {"all": before[-1].value, "part": found["part"]},
                )  # fmt: skip
            if waiting and solved + sum(each.value for each in waiting) != whole:
                added = [solved, *(each.value for each in waiting)]
                yield unequal(line, found["all"], added, line, found[0])
            if before and before[-1].value != whole:
                yield sum_finding(
                    "share", line, before[-1].shown, line, found[0][:60],
                    _("Tiếp nhận %(all)s hồ sơ nhưng kết quả tính trên %(whole)s.")
                    % {"all": before[-1].value, "whole": whole},
                )  # fmt: skip
