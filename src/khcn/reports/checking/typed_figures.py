"""Typed numbers and lists beside the figures that say the same, and typed statements that are made twice."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.kernel.text.numbers import two_digits
from khcn.kernel.text.similar_names import is_duplicate_like
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.reading import (
    FARTHEST,
    Count,
    counts,
    distinctive_words,
    sentence_at,
    sentences,
    split_list,
)
from khcn.reports.models import OverrideAspect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.reports.checking.printed import PrintedFigure, PrintedLine, PrintedReport

_LEAST_WORDS: Final = 2
_TAKEN_AS_READ: Final = frozenset({"cap", "tinh"})  # a department of a province often leaves them out
_SAME_WORDS: Final = 7  # words after two numbers, up to the next sign, that make them one statement
_FEWEST_AFTER: Final = 3  # distinctive ones among them: "40 nhiệm vụ khoa học và công nghệ" has none
_FEWEST_DISTINCTIVE: Final = 4  # words of a statement by which it is known elsewhere
_CLAUSE_SIGNS: Final = ";:()"
# What may stand beside a counted thing without making it another: "tổ chức nghiệm thu được 05 nhiệm vụ"
_LIGHT: Final = re.compile(
    r"(?<!\w)(?:có|tổ chức|tiến hành|hoàn thành|đến nay|hiện nay|hiện|tổng|thêm|việc|cho|từ đầu năm)(?!\w)",
    re.IGNORECASE,
)
_LEVEL: Final = re.compile(r"cấp (?:quốc gia|nhà nước|bộ|tỉnh|huyện|xã|cơ sở)(?!\w)", re.IGNORECASE)
# A count in brackets behind what it counts: "Nhiệm vụ thực hiện từ năm 2024 (09 nhiệm vụ)"
_COUNT_BEHIND: Final = re.compile(
    r"(?:^|(?<=[.;:] ))(?P<words>(?P<unit>[^\W\d_]+ [^\W\d_]+) [^.;:,()]{4,100}?) \((?P<number>\d{1,4}) (?P=unit)\)",
    re.IGNORECASE,
)
_OWN_LEVEL: Final = "cap tinh"
_TASKS: Final = ("nhiệm vụ", "đề tài", "dự án")  # what one unit calls a task, another may call otherwise
# "Số nhiệm vụ đã nghiệm thu là 5"
_NUMBER_LAST: Final = re.compile(
    r"(?<!\w)(?:tổng )?số\s+(?P<words>[^.;:()\d]{4,120}?)\s*(?::|(?<!\w)(?:là|bằng|đạt|được))\s*(?P<number>\d{1,6})(?=\s*(?:[.;,)]|$))",
    re.IGNORECASE,
)
_LIST: Final = re.compile(r"\s*[^();:.\d]{0,40}?(?:\(|:\s)(?P<list>[^()]*)")


def typed_figures(report: PrintedReport) -> Iterator[Finding]:
    """A typed number whose clause has all words of a figure's label, or nothing but what the figure is called: it states that
    figure, with or without its value.
    """
    known = [_named(each) for each in report.figures.values()]
    for each in _typed_counts(report, [line for line in report.lines if not line.of_plans]):
        clause = _Clause(
            distinctive_words(each.clause),
            _bare(each) - _TAKEN_AS_READ,
            _levels(each.clause) - {_OWN_LEVEL},
        )
        near = [
            (fits, named.figure.value == each.number.value, named.figure)
            for named in known
            if (fits := _fits(clause, each.number, named))
        ]
        if near:
            yield _figure_finding(each.line, each.number, max(near, key=lambda found: found[:2])[2])


class _Stated(NamedTuple):
    """A typed number, and the clause that it stands in."""

    line: PrintedLine
    clause: str
    number: Count


class _Clause(NamedTuple):
    """The words of a clause, those without light ones, and the levels of tasks that it names besides the province's."""

    words: frozenset[str]
    bare: frozenset[str]
    levels: frozenset[str]


def _bare(stated: _Stated) -> frozenset[str]:
    """The distinctive words of its clause without its number."""
    count = stated.number
    return distinctive_words(_LIGHT.sub(" ", stated.clause)) - {str(count.value), two_digits(count.value)}


def _levels(text: str) -> frozenset[str]:
    return frozenset(fold(each) for each in _LEVEL.findall(text))


class _Named(NamedTuple):
    """A figure with the words of its label, those of them that most labels lack, all its names without light words, and the levels of
    tasks in its label.
    """

    figure: PrintedFigure
    label: frozenset[str]
    distinctive: frozenset[str]
    called: frozenset[frozenset[str]]
    levels: frozenset[str]


def _named(figure: PrintedFigure) -> _Named:
    label = distinctive_words(figure.label)
    called = frozenset(
        distinctive_words(_LIGHT.sub(" ", each)) - _TAKEN_AS_READ
        for each in (figure.label, *figure.also_called)
    )
    return _Named(figure, label, label - _TAKEN_AS_READ, called, _levels(figure.label))


