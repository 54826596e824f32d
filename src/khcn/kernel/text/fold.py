"""Folding for search and the alphabet for sorting.

One rule in our own code, because the engines differ: SQLite's FTS5 never folds "đ" and its NOCASE knows only
ASCII, PostgreSQL's ``unaccent`` does fold it, and the C collation puts every accented letter after "z".
"""

import unicodedata
from functools import lru_cache
from itertools import takewhile

from khcn.kernel.text.normal_forms import MOST_MARKS, normal_form

# Letters that Unicode does not decompose, with what people type for them.
_PLAIN = {
    "đ": "d", "ð": "d", "ɖ": "d", "ł": "l", "ø": "o", "ı": "i", "ħ": "h", "ŧ": "t",
    "æ": "ae", "œ": "oe", "þ": "th", "ĸ": "k", "ŋ": "n",
}  # fmt: skip


def _folded_letter(code: int, *, keep_other: bool) -> str:
    letters = normal_form("NFKD", normal_form("NFKD", chr(code)).casefold())
    out = []
    for letter in letters:
        category = unicodedata.category(letter)
        if category[0] == "M" or category == "Cf":  # marks; soft hyphens, joiners and other unseen characters
            continue
        if category[0] in "LN":
            out.append(_PLAIN.get(letter, letter))
        else:
            out.append(letter if keep_other and category[0] not in "ZC" else " ")
    return "".join(out)


class _Table(dict[int, str]):
    """A ``str.translate`` table that fills itself: each character is looked up in Unicode once."""

    def __init__(self, *, keep_other: bool) -> None:
        super().__init__()
        self.keep_other = keep_other

    def __missing__(self, code: int) -> str:
        self[code] = plain = _folded_letter(code, keep_other=self.keep_other)
        return plain


_WORDS_ONLY = _Table(keep_other=False)
_WITH_SIGNS = _Table(keep_other=True)


def fold(text: str) -> str:
    """Lower case without diacritics; runs of spaces and punctuation become one space.

    The same for NFC and NFD, for "Hòa" and "Hoà"; ``fold(fold(s)) == fold(s)``. Both the stored search column
    and what a person types go through it.
    """
    return " ".join(text.translate(_WORDS_ONLY).split())


def strip_diacritics(text: str) -> str:
    """Like `fold`, but punctuation stays: for readers of dates and numbers, where it carries meaning."""
    return " ".join(text.translate(_WITH_SIGNS).split())


def has_small_digits(text: str) -> bool:
    """Has the text a digit of a footnote or a power ("850¹", "850①")? Folded, it would be one of the number's own.

    Unicode has such digits, and fractions, in its category No.
    """
    return not text.isascii() and any(unicodedata.category(sign) == "No" for sign in text)


# ----------------------------------------------------------------------------------------------- names

# The tones of Vietnamese: one to a syllable, and written over either vowel of it ("Hoà", "Hòa").
_TONE_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323")
_LIKE_D_WITH_STROKE = str.maketrans("ðɖ", "đđ")  # other letters with the same capital


def name_key(text: str) -> str:
    """What all spellings of one name have in common, and no other name has: the same for NFC and NFD, small letters and
    capitals, "Hòa" and "Hoà", with other spaces and punctuation; but "Hạ" is not "Hà", and "Ân" is not "An".

    ``name_key(name_key(s)) == name_key(s)``.
    """
    return " ".join(key for word in text.split() for key in _word_keys(word))


def is_plain(text: str) -> bool:
    """Is the name typed without any mark, as people do who have no Vietnamese keyboard? It may then mean one with marks."""
    return name_key(text) == fold(text)


@lru_cache(maxsize=20_000)
def _word_keys(word: str) -> tuple[str, ...]:
    folded = normal_form("NFKD", normal_form("NFKD", word).casefold())
    letters = [""]
    for letter in folded.translate(_LIKE_D_WITH_STROKE):
        category = unicodedata.category(letter)
        if category[0] in "LNM":
            letters[-1] += letter
        elif category != "Cf":
            letters.append("")
    return tuple(_with_tones_behind(part) for part in letters if part and fold(part))


