"""Typed amounts of money, land and weight beside their parts: of one unit, they add up as counts do."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from khcn.kernel.text.numbers import format_number
from khcn.reports.checking.parts import BESIDE, LEAST_PARTS
from khcn.reports.checking.reading import FARTHEST, clause_start, sentence_at, sentences, split_list
from khcn.reports.checking.sum_findings import sum_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.checking.findings import Finding
    from khcn.reports.checking.printed import PrintedLine, PrintedReport

_UNIT: Final = r"(?P<unit>(?:tỷ|triệu|nghìn)(?: đồng)?|đồng(?! chí| hồ)|ha|héc ta|m2|m²|km|kg|tấn|lít)(?!\w)"
_AMOUNT: Final = re.compile(rf"(?<![\d/.,\-])(?P<number>\d[\d.]*(?:,\d+)?)\s*{_UNIT}", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\((?P<inner>[^()]*)\)")
_OPENS: Final = re.compile(r"\s*(?:trong đó|gồm có|bao gồm|gồm|cụ thể)\s*:?\s*", re.IGNORECASE)
_RUNNING: Final = re.compile(r",?\s(?:bao gồm|gồm|cụ thể)\s*:?\s+|:\s+(?=\S)", re.IGNORECASE)
_SAYS_ALL: Final = re.compile(r"gồm|cụ thể", re.IGNORECASE)
_OF_ALL: Final = re.compile(r"trong đó", re.IGNORECASE)


class _Amount(NamedTuple):
    """A number with its unit, and the words before it in its entry."""

    number: Decimal
    unit: str
    label: str
    start: int
    end: int


def measures(report: PrintedReport) -> Iterator[Finding]:
    """Parts in brackets, after "gồm" or a colon, and in a footnote. Parts that are not said to be all need labels of one kind."""
    notes = report.notes()
    for line in report.lines:
        if line.part in {"letterhead", "recipients", "heading", "cell"}:
            continue
        for start, end in sentences(line.text):
            for found in _BRACKETS.finditer(line.text, start, end):
                yield from _compared(line, start, found.start(), line, found["inner"])
            for found in _RUNNING.finditer(line.text, start, end):
                yield from _compared(
                    line, start, found.start(), line, line.text[found.start() : end].strip(" ,:")
                )
        for mark in line.note_marks():
            note = notes.get((line.section, mark.note))
            if note is not None and _OPENS.match(note.text):
                here, _end = sentence_at(line.text, max(mark.start - 1, 0))
                yield from _compared(line, here, mark.start, note, note.text, is_note=True)


def _compared(
    line: PrintedLine, start: int, end: int, at: PrintedLine, words: str, *, is_note: bool = False
) -> Iterator[Finding]:
    """A finding where the amounts of a list are not those of the last amount before it."""
    total = _last_amount(line.text, start, end)
    opening = _OPENS.match(words)
    inner = words[opening.end() :] if opening else words
    parts = _parts(inner)
    if total is None or not parts or {each.unit for each in parts} != {total.unit} or BESIDE.search(inner):
        return
    says_all = is_note or (opening is not None and bool(_SAYS_ALL.search(opening[0])))
    if not says_all and not _are_of_one_kind(parts):
        return
    added = sum((each.number for each in parts), Decimal())
    only_more = opening is not None and bool(_OF_ALL.match(opening[0].strip())) and not is_note
    if added == total.number or (only_more and added < total.number):
        return
    if "typed" not in at.kinds(0, len(at.text)):
        return
    shown = (
        f"{' + '.join(format_number(each.number) for each in parts)} = {format_number(added)} {total.unit}"
    )
    yield sum_finding(
        "typed_sum", at, shown, line, line.text[total.start : total.end],
        _("Các số thành phần cộng lại là %(sum)s, số tổng ghi “%(total)s”: %(words)s")
        % {"sum": shown, "total": line.text[total.start : total.end], "words": inner[:160]},
    )  # fmt: skip


def _last_amount(text: str, start: int, end: int) -> _Amount | None:
    begin = clause_start(text, start, end, ";()")
    found = list(_AMOUNT.finditer(text, begin, end))
    return _amount(found[-1], "") if found and end - found[-1].end() <= FARTHEST else None


def _amount(found: re.Match[str], label: str) -> _Amount:
    number = Decimal(found["number"].rstrip(".").replace(".", "").replace(",", "."))
    unit = found["unit"].lower().replace("m2", "m²").replace("héc ta", "ha")
    short = unit.removesuffix(" đồng") if " " in unit else unit
    return _Amount(number, short, label, found.start(), found.end())


def _parts(text: str) -> list[_Amount]:
    """The amounts of the entries where each has one; else none."""
    flat = re.sub(r",(?=\d)", "\x03", text)  # of a decimal
    signs = ";" if ";" in flat else ","
    entries = split_list(flat if ";" in flat else flat.replace(" và ", ", "), signs)
    parts = []
    for entry in entries:
        entry_text = entry.replace("\x03", ",")
        found = list(_AMOUNT.finditer(entry_text))
        if len(found) != 1:
            return []
        parts.append(_amount(found[0], entry_text[: found[0].start()].strip(" :")))
    return parts if len(parts) >= LEAST_PARTS else []


def _are_of_one_kind(parts: list[_Amount]) -> bool:
    """ "Ba Bể 5 ha; Na Rì 8 ha": each thing has one of these labels."""
    labels = [each.label for each in parts]
    if not all(labels):
        return False
    return len({each.split()[0].lower() for each in labels}) == 1 or all(each[0].isupper() for each in labels)
