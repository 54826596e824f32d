"""Words of officials' own headings: what they call a field of ours, and words that make a heading that of a part of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from khcn.kernel.intake.tables.heading_units import without_unit
from khcn.kernel.text.fold import fold

_BRACKETS: Final = re.compile(r"[(\[][^)\]]*[)\]]|\*")
# Words of officials' own tables beside those of our headings, folded. Longer ones first.
_SAME_WORDS: Final = (
    ("chu nhiem de tai du an", "chu nhiem"), ("chu nhiem nhiem vu", "chu nhiem"), ("chu nhiem de tai", "chu nhiem"),
    ("chu nhiem du an", "chu nhiem"), ("ten de tai du an", "ten nhiem vu"), ("ten de tai", "ten nhiem vu"),
    ("ten du an", "ten nhiem vu"), ("co quan chu tri", "to chuc chu tri"), ("don vi chu tri", "to chuc chu tri"),
    ("chuc danh khoa hoc", "hoc ham hoc vi"), ("hoc vi hoc ham", "hoc ham hoc vi"), ("trinh do chuyen mon", "hoc ham hoc vi"),
    ("co quan cong tac", "don vi cong tac"), ("noi cong tac", "don vi cong tac"), ("noi lam viec", "don vi cong tac"),
    ("co quan", "to chuc"), ("ma so", "ma"), ("ma hieu", "ma"), ("nam thuc hien", "thuc hien tu nam"),
    ("nam bat dau", "thuc hien tu nam"), ("thoi gian bat dau", "ngay bat dau"), ("thoi gian ket thuc", "ngay ket thuc"),
    ("kinh phi duoc duyet", "tong kinh phi"), ("tong kp", "tong kinh phi"), ("kp", "kinh phi"),
    ("thoi han moi", "thoi han sau"), ("han moi", "thoi han sau"), ("ho ten", "ho va ten"), ("sdt", "dien thoai"), ("dtdd", "dien thoai"), ("so qd", "so quyet dinh"),
)  # fmt: skip
# Headings of several rows taken together, folded: "Kinh phí" over "Tổng số" and "Trong đó: NSNN".
_WHOLE_HEADINGS: Final = (
    (
        re.compile(
            r"(?:tong )?(?:so )?(?:kinh phi|kp)(?: thuc hien)? (?:tong(?: so| cong| kinh phi)?|cong|ca nam|toan bo)"
        ),
        "tong kinh phi",
    ),
    (
        re.compile(
            r"(?:(?:tong )?(?:kinh phi|kp)(?: thuc hien)? )?(?:trong do )?(?:(?:tu|nguon|von|kinh phi) )*"
            r"(?:nsnn|ns nha nuoc|ngan sach nha nuoc)"
        ),
        "ngan sach nha nuoc",
    ),
    (re.compile(r"thoi gian(?: thuc hien)? (?:bat dau|tu(?: ngay| thang)?)"), "ngay bat dau"),
    (re.compile(r"thoi gian(?: thuc hien)? (?:ket thuc|den(?: ngay| thang)?)"), "ngay ket thuc"),
)
_PART: Final = re.compile(
    r"\b(?:trong do|quy (?:i{1,3}|iv|[1-4])|thang \d{1,2}|nam \d{4}|dot \d{1,2}|con lai|khac|luy ke|doi ung|chuyen tiep"
    r"|[369] thang|(?:da|chua) (?:cap|chi|giai ngan|thanh toan|tam ung|quyet toan|su dung|thuc hien))\b"
)


@lru_cache(maxsize=4096)
def words_of_heading(text: str) -> str:
    """A heading folded, without its unit and what stands in brackets, in our words for it."""
    plain = " ".join(fold(without_unit(_BRACKETS.sub(" ", text))).split())
    for pattern, own in _WHOLE_HEADINGS:
        if pattern.fullmatch(plain):
            return own
    plain = f" {plain} "
    for other, own in _SAME_WORDS:
        if f" {other} " in plain:
            return plain.replace(f" {other} ", f" {own} ").strip()
    return plain.strip()


def says_part(text: str, heading: str) -> bool:
    """Does a heading of a file, or what stands in its brackets, name a part that our heading does not: a quarter, "trong đó"?

    Such a column is proposed for nothing: stored as the whole it would be wrong, and looks right.
    """
    named = " ".join([words_of_heading(text), *map(fold, _BRACKETS.findall(text))])
    own = fold(heading)
    return any(found[0] not in own for found in _PART.finditer(named))
