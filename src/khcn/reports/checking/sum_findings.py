"""Findings of typed numbers that do not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.text.numbers import two_digits
from khcn.reports.checking.findings import Finding

if TYPE_CHECKING:
    from khcn.reports.checking.printed import PrintedLine


def plain_number(number: str) -> int:
    """The value of "1.250"."""
    return int(number.replace(".", "") or 0)


def unequal(line: PrintedLine, total: str, added: list[int], at: PrintedLine, words: str) -> Finding:
    """Typed parts whose sum is another number than the total."""
    addition = " + ".join(map(two_digits, added))
    shown = f"{addition} = {two_digits(sum(added))}"
    return sum_finding(
        "typed_sum", line, shown, at, total,
        _("Các số thành phần cộng lại là %(sum)s, số tổng ghi “%(total)s”: %(words)s")
        % {"sum": shown, "total": total, "words": words[:160]},
    )  # fmt: skip


def sum_finding(
    code: str, line: PrintedLine, value: str, at: PrintedLine, other: str, message: str
) -> Finding:
    """A contradiction of a typed number in one place with something in another."""
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