def _fits(clause: _Clause, count: Count, named: _Named) -> tuple[int, int] | None:
    """How well a clause fits a figure: the words of its label in it, and those of the label that it leaves out; None where it
    speaks of something else.
    """
    is_all = len(named.distinctive) >= _LEAST_WORDS and named.distinctive <= clause.words
    is_called = bool(clause.bare) and clause.bare in named.called
    if not (is_all or is_called) or (clause.levels and not clause.levels & named.levels):
        return None
    unit = named.figure.unit
    if (is_all and _has_unit(count, unit)) or (is_called and _has_kind(count, unit)):
        return len(named.label & clause.words), -len(named.label - clause.words)
    return None


def _has_unit(count: Count, unit: str) -> bool:
    words = f"{fold(count.words)} "
    return any(words.startswith(f"{fold(each)} ") for each in (unit, *unit.split(", ")) if each)


def _has_kind(count: Count, unit: str) -> bool:
    """The unit, or the first word of it: "lượt" of "lượt điều chỉnh"; one task is called as another."""
    if any(unit.startswith(each) for each in _TASKS):
        return any(_has_unit(count, each) for each in _TASKS)
    return _has_unit(count, unit) or _has_unit(count, unit.split(" ", maxsplit=1)[0])


def _typed_counts(report: PrintedReport, lines: Sequence[PrintedLine]) -> Iterator[_Stated]:
    for line in lines:
        if line.part in {"letterhead", "recipients"}:
            continue
        for start, end in sentences(line.text):
            found = list(counts(line.text, start, end))
            for place, each in enumerate(found):
                if not line.is_typed(each.start, each.end):
                    continue
                first, last = max(start, each.start - FARTHEST), min(end, each.end + FARTHEST)
                before = [line.text.rfind(sign, first, each.start) + 1 for sign in _CLAUSE_SIGNS]
                after = [at for sign in _CLAUSE_SIGNS if (at := line.text.find(sign, each.end, last)) >= 0]
                before += [other.end for other in found[max(0, place - 1) : place]]
                after += [other.start for other in found[place + 1 : place + 2]]
                behind = line.within(each.end, last)
                after += islice((span.start for span in behind if span.kind == "figure"), 1)
                yield _Stated(line, line.text[max([first, *before]) : min([last, *after])], each)
        for behind_words in _NUMBER_LAST.finditer(line.text):
            begin, finish = behind_words.span("number")
            if line.is_typed(begin, finish):
                number = Count(int(behind_words["number"]), begin, finish, behind_words["words"].strip())
                yield _Stated(line, behind_words["words"], number)


def _figure_finding(line: PrintedLine, count: Count, figure: PrintedFigure) -> Finding:
    equal = figure.value == count.value
    message = (
        _("Số gõ tay “%(count)s” là số liệu %(label)s (%(code)s): sẽ không đổi theo sổ.")
        if equal
        else _("Số gõ tay “%(count)s” khác số liệu %(label)s (%(code)s) là %(value)s.")
    )
    values = {"count": count.shown, "label": figure.label, "code": figure.code, "value": figure.text}
    return Finding(
        "typed_figure",
        "warning" if equal else "error",
        line.place,
        count.shown,
        figure.place,
        f"{figure.text} ({figure.code})",
        message % values,
        _("Gắn mã số liệu thay cho số gõ tay; nếu là việc khác thì ghi rõ khác ở đâu."),
        line.section,
        figure.section,
        (figure.code,),
        figure.names(),
    )


# ---------------------------------------------------------------------------------- made twice


def twice_stated(report: PrintedReport) -> Iterator[Finding]:
    """One typed statement at two places with different numbers: equal words follow them, or the same words stand around them."""
    found = [*_same_words_after(report), *_same_words_around(report), *_counts_behind(report)]
    shown: set[tuple[str, ...]] = set()
    for each in found:
        places = each.place_1, each.value_1, each.place_2, each.value_2
        if places not in shown:
            shown.add(places)
            yield each


def _same_words_after(report: PrintedReport) -> Iterator[Finding]:
    first: dict[str, tuple[PrintedLine, Count]] = {}
    for line in report.lines:
        for count in counts(line.text):
            if not line.is_typed(count.start, count.end):
                continue
            phrase = re.split(r"[.;:(]", line.text[count.end : count.end + 120])[0]
            after = fold(phrase).split()
            if len(after) < _SAME_WORDS or len(distinctive_words(phrase)) < _FEWEST_AFTER:
                continue
            other, before = first.setdefault(" ".join(after), (line, count))
            if before.value != count.value:
                yield Finding(
                    "twice_stated",
                    "error",
                    other.place,
                    before.shown,
                    line.place,
                    count.shown,
                    _("Cùng một nội dung “%(words)s” nhưng hai nơi ghi hai số.")
                    % {"words": line.text[count.end : count.end + 60].strip()},
                    _("Đối chiếu với hồ sơ rồi sửa một trong hai nơi; nếu là hai việc thì ghi cho rõ."),
                    other.section,
                    line.section,
                )


