"""Passwords that everybody in the building would try first. Django's own list of common ones is English."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold

_WORDS = (
    "mat khau", "bac kan", "thai nguyen", "viet nam", "ha noi", "so khcn", "so khoa hoc", "khoa hoc", "cong nghe", "khcn",
    "vpubnd", "ubnd", "van phong", "quan tri", "chuyen vien", "lanh dao", "giam doc", "admin", "administrator", "password",
    "pass", "tinh", "anh yeu em", "em yeu anh", "yeu em", "xin chao", "hanh phuc", "gia dinh", "con yeu", "bac ho",
    "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abc", "so", "va",
)  # fmt: skip
_PARTS = tuple(word.replace(" ", "") for word in _WORDS)


def _is_obvious(letters: str) -> bool:
    """Can the letters be cut into well-known words? Place by place, so that no password takes long to refuse."""
    reached = {0}
    for place in range(len(letters)):
        if place in reached:
            reached |= {place + len(part) for part in _PARTS if letters.startswith(part, place)}
    return len(letters) in reached


class LocalWordsValidator:
    """Refuses what is made of the office's own words and figures only: "matkhau12345", "SoKHCN@BacKan2023"."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for a password of well-known words and figures."""
        letters = re.sub(r"[^a-z]", "", fold(password))
        if _is_obvious(letters):
            raise ValidationError(self.get_help_text(), code="password_too_common")

    def get_help_text(self) -> str:
        """What to do instead."""
        return _(
            "Mật khẩu chỉ gồm chữ số hoặc những từ ai cũng đoán ra (mật khẩu, tên tỉnh, tên Sở). Hãy ghép vài từ không liên quan với nhau."
        )
