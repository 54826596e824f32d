"""Passwords that everybody in the building would try first. Django's own list of common ones is English."""

from __future__ import annotations

import gzip
import logging
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold
from khcn.web.breached_passwords import is_breached

if TYPE_CHECKING:
    from django.forms import Field

log = logging.getLogger(__name__)

LONGEST: Final = 256
"""Characters of a new password. More are not looked at: some of the questions below take the square of the length."""

# What the office says all day: a password of these alone is refused, however many there are of them.
_WORDS = (
    "mat khau", "bac kan", "thai nguyen", "viet nam", "ha noi", "so khcn", "so khoa hoc", "khoa hoc", "cong nghe", "khcn",
    "vpubnd", "ubnd", "van phong", "quan tri", "chuyen vien", "lanh dao", "giam doc", "admin", "administrator", "password",
    "pass", "tinh", "anh yeu em", "em yeu anh", "yeu em", "xin chao", "hanh phuc", "gia dinh", "con yeu", "bac ho",
    "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abc", "so", "va", "dang nhap", "he thong", "nhiem vu", "de tai", "bao cao",
    "phong", "huyen", "xa", "thanh pho", "tai khoan", "nguoi dung", "thong tin", "du lieu", "may tinh", "co quan", "nha nuoc",
    "viet nam vo dich", "i love you", "love", "welcome", "hello", "login", "user", "test", "demo", "root", "letmein", "secret",
)  # fmt: skip
# Names of places and people, words of the season: three of them at most are no password, more may be one.
_NAMES = (
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong", "ly",
    "dinh", "trinh", "mai", "luong", "ha", "thi", "van", "anh", "hoa", "lan", "huong", "minh", "dung", "hung", "tuan", "linh",
    "thanh", "hai", "nam", "long", "son", "quang", "hieu", "trang", "thao", "phuong", "ngoc", "tam", "binh", "nga", "yen", "thuy",
    "dat", "duc", "khanh", "tien", "cuong", "bich", "kim", "my", "tu", "van a", "thi a", "van b", "thi b", "ho chi minh", "sai gon", "da nang", "hue",
    "hai phong", "can tho", "cao bang", "lang son", "tuyen quang", "ba be", "bach thong", "cho don", "cho moi", "na ri", "ngan son",
    "pac nam", "duc xuan", "song cong", "pho yen", "dai tu", "dinh hoa", "phu luong", "vo nhai", "dong hy", "phu binh", "mua xuan",
    "mua he", "mua thu", "mua dong", "tet", "nam moi", "thang", "ngay", "dragon", "monkey", "football", "sunshine", "princess",
    "tien bao", "me yeu", "bo yeu", "con trai", "con gai", "bong da", "cafe", "hoa hong",
)  # fmt: skip
_NAMES_AT_MOST = 3
_COST = {word.replace(" ", ""): 1 for word in _NAMES} | {word.replace(" ", ""): 0 for word in _WORDS}
# Signs and figures that stand for letters.
_SIGNS = {"a": "@4", "b": "8", "e": "3", "i": "1!", "l": "1!", "o": "0", "s": "5$", "t": "7"}
_EITHER = ("i", "l")  # what 1 and ! stand for, where a whole password is read at once


LONG_COMMON: Final = Path(__file__).with_name("data") / "long_common_passwords.txt.gz"
"""Those of twelve characters and more in the lists of zxcvbn-ts (language-common 4.1.3) and of rockyou 1.1.0 (NOTICE)."""
_SHORTEST_OF_TWO, _SHORTEST_RUN, _MOST_RUNS = 3, 3, 5
_ROWS = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiop",
    "qwertzuiop",
)
_COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol", "1q2w3e4r5t6y7u8i9o0p", "1a2s3d4f5g6h7j8k9l",
            "q1w2e3r4t5y6u7i8o9p0", "a1s2d3f4g5h6j7k8l9", "qawsedrftgyhujikolp", "1z2x3c4v5b6n7m", "a1b2c3d4e5f6g7h8i9")  # fmt: skip


def _ways_by_first_sign() -> dict[str, list[str]]:
    """Ways along the keyboard, from each sign on, forwards and backwards."""
    found: dict[str, list[str]] = {}
    for way in (*_ROWS, *_COLUMNS):
        for each in (way, way[::-1]):
            for place, sign in enumerate(each):
                found.setdefault(sign, []).append(each[place:])
    for sign in "abcdefghijklmnopqrstuvwxyz0123456789":
        found.setdefault(sign, []).append(sign * 64)
    return found


_WAYS_FROM = _ways_by_first_sign()


def _pattern_of(word: str) -> re.Pattern[str]:
    """A word, with signs for some of its letters."""
    return re.compile("".join(f"[{letter}{_SIGNS.get(letter, '')}]" for letter in word))


def _parts_by_first_sign() -> dict[str, list[tuple[re.Pattern[str], int]]]:
    """The words as patterns, by the signs with which they can begin."""
    found: dict[str, list[tuple[re.Pattern[str], int]]] = {}
    for word, cost in _COST.items():
        for sign in word[0] + _SIGNS.get(word[0], ""):
            found.setdefault(sign, []).append((_pattern_of(word), cost))
    return found


_PARTS = _parts_by_first_sign()


def _own_parts(user: Any) -> list[tuple[re.Pattern[str], int]]:
    """The words of an account's own name and user name; of two letters and more, because single ones are in every word."""
    named = " ".join(str(getattr(user, name, "") or "") for name in ("full_name", "username"))
    return [(_pattern_of(word), 0) for word in re.findall(r"[a-z]{2,}", fold(named))]


