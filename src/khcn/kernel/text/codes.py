"""Codes and numbers that people type: different ways to write one of them, and signs that do not belong into them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from khcn.kernel.text.normal_forms import normal_form

_DASHES: Final = re.compile(r"[‐-―−]")
_SLASHES: Final = re.compile(r"[⁄∕]")
_LEADING_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")


def plain_code(text: str) -> str:
    """The same for "NV-01", "nv–01" and "ＮＶ－０１": capitals, full-width letters and kinds of dashes and slashes do not count;
    everything else, such as zeros and marks, does.
    """
    if text.isascii():  # nearly every code; an import compares tens of thousands
        return text.lower()
    return _SLASHES.sub("/", _DASHES.sub("-", normal_form("NFKC", text).casefold()))


def without_leading_zeros(code: str) -> str:
    """The same for "NV-01" and "nv-1": zeros at the head of a number do not count either. Two codes that only this makes
    the same may be one that Excel took for a number or a day, or two.
    """
    return _LEADING_ZEROS.sub("", plain_code(code))


def strange_sign(text: str) -> str:
    """The first letter or digit that no Vietnamese paper has, such as a Cyrillic one that looks like a Latin one; or ""."""
    for sign in normal_form("NFKC", text):
        name = unicodedata.name(sign, "")
        if (sign.isalpha() and not name.startswith("LATIN ")) or (sign.isdigit() and not sign.isascii()):
            return sign
    return ""
