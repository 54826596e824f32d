"""Checks of the words between the figures: typed numbers, rates, repeated entries, words of another period."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from khcn.kernel.indicators import PeriodKind
from khcn.kernel.text.fold import fold
from khcn.kernel.text.similar_names import is_duplicate_like
from khcn.reports.checking.findings import Finding
from khcn.reports.models import OverrideAspect
from khcn.reports.texts.period_words import period_words, rest_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from khcn.kernel.indicators import Period
    from khcn.reports.composing.report_parts import LinePart, ReportLine
    from khcn.reports.composing.resolve import Report

NOT_HANDED_IN: Final = "not_handed_in"
_SENTENCE_END = re.compile(r"[.;!?]\s+")
_COUNT = re.compile(r"(?<![\w./,-])(?P<number>\d{1,3}(?:\.\d{3})+|\d+)\s+(?P<rest>[^\W\d_].*)", re.DOTALL)
_RATE = re.compile(r"(?<![\d,.])\d+(?:,\d+)?\s*%")
_FRACTION = re.compile(r"(?<![\d/.-])\d[\d.]*\s*/\s*\d[\d.]*(?![\d/-])")
_GROWTH = re.compile(r"(?:tăng|giảm)\s+$", re.IGNORECASE)
_COMPARED = re.compile(
    r"\s+so với\s(?:[^.;()\d]|năm \d{4}|(?:quý|tháng) \d{1,2}){0,60}(?:\(|là |: )\d", re.IGNORECASE
)
_WORD: Final = 12  # letters before a number in which the word that belongs to it stands
_DATE_BEFORE = re.compile(r"(?:ngày|số|tháng|quý)\s*$", re.IGNORECASE)


def _sentences(line: ReportLine) -> list[list[tuple[LinePart, str]]]:
    """The pieces of a line by sentence; a typed piece may be cut."""
    done: list[list[tuple[LinePart, str]]] = [[]]
    for piece in line.pieces:
        if piece.kind != "typed":
            done[-1].append((piece, piece.text))
            continue
        first, *others = _SENTENCE_END.split(piece.text)
        done[-1].append((piece, first))
        done.extend([(piece, text)] for text in others)
    return done


def typed_beside_bound(report: Report) -> Iterator[Finding]:
    """A number typed by hand, of the same unit as a bound figure in the same sentence: it will not follow the data."""
    for line in report.lines:
        for sentence in _sentences(line):
            bound = [
                piece.occurrence
                for piece, _text in sentence
                if piece.occurrence and piece.occurrence.kind is OverrideAspect.VALUE
            ]
            units = {
                unit: each
                for each in bound
                for unit in _units(str(report.readings.indicator(each.code).unit))
            }
            for piece, text in sentence if units else ():
                if piece.kind != "typed":
                    continue
                for number, unit in _typed_counts(text, units):
                    figure = units[unit]
                    yield Finding(
                        "typed_beside_bound",
                        "warning",
                        report.place(line.section, line.note),
                        f"{number} {unit}",
                        report.place(figure.section, figure.note),
                        f"{figure.text} ({figure.code})",
                        _("Số %(number)s gõ tay đứng cạnh số liệu lấy từ sổ cùng đơn vị “%(unit)s”.")
                        % {"number": number, "unit": unit},
                        _("Gắn mã số liệu thay cho số gõ tay."),
                        line.section,
                        figure.section,
                        (figure.code,),
                    )


def _units(unit: str) -> list[str]:
    """Ways to name a unit: "đề tài, dự án" is also either of them."""
    return [each for each in dict.fromkeys((unit, *unit.split(", "))) if each]


def _typed_counts(text: str, units: Iterable[str]) -> Iterator[tuple[str, str]]:
    place, longest_first = 0, sorted(units, key=len, reverse=True)
    while found := _COUNT.search(text, place):
        place = found.end("number")
        words = fold(found["rest"]) + " "
        unit = next((each for each in longest_first if words.startswith(fold(each) + " ")), None)
        if unit:
            yield found["number"], unit


def rates(report: Report) -> Iterator[Finding]:
    """A percentage whose sentence does not say of how many."""
    for line in report.lines:
        for sentence in _sentences(line):
            text = "".join(part for _piece, part in sentence)
            if any(
                not _DATE_BEFORE.search(text, max(0, each.start() - _WORD), each.start())
                for each in _FRACTION.finditer(text)
            ):
                continue
            for piece, part in sentence:
                for rate in _RATE.finditer(part) if piece.kind == "typed" else ():
                    if _GROWTH.search(part, max(0, rate.start() - _WORD), rate.start()) and _COMPARED.match(
                        part, rate.end()
                    ):
                        continue  # both numbers are given
                    yield Finding(
                        "rate_without_denominator",
                        "warning",
                        report.place(line.section, line.note),
                        rate[0],
                        "",
                        "",
                        _("Tỷ lệ %(rate)s không nói rõ là bao nhiêu trên bao nhiêu.") % {"rate": rate[0]},
                        _("Ghi kèm tử số và mẫu số, ví dụ “40/46 (86,96 %%)”.") % {},
                        line.section,
                    )


# ------------------------------------------------------------------------------------ repeated entries

_NEAR_UP_TO: Final = 60  # entries; longer lists are searched for equal ones only
_SHORTEST = 6  # folded letters; shorter entries are too alike to tell


def duplicates(report: Report) -> Iterator[Finding]:
    """An entry stands twice in a list of names, or between the semicolons of a footnote."""
    for line in report.lines:
        lists = [
            list(piece.occurrence.printed.names)
            for piece in line.pieces
            if piece.occurrence and piece.occurrence.kind is OverrideAspect.NAMES
        ]
        if line.note and not lists:
            lists.append([each.strip(" .") for each in line.text.split(";")])
        for entries in lists:
            for one, other in _repeated(entries):
                yield Finding(
                    "duplicate_entry",
                    "warning",
                    report.place(line.section, line.note),
                    f"{one + 1}. {entries[one]}",
                    report.place(line.section, line.note),
                    f"{other + 1}. {entries[other]}",
                    _("Tên thứ %(one)d và thứ %(other)d trong danh sách %(count)d tên là một.")
                    % {"one": one + 1, "other": other + 1, "count": len(entries)},
                    _("Bỏ một tên và sửa số đếm; nếu là hai việc khác nhau thì ghi cho rõ khác nhau ở đâu."),
                    line.section,
                    line.section,
                )


def _repeated(entries: list[str]) -> Iterator[tuple[int, int]]:
    keys = [fold(each) for each in entries]
    first: dict[str, int] = {}
    for place, key in enumerate(keys):
        if len(key) >= _SHORTEST and first.setdefault(key, place) != place:
            yield first[key], place
    if len(entries) > _NEAR_UP_TO:
        return
    for one, other in combinations(range(len(entries)), 2):
        if (
            keys[one] != keys[other]
            and min(len(keys[one]), len(keys[other])) >= _SHORTEST
            and is_duplicate_like(entries[one], entries[other])
        ):
            yield one, other


# --------------------------------------------------------------------------- words of another period

_NUMBERS = {"ba": 3, "sáu": 6, "chín": 9}
_PART_OF_YEAR = re.compile(
    r"(?<!\w)(?P<number>0?[1-9]|1[0-2]|ba|sáu|chín)\s+tháng\s+(?P<part>đầu|cuối)\s+năm(?:\s+(?P<year>\d{4}))?"
)
_QUARTER = re.compile(r"(?<!\w)quý\s+(?P<number>iv|i{1,3}|[1-4])(?!\w)(?:\s*(?:/|năm)\s*(?P<year>\d{4}))?")
_MONTH = re.compile(r"(?<!\w)tháng\s+(?P<number>0?[1-9]|1[0-2])(?!\w)(?:\s*(?:/|năm)\s*(?P<year>\d{4}))?")
_BARE = re.compile(r"(?<!\w)trong\s+(?P<kind>tháng|quý)(?!\w)(?!\s*(?:\d|i+v?(?!\w)|iv(?!\w)))")
_BARE_KINDS = {"tháng": PeriodKind.MONTH, "quý": PeriodKind.QUARTER}


class _Phrase(NamedTuple):
    """A period named in a text: its kind of words, its number, and its year when one is given."""

    words: str
    number: str
    year: str


def _phrases(text: str, *, heading: bool) -> Iterator[tuple[str, _Phrase]]:
    lower = text.lower()
    for found in _PART_OF_YEAR.finditer(lower):
        number = str(_NUMBERS.get(found["number"]) or int(found["number"]))
        yield text[found.start() : found.end()], _Phrase(found["part"], number, found["year"] or "")
    if heading:  # in running text other months and quarters are dates, not the period
        for kind, pattern in (("quý", _QUARTER), ("tháng", _MONTH)):
            for found in pattern.finditer(lower):
                phrase = _Phrase(kind, found["number"].lstrip("0"), found["year"] or "")
                yield text[found.start() : found.end()], phrase


def _own_phrases(period: Period) -> list[_Phrase]:
    own = f"{period_words(period)}; {rest_words(period)}"
    return [phrase for _text, phrase in _phrases(own, heading=True)]


def other_periods(report: Report) -> Iterator[Finding]:
    """Typed words name another period than this report's: left over from an older one."""
    period = report.source.period
    own = _own_phrases(period)
    for line in report.lines:
        for piece in line.pieces:
            if piece.kind != "typed":
                continue
            wrong = [
                text
                for text, phrase in _phrases(piece.text, heading=line.is_heading)
                if not any(phrase[:2] == each[:2] and phrase.year in {"", each.year} for each in own)
            ]
            wrong += [
                piece.text[found.start() : found.end()]
                for found in _BARE.finditer(piece.text.lower())
                if period.kind is not _BARE_KINDS[found["kind"]]
            ]
            for text in wrong:
                yield _period_finding(report, line, text)


