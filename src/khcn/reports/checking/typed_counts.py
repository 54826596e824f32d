"""Typed counts beside the list that they count: in brackets, after a colon, in the footnote, in the lines below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.parts import CountedPart, are_of, parts_in
from khcn.reports.checking.printed import bullets_below
from khcn.reports.checking.reading import (
    FARTHEST,
    Count,
    clause_start,
    counts,
    is_addressed,
    possible_lengths,
    sentence_at,
    sentences,
    split_list,
    things_in,
)
from khcn.reports.checking.typed_sums import parts_of_lines
from khcn.reports.models import OverrideAspect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.reports.checking.printed import PrintedLine, PrintedReport

_BRACKETS = re.compile(r"\((?P<list>[^()]*)\)")
_COLON = re.compile(r":\s+(?=\S)")
_COUNTED_PART = re.compile(r"\d")
_NO_LIST = re.compile(
    r"(?:quyết định|công văn|kế hoạch|nghị quyết|nghị định|luật|thông tư|chỉ thị|theo|tại|từ|ngày|trong|đạt|bằng|của|do|để|có|đã"
    r"|trong đó|gồm|bao gồm|gia hạn|xem|số|tăng|giảm|so với|b/c|cho ý kiến|không phát sinh|không có|chưa có)\b",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"\s*(?:đã|đang|chưa|sẽ)\s", re.IGNORECASE)
_NONE: Final = re.compile(
    r"(?:không (?:phát sinh|có)|chưa (?:có|phát sinh))\b", re.IGNORECASE
)  # "… y tế: không phát sinh."
_NUMBER_AND_UNIT = re.compile(r"(?<!\d)\d{1,6}\s(?P<unit>[^\W\d_]+)")
_LONGEST_HEAD: Final = 22  # words between a count and the list after its colon
_LONGEST_LOOSE: Final = 6  # a list separated by commas alone can be prose; longer counts are left out
_NEAR_BRACKET: Final = 12
_CLAUSE_SIGNS: Final = ";:()"
_LONGEST_LIST: Final = 4000  # letters from a colon to the end of its sentence: a hundred names; of a longer one the count is not checked


@dataclass(frozen=True, slots=True)
class _Listed:
    """Counts and the list after them. ``lengths``: how many entries it can have."""

    counts: tuple[Count, ...]
    text: str
    lengths: frozenset[int]
    at: PrintedLine


def typed_counts(report: PrintedReport) -> Iterator[Finding]:
    """A count that none of the entries after it bears out. A count and a list that both follow the data are left out."""
    notes = report.notes()
    for place, line in enumerate(report.lines):
        if line.part in {"recipients", "heading"}:
            continue
        for found in (
            *_in_brackets(line),
            *_after_colons(line),
            *_in_notes(line, notes),
            *_in_lines_below(line, bullets_below(report.lines, place)),
        ):
            if not _agrees(line, found):
                yield _finding(line, found)


def _agrees(line: PrintedLine, found: _Listed) -> bool:
    """ "15 lượt cho 14 dự án" lists either of both, "01 dự án và 01 đề tài" lists their sum."""
    total = sum(each.value for each in found.counts)
    joined = (
        line.text[one.end : other.start].rstrip().endswith(" và") for one, other in pairwise(found.counts)
    )
    if len(found.counts) > 1 and all(joined):
        return total in found.lengths
    return bool({total, *(each.value for each in found.counts)} & found.lengths)


def _from_data(line: PrintedLine, start: int, end: int, *around: Count) -> bool:
    """Nothing of it was typed, or the list is one of records, which the checks of figures compare."""
    if line.has_names(start, end):
        return True
    typed_list = "typed" in line.kinds(start, end)
    return not typed_list and not any(line.is_typed(each.start, each.end) for each in around)


def _in_brackets(line: PrintedLine) -> Iterator[_Listed]:
    for start, end in sentences(line.text):
        for found in _BRACKETS.finditer(line.text, start, end):
            inner = _without_asides(found["list"])
            near = [
                each
                for each in counts(
                    line.text, clause_start(line.text, start, found.start(), _CLAUSE_SIGNS), found.start()
                )
                if len(line.text[each.end : found.start()].split()) <= _NEAR_BRACKET
            ][-1:]
            entries = split_list(inner, ";")
            if not near or _NO_LIST.match(inner) or _from_data(line, found.start(), found.end(), *near):
                continue
            if any(_COUNTED_PART.search(each) for each in entries) and _sum_like(entries):
                continue
            lengths = possible_lengths(inner) | {things_in(entries)}
            if len(lengths) > 1 and min(lengths) == 1:
                continue  # an aside of small letters and commas
            if lengths == {1}:
                continue
            yield _Listed(tuple(near), inner, frozenset(lengths), line)


def _without_asides(text: str) -> str:
    """The list without what is reported of its entries: "Hồng LT-1; đã có quyết định"."""
    if ";" not in text:
        return text
    return "; ".join(each.strip() for each in text.split(";") if not _ASIDE.match(each))


def _sum_like(entries: Sequence[str]) -> bool:
    """Every entry has a number of its own: parts of a sum, or days and documents."""
    return all(_COUNTED_PART.search(each) for each in entries)


def _after_colons(line: PrintedLine) -> Iterator[_Listed]:
    flat = _hidden_brackets(line.text)
    for start, end in sentences(line.text):
        for found in _COLON.finditer(flat, start, end):
            clause = max(
                clause_start(flat, start, found.start(), _CLAUSE_SIGNS),
                _after_count_colon(flat, start, found),
            )
            near = [
                each
                for each in counts(line.text, clause, found.start())
                if len(flat[each.end : found.start()].split()) <= _LONGEST_HEAD
            ]
            if not near or end - found.end() > _LONGEST_LIST:
                continue
            tail = flat[found.end() : end]
            entries = split_list(tail, ";")
            if not entries or _NO_LIST.match(tail) or _from_data(line, found.end(), end, *near):
                continue
            if entries[0][0].isdigit() or _are_parts(tail, entries, near, flat[clause : found.start()]):
                continue  # parts of a sum
            lengths = possible_lengths(tail) if len(entries) == 1 else {len(entries), things_in(entries)}
            most = max(each.value for each in near)
            if len(entries) == 1 and not (max(lengths) < most <= _LONGEST_LOOSE or _are_of_one_kind(tail)):
                continue
            yield _Listed(tuple(near), line.text[found.end() : end].strip(), frozenset(lengths), line)


def _are_parts(text: str, entries: Sequence[str], totals: Sequence[Count], head: str) -> bool:
    """Are the entries numbers of what was counted, "huyện Ba Bể 04", and not the counted things themselves?"""
    parts = parts_in(text) or parts_in(text.partition(";")[0])
    if parts:
        return head.rstrip().lower().endswith("trong đó") or any(are_of(parts, totals))
    units = {fold(each.words).split()[0] for each in totals}
    return len(entries) > 1 and all(
        any(fold(found["unit"]) in units for found in _NUMBER_AND_UNIT.finditer(each)) for each in entries
    )


def _are_of_one_kind(text: str) -> bool:
    """Are these the names of several of one kind: "Nhà máy A, Nhà máy B", "ông A, bà B"? Then each comma parts two of them."""
    entries = split_list(text, ",")
    kinds = {"" if is_addressed(each) else each.partition(" ")[0] for each in entries}
    return len(entries) > 1 and len(kinds) == 1 and (kinds == {""} or entries[0][0].isupper())


def _after_count_colon(flat: str, start: int, found: re.Match[str]) -> int:
    return flat.rfind(": ", max(start, found.start() - FARTHEST), found.start()) + 1


def _hidden_brackets(text: str) -> str:
    """The text with the signs in brackets and quotation marks blotted out, letter by letter, in each sentence."""
    blot = lambda found: found[0][0] + re.sub(r"[;:.]", "_", found[0][1:-1]) + found[0][-1]  # noqa: E731
    return "".join(re.sub(r"\([^()]*\)|“[^“”]*”", blot, text[start:end]) for start, end in sentences(text))


def _all_begin_with_count(entries: Sequence[str]) -> bool:
    return all(each[:1].isdigit() for each in entries)


def _in_notes(line: PrintedLine, notes: dict[tuple[str, str], PrintedLine]) -> Iterator[_Listed]:
    for mark in line.note_marks():
        note = notes.get((line.section, mark.note))
        if note is None or note.has_names(0, len(note.text)):
            continue
        begin, _end = sentence_at(line.text, max(mark.start - 1, 0))
        clause = max(begin, line.text.rfind(";", begin, mark.start) + 1)
        near = list(counts(line.text, clause, mark.start))
        entries = split_list(note.text, ";,")
        if not near or len(entries) == 1 or _NO_LIST.match(note.text):
            continue
        if _all_begin_with_count(entries) or _sum_like(split_list(note.text, ";,")):
            continue
        if not any(line.is_typed(each.start, each.end) for each in near) and "typed" not in note.kinds(
            0, len(note.text)
        ):
            continue
        lengths = possible_lengths(note.text)
        if min(lengths) == 1:
            continue
        yield _Listed(tuple(near), note.text, frozenset(lengths), note)


def _in_lines_below(line: PrintedLine, entries: Sequence[PrintedLine]) -> Iterator[_Listed]:
    """A line that says of its matter that there was none counts for nothing. Where lines and count follow the data, or each line
    counts other things of its own, "kiểm tra nhãn hàng hóa tại 12 cơ sở", one may stand for several of what is counted: then only
    more lines than were counted are wrong.
    """
    if not entries or parts_of_lines(entries, list(counts(line.text))) is not None:
        return  # parts of a sum
    text = line.text.rstrip()
    start, end = sentences(text)[-1]
    near = list(counts(text, clause_start(text, start, end - 1, _CLAUSE_SIGNS), end))[-1:]
    if not near or not ("typed" in line.kinds(near[0].start, near[0].end) or len(entries) > 1):
        return
    happened = [each for each in entries if not _NONE.search(each.text)]
    lengths = {len(happened), things_in([each.text for each in happened])}
    is_bound = not line.is_typed(near[0].start, near[0].end) and any(map(_follows_data, entries))
    if is_bound or all(_counts_others(each, near[0]) for each in happened):
        lengths |= set(range(len(happened), near[0].value + 1))
    words = "; ".join(each.text[:40] for each in happened or entries)
    yield _Listed(tuple(near), words, frozenset(lengths), (happened or entries)[0])


def _follows_data(line: PrintedLine) -> bool:
    return any(each.aspect is OverrideAspect.VALUE for each in line.spans)


def _counts_others(entry: PrintedLine, counted: Count) -> bool:
    """Whether a line has a number, of other things than those that are counted."""
    numbers = [CountedPart("…", each.value, each.words) for each in counts(entry.text)]
    return bool(numbers) and not any(are_of(numbers, [counted]))


def _finding(line: PrintedLine, found: _Listed) -> Finding:
    count = found.counts[-1].value
    number = min(found.lengths, key=lambda each: (abs(each - count), each))  # a comma may belong to a name
    return Finding(
        "typed_count",
        "error",
        line.place,
        found.counts[-1].shown,
        found.at.place,
        _("%(number)d mục: %(list)s") % {"number": number, "list": found.text[:200]},
        _("Ghi “%(count)s” nhưng kể ra %(number)d.") % {"count": found.counts[-1].shown, "number": number},
        _("Sửa số đếm hoặc danh sách cho khớp; có sổ theo dõi thì gắn mã số liệu để cả hai lấy từ sổ."),
        line.section,
        found.at.section,
    )
