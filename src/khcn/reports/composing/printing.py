"""How a figure is written in running text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.text.amounts_in_words import LARGEST, amount_in_words
from khcn.kernel.text.numbers import format_money, format_number, two_digits
from khcn.reports.texts.markup import Aspect

if TYPE_CHECKING:
    from decimal import Decimal

NOTHING: Final = "không phát sinh"  # printed where a list has no names


def format_value(value: int | Decimal, aspect: Aspect = Aspect.VALUE) -> str:
    """ "04", "40", "1.152", "2,5"; with `Aspect.WORDS` money with its words."""
    whole = int(value) if value == int(value) else None
    if whole is None or whole < 0 or aspect is Aspect.PLAIN:
        return format_number(value if whole is None else whole)
    if aspect is Aspect.WORDS:
        words = f" ({amount_in_words(whole)})" if whole <= LARGEST else ""
        return f"{format_money(whole)}{words}"
    return two_digits(whole)