def _period_finding(report: Report, line: ReportLine, text: str) -> Finding:
    words = f"{period_words(report.source.period)}; {rest_words(report.source.period)}"
    message = (
        _("Đề mục ghi “%(text)s”, báo cáo này là của kỳ khác.")
        if line.is_heading
        else _("Lời văn ghi “%(text)s”, báo cáo này là của kỳ khác.")
    )
    return Finding(
        "other_period",
        "error" if line.is_heading else "warning",
        report.place(line.section, line.note),
        text,
        _("Kỳ báo cáo"),
        words,
        message % {"text": text},
        _("Chèn cụm từ “kỳ báo cáo” hoặc “phần còn lại của năm, kỳ sau” để lời văn luôn theo kỳ báo cáo."),
        line.section,
    )


def not_handed_in(report: Report) -> Iterator[Finding]:
    """A section that its division has not handed in, or has to hand in again."""
    labels = {"drafting": _("đang soạn"), "returned": _("bị trả lại")}
    for section in report.source.sections:
        if section.state in labels:
            yield Finding(
                NOT_HANDED_IN,
                "warning",
                report.place(section.key),
                labels[section.state],
                "",
                "",
                _("Mục do %(owner)s phụ trách chưa nộp.") % {"owner": section.owner},
                _("Đôn đốc đơn vị nộp mục này, hoặc Văn phòng nộp thay."),
                section.key,
            )
