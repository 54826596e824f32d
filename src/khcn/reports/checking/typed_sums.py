"""Typed parts that do not add up: in brackets, in footnotes, in shares of a total, and amounts in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.amounts_in_words import LARGEST, amount_in_words, number_in_words
from khcn.kernel.text.fold import fold
from khcn.kernel.text.numbers import two_digits
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.printed import bullets_below
from khcn.reports.checking.reading import (
    FARTHEST,
    NUMBER_WORDS,
    Count,
    clause_start,
    counts,
    sentence_at,
    sentences,
    split_list,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.reports.checking.printed import PrintedLine, PrintedReport

_BRACKETS = re.compile(r"\((?P<inner>(?:[^()]|\([^()]*\))*)\)")
_NUMBER = re.compile(r"(?<![\d/.,\-])(?:\d{1,3}(?:\.\d{3})+|\d{1,6})(?![\d/%\-]|[.,]\d|\s*%)")
_OPENS = re.compile(r"(?:trong đó|gồm có|bao gồm|gồm|cụ thể)\s*:?\s*", re.IGNORECASE)
_PART_OF_ALL = re.compile(r"trong đó", re.IGNORECASE)
_IN_RUNNING_TEXT = re.compile(r",\s*(?P<word>bao gồm|gồm)\s*:?\s+", re.IGNORECASE)
_NAMED = re.compile(r"(?:số|ngày|tháng|năm|quý|thứ|lần|mã|đợt|iso|-)\s*$", re.IGNORECASE)
_SHARE = re.compile(
    r"(?<![\d/.\-])(?P<part>\d[\d.]*)/(?P<all>\d[\d.]*)(?![\d/\-]|\s*(?-i:[A-ZĐ]))"
    r"(?P<words>[^()/;.\d]{0,40}?)(?:\((?:(?:đạt|chiếm|bằng|tỷ lệ)\s+){0,2}|,?\s*(?:(?:và|là)\s+)?(?:đạt|chiếm|bằng|=|tương ứng|tỷ lệ)\s+"
    r"(?:(?:tỷ lệ|đạt|với|là|bằng)\s+){0,2})(?P<rate>\d+(?:,\d+)?)\s*%(?!\s*(?:kế hoạch|dự toán|so với|cùng kỳ|chỉ tiêu))",
    re.IGNORECASE,
)
_NO_FRACTION = re.compile(r"(?:số|ngày|đến|tháng|hết|trước|sau|từ)\s+$", re.IGNORECASE)
_RECEIVED = re.compile(
    r"(?<![\d/.\-])(?P<part>\d[\d.]*)/(?P<all>\d[\d.]*)(?![\d/\-])(?P<rest>(?:\s+hồ sơ)?,\s+\d[^.]*)"
)
_MONEY = re.compile(
    r"(?<![\d.])(?P<amount>\d{1,3}(?:\.\d{3})+|\d{1,18})\s+đồng\s*\((?P<words>[^()\d]*?đồng[^()\d]*)\)",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    rf"(?<![\w./,\-–])(?P<number>\d{{1,3}}(?:\.\d{{3}})+|\d{{1,6}})\s*\((?P<words>{NUMBER_WORDS})\)",
    re.IGNORECASE,
)
_ALTOGETHER = re.compile(r"[,;]?\s+(?:tổng cộng|tổng số|cộng)\s*:?\s*(?:là|có|được)?\s*(?=\d)", re.IGNORECASE)
_WITHIN = re.compile(r",\s*trong đó\s*:?\s+", re.IGNORECASE)
_OPPOSITES: Final = (
    (
        re.compile(r"(?<!không )(?<!chưa )đạt", re.IGNORECASE),
        re.compile(r"(?:không|chưa) đạt", re.IGNORECASE),
    ),
    (
        re.compile(r"(?<!không )(?:đúng|trước) hạn", re.IGNORECASE),
        re.compile(r"(?:quá|trễ|chậm|không đúng) hạn", re.IGNORECASE),
    ),
    (re.compile(r"\bnam\b", re.IGNORECASE), re.compile(r"\bnữ\b", re.IGNORECASE)),
)
"""What a thing is, and what it is otherwise: the numbers of both add up to all."""
_SOLVED = re.compile(r"giải quyết\s*$", re.IGNORECASE)
_BEFORE_PART = re.compile(r"(?:[^:;]{1,120}:|[^:;\d]{1,60})\s*")  # "Công tơ: 350", "Huyện Ba Bể 60 người"
_NO_PART = re.compile(r"(?:triệu|tỷ|nghìn|đồng|ha|m2|km|kg|tấn|ngày|tháng|năm|quý)\b", re.IGNORECASE)
_FEW_WORDS: Final = 4  # behind the number of a part
_LEAST: Final = 2


def typed_sums(report: PrintedReport) -> Iterator[Finding]:
    """Parts beside their total, of which at least one number was typed."""
    notes = report.notes()
    for line in report.lines:
        for start, end in sentences(line.text):
            yield from _brackets(line, start, end)
            yield from _running(line, start, end)
            yield from _altogether(line, start, end)
            yield from _opposites(line, start, end)
        for mark in line.note_marks():
            note = notes.get((line.section, mark.note))
            if note is not None:
                yield from _note(line, mark.start, note)


def lines_below(report: PrintedReport) -> Iterator[Finding]:
    """ "Kiểm định 1.250 phương tiện đo. Trong đó:" and a line for each part. A count of the lines is no total of their numbers."""
    for place, line in enumerate(report.lines):
        entries = bullets_below(report.lines, place)
        added = parts_of_lines(entries)
        totals = list(counts(line.text)) if added else []
        if added is None or not totals or {sum(added), len(added)} & {each.value for each in totals}:
            continue
        is_typed = any("typed" in line.kinds(each.start, each.end) for each in totals)
        if is_typed or any(_typed_number(each, 0, len(each.text)) for each in entries):
            words = "; ".join(each.text for each in entries)
            yield _unequal(line, totals[-1], added, entries[0], words)


def parts_of_lines(lines: Sequence[PrintedLine]) -> list[int] | None:
    """The number of each line where all are parts of one number: "10 cơ sở đạt yêu cầu", "Cân: 800"; else None."""
    found = []
    for line in lines:
        text = line.text.strip(" .;,")
        numbers = [each for each in _NUMBER.finditer(text) if not _NAMED.search(text[: each.start()])]
        if len(numbers) != 1:
            return None
        before, after = text[: numbers[0].start()], text[numbers[0].end() :].strip()
        if _NO_PART.match(after) or (before and not _BEFORE_PART.fullmatch(before)):
            return None
        if before and len(after.split()) > _FEW_WORDS:
            return None
        found.append(_plain(numbers[0][0]))
    return found if len(found) >= _LEAST else None


def shares(report: PrintedReport) -> Iterator[Finding]:
    """ "40/46 (86,96 %)": the rate follows from both numbers; received dossiers are those solved and those that wait."""
    for line in report.lines:
        for found in _SHARE.finditer(line.text):
            if _NO_FRACTION.search(line.text, max(0, found.start() - 10), found.start()):
                continue  # a document's number, a day
            part, whole = _plain(found["part"]), _plain(found["all"])
            rate = found["rate"]
            places = len(rate.partition(",")[2])
            right = round(100 * part / whole, places) if whole else None
            if right is None or abs(right - float(rate.replace(",", "."))) > 10**-places / 2 + 1e-9:
                shown = "" if right is None else f"{right:.{places}f}".replace(".", ",")
                yield _finding(
                    "share", line, found[0], line, _("%(rate)s %%") % {"rate": shown},
                    _("Tỷ lệ %(rate)s %% không đúng với %(part)s/%(whole)s.")
                    % {"rate": rate, "part": found["part"], "whole": found["all"]},
                )  # fmt: skip
        yield from _received(line)


def amounts(report: PrintedReport) -> Iterator[Finding]:
    """A number or an amount of money, and its words: "05 (năm) cơ sở"."""
    for line in report.lines:
        for found in _SPOKEN.finditer(line.text):
            number = _plain(found["number"])
            if line.is_typed(*found.span()) and _as_spoken(found["words"]) != _as_spoken(
                number_in_words(number)
            ):
                yield _finding(
                    "amount_in_words", line, found["number"], line, found["words"],
                    _("Số %(number)s và số bằng chữ khác nhau. Đúng là: %(words)s.")
                    % {"number": found["number"], "words": number_in_words(number)},
                )  # fmt: skip
        for found in _MONEY.finditer(line.text):
            amount = _plain(found["amount"])
            if amount <= LARGEST and _as_spoken(found["words"]) != _as_spoken(amount_in_words(amount)):
                yield _finding(
                    "amount_in_words", line, found["amount"], line, found["words"],
                    _("Số tiền %(amount)s đồng và số tiền bằng chữ khác nhau. Đúng là: %(words)s.")
                    % {"amount": found["amount"], "words": amount_in_words(amount)},
                )  # fmt: skip


def _as_spoken(words: str) -> str:
    """Folded, with the ways in which regions say one number made one."""
    folded = f" {fold(words)} "
    for one, other in (
        ("ngan", "nghin"),
        ("le", "linh"),
        ("muoi nam", "muoi lam"),
        ("muoi bon", "muoi tu"),
        ("chan", ""),
    ):
        folded = folded.replace(f" {one} ", f" {other} ")
    return " ".join(folded.split())


def _plain(number: str) -> int:
    return int(number.replace(".", "") or 0)


def _parts(text: str) -> list[int] | None:
    """The number of each part of a list; None where a part has none, or several."""
    found = []
    for entry in split_list(text, ";" if ";" in re.sub(r"\([^()]*\)", "", text) else ","):
        numbers = [each[0] for each in _NUMBER.finditer(entry) if not _NAMED.search(entry[: each.start()])]
        if len(numbers) != 1:
            return None
        found.append(_plain(numbers[0]))
    return found if len(found) >= _LEAST else None


def _total_before(line: PrintedLine, start: int, end: int) -> Count | None:
    return next(reversed(list(counts(line.text, clause_start(line.text, start, end, ";()"), end))), None)


def _brackets(line: PrintedLine, start: int, end: int) -> Iterator[Finding]:
    for found in _BRACKETS.finditer(line.text, start, end):
        opening = _OPENS.match(found["inner"])
        inner = found["inner"][opening.end() :] if opening else found["inner"]
        total = _total_before(line, start, found.start())
        if total is None:
            continue
        typed = "typed" in line.kinds(total.start, total.end) or _typed_number(
            line, found.start(), found.end()
        )
        if opening and _PART_OF_ALL.match(opening[0]):
            parts = [
                _plain(each[0])
                for each in _NUMBER.finditer(inner)
                if not _NAMED.search(inner[: each.start()])
            ]
            if len(parts) == 1 and typed and parts[0] > total.value:
                yield _too_many(line, total, parts[0], found["inner"])
            if len(parts) == 1:
                continue
        added = _parts(inner)
        if added is None or not typed:
            continue
        if not opening and ";" not in inner and len(added) == _LEAST:
            continue  # "31 nhiệm vụ (09 mới, 12 phòng)": two asides need not be parts
        if sum(added) != total.value:
            yield _unequal(line, total, added, line, found["inner"])


def _typed_number(line: PrintedLine, start: int, end: int) -> bool:
    return any(line.is_typed(each.start(), each.end()) for each in _NUMBER.finditer(line.text, start, end))


def _running(line: PrintedLine, start: int, end: int) -> Iterator[Finding]:
    """ "11 cơ sở, gồm 04 bệnh viện, 07 phòng khám"."""
    read = start
    for found in _IN_RUNNING_TEXT.finditer(line.text, start, end):
        total = _total_before(line, start, found.start())
        if total is None or found.start() < read:  # a part of a part
            continue
        read = min([end, *(at for sign in (";", ". ") if (at := line.text.find(sign, found.end(), end)) > 0)])
        added = _parts(line.text[found.end() : read].replace(" và ", ", "))
        if added is None:
            continue
        typed = "typed" in line.kinds(total.start, total.end) or _typed_number(line, found.end(), read)
        if typed and sum(added) != total.value:
            yield _unequal(line, total, added, line, line.text[found.start() + 1 : read])


def _altogether(line: PrintedLine, start: int, end: int) -> Iterator[Finding]:
    """ "15 công văn, 03 tờ trình, tổng cộng 18 văn bản"."""
    for found in _ALTOGETHER.finditer(line.text, start, end):
        total = next(counts(line.text, found.end(), end), None)
        begin = clause_start(line.text, start, found.start(), ":;(")
        added = _parts(line.text[begin : found.start()].replace(" và ", ", "))
        if total is None or total.start != found.end() or added is None or sum(added) == total.value:
            continue
        if line.is_typed(total.start, total.end) or _typed_number(line, begin, found.start()):
            yield _unequal(line, total, added, line, line.text[begin : total.end].strip())


def _opposites(line: PrintedLine, start: int, end: int) -> Iterator[Finding]:
    """ "1.250 phương tiện đo, trong đó đạt 1.200, không đạt 50"."""
    for found in _WITHIN.finditer(line.text, start, end):
        total = _total_before(line, start, found.start())
        stop = min([end, *(at for sign in (";", ")") if (at := line.text.find(sign, found.end(), end)) > 0)])
        parts = line.text[found.end() : min(stop, found.end() + FARTHEST)].replace(" và ", ", ").split(",")
        if total is None or not _typed_number(line, found.start(), stop):
            continue
        for one, other in _OPPOSITES:
            added = [value for words in (one, other) for value in _numbers_of(words, parts)]
            if len(added) == _LEAST and sum(added) != total.value:
                yield _unequal(line, total, added, line, line.text[found.start() + 1 : stop].strip())


def _numbers_of(words: re.Pattern[str], parts: Sequence[str]) -> list[int]:
    """The numbers of the parts that have these words; none where a part has several."""
    named = [part for part in parts if words.search(part)]
    numbers = [[_plain(each[0]) for each in _NUMBER.finditer(part)] for part in named]
    return [each[0] for each in numbers if len(each) == 1]


def _note(line: PrintedLine, mark: int, note: PrintedLine) -> Iterator[Finding]:
    opening = _OPENS.match(note.text)
    if opening is None:
        return
    here, _end = sentence_at(line.text, max(mark - 1, 0))
    total, added = _total_before(line, here, mark), _parts(note.text[opening.end() :])
    if total is None or added is None:
        return
    typed = line.is_typed(total.start, total.end) or _typed_number(note, 0, len(note.text))
    if typed and sum(added) != total.value:
        yield _unequal(note, total, added, line, note.text)


def _received(line: PrintedLine) -> Iterator[Finding]:
    for start, end in sentences(line.text):
        for found in _RECEIVED.finditer(line.text, start, end):
            whole = _plain(found["all"])
            waiting = [each for each in counts(found["rest"]) if "hồ sơ" in each.words]
            solved = _plain(found["part"])
            before = [each for each in counts(line.text, start, found.start()) if "hồ sơ" in each.words]
            if (
                waiting
                and before
                and before[-1].value == whole
                and _SOLVED.search(line.text[start : before[-1].start])
            ):
                yield _finding(
                    "share", line, before[-1].shown, line, found[0][:60],
                    _("Ghi giải quyết %(all)s hồ sơ nhưng mới giải quyết %(part)s, còn hồ sơ đang chờ.")
                    % {"all": before[-1].value, "part": found["part"]},
                )  # fmt: skip
            if waiting and solved + sum(each.value for each in waiting) != whole:
                added = [solved, *(each.value for each in waiting)]
                yield _unequal_numbers(line, found["all"], added, line, found[0])
            if before and before[-1].value != whole:
                yield _finding(
                    "share", line, before[-1].shown, line, found[0][:60],
                    _("Tiếp nhận %(all)s hồ sơ nhưng kết quả tính trên %(whole)s.")
                    % {"all": before[-1].value, "whole": whole},
                )  # fmt: skip


def _unequal(line: PrintedLine, total: Count, added: list[int], at: PrintedLine, words: str) -> Finding:
    return _unequal_numbers(line, total.shown, added, at, words)


def _unequal_numbers(line: PrintedLine, total: str, added: list[int], at: PrintedLine, words: str) -> Finding:
    addition = " + ".join(map(two_digits, added))
    shown = f"{addition} = {two_digits(sum(added))}"
    return _finding(
        "typed_sum", line, shown, at, total,
        _("Các số thành phần cộng lại là %(sum)s, số tổng ghi “%(total)s”: %(words)s")
        % {"sum": shown, "total": total, "words": words[:160]},
    )  # fmt: skip


def _too_many(line: PrintedLine, total: Count, part: int, words: str) -> Finding:
    return _finding(
        "typed_sum", line, words[:80], line, total.shown,
        _("Phần trong đó là %(part)d, lớn hơn số tổng “%(total)s”.") % {"part": part, "total": total.shown},
    )  # fmt: skip


def _finding(code: str, line: PrintedLine, value: str, at: PrintedLine, other: str, message: str) -> Finding:
    return Finding(
        code,
        "error",
        line.place,
        value,
        at.place,
        other,
        message,
        _("Đối chiếu với hồ sơ rồi sửa số sai."),
        line.section,
        at.section,
    )