def _with_tones_behind(word: str) -> str:
    """Tones stand behind the word, wherever they were written; of several (two words in one) their order does not count.

    Behind one letter no more marks remain than in a normal form.
    """
    # Without the tones between them other marks follow each other, in an order of their own.
    letters = normal_form("NFKD", "".join(letter for letter in word if letter not in _TONE_MARKS))
    tones = sorted(filter(_TONE_MARKS.__contains__, word))
    marks = sum(1 for _mark in takewhile(unicodedata.combining, reversed(letters)))
    return "".join((*letters, *tones[: MOST_MARKS - marks]))


# --------------------------------------------------------------------------------------------- sorting

# The Vietnamese alphabet with f, j, w, z in their Latin places; each letter gets a code of two characters
# out of [0-9a-z], so a key compares the same under C, ICU and any Latin collation of a server.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_VARIANT_OF = {"ă": "a", "â": "a", "đ": "d", "ê": "e", "ô": "o", "ơ": "o", "ư": "u"}
_END, _GAP, _FOREIGN = "00", "01", "zz"
_HORN, _BREVE, _CIRCUMFLEX = "\u031b", "\u0306", "\u0302"
_SHAPES = {("a", _BREVE): "ă", ("a", _CIRCUMFLEX): "â", ("e", _CIRCUMFLEX): "ê", ("o", _CIRCUMFLEX): "ô",
           ("o", _HORN): "ơ", ("u", _HORN): "ư"}  # fmt: skip
# Order of the tones in Vietnamese dictionaries and in CLDR: level, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LONGEST_WORD = 40
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def _alphabet_codes() -> dict[str, str]:
    codes = {str(n): f"1{n}" for n in range(10)}
    seen: dict[str, int] = {}
    for letter in _ALPHABET:
        base = _VARIANT_OF.get(letter, letter)
        seen[base] = seen.get(base, -1) + 1
        codes[letter] = f"{base}{seen[base]}"
    return codes


_CODES = _alphabet_codes()


def _foreign(letter: str) -> str:
    code, digits = ord(letter), ""
    for _step in range(4):
        code, rest = divmod(code, 36)
        digits = _BASE36[rest] + digits
    return _FOREIGN + digits


def sort_key(text: str) -> str:
    """A string for an indexed column whose plain byte order is the order of the Vietnamese alphabet.

    Compared letter by letter first (a < ă < â < b … d < đ …), then by tones (level, huyền, hỏi, ngã, sắc,
    nặng), then small before capital. Punctuation counts as a space. Holds only ``[0-9a-z]``: up to four
    characters for each letter of the alphabet, eight for any other, and two.
    """
    words = text.split(" ")
    if all(word.isalnum() and len(word) <= _LONGEST_WORD for word in words):  # the usual name
        read = [_read_word(word) for word in words]
        primary = _GAP.join(each[0] for each in read)
        tones, cases = ("0".join(each[place] for each in read) for place in (1, 2))
    else:
        primary, tones, cases = _read_letters(text)
    # Equal primaries have equally long tails, so trailing zeros may go without changing any comparison.
    return (primary + _END + tones + cases).rstrip("0")


def _read_letters(text: str) -> tuple[str, str, str]:
    """Codes of the letters, and their tones and capitals, one character each."""
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for mark in normal_form("NFD", text.strip()):
        if unicodedata.combining(mark):
            if not letters:
                continue
            shaped = _SHAPES.get((letters[-1], mark))
            if shaped:
                letters[-1] = shaped
            elif tones[-1] == "0":
                tones[-1] = _TONES.get(mark, "6")
            continue
        small = mark.lower() if len(mark.lower()) == 1 else mark
        category = unicodedata.category(mark)
        if category[0] not in "LN":
            if category == "Cf" or not letters or letters[-1] == " ":
                continue
            small = " "
        letters.append(small)
        tones.append("0")
        cases.append("0" if small == mark else "1")
    if letters and letters[-1] == " ":
        del letters[-1], tones[-1], cases[-1]
    primary = "".join(_GAP if letter == " " else _CODES.get(letter) or _foreign(letter) for letter in letters)
    return primary, "".join(tones), "".join(cases)


# The words of names come again and again.
_read_word = lru_cache(maxsize=20_000)(_read_letters)
