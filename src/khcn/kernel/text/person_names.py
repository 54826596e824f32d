"""Names of people as officials write them: with titles ("PGS.TS."), forms of address ("Bà:") and roles ("(Thư ký)").

A title or a role is no part of a name. "Ông" is a form of address and a family name too ("Ông Ích Khiêm"): without a colon it is
taken off only before another family name. Imports nothing of Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from khcn.kernel.text.fold import fold
from khcn.kernel.text.normal_forms import normal_form

_SHORT_TITLES: Final = r"PGS|GS|TSKH|TS|Th\.?\s?S|TH\.?\s?S|NCS|KTS|KS|CN|BSCK\s?(?:II|I|1|2)|BS|DS|LS|CK\s?(?:II|I|1|2)|NGƯT|NGND|TTƯT|TTND|NSƯT|NSND|MSc|PhD|Dr"
_LONG_TITLES: Final = (
    r"phó giáo sư|giáo sư|tiến sĩ khoa học|tiến sỹ khoa học|tiến sĩ|tiến sỹ|thạc sĩ|thạc sỹ|kỹ sư|kĩ sư|kiến trúc sư|cử nhân"
    r"|bác sĩ|bác sỹ|dược sĩ|dược sỹ|luật sư|nghiên cứu sinh|nhà giáo ưu tú|nhà giáo nhân dân"
)
# Without a point behind it a short title counts as written in capitals, for no name is.
_TITLE: Final = re.compile(
    rf"(?:(?:{_SHORT_TITLES})(?=[\s.,/\-–]|$)|(?i:(?:{_SHORT_TITLES})(?=\.))|(?i:{_LONG_TITLES})\b)[\s.,/\-–:]*"
)
# Once read, a title is not read in another way: with a point it has two, and forty of them 2 to the power of 40.
_TITLES_ONLY: Final = re.compile(rf"(?>{_TITLE.pattern})+")
_ADDRESS: Final = re.compile(
    r"(?P<sure>đồng chí|đ\s?/\s?c|(?:ông|bà|anh|chị|cô|thầy)\s*[:.])[\s:.]*|(?P<perhaps>ông|bà|anh|chị|cô|thầy)\s+",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"(?:pho )?(?:chu tich|chu nhiem|giam doc|tong giam doc|truong (?:phong|khoa|ban|bo mon|doan|nhom|tram)|thu ky|uy vien|phan bien"
    r"|thanh vien|chuyen vien|vien truong|hieu truong|chanh van phong|chi cuc truong|cuc truong|nhom truong|to truong|ke toan)"
    r"(?: .{0,60})?"
)
_LEADING_ROLE: Final = re.compile(r"(?P<role>[^:,;()]{4,60}):\s*(?P<rest>.+)", re.DOTALL)
_BRACKETS: Final = re.compile(r"\s*[(\[](?P<words>[^()\[\]]*)[)\]]\s*$")
_BEHIND: Final = re.compile(r"\s*(?:[,;]|\s[-–—])\s*(?P<words>[^,;]+)$")
_BETWEEN: Final = re.compile(r"\s*[;,\n]\s*|\s+(?:và|&|\+)\s+|\s+/\s+", re.IGNORECASE)
_LONGEST: Final = 200  # characters; no name is longer
_FEWEST_WORDS: Final = 2
_MOST_WORDS: Final = 6
_FAMILY_NAMES: Final = frozenset(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh doan luong trinh mai dao to truong ha cao nong be "
    "ma trieu dam luong luong chu quan phung ban ta la luc hua vi lam luu nghiem ninh sam tham tang than ton vang giang sung hang "
    "lo quang cam hau luu thao mua phan dong doan khong lai lieu long mac au bach banh cu cung diep giap han hoa khuat kim lo "
    "ngan nguy nham on phi phuong tieu trang vien xa yen quach thai tong tu vuong chau kieu chu dieu loc ky".split()
)


@dataclass(frozen=True, slots=True)
class ReadPerson:
    """What a cell with a person says. ``several``: it names more than one."""

    name: str
    several: bool = False


def read_person(text: str) -> ReadPerson | None:
    """The name in a cell without titles, forms of address and roles; ``None`` for a text that is a name, or holds none."""
    whole = " ".join(normal_form("NFC", text).split())
    if len(whole) > _LONGEST:
        return None
    pieces = [each for each in _BETWEEN.split(normal_form("NFC", text).strip()) if each.strip()]
    if sum(1 for each in pieces if _is_person(each)) > 1:
        return ReadPerson(whole, several=True)
    rest, _has_title = _without_what_precedes(_without_what_follows(whole))
    return ReadPerson(rest) if rest != whole and any(map(str.isalpha, rest)) else None


def _is_person(piece: str) -> bool:
    """Is the piece a name with a title, or two or more words with capitals that are no role?"""
    rest, has_title = _without_what_precedes(" ".join(piece.split()))
    rest = _without_what_follows(rest)
    if not rest or _ROLE.fullmatch(fold(rest)) or _TITLES_ONLY.fullmatch(rest):
        return False
    words = rest.split()
    return has_title or (
        _FEWEST_WORDS <= len(words) <= _MOST_WORDS
        and all(word[0].isupper() for word in words)
        and fold(words[0]) in _FAMILY_NAMES
    )


def _without_what_precedes(text: str) -> tuple[str, bool]:
    """The text without titles, forms of address and a role with a colon before it, and whether there was a title."""
    has_title = False
    while True:
        if (leading := _LEADING_ROLE.fullmatch(text)) and _ROLE.fullmatch(fold(leading["role"])):
            text = leading["rest"]
        elif found := _TITLE.match(text):
            has_title, text = True, text[found.end() :]
        elif (found := _ADDRESS.match(text)) and (found["sure"] or _begins_name(text[found.end() :])):
            text = text[found.end() :]
        else:
            return text.strip(), has_title


def _begins_name(text: str) -> bool:
    return fold(text.split(" ", maxsplit=1)[0]) in _FAMILY_NAMES or _TITLE.match(text) is not None


def _without_what_follows(text: str) -> str:
    """The text without a role or titles in brackets, after a comma or after a dash behind it."""
    while found := _BRACKETS.search(text) or _BEHIND.search(text):
        words = found["words"].strip()
        if not _TITLES_ONLY.fullmatch(words) and not _ROLE.fullmatch(fold(words)):
            break
        text = text[: found.start()].strip()
    return text
