"""Texts typed with the fonts of before Unicode: TCVN3 (".VnTime", TCVN 5712:1993) and VNI ("VNI-Times").

Such fonts draw Vietnamese letters over the Latin-1 characters "ª", "ø", "Õ", so that a text is stored as "Nghiªn cøu" and is right
only in its font. Both are recognised by words that are no syllables as they stand, and are ones when read so. Imports nothing
of Django: the process that reads a file uses it as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from khcn.kernel.text.normal_forms import normal_form

_TCVN3: Final = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
_VNI_TONES: Final = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_CIRCUMFLEX: Final = {
    "â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323",
}  # fmt: skip
_VNI_BREVE: Final = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_ALONE: Final = {
    "ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ",
}  # fmt: skip

_BREVE: Final = "\u0306"
_AFTER_BREVE: Final = "cmnpt"
_LATIN: Final = 0x100
_WORD: Final = re.compile(r"[A-Za-z\u00a1-\u00ff]*[A-Za-z][A-Za-z\u00a1-\u00ff]*")
_MEASURE: Final = re.compile("µ[A-Za-z]{1,2}")
_PUNCTUATION: Final = dict.fromkeys(map(ord, "‘’“”–—…•\u00a0"), " ")
_ONSETS: Final = r"ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx]"
_VOWELS: Final = (
    "uyeu|uya|uye|uyu|uay|ueo|uoi|uou|ieu|yeu|oai|oao|oay|oeo|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|ua|ue|ui|uo|uu|uy|ye|"
    "[aeiouy]"
)
_SYLLABLE: Final = re.compile(rf"(?:{_ONSETS})?(?:{_VOWELS})(?:ch|ng|nh|[cmnpt])?")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SHAPES: Final = {"\u0302": "aeo", "\u0306": "a", "\u031b": "ou"}
_WORDS_PER_MISS: Final = 3  # a text of such a font may hold a foreign word


@dataclass(frozen=True, slots=True)
class LegacyText:
    """A text as it was meant, and the name of the encoding that it was typed in."""

    text: str
    encoding: str


def legacy_text(text: str) -> LegacyText | None:
    """What a text typed with a font of before Unicode says; ``None`` for every other one."""
    if text.isascii() or max(text.translate(_PUNCTUATION)) >= chr(_LATIN):
        return None
    words = [word for word in _WORD.findall(text) if not word.isascii() and _MEASURE.fullmatch(word) is None]
    strange = [word for word in words if not is_syllable(word) or _has_capital_inside(word)]
    best, most = None, 0
    for encoding, convert in (("TCVN3", _from_tcvn3), ("VNI", _from_vni)):
        read = {word: is_syllable(convert(word)) for word in words}
        found = sum(read[word] for word in strange)
        missed = sum(1 for is_read in read.values() if not is_read)
        if found > most and missed * _WORDS_PER_MISS <= len(words):
            best, most = LegacyText(convert(text), encoding), found
    return best


def _has_capital_inside(word: str) -> bool:
    return any(each.isupper() for each in word[1:]) and any(each.islower() for each in word)


def is_syllable(word: str) -> bool:
    """Is this one syllable of Vietnamese, in any case of letters, with at most one tone? "ă" never ends one."""
    parts = normal_form("NFD", word.lower().replace("đ", "d"))
    letters, tones, last, is_breve = [], 0, "", False
    for part in parts:
        if part in _TONES:
            tones += 1
        elif part in _SHAPES:
            if last not in _SHAPES[part]:
                return False
            is_breve = part == _BREVE
            continue
        else:
            if is_breve and part not in _AFTER_BREVE:
                return False
            is_breve = False
            letters.append(part)
        if part in _TONES and last not in "aeiouy":
            return False
        last = last if part in _TONES else part
    return tones <= 1 and not is_breve and _SYLLABLE.fullmatch("".join(letters)) is not None


def _from_tcvn3(text: str) -> str:
    return text.translate({ord(old): new for old, new in _TCVN3.items()})


def _from_vni(text: str) -> str:
    found: list[str] = []
    for letter in text:
        low, base = letter.lower(), found[-1][-1:] if found else ""
        plain = base.lower()
        mark = ""
        if plain in {"a", "e", "o"} and low in _VNI_CIRCUMFLEX:
            mark = "\u0302" + _VNI_CIRCUMFLEX[low]
        elif plain == "a" and low in _VNI_BREVE:
            mark = "\u0306" + _VNI_BREVE[low]
        elif plain in {*"aeouyơư"} and low in _VNI_TONES:
            mark = _VNI_TONES[low]
        if mark:
            found.append(mark)
        elif low in _VNI_ALONE:
            other = _VNI_ALONE[low]
            found.append(other if letter == low else other.upper())
        else:
            found.append(letter)
    return normal_form("NFC", "".join(found))
