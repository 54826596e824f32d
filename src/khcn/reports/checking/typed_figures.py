"""Typed numbers and lists beside the figures that say the same, and typed statements that are made twice."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.kernel.text.similar_names import is_duplicate_like
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.reading import (
    FARTHEST,
    Count,
    counts,
    sentence_at,
    sentences,
    split_list,
    telling_words,
)
from khcn.reports.models import OverrideAspect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.checking.printed import PrintedFigure, PrintedLine, PrintedReport

_LEAST_WORDS: Final = 2
_TAKEN_AS_READ: Final = frozenset({"cap", "tinh"})  # a department of a province often leaves them out
_SAME_WORDS: Final = 7  # words after two numbers that make them one statement
_CLAUSE_SIGNS: Final = ";:()"
_LIST: Final = re.compile(r"\s*[^();:.\d]{0,40}?(?:\(|:\s)(?P<list>[^()]*)")


def typed_figures(report: PrintedReport) -> Iterator[Finding]:
    """A typed number whose clause has all words of a figure's label: it states that figure, with or without its value."""
    labels = [(each, telling_words(each.label)) for each in report.figures.values()]
    labels = [(each, words) for each, words in labels if len(words - _TAKEN_AS_READ) >= _LEAST_WORDS]
    for line, start, end, count in _typed_counts(report):
        clause = telling_words(line.text[start:end])
        near = [
            (len(words & clause), -len(words - clause), figure.value == count.value, figure)
            for figure, words in labels
            if words - _TAKEN_AS_READ <= clause and _has_unit(count, figure.unit)
        ]
        if near:
            yield _figure_finding(line, count, max(near, key=lambda each: each[:3])[3])


def _has_unit(count: Count, unit: str) -> bool:
    words = f"{fold(count.words)} "
    return any(words.startswith(f"{fold(each)} ") for each in (unit, *unit.split(", ")) if each)


def _typed_counts(report: PrintedReport) -> Iterator[tuple[PrintedLine, int, int, Count]]:
    for line in report.lines:
        if line.part in {"letterhead", "recipients"} or line.of_plans:
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
                yield line, max([first, *before]), min([last, *after]), each


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
    """One typed statement at two places with different numbers: equal words follow them."""
    first: dict[str, tuple[PrintedLine, Count]] = {}
    for line in report.lines:
        for count in counts(line.text):
            if not line.is_typed(count.start, count.end):
                continue
            after = fold(re.split(r"[.;:(]", line.text[count.end : count.end + 120])[0]).split()[:_SAME_WORDS]
            if len(after) < _SAME_WORDS or any(each.isdigit() for each in after):
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
    one, other = telling_words(typed), telling_words(name)
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
