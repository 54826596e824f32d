"""What is named twice in one sentence, standards and offices under two names, and items of another kind than their count."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.printed import bullets_below
from khcn.reports.checking.reading import DOCUMENT, counts, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.checking.findings import Severity
    from khcn.reports.checking.printed import PrintedLine, PrintedReport

_PAPER: Final = re.compile(
    r"(?<!\w)(?:quyết định|kế hoạch|chỉ thị|công văn|hướng dẫn|thông tư|nghị định|nghị quyết|tờ trình|đề án|chương trình)(?!\w)",
    re.IGNORECASE,
)
_SAME_WORDS: Final = (
    12  # of two entries of one list that make them one thing: a title has more than half of them
)
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_STANDARD: Final = re.compile(
    r"(?<!\w)(?P<mark>TCVN(?:\s+(?:ISO(?:/IEC)?|IEC))?)\s*(?P<number>\d{3,5}(?:-\d+)?:\d{4})(?!\d)"
)
_LETTERS: Final = re.compile(r"(?<![\w&])[A-ZĐ]{4,10}(?![\w&])")
# Offices of the State whose letters stand in numbers of papers
_OFFICES: Final = frozenset(
    "BKHCN BTTTT BNNPTNT BNNMT BGDĐT BTNMT BLĐTBXH BVHTTDL BKHĐT BGTVT UBND HĐND SKHCN BTCTW TTCP NHNN VPCP ATBXHN VHXH".split()
)
_PROJECT: Final = "du an"
_OTHER_KIND: Final = re.compile(r"(?<!\w)(?P<kind>đề tài)\s*:?\s*[“\"]", re.IGNORECASE)


# ---------------------------------------------------------------------------------------- one paper twice


def named_twice(report: PrintedReport) -> Iterator[Finding]:
    """Two entries of one sentence that name the same paper, by its number or by most of its title."""
    for line in report.lines:
        if line.part not in {"text", "note"}:
            continue
        for start, end in sentences(line.text):
            flat = _BRACKETS.sub(lambda found: " " * len(found[0]), line.text[start:end])
            entries = [each.strip() for each in flat.split(";") if _PAPER.search(each)]
            for one, other in combinations(entries, 2):
                number = _same_number(one, other)
                if number or _same_title(one, other):
                    yield _finding(
                        "named_twice", "warning", line, one[:120], line, other[:120],
                        _("Một câu kể hai lần cùng một văn bản: “%(words)s”.") % {"words": number or other[:80]},
                        _("Bỏ một lần; nếu là hai văn bản thì ghi số, tên cho rõ."),
                    )  # fmt: skip


def _same_number(one: str, other: str) -> str:
    """The number that both entries begin with: "Kế hoạch số 46/KH-UBND"."""
    found = [DOCUMENT.search(each) for each in (one, other)]
    if any(each is None for each in found):
        return ""
    first, second = (each["number"] for each in found if each)
    return first if fold(first) == fold(second) else ""


def _same_title(one: str, other: str) -> bool:
    """Whether they share so many words one behind the other."""
    words, others = fold(one).split(), fold(other).split()
    runs = {tuple(words[at : at + _SAME_WORDS]) for at in range(len(words) - _SAME_WORDS + 1)}
    return any(tuple(others[at : at + _SAME_WORDS]) in runs for at in range(len(others) - _SAME_WORDS + 1))


# ------------------------------------------------------------------------------------------ two names


@dataclass(frozen=True, slots=True)
class _Named:
    """Where something stands, and as what."""

    line: PrintedLine
    words: str


def standards(report: PrintedReport) -> Iterator[Finding]:
    """ "TCVN 9001:2015" and "TCVN ISO 9001:2015": a national standard has one mark."""
    first: dict[str, _Named] = {}
    shown: set[str] = set()
    for line in report.lines:
        for found in _STANDARD.finditer(line.text):
            name = " ".join(found[0].split())
            before = first.setdefault(found["number"], _Named(line, name))
            if before.words != name and name not in shown and line.is_typed(*found.span()):
                shown.add(name)
                yield _finding(
                    "standard", "warning", before.line, before.words, line, name,
                    _("Một tiêu chuẩn ghi hai ký hiệu: %(one)s và %(other)s.")
                    % {"one": before.words, "other": name},
                    _("Ghi thống nhất ký hiệu của tiêu chuẩn."),
                )  # fmt: skip


def abbreviations(report: PrintedReport) -> Iterator[Finding]:
    """Letters of an office with one too many, "BKHCHN": without it they are those of an office of the State, or stand elsewhere
    in the report more often.
    """
    places: dict[str, _Named] = {}
    number: Counter[str] = Counter()
    for line in report.lines:
        for found in _LETTERS.finditer(line.text):
            number[found[0]] += 1
            if line.is_typed(*found.span()):
                places.setdefault(found[0], _Named(line, found[0]))
    for letters, named in places.items():
        if letters in _OFFICES:
            continue
        shorter = {letters[:at] + letters[at + 1 :] for at in range(1, len(letters) - 1)}
        right = [each for each in shorter if each in _OFFICES or number[each] > number[letters]]
        if right:
            other = places.get(right[0], named)
            yield _finding(
                "abbreviation", "warning", named.line, letters, other.line, right[0],
                _("Chữ viết tắt “%(letters)s” thừa một chữ so với “%(right)s”.")
                % {"letters": letters, "right": right[0]},
                _("Sửa chữ viết tắt cho đúng."),
            )  # fmt: skip


# ------------------------------------------------------------------------------------------ another kind


def other_kinds(report: PrintedReport) -> Iterator[Finding]:
    """ "02 dự án: Dự án “…”; Đề tài: “…”": one of what is listed is of another kind than the count."""
    for place, line in enumerate(report.lines):
        if line.part not in {"text", "note"}:
            continue
        below = bullets_below(report.lines, place)
        for start, end in sentences(line.text):
            for count in counts(line.text, start, end):
                colon = line.text.find(":", count.end, end)
                words = fold(line.text[count.end : colon]) if colon > 0 else ""
                if (
                    not words.startswith(_PROJECT)
                    or "de tai" in words
                    or not line.is_typed(count.start, count.end)
                ):
                    continue
                at, found = line, _OTHER_KIND.search(line.text, colon, end)
                for each in below if found is None and colon == len(line.text.rstrip()) - 1 else ():
                    found = re.match(r"(?P<kind>Đề tài)\s*:?\s", each.text)
                    at = each
                    if found:
                        break
                if found:
                    yield _finding(
                        "other_kind", "warning", line, count.shown, at, at.text[found.start() :][:80],
                        _("Ghi “%(count)s” nhưng kể cả đề tài.") % {"count": count.shown},
                        _("Ghi rõ bao nhiêu dự án, bao nhiêu đề tài."),
                    )  # fmt: skip


def _finding(
    code: str,
    severity: Severity,
    line: PrintedLine,
    value: str,
    at: PrintedLine,
    other: str,
    message: str,
    remedy: str,
) -> Finding:
    return Finding(
        code, severity, line.place, value, at.place, other, message, remedy, line.section, at.section
    )
