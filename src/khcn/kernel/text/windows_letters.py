"""Texts of files without Unicode from Windows: which of two code pages their bytes are, and letters that were lost in writing them.

A Vietnamese Windows writes Windows-1258, every other Western one Windows-1252, which has "ã" and "ý" and no "ạ", "ề", "ư": Excel
writes "?" in their place. Imports nothing of Django: the process that reads a file uses it.
"""

from __future__ import annotations

import re
from typing import Final

from khcn.kernel.text.legacy_letters import is_syllable
from khcn.kernel.text.normal_forms import normal_form

_LOOKED_AT: Final = 200_000  # characters
_WORD: Final = re.compile("(?:[^\\W\\d_]|[\u0300-\u036f])+")
_MARK: Final = re.compile("[\u0300-\u036f]")
_TOKEN: Final = re.compile(r"[^\s;,|\"]+")
_LOST: Final = re.compile(r"\?[^\W\d_]")  # a question mark stands at the end of a word
_OF_ADDRESS: Final = re.compile(r"[/=&]")
_FEWEST_LOST: Final = 3
_WORDS_PER_LOST: Final = 20  # more than half of the words of a Vietnamese text have such letters


def text_of_windows(content: bytes) -> str:
    """The text of bytes in Windows-1258 or Windows-1252, by the syllables that each makes of them.

    Where both read as well, those without a tone of its own are Windows-1252: hardly a line of Windows-1258 has none. Raises
    ``UnicodeDecodeError`` for bytes that are not Windows-1258.
    """
    vietnamese = content.decode("cp1258")
    try:
        western = content.decode("cp1252")
    except UnicodeDecodeError:
        return vietnamese
    wrong, wrong_western = impossible_words(vietnamese), impossible_words(western)
    if wrong_western < wrong or (wrong_western == wrong and not _MARK.search(vietnamese)):
        return western
    return vietnamese


def has_lost_letters(text: str) -> bool:
    """Does "?" stand for letters all over the text: "M? ?? xu?t"?"""
    tokens = _TOKEN.findall(text[:_LOOKED_AT])
    lost = {each for each in tokens if _LOST.search(each) and not _OF_ADDRESS.search(each)}
    words = {each for each in tokens if any(map(str.isalpha, each))}
    return len(lost) >= _FEWEST_LOST and len(lost) * _WORDS_PER_LOST >= len(words)


def impossible_words(text: str) -> int:
    """How many different words beyond ASCII are no syllables of Vietnamese."""
    words = {*_WORD.findall(normal_form("NFC", text[:_LOOKED_AT]))}
    return sum(1 for word in words if not word.isascii() and not is_syllable(word))