def _same_words_around(report: PrintedReport) -> Iterator[Finding]:
    """The same words around two typed numbers in two sections: an error where all words are the same, a warning where one
    statement says more of what was done to the same things.
    """
    by_things: dict[str, list[tuple[_Stated, frozenset[str]]]] = {}
    for stated in _typed_counts(report, [each for each in report.lines if each.part != "cell"]):
        words = _bare(stated)
        if len(words) < _FEWEST_DISTINCTIVE or any(each.isdigit() for each in words):
            continue
        alike = by_things.setdefault(fold(stated.number.words), [])
        for other, before in alike:
            if other.line.section == stated.line.section or other.number.value == stated.number.value:
                continue
            if words == before or (
                len(stated.number.words.split()) >= _FEWEST_DISTINCTIVE and (words < before or before < words)
            ):
                yield _twice(other, stated, is_same=words == before)
                break
        alike.append((stated, words))


def _counts_behind(report: PrintedReport) -> Iterator[Finding]:
    """ "Xác định được 10 nhiệm vụ thực hiện từ năm 2024" and "Nhiệm vụ thực hiện từ năm 2024 (09 nhiệm vụ)"."""
    behind: dict[str, tuple[PrintedLine, re.Match[str]]] = {}
    for line in report.lines:
        for found in _COUNT_BEHIND.finditer(line.text):
            behind.setdefault(fold(found["words"]), (line, found))
    for line in report.lines if behind else ():
        for count in counts(line.text):
            words = fold(re.split(r"[.;:,(]", line.text[count.end : count.end + 120])[0])
            if words not in behind or len(words.split()) < _FEWEST_DISTINCTIVE:
                continue
            at, other = behind[words]
            second = Count(int(other["number"]), *other.span("number"), other["unit"])
            if second.value != count.value and (
                line.is_typed(count.start, count.end) or at.is_typed(second.start, second.end)
            ):
                yield _twice(_Stated(line, "", count), _Stated(at, "", second), is_same=True)


def _twice(other: _Stated, stated: _Stated, *, is_same: bool) -> Finding:
    return Finding(
        "twice_stated",
        "error" if is_same else "warning",
        other.line.place,
        other.number.shown,
        stated.line.place,
        stated.number.shown,
        _("Cùng một nội dung “%(words)s” nhưng hai nơi ghi hai số.") % {"words": stated.number.words[:60]},
        _("Đối chiếu với hồ sơ rồi sửa một trong hai nơi; nếu là hai việc thì ghi cho rõ."),
        other.line.section,
        stated.line.section,
    )


# ---------------------------------------------------------------------------------- typed lists


def typed_lists(report: PrintedReport) -> Iterator[Finding]:
    """Names typed after a figure that are not those of its records: a list of another figure, or one left out."""
    for line in report.lines:
        for span in line.spans:
            if span.aspect is not OverrideAspect.VALUE or span.figure not in report.figures:
                continue
            _start, end = sentence_at(line.text, span.start)
            found = _LIST.match(line.text, span.end, end)
            if found is None or not line.is_typed(*found.span("list")):
                continue
            figure = report.figures[span.figure]
            names = figure.names()
            entries = split_list(found["list"], ";")
            if len(entries) == 1 or len(entries) < len(names) == len(split_list(found["list"], ";,")):
                entries = split_list(found["list"], ";,")
            if len(entries) < _LEAST_WORDS or any(re.search(r"\d", each) for each in entries):
                continue
            strange = [each for each in entries if not any(_same(each, name) for name in names)]
            missing = [name for name in names if not any(_same(each, name) for each in entries)]
            if strange or missing:
                yield _list_finding(line, figure, strange, missing)


def _same(typed: str, name: str) -> bool:
    one, other = distinctive_words(typed), distinctive_words(name)
    return is_duplicate_like(typed, name) or (bool(one) and bool(other) and (one <= other or other <= one))


def _list_finding(
    line: PrintedLine, figure: PrintedFigure, strange: list[str], missing: list[str]
) -> Finding:
    return Finding(
        "typed_list",
        "error",
        line.place,
        "; ".join(strange) or _("thiếu %(count)d tên") % {"count": len(missing)},
        _("Sổ theo dõi"),
        "; ".join(missing or figure.names()) or "0",
        _("Danh sách gõ tay khác danh sách của số liệu %(label)s (%(code)s).")
        % {"label": figure.label, "code": figure.code},
        _("Bấm “Chèn số liệu”, chọn danh sách tên của %(code)s thay cho danh sách gõ tay.")
        % {"code": figure.code},
        line.section,
        figure.section,
        (figure.code,),
        tuple(missing),
    )
