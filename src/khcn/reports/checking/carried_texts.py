"""Sentences of an earlier report that nobody has changed or confirmed for this one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.printed import MASKS
from khcn.reports.checking.reading import DOCUMENT, sentences
from khcn.reports.texts.markup import (
    Figure,
    MarkupProblem,
    Text,
    TypedTable,
    Variable,
    inlines_of,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.checking.printed import PrintedReport
    from khcn.reports.texts.markup import Block, Inlines

_FEWEST_WORDS: Final = 4  # of a statement without a number
_WORD: Final = re.compile(r"[^\s|]+")
_NUMBER: Final = re.compile(r"[0-9]")
_SIGNS: Final = re.compile(r"\s+")
_CELLS: Final = " | "
# Of a paragraph: "1.", "2.1", "a)"
_ENUMERATOR: Final = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]|\d{1,2}(?:\.\d{1,2})+|[a-zđ]\))\s+")
_RUNNING_NUMBER: Final = re.compile(r"^\d{1,3}(?= \| )")  # the first cell of a row


def stale_sentences(text: str, carried: str) -> list[str]:
    """What a section's text states with the words of the carried text and without following the data: sentences, their parts
    between semicolons, and rows of typed tables.

    A statement with a bound figure and no typed number follows the data; a few words without a number, such as "Trong đó:",
    state nothing. Texts that cannot be parsed have none.
    """
    old = {key for key, _shown in _statements(carried)}
    return [shown for key, shown in _statements(text) if key in old] if old else []


def carried_texts(report: PrintedReport) -> Iterator[Finding]:
    """One finding for each section with text of last time: how many sentences, and the first."""
    for section, carried in report.carried.items():
        lines = [each for each in report.lines if each.section == section and each.part != "heading"]
        stale = stale_sentences(carried.now, carried.text)
        if not lines or not stale:
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


def _statements(text: str) -> Iterator[tuple[str, str]]:
    """What a text states by itself, each as a key and as words."""
    try:
        blocks = parse(text)
    except MarkupProblem:
        return
    for block in blocks:
        for masked in _masked(block):
            words = _RUNNING_NUMBER.sub("", masked)
            has_number = bool(_NUMBER.search(words))
            if MASKS["figure"] in words and not has_number:
                continue
            is_sentence = not words.endswith(":") and len(_WORD.findall(words)) >= _FEWEST_WORDS
            if has_number or is_sentence:
                shown = masked.replace(MASKS["figure"], "…").replace(MASKS["variable"], "…")
                yield _key(masked), _SIGNS.sub(" ", shown)


def _masked(block: Block) -> Iterator[str]:
    """Its statements, with everything hidden that follows the data or the period. The head of a table states nothing."""
    if isinstance(block, TypedTable):
        for row in block.rows:
            cells = [_masked_words(cell).strip() for cell in row]
            yield _CELLS.join(cells)
        return
    for inlines in inlines_of(block):
        masked = _ENUMERATOR.sub("", _masked_words(inlines))
        for start, end in sentences(masked):
            yield from (part.strip() for part in masked[start:end].split(";") if part.strip())


def _masked_words(inlines: Inlines) -> str:
    done = ""
    for each in inlines:
        match each:
            case Text(words):
                done += words
            case Figure():
                done += MASKS["figure"]
            case Variable():
                done += MASKS["variable"]
    return done


def _key(words: str) -> str:
    return fold(words.replace(MASKS["figure"], " figure ").replace(MASKS["variable"], " variable "))
