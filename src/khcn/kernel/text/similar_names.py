"""Nearest names and likely duplicates, for names typed by many hands.

Two uses with two strictnesses. `nearest_names` offers what a person may have meant and may be generous: the person
chooses. `is_duplicate_like` warns before a second record is made of something that exists; a warning that
cries wolf is soon clicked away, so it asks for the same words up to one slip of the keyboard or the scanner.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from khcn.kernel.text.fold import fold
from khcn.kernel.text.normal_forms import normal_form

# Abbreviations of provincial paperwork, folded, "&" and "-" inside dropped; spelled out before comparing.
# "TT" is read as Trung tâm: for a town or a circular the full word stands in our registers.
_ABBREVIATIONS = {
    "atbx": "an toan buc xa",
    "atbxhn": "an toan buc xa hat nhan",
    "bql": "ban quan ly",
    "bv": "benh vien",
    "bvdk": "benh vien da khoa",
    "cp": "co phan",
    "ctcp": "cong ty co phan",
    "cty": "cong ty",
    "dh": "dai hoc",
    "dmst": "doi moi sang tao",
    "dntn": "doanh nghiep tu nhan",
    "dvnn": "dich vu nong nghiep",
    "gddt": "giao duc dao tao",
    "gtvt": "giao thong van tai",
    "hdnd": "hoi dong nhan dan",
    "htx": "hop tac xa",
    "khcn": "khoa hoc cong nghe",
    "khcndmst": "khoa hoc cong nghe doi moi sang tao",
    "khdt": "ke hoach dau tu",
    "khkt": "khoa hoc ky thuat",
    "ktht": "kinh te ha tang",
    "ktxh": "kinh te xa hoi",
    "ldtbxh": "lao dong thuong binh xa hoi",
    "lhpn": "lien hiep phu nu",
    "mtv": "mot thanh vien",
    "nnptnt": "nong nghiep phat trien nong thon",
    "pk": "phong kham",
    "pkdk": "phong kham da khoa",
    "ptnt": "phat trien nong thon",
    "qlkh": "quan ly khoa hoc",
    "qltt": "quan ly thi truong",
    "shtt": "so huu tri tue",
    "tbxh": "thuong binh xa hoi",
    "tdc": "tieu chuan do luong chat luong",
    "tnhh": "trach nhiem huu han",
    "tnmt": "tai nguyen moi truong",
    "tp": "thanh pho",
    "tt": "trung tam",
    "tttt": "thong tin truyen thong",
    "tty": "trung tam y te",
    "ttyt": "trung tam y te",
    "ubnd": "uy ban nhan dan",
    "vhttdl": "van hoa the thao du lich",
}
_JOINED_CAPITALS = re.compile(r"(?<=[A-ZĐ])\s*[&-]\s*(?=[A-ZĐ]{2})|(?<=[A-ZĐ]{2})\s*[&-]\s*(?=[A-ZĐ])")
_OFFERED_FROM = 68.0
_BEGINS_SO = 90.0  # likeness of a name that begins with the whole text; what has its words elsewhere has 88
# What people write before a name and our records do not have in it, folded; longer ones first.
_KINDS = (
    "de tai khoa hoc",
    "de tai du an",
    "nhiem vu khoa hoc",
    "de tai",
    "du an",
    "de an",
    "nhiem vu",
    "mo hinh",
)
_NAME_FROM = 5  # letters after such words that may be a name
_INITIALS = re.compile(r"(?<!\w)[A-ZĐ]{2,5}(?!\w)")  # "HĐ" in "Ký HĐ"
# Longer than any name on record; a cell may hold 32,767 characters, and each would be compared with every name.
_LONGEST_NAME = 600


@lru_cache(maxsize=50_000)
def comparable_name(name: str) -> str:
    """What is compared: folded, abbreviations spelled out, "và" dropped ("KH&CN" = "Khoa học và Công nghệ")."""
    if "&" in name or "-" in name:
        name = _JOINED_CAPITALS.sub("", name)
    words = fold(name).split(" ")
    return " ".join([_ABBREVIATIONS.get(word, word) for word in words if word != "va"])


@dataclass(frozen=True, slots=True)
class Match:
    """One offer: ``candidate`` as it stands in the list, ``score`` from 0 to 100 (100: the same name)."""

    candidate: str
    score: float


def _numbers(key: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", key))


def _without_kind(key: str) -> str:
    """The name without the word for what it is a name of: "de tai phap che" is asked for by "phap che"."""
    kind = next((each for each in _KINDS if key.startswith(f"{each} ")), "")
    rest = key[len(kind) :].strip()
    return rest if kind and len(rest) >= _NAME_FROM else ""


def name_without_kind(text: str) -> str:
    """The folded name in a text that begins with the word for what it is a name of; "" where it does not."""
    return _without_kind(fold(text)) if len(text) <= _LONGEST_NAME else ""


def _with_initials(words: list[str], initials: str) -> list[str] | None:
    """The words with the first run of them that has these initials written as such; ``None`` where there is none."""
    size = len(initials)
    for start in range(len(words) - size + 1):
        if all(word.startswith(letter) for word, letter in zip(words[start:], initials, strict=False)):
            return [*words[:start], initials, *words[start + size :]]
    return None


def _by_initials(value: str, key: str, keys: Sequence[str]) -> dict[int, str]:
    """By place the keys in which words are written by their initials, as in ``value``: "ky hop dong" becomes "ky hd"."""
    shorts = [short for text in _INITIALS.findall(value) if (short := fold(text)) in key.split(" ")]
    found: dict[int, str] = {}
    for place, other in enumerate(keys) if shorts else ():
        words: list[str] | None = other.split(" ")
        for short in shorts:
            words = _with_initials(words, short) if words is not None else None
        if words is not None:
            found[place] = " ".join(words)
    return found


def _score(key: str, value: str, other_key: str, other: str) -> float:
    likeness = max(
        fuzz.ratio(key, other_key),
        0.97 * fuzz.token_sort_ratio(key, other_key),
        0.88 * fuzz.token_set_ratio(key, other_key),
    )
    if other_key.startswith(f"{key} "):
        likeness = max(
            likeness, _BEGINS_SO
        )  # "Nghiệm thu": rather "Nghiệm thu cấp tỉnh" than "Nộp hồ sơ nghiệm thu"
    if _numbers(key) != _numbers(other_key):
        likeness *= 0.85  # "Đội QLTT số 1" and "số 3" are two teams, however alike the rest
    # Tones decide between names that fold alike: "Chơ Mới" is nearer to "Chợ Mới" than to "Cho Mòi".
    return 0.97 * likeness + 0.03 * fuzz.ratio(value.casefold(), other.casefold())


def nearest_names(value: str, candidates: Iterable[str], limit: int = 3) -> list[Match]:
    """The most alike candidates, best first; none when nothing is near, or ``value`` is too long to be a name.

    Equal scores keep the list's order.

    Ten thousand candidates take tens of milliseconds the first time and less after, as their folded forms
    are kept.
    """
    names = candidates if isinstance(candidates, Sequence) else list(candidates)
    key = comparable_name(value) if len(value) <= _LONGEST_NAME else ""
    if not key:
        return []
    keys = [comparable_name(name) for name in names]
    wide = 4 * limit
    near: set[int] = set()
    for scorer in (fuzz.ratio, fuzz.token_set_ratio):
        found = process.extract(
            key, keys, scorer=scorer, processor=None, limit=wide, score_cutoff=_OFFERED_FROM
        )
        near.update(place for _key_found, _likeness, place in found)
    core = _without_kind(key)
    if core:
        found = process.extract(
            core, keys, scorer=fuzz.token_set_ratio, processor=None, limit=wide, score_cutoff=_OFFERED_FROM
        )
        near.update(place for _key_found, _likeness, place in found)
    short = _by_initials(value, key, keys)
    scored = []
    for place in sorted(near | set(short)):
        likeness = _score(key, value, keys[place], names[place])
        if core:
            likeness = max(likeness, 0.97 * _score(core, core, keys[place], names[place]))
        if place in short:
            likeness = max(likeness, _score(key, value, short[place], names[place]))
        scored.append(Match(names[place], round(likeness, 1)))
    offered = [match for match in scored if match.score >= _OFFERED_FROM]
    return sorted(offered, key=lambda match: -match.score)[:limit]


_NOT = frozenset({"không", "khong", "chưa", "chua", "thôi"})  # "thoi" is as often "thời"


def is_opposite(a: str, b: str) -> bool:
    """Does one of both say that it is not, or no longer, what the other says: "Đưa vào danh mục", "Không đưa vào danh mục"?"""
    one, other = (_NOT.isdisjoint(normal_form("NFC", text).casefold().split()) for text in (a, b))
    return one != other


# ------------------------------------------------------------------------------------------ duplicates

# First sounds that people of the region mix up in writing.
_TELLING = 6  # letters of both words together; "an" and "am" are simply two words
_SOUNDS_ALIKE = (("tr", "ch"), ("gi", "d"), ("d", "r"), ("gi", "r"), ("s", "x"), ("l", "n"))


def _one_slip(word: str, other: str) -> bool:
    """One letter wrong, missing, doubled or swapped, not at the start; or a first sound mixed up."""
    if word[:1] == other[:1] and len(word) + len(other) >= _TELLING and OSA.distance(word, other) == 1:
        return True
    return any(
        (word.startswith(one) and other == two + word[len(one) :])
        or (word.startswith(two) and other == one + word[len(two) :])
        for one, two in _SOUNDS_ALIKE
    )


def is_duplicate_like(a: str, b: str) -> bool:
    """Whether two names probably mean one thing: equal but for diacritics, case, punctuation, abbreviations and
    "và", or for one slip in one word. Names whose numbers differ are never alike ("713" and "731").
    """
    one, two = comparable_name(a), comparable_name(b)
    if not one or not two or _numbers(one) != _numbers(two):
        return False
    if one == two or one.replace(" ", "") == two.replace(" ", ""):
        return True
    differing = [
        (word, other) for word, other in zip_longest(one.split(), two.split(), fillvalue="") if word != other
    ]
    return len(differing) == 1 and _one_slip(*differing[0])
