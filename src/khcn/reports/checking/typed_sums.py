"""Typed parts that do not add up: in brackets, in running text, after a colon, in footnotes, in the lines below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.reports.checking.parts import (
    LEAST_PARTS,
    NUMBER,
    OTHER_UNIT,
    CountedPart,
    are_of,
    have_labels_of_one_kind,
    is_named,
    parts_in,
    wrong_parts,
)
from khcn.reports.checking.printed import bullets_below
from khcn.reports.checking.reading import (
    FARTHEST,
    Count,
    clause_start,
    counts,
    sentence_at,
    sentences,
)
from khcn.reports.checking.sum_findings import plain_number, sum_finding, unequal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.reports.checking.findings import Finding
    from khcn.reports.checking.printed import PrintedLine, PrintedReport

_BRACKETS = re.compile(r"\((?P<inner>(?:[^()]|\([^()]*\))*)\)")
_OPENS = re.compile(r"(?:trong đó|gồm có|bao gồm|gồm|cụ thể)\s*:?\s*", re.IGNORECASE)
_PART_OF_ALL = re.compile(r"trong đó", re.IGNORECASE)
_IN_RUNNING_TEXT = re.compile(r"(?:,\s*|\s)(?P<word>bao gồm|gồm)(?:\s*+:)?\s+", re.IGNORECASE)
# Spaces are read once: three runs of them that may share one run are tried in the cube of its length.
_ALTOGETHER = re.compile(
    r"[,;]?\s+(?:tổng cộng|tổng số|cộng)\s*+:?+\s*+(?:là|có|được)?+\s*+(?=\d)", re.IGNORECASE
)
_WITHIN = re.compile(r"[,;]\s*trong đó\s*:?\s+", re.IGNORECASE)
_COLON = re.compile(r":\s+(?=\S)")
_OPENED_BEFORE = re.compile(r"(?:,\s*(?:bao )?gồm|trong đó)\s*$", re.IGNORECASE)  # read by other functions
_BEFORE_PART = re.compile(r"(?:[^:;]{1,120}:|[^:;\d]{1,60})\s*")  # "Công tơ: 350", "Huyện Ba Bể 60 người"
_FEW_WORDS: Final = 4  # behind the number of a part


def typed_sums(report: PrintedReport) -> Iterator[Finding]:
    """Parts beside their total, of which at least one number was typed."""
    notes = report.notes()
    for line in report.lines:
        for start, end in sentences(line.text):
            yield from _brackets(line, start, end)
            yield from _running(line, start, end)
            yield from _altogether(line, start, end)
            yield from _within(line, start, end)
            yield from _after_colon(line, start, end)
        for mark in line.note_marks():
            note = notes.get((line.section, mark.note))
            if note is not None:
                yield from _note(line, mark.start, note)


_PLACES: Final = re.compile(r"(?<!\w)(?:tại|ở)\s*$", re.IGNORECASE)


def lines_below(report: PrintedReport) -> Iterator[Finding]:
    """ "Kiểm định 1.250 phương tiện đo. Trong đó:" and a line for each part. A count of the lines is no total of their numbers."""
    for place, line in enumerate(report.lines):
        entries = bullets_below(report.lines, place)
        totals = list(counts(line.text)) if entries else []
        added = parts_of_lines(entries, totals)
        if added is None or not totals or {sum(added), len(added)} & {each.value for each in totals}:
            continue
        is_typed = any("typed" in line.kinds(each.start, each.end) for each in totals)
        if is_typed or any(_typed_number(each, 0, len(each.text)) for each in entries):
            words = "; ".join(each.text for each in entries)
            yield unequal(line, totals[-1].shown, added, entries[0], words)


def parts_of_lines(lines: Sequence[PrintedLine], totals: Sequence[Count]) -> list[int] | None:
    """The number of each line where all are parts of one number: "10 cơ sở đạt yêu cầu", "Cân: 800"; else None. In how many places
    something was done, "kiểm tra cân tại 03 chợ", is a part of a number of such places alone.
    """
    found = []
    for line in lines:
        text = line.text.strip(" .;,")
        numbers = [each for each in NUMBER.finditer(text) if not is_named(text, each.start())]
        if len(numbers) != 1:
            return None
        before, after = text[: numbers[0].start()], text[numbers[0].end() :].strip()
        if OTHER_UNIT.match(after) or (before and not _BEFORE_PART.fullmatch(before)):
            return None
        if before and len(after.split()) > _FEW_WORDS:
            return None
        part = CountedPart(before, plain_number(numbers[0][0]), after)
        if _PLACES.search(before) and not all(are_of([part], totals)):
            return None
        found.append(part.number)
    return found if len(found) >= LEAST_PARTS else None


def _totals_before(line: PrintedLine, start: int, end: int, signs: str = ";()") -> list[Count]:
    """The counts of the clause that ends at a place."""
    return list(counts(line.text, clause_start(line.text, start, end, signs), end))


def _compared(
    line: PrintedLine,
    totals: list[Count],
    parts: Sequence[CountedPart] | None,
    at: tuple[int, int],
    *,
    must_equal: bool,
) -> Iterator[Finding]:
    """A finding where typed parts, which stand at a place, do not go with any of the totals."""
    wrong = wrong_parts(parts, totals, must_equal=must_equal) if totals and parts else None
    if wrong and (
        any("typed" in line.kinds(each.start, each.end) for each in totals) or _typed_number(line, *at)
    ):
        yield _unequal_parts(line, totals, wrong, line, line.text[at[0] : at[1]].strip(" ,;:()"))


def _brackets(line: PrintedLine, start: int, end: int) -> Iterator[Finding]:
    for found in _BRACKETS.finditer(line.text, start, end):
        opening = _OPENS.match(found["inner"])
        inner = found["inner"][opening.end() :] if opening else found["inner"]
        totals = _totals_before(line, start, found.start())
        if not totals:
            continue
        if opening and _PART_OF_ALL.match(opening[0]):
            numbers = [
                plain_number(each[0]) for each in NUMBER.finditer(inner) if not is_named(inner, each.start())
            ]
            if len(numbers) == 1:
                typed = "typed" in line.kinds(totals[-1].start, totals[-1].end) or _typed_number(
                    line, found.start(), found.end()
                )
                if typed and numbers[0] > totals[-1].value:
                    yield _too_many(line, totals[-1], numbers[0], found["inner"])
                continue
        parts = parts_in(inner) or []
        # "31 nhiệm vụ (09 mới, 12 phòng)": two asides need not be parts
        are_parts = len(parts) > LEAST_PARTS or have_labels_of_one_kind(parts)
        must_equal = bool(opening) or ";" in inner or are_parts
        yield from _compared(line, totals, parts, found.span(), must_equal=must_equal)


def _typed_number(line: PrintedLine, start: int, end: int) -> bool:
    return any(line.is_typed(each.start(), each.end()) for each in NUMBER.finditer(line.text, start, end))


def _running(line: PrintedLine, start: int, end: int) -> Iterator[Finding]:
    """ "11 cơ sở, gồm 04 bệnh viện, 07 phòng khám"."""
    read = start
    for found in _IN_RUNNING_TEXT.finditer(line.text, start, end):
        totals = _totals_before(line, start, found.start())
        if not totals or found.start() < read:  # a part of a part
            continue
        read = min([end, *(at for sign in (";", ". ") if (at := line.text.find(sign, found.end(), end)) > 0)])
        parts = parts_in(line.text[found.end() : read])
        yield from _compared(line, totals, parts, (found.start(), read), must_equal=True)


def _altogether(line: PrintedLine, start: int, end: int) -> Iterator[Finding]:
    """ "15 công văn, 03 tờ trình, tổng cộng 18 văn bản"."""
    for found in _ALTOGETHER.finditer(line.text, start, end):
        total = next(counts(line.text, found.end(), end), None)
        begin = clause_start(line.text, start, found.start(), ":;(")
        added = parts_in(line.text[begin : found.start()])
        if (
            total is None
            or total.start != found.end()
            or added is None
            or sum(each.number for each in added) == total.value
        ):
            continue
        if line.is_typed(total.start, total.end) or _typed_number(line, begin, found.start()):
            yield _unequal_parts(line, [total], added, line, line.text[begin : total.end].strip())


def _within(line: PrintedLine, start: int, end: int) -> Iterator[Finding]:
    """ "1.250 phương tiện đo, trong đó đạt 1.200, không đạt 50". What is named need not be all, so less is no slip."""
    for found in _WITHIN.finditer(line.text, start, end):
        totals = _totals_before(line, start, found.start())
        for stop in _ends_of_list(line.text, found.end(), end):
            if parts := parts_in(line.text[found.end() : stop]):
                yield from _compared(line, totals, parts, (found.start(), stop), must_equal=False)
                break


def _after_colon(line: PrintedLine, start: int, end: int) -> Iterator[Finding]:
    """ "12 cơ sở: huyện Ba Bể 04; huyện Na Rì 08". Numbers that begin the entries may overlap, and are added only where they cannot."""
    for found in _COLON.finditer(line.text, start, end):
        head = line.text[max(start, found.start() - FARTHEST) : found.start()]
        totals = [] if _OPENED_BEFORE.search(head) else _totals_before(line, start, found.start(), ";():")
        for stop in _ends_of_list(line.text, found.end(), end) if totals else ():
            if parts := parts_in(line.text[found.end() : stop]):
                equal = have_labels_of_one_kind(parts)
                yield from _compared(line, totals, parts, (found.end(), stop), must_equal=equal)
                break


def _ends_of_list(text: str, start: int, end: int) -> Iterator[int]:
    """Where a list may end: with the sentence, or before the semicolon behind which another begins."""
    bracket = text.find(")", start, min(end, start + FARTHEST))
    if bracket > 0 and text.find("(", start, bracket) < 0:
        end = bracket
    if end - start <= FARTHEST:
        yield end
    first = text.find(";", start, min(end, start + FARTHEST))
    if first > 0:
        yield first


def _note(line: PrintedLine, mark: int, note: PrintedLine) -> Iterator[Finding]:
    opening = _OPENS.match(note.text)
    if opening is None:
        return
    here, _end = sentence_at(line.text, max(mark - 1, 0))
    totals, parts = _totals_before(line, here, mark), parts_in(note.text[opening.end() :])
    wrong = wrong_parts(parts, totals, must_equal=True) if totals and parts else None
    typed = any(line.is_typed(each.start, each.end) for each in totals)
    if wrong and (typed or _typed_number(note, 0, len(note.text))):
        yield _unequal_parts(note, totals, wrong, line, note.text)


def _unequal_parts(
    line: PrintedLine, totals: Sequence[Count], parts: Sequence[CountedPart], at: PrintedLine, words: str
) -> Finding:
    added = [each.number for each in parts]
    nearest = min(totals, key=lambda each: abs(each.value - sum(added)))
    return unequal(line, nearest.shown, added, at, words)


def _too_many(line: PrintedLine, total: Count, part: int, words: str) -> Finding:
    return sum_finding(
        "typed_sum", line, words[:80], line, total.shown,
        _("Phần trong đó là %(part)d, lớn hơn số tổng “%(total)s”.") % {"part": part, "total": total.shown},
    )  # fmt: skip
