"""Sentences of an earlier report that nobody has changed or confirmed for this one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.printed import MASKS
from khcn.reports.checking.reading import DOCUMENT, sentences
from khcn.reports.texts.markup import Figure, MarkupProblem, Text, Variable, inlines_of, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.checking.printed import PrintedReport

_FEWEST_WORDS: Final = 4
_SIGNS = re.compile(r"\s+")


def stale_sentences(text: str, carried: str) -> list[str]:
    """The sentences of a section's text that stand in the carried text too and do not follow the data.

    A sentence with a bound figure and no typed number follows the data; a heading such as "Trong đó:" says nothing.
    Texts that cannot be parsed have none.
    """
    old = {key for masked in _masked_lines(carried) for key, _sentence in _sentences(masked)}
    return [sentence for masked in _masked_lines(text) for key, sentence in _sentences(masked) if key in old]


def carried_texts(report: PrintedReport) -> Iterator[Finding]:
    """One finding for each section with text of last time: how many sentences, and the first."""
    for section, carried in report.carried.items():
        old = {key for masked in _masked_lines(carried.text) for key, _sentence in _sentences(masked)}
        lines = [each for each in report.lines if each.section == section and each.part != "heading"]
        stale = [sentence for line in lines for key, sentence in _sentences(line.masked) if key in old]
        if not stale:
            continue
        yield Finding(
            "text_of_last_time",
            "error",
            lines[0].place,
            stale[0][:160],
            carried.source,
            _("%(count)d câu giữ nguyên") % {"count": len(stale)},
            _("Lời văn của kỳ trước chưa ai sửa hoặc xác nhận: %(count)d câu, từ “%(source)s”.")
            % {"count": len(stale), "source": carried.source},
            _("Sửa các câu này, hoặc đọc lại rồi bấm “Xác nhận lời văn kỳ trước vẫn đúng” ở mục."),
            section,
        )


def words_of_the_form(report: PrintedReport) -> Iterator[Finding]:
    """Documents and years in the opening, the closing and the headings of a form whose words are those of another year.

    Divisions do not write these lines, so no section shows them as text of last time.
    """
    if report.wording_of in {0, report.period.year}:
        return
    for line in report.lines:
        if line.part not in {"letterhead", "heading"}:
            continue
        dated = re.search(
            rf"(?<!\d){re.escape(str(report.wording_of))}(?!\d)", line.masked
        ) or DOCUMENT.search(line.masked)
        if dated:
            yield Finding(
                "words_of_the_form",
                "error",
                line.place,
                line.text[:160],
                _("Mẫu báo cáo"),
                str(report.wording_of),
                _("Mẫu báo cáo nêu văn bản, năm của năm %(year)d: “%(words)s”.")
                % {"year": report.wording_of, "words": dated[0]},
                _("Lập phiên bản mẫu cho năm báo cáo với văn bản của năm đó, hoặc sửa đề mục ở mục."),
                line.section,
            )


def _masked_lines(text: str) -> Iterator[str]:
    try:
        blocks = parse(text)
    except MarkupProblem:
        return
    for block in blocks:
        for inlines in inlines_of(block):
            done = ""
            for each in inlines:
                match each:
                    case Text(words):
                        done += words
                    case Figure():
                        done += MASKS["figure"]
                    case Variable():
                        done += MASKS["variable"]
            yield done


def _sentences(masked: str) -> Iterator[tuple[str, str]]:
    """Each sentence that says something by itself, as a key and as words."""
    for start, end in sentences(masked):
        words = masked[start:end].strip()
        if MASKS["figure"] in words and not re.search(r"\d", words):
            continue
        if words.endswith(":") or len(words.split()) < _FEWEST_WORDS:
            continue
        shown = words.replace(MASKS["figure"], "…").replace(MASKS["variable"], "…")
        yield _key(words), _SIGNS.sub(" ", shown)


def _key(words: str) -> str:
    return fold(words.replace(MASKS["figure"], " figure ").replace(MASKS["variable"], " variable "))
