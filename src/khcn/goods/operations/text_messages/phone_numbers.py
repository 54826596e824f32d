"""Vietnamese mobile numbers, however people group them."""

from __future__ import annotations

import re
from typing import Final

from khcn.kernel.text.normal_forms import normal_form

_SIGNS: Final = r"[ .()\-]*"
# Since 2018 a mobile number has nine digits behind 0 or the code of the country, of which the first is one of these.
_MOBILE: Final = re.compile(
    rf"(?<![0-9+])(?:(?:\+|00)?84{_SIGNS}0?|0){_SIGNS}([35789](?:{_SIGNS}[0-9]){{8}})(?!{_SIGNS}[1-9])(?![0-9])"
)
_DASHES: Final = re.compile(r"[‐-―−]")


def mobile_number(text: str) -> str:
    """The first mobile number in a text, in the form of E.164 (+84912345678); "" where there is none."""
    plain = " ".join(_DASHES.sub("-", normal_form("NFKC", text)).split())
    found = _MOBILE.search(plain)
    return "" if found is None else f"+84{re.sub('[^0-9]', '', found[1])}"


def shown_number(number: str) -> str:
    """A number of :func:`mobile_number` as people read it here: 0912 345 678."""
    digits = f"0{number.removeprefix('+84')}"
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def masked_number(number: str) -> str:
    """For logs, which more people read than the record: without the digits in the middle."""
    return f"{number[:5]}…{number[-3:]}"
