"""Words of the form, or typed ones, that the data make untrue: what was done of nothing, work on time beside late work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.reading import sentences
from khcn.reports.composing.printing import format_value
from khcn.reports.models import OverrideAspect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.indicators import Indicator
    from khcn.reports.checking.printed import PrintedLine, PrintedReport, Span
    from khcn.reports.composing.report_parts import ReportLine
    from khcn.reports.composing.resolve import Report

_DONE: Final = re.compile(
    r"(?<!\w)(?:đã|hoàn thành|hoàn thiện"
    r"|được(?:\s[^\s;.]+){0,10}?\s(?:phê duyệt|quyết định|công nhận|chấp thuận|cho phép|thông qua))(?!\w)",
    re.IGNORECASE,
)
_NOT_DONE: Final = re.compile(r"(?<!\w)(?:chưa|không)(?!\w)", re.IGNORECASE)
_LONGEST_SHOWN: Final = 160


def done_of_nothing(report: PrintedReport) -> Iterator[Finding]:
    """A clause says that something was done or approved, and all its figures are 0: "đề nghị dừng 0 đề tài, được Chủ tịch quyết định".

    Not one that counts what was done, "đã hoàn thành 0 nhiệm vụ", nor one that says "chưa", "không" itself. A list of names that prints
    "không phát sinh" changes nothing: the words around it stay.
    """
    for line in report.lines:
        if line.part not in {"text", "note"}:
            continue
        typed = _typed_letters(line)
        for start, end in _clauses(line.text):
            figures = _figures_of_nothing(line, start, end)
            done = _done_apart(typed, start, end, figures)
            if not done or _NOT_DONE.search(typed, start, end):
                continue
            codes = tuple(dict.fromkeys(each.figure for each in figures))
            clause = line.text[start:end].strip(" ;.")
            yield Finding(
                "done_of_nothing",
                "warning",
                line.place,
                clause[:_LONGEST_SHOWN],
                _("Sổ theo dõi"),
                "; ".join(f"{report.figures[code].label} ({code}): {format_value(0)}" for code in codes),
                _("Số liệu bằng 0 nhưng câu nói “%(words)s”.") % {"words": done},
                _("Đọc lại câu này: bỏ ý không phát sinh, hoặc ghi “chưa”, “không” cho đúng với sổ."),
                line.section,
                codes=codes,
            )


def _figures_of_nothing(line: PrintedLine, start: int, end: int) -> list[Span]:
    """The figures of a clause where each of them is 0; none where one is not."""
    printed = [
        each
        for each in line.within(start, end)
        if each.kind == "figure" and each.aspect is OverrideAspect.VALUE
    ]
    return printed if all(not line.text[each.start : each.end].strip("0") for each in printed) else []


def _done_apart(typed: str, start: int, end: int, figures: list[Span]) -> str:
    """The first words of a clause that say something was done and are not the verb of the number behind them."""
    for found in _DONE.finditer(typed, start, end) if figures else ():
        counted = next((each.start for each in figures if each.start >= found.end()), None)
        if counted is None or "," in typed[found.end() : counted]:
            return found[0]
    return ""


def _typed_letters(line: PrintedLine) -> str:
    """The line with a sign for each letter that follows the data or the period: places stay."""
    return "".join(
        line.text[each.start : each.end] if each.kind == "typed" else "\x01" * (each.end - each.start)
        for each in line.spans
    )


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where the parts of sentences between semicolons start and end; a semicolon in brackets separates nothing."""
    for start, end in sentences(text):
        depth, begin = 0, start
        for place in range(start, end):
            depth += {"(": 1, ")": -1}.get(text[place], 0)
            if text[place] == ";" and depth <= 0:
                yield begin, place
                begin = place + 1
        yield begin, end


def on_time_beside_late(report: Report) -> Iterator[Finding]:
    """Words that are untrue while a figure counts anything, in a section of the division that answers for the figure."""
    for indicator in report.readings.known:
        if not indicator.untrue_words:
            continue
        for section in report.sections:
            if not section.source.answers_for(indicator.owner):
                continue
            for line in section.lines():
                words = _words_in(line, indicator)
                if words and (value := report.readings.value(indicator.code)):
                    yield Finding(
                        "on_time_beside_late",
                        "warning",
                        report.place(line.section, line.note),
                        words,
                        _("Sổ theo dõi"),
                        f"{format_value(value)} {indicator.unit}",
                        _("Báo cáo ghi “%(words)s”, sổ có %(value)s: %(label)s (%(code)s).")
                        % {
                            "words": words,
                            "value": format_value(value),
                            "label": indicator.label,
                            "code": indicator.code,
                        },
                        _("Nêu các việc chậm, hoặc bỏ lời đánh giá này."),
                        line.section,
                        codes=(indicator.code,),
                        records=report.readings.lines(indicator.code),
                    )


def _words_in(line: ReportLine, indicator: Indicator) -> str:
    """The first of the figure's untrue words that somebody typed into the line."""
    typed = " ".join(fold(piece.text) for piece in line.pieces if piece.kind == "typed")
    return next((str(each) for each in indicator.untrue_words if fold(str(each)) in typed), "")
