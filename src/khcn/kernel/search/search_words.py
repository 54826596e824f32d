"""What a person typed, as words to search for.

A word of three letters or more may stand anywhere, also inside a longer word. A shorter one is looked for at the
beginning of words: "an" inside other words would find nearly every name, and no index of three letters knows it.
The parts of a code ("S-01", "12/QĐ-UBND") must stand side by side: by themselves they begin words of half a register.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.kernel.text.normal_forms import normal_form

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_WORDS, MOST_LETTERS = 12, 40
# Letters that are read at all: more than the words above can take.
_READ = 1000
_LONGEST_PHRASE = 200
_ANYWHERE_FROM = 3
_CODE: Final = re.compile(r"(?=\w++[-–./]|\w+?_\w)\w++(?:[-–./]\w++)*+")  # for fullmatch
_LONGEST_NUMBER: Final = (
    8  # digits of a code without letters, "31/12/2023": more are a telephone, which others group otherwise
)


_printed_numbers: list[tuple[re.Pattern[str], Callable[[str], str]]] = []


def register_printed_number(as_printed: re.Pattern[str], plain: Callable[[str], str]) -> None:
    """Let people search for a number as labels and papers print it, where records have it otherwise."""
    _printed_numbers.append((as_printed, plain))


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words (or a phrase of them) that must all occur, and the spelling as it was typed."""

    words: tuple[str, ...]
    spelling: str
    cut: bool  # something that was typed is not searched for

    @property
    def folded(self) -> str:
        """The words as a name would begin with them."""
        return " ".join(self.words)

    @property
    def has_marks(self) -> bool:
        """Do the typed marks tell more than the folded words?"""
        return fold(self.spelling) != self.spelling

    def patterns(self) -> tuple[str, ...]:
        """One LIKE pattern for each word, for folded text with a space before each word.

        Folded words hold letters and digits only, so there is nothing to escape.
        """
        return tuple(f"%{_with_start(word)}%" for word in self.words)

    def trigrams(self) -> tuple[str, ...]:
        """All runs of three characters that a text with these words has, if two spaces stand before each word."""
        found: dict[str, None] = {}
        for word in self.words:
            short = _ANYWHERE_FROM - len(word)
            padded = " " * short + word if short > 0 else word.replace(" ", "  ")
            for place in range(len(padded) - 2):
                found[padded[place : place + 3]] = None
        return tuple(each for each in found if each.isascii())


def _with_start(word: str) -> str:
    return word if len(word) >= _ANYWHERE_FROM else f" {word}"


def read_words(text: str) -> Words:
    """Read what was typed; long texts are cut, and the result says so."""
    # Nobody types NUL, and PostgreSQL accepts none as a parameter.
    spelling = normal_form("NFC", text[:_READ].replace("\0", " ")).strip().lower()
    for as_printed, plain in _printed_numbers:
        if as_printed.fullmatch(spelling):
            spelling = plain(spelling)
    every = [word for typed in spelling.split() for word in _words_in(typed)]
    words = tuple(dict.fromkeys(word[:MOST_LETTERS].rstrip() for word in every[:MOST_WORDS]))
    cut = len(text) > _READ or len(every) > MOST_WORDS or any(len(word) > MOST_LETTERS for word in every)
    return Words(words, " ".join(spelling.split()), cut)


def _words_in(typed: str) -> list[str]:
    """What stood between spaces, folded: the parts of a code as one, else each word."""
    words = fold(typed).split()
    digits = sum(map(str.isdigit, typed))
    is_code = bool(digits) and _CODE.fullmatch(typed) is not None
    if is_code and (digits <= _LONGEST_NUMBER or any(map(str.isalpha, typed))):
        return [" ".join(words)] if words else []
    return words


def read_phrase(text: str) -> Words:
    """Read a name that must stand as a whole: its words side by side."""
    folded = fold(text[:_READ])[:_LONGEST_PHRASE]
    return Words((folded,) if folded else (), text, cut=False)


def words_cut_note() -> str:
    """What a page says when more was typed than is searched for."""
    return _("Chỉ tìm theo %(words)d chữ đầu tiên, mỗi chữ không quá %(letters)d ký tự.") % {
        "words": MOST_WORDS,
        "letters": MOST_LETTERS,
    }
