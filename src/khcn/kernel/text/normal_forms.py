"""The normal forms of Unicode, in time that grows with the text alone.

``unicodedata.normalize`` sorts the combining marks behind a letter by insertion: on a Python without the correction of August 2026
twenty thousand marks behind one letter take seconds, in one call that nothing interrupts. No language puts more than a few on a letter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal

MOST_MARKS: Final = 30
"""Combining marks behind one letter that remain, as many as the stream-safe text format of UAX #15 (section 13) allows."""

# Marks begin at U+0300, and none is taken apart into more than two. In Vietnamese so many signs of higher codes never follow each other;
# where they do, each is looked at.
_LOOKED_AT: Final = re.compile(rf"[\u0300-\U0010ffff]{{{MOST_MARKS // 2 + 1},}}")


def normal_form(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    r"""A text in a normal form, without the marks that follow the thirtieth of one letter.

    >>> normal_form("NFC", "e\u0302\u0301")
    'ế'
    >>> len(normal_form("NFD", "a" + "\u0301" * 1000))
    31
    """
    if text.isascii():
        return text
    return unicodedata.normalize(form, _LOOKED_AT.sub(_without_many_marks, text))


def _without_many_marks(found: re.Match[str]) -> str:
    remaining = []
    marks = 0
    for sign in found[0]:
        more = _marks_of(sign)
        marks = marks + more if more else 0
        if marks <= MOST_MARKS:
            remaining.append(sign)
    return "".join(remaining)


@lru_cache(maxsize=4096)
def _marks_of(sign: str) -> int:
    """How many marks a sign is taken apart into that are sorted with those before it (U+0344: two); 0 for one that begins anew."""
    parts = unicodedata.normalize("NFKD", sign)
    return len(parts) if unicodedata.combining(parts[0]) else 0
