"""Typed numbers and amounts of money beside their words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.amounts_in_words import LARGEST, amount_in_words, number_in_words
from khcn.kernel.text.fold import fold
from khcn.reports.checking.reading import NUMBER_WORDS
from khcn.reports.checking.sum_findings import plain_number, sum_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.checking.findings import Finding
    from khcn.reports.checking.printed import PrintedReport

_SPOKEN_FIRST = re.compile(
    rf"(?<!\w)(?P<words>{NUMBER_WORDS})\((?P<number>0\d|\d{{2,3}})\)(?=\s+[^\W\d_])", re.IGNORECASE
)
_ALSO_OTHER_WORDS: Final = frozenset(
    {"nam", "tu", "khong", "le", "mot"}
)  # folded: "trong năm (05)", "đầu tư (05)"
_MONEY = re.compile(
    r"(?<![\d.])(?P<amount>\d{1,3}(?:\.\d{3})+|\d{1,18})\s+đồng\s*\((?P<words>[^()\d]*?đồng[^()\d]*)\)",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    rf"(?<![\w./,\-–])(?P<number>\d{{1,3}}(?:\.\d{{3}})+|\d{{1,6}})\s*\((?P<words>{NUMBER_WORDS})\)",
    re.IGNORECASE,
)


def amounts(report: PrintedReport) -> Iterator[Finding]:
    """A number or an amount of money, and its words: "05 (năm) cơ sở"."""
    for line in report.lines:
        for found in (*_SPOKEN.finditer(line.text), *_words_first(line.text)):
            number = plain_number(found["number"])
            if line.is_typed(*found.span()) and _as_spoken(found["words"]) != _as_spoken(
                number_in_words(number)
            ):
                yield sum_finding(
                    "amount_in_words", line, found["number"], line, found["words"],
                    _("Số %(number)s và số bằng chữ khác nhau. Đúng là: %(words)s.")
                    % {"number": found["number"], "words": number_in_words(number)},
                )  # fmt: skip
        for found in _MONEY.finditer(line.text):
            amount = plain_number(found["amount"])
            if amount <= LARGEST and _as_spoken(found["words"]) != _as_spoken(amount_in_words(amount)):
                yield sum_finding(
                    "amount_in_words", line, found["amount"], line, found["words"],
                    _("Số tiền %(amount)s đồng và số tiền bằng chữ khác nhau. Đúng là: %(words)s.")
                    % {"amount": found["amount"], "words": amount_in_words(amount)},
                )  # fmt: skip


def _words_first(text: str) -> Iterator[re.Match[str]]:
    """ "bốn (04) cơ sở"."""
    for found in _SPOKEN_FIRST.finditer(text):
        if fold(found["words"]).strip() not in _ALSO_OTHER_WORDS:
            yield found


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
