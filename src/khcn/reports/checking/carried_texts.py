"""Sentences of an earlier report that nobody has changed or confirmed for this one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.indicators import registry
from khcn.kernel.text.fold import fold
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.printed import MASKS
from khcn.reports.checking.reading import DOCUMENT, distinctive_words, sentences
from khcn.reports.composing.printing import NOTHING
from khcn.reports.texts.choices import stretches
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
    from collections.abc import Container, Iterator, Sequence

    from khcn.reports.checking.printed import PrintedReport
    from khcn.reports.texts.markup import Block, Inlines

_FEWEST_WORDS: Final = 3  # of a statement without a number or figure: "Không phát sinh"
_FEWEST_BESIDE: Final = 4  # words beside a figure that do not name what it counts
_WORD: Final = re.compile(r"[^\s|]+")
_NUMBER: Final = re.compile(r"[0-9]")
_SIGNS: Final = re.compile(r"\s+")
_CELLS: Final = " | "
# Of a paragraph: "1.", "2.1", "a)"
_ENUMERATOR: Final = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]|\d{1,2}(?:\.\d{1,2})+|[a-zđ]\))\s+")
_RUNNING_NUMBER: Final = re.compile(r"^\d{1,3}(?= \| )")  # the first cell of a row


@dataclass(frozen=True, slots=True)
class CarriedStatement:
    """Something that a text states by itself. ``key``: its words without signs, by which it is known again; ``shown`` is for people."""

    key: str
    shown: str


def stale_statements(text: str, carried: str, confirmed: Container[str] = ()) -> list[CarriedStatement]:
    """What a section's text states with the words of the carried text: sentences, their parts between semicolons, and rows of
    typed tables. Not those whose keys somebody has confirmed.

    The words of a figure's label and unit name what it counts and follow the data with it. What is left of a statement was typed:
    with a number or four words it states something of its time. Without a figure three words do, so that "Trong đó:" states
    nothing. Texts that cannot be parsed have none.
    """
    old = {each.key for each in _statements(carried)}
    return [
        each for each in (_statements(text) if old else ()) if each.key in old and each.key not in confirmed
    ]


def carried_texts(report: PrintedReport) -> Iterator[Finding]:
    """One finding for each section with text of last time: how many sentences, and the first."""
    for section, carried in report.carried.items():
        lines = [each for each in report.lines if each.section == section and each.part != "heading"]
        stale = stale_statements(carried.now, carried.text, carried.confirmed)
        if not lines or not stale:
            continue
        yield Finding(
            "text_of_last_time",
            "error",
            lines[0].place,
            stale[0].shown[:160],
            carried.source,
            _("%(count)d câu giữ nguyên") % {"count": len(stale)},
            _("Lời văn của kỳ trước chưa ai sửa hoặc xác nhận: %(count)d câu, từ “%(source)s”.")
            % {"count": len(stale), "source": carried.source},
            _("Sửa các câu này, hoặc đọc lại rồi xác nhận ở trang “Lời văn kỳ trước”."),
            section,
        )


def untouched(report: PrintedReport) -> Iterator[Finding]:
    """A section in which nobody has written since the report was made prints that nothing happened, and nobody has said so."""
    for section, place in report.untouched:
        yield Finding(
            "untouched",
            "error",
            place,
            NOTHING.capitalize(),
            _("Mẫu báo cáo"),
            _("chưa ai viết"),
            _("Mục này chưa ai viết từ khi lập báo cáo, sẽ in “Không phát sinh”."),
            _("Viết nội dung; đúng là không có thì bấm “Ghi “Không phát sinh”” ở trang “Lời văn kỳ trước”."),
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


def _statements(text: str) -> Iterator[CarriedStatement]:
    """What a text states by itself, each once."""
    try:
        blocks = parse(text)
    except MarkupProblem:
        return
    found: dict[str, CarriedStatement] = {}
    for block in blocks:
        for masked, codes in _masked(block):
            if _states(_RUNNING_NUMBER.sub("", masked), codes):
                shown = masked.replace(MASKS["figure"], "…").replace(MASKS["variable"], "…")
                key = _key(masked)
                found.setdefault(key, CarriedStatement(key, _SIGNS.sub(" ", shown)))
    yield from found.values()


def _states(words: str, codes: Sequence[str]) -> bool:
    """Whether it says more than what its figures count."""
    if _NUMBER.search(words):
        return True
    if not codes:
        return not words.endswith(":") and len(_WORD.findall(words)) >= _FEWEST_WORDS
    named = frozenset[str]().union(*(_words_of_figure(code) for code in codes))
    return len(distinctive_words(re.sub(r"[\x01\x02]", " ", words)) - named) >= _FEWEST_BESIDE


def _words_of_figure(code: str) -> frozenset[str]:
    if code not in registry:
        return frozenset()
    figure = registry[code]
    return distinctive_words(f"{figure.label} {figure.unit}")


def _masked(block: Block) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Its statements, with everything hidden that follows the data or the period, and the figures of each. The head of a table
    states nothing.
    """
    if isinstance(block, TypedTable):
        for row in block.rows:
            cells = [_masked_words(cell).strip() for cell in row]
            yield _CELLS.join(cells), tuple(code for cell in row for code in _codes(cell))
        return
    for inlines in inlines_of(block):
        masked = _ENUMERATOR.sub("", _masked_words(inlines))
        codes = iter(_codes(inlines))
        for start, end in sentences(masked):
            for part in masked[start:end].split(";"):
                own = tuple(islice(codes, part.count(MASKS["figure"])))
                if part.strip():
                    yield part.strip(), own


def _codes(inlines: Inlines) -> list[str]:
    return [each.code for each in inlines if isinstance(each, Figure)]


def _masked_words(inlines: Inlines) -> str:
    """Without the words that stand in the place of a figure of 0: they follow the data."""
    done = ""
    for each in (each for stretch in stretches(inlines) for each in stretch.inlines):
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