def _is_obvious(text: str, own: list[tuple[re.Pattern[str], int]]) -> bool:
    """Is it nothing but well-known and own words, with few names among them, and signs and figures? Place by place, so that no
    password takes long to refuse.
    """
    fewest = {0: 0}

    def reach(end: int, cost: int) -> None:
        if cost <= fewest.get(end, _NAMES_AT_MOST):
            fewest[end] = cost

    for place, sign in enumerate(text):
        so_far = fewest.pop(place, None)
        if so_far is None:
            continue
        if not sign.isalpha():
            reach(place + 1, so_far)
        for pattern, cost in (*_PARTS.get(sign, ()), *own):
            if hit := pattern.match(text, place):
                reach(hit.end(), so_far + cost)
    return len(text) in fewest


def _plain(password: str) -> str:
    """Small letters without marks; signs stay."""
    return "".join(fold(each) or each for each in password.lower())


def _is_common(plain: str) -> bool:
    """Is it one of Django's list, with signs for letters, or figures and signs at its ends?"""
    for at_the_ends in (r"^[\W\d_]+|[\W\d_]+$", r"\d+$"):
        core = re.sub(at_the_ends, "", plain)
        for letter in _EITHER:
            read = "".join(
                next((each for each, signs in _SIGNS.items() if sign in signs and each not in _EITHER), sign)
                for sign in core.replace("1", letter).replace("!", letter)
            )
            letters = re.sub(r"[^a-z]", "", read)
            if letters in _common() or _is_two_common(letters):
                return True
    return plain in _common()


def _is_two_common(letters: str) -> bool:
    """Two common passwords beside each other: "monkeydragon"."""
    common = _common()
    return any(
        letters[:place] in common and letters[place:] in common
        for place in range(_SHORTEST_OF_TWO, len(letters) - _SHORTEST_OF_TWO + 1)
    )


def _is_pattern(typed: str) -> bool:
    """One piece over and over, or few ways along the keyboard, the alphabet and the figures: "abc123abc123", "1qaz2wsx3edc"."""
    if not typed.isascii():
        return False
    if re.fullmatch(r"(.{1,6})\1+.?", typed):
        return True
    runs, place = 0, 0
    while place < len(typed):
        length = max(
            (_length_of_start(typed[place:], each) for each in _WAYS_FROM.get(typed[place], ())), default=0
        )
        if length < _SHORTEST_RUN:
            return False
        place += length
        runs += 1
    return runs <= _MOST_RUNS


def _length_of_start(one: str, other: str) -> int:
    """How many signs both begin with."""
    differs = (place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(differs, min(len(one), len(other)))


@cache
def _common() -> frozenset[str]:
    with gzip.open(LONG_COMMON, "rt", encoding="utf-8") as long:
        return frozenset({*CommonPasswordValidator().passwords, *long.read().splitlines()})


def too_long() -> str:
    """What a form says of more than `LONGEST`."""
    return _("Mật khẩu dài nhất %(count)d ký tự.") % {"count": LONGEST}


def limit_length(field: Field) -> None:
    """Let a form's field of a new password refuse what is too long before anything looks at it. No attribute of the page says so:
    a browser would cut a password that is pasted in, unseen.
    """
    field.validators.append(MaxLengthValidator(LONGEST, too_long()))


class LocalWordsValidator:
    """Refuses what is made of the office's own words and figures only: "matkhau12345", "SoKHCN@BacKan2023", "M@tKh4u2026"; and
    common passwords of Django's list with signs for letters or figures at the end: "P@ssw0rd2026".
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for a password of well-known words and figures."""
        if len(password) > LONGEST:
            raise ValidationError(too_long(), code="password_too_long")
        plain = _plain(password)
        letters = re.sub(r"[^a-z]", "", plain)
        own = _own_parts(user)
        if (
            _is_obvious(plain, own)
            or _is_obvious(letters, own)
            or _is_common(plain)
            or _is_pattern(password.lower())
        ):
            raise ValidationError(self.get_help_text(), code="password_too_common")

    def get_help_text(self) -> str:
        """What to do instead."""
        return _(
            "Mật khẩu chỉ gồm chữ số hoặc những từ ai cũng đoán ra (mật khẩu, tên tỉnh, tên Sở, tên của bạn). Hãy ghép vài từ không liên quan với nhau."
        )


class BreachedPasswordValidator:
    """Refuses passwords that the file of the operator names (``KHCN_BREACHED_PASSWORDS_FILE``); nothing where there is none."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for a password that was in a breach, and where the file cannot be read."""
        file = settings.BREACHED_PASSWORDS_FILE
        if file is None:
            return
        try:
            found = is_breached(password, file)
        except OSError:
            log.exception("the file of breached passwords cannot be read")
            words = _(
                "Chưa kiểm tra được mật khẩu mới với danh sách mật khẩu đã lộ. Hãy báo quản trị hệ thống."
            )
            raise ValidationError(words, code="breached_unknown") from None
        if found:
            raise ValidationError(self.get_help_text(), code="breached")

    def get_help_text(self) -> str:
        """What to do instead."""
        return _("Mật khẩu này đã bị lộ ở nơi khác, kẻ xấu sẽ thử nó trước tiên. Hãy chọn mật khẩu khác hẳn.")
