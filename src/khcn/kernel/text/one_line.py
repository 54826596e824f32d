"""What a text of one line may not hold: line breaks, control characters, and signs that turn the order of letters round."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Control characters but the tab, the separators of lines and paragraphs, and the overrides and isolates of writing direction
# (UAX #9, 2): with them a list, a message or a signed sheet shows another text than the one that is stored.
_UNFIT: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BREAKS: Final = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
_SHOWN_BEFORE: Final = 30  # characters


def check_one_line(text: str) -> None:
    """Raise ``ValidationError`` that says where such a character stands."""
    found = _UNFIT.search(text)
    if found is None:
        return
    before = text[max(found.start() - _SHOWN_BEFORE, 0) : found.start()]
    if found[0] in _BREAKS:
        raise ValidationError(
            _(
                "Ô này chỉ nhận một dòng chữ, nhưng sau “%(before)s” có chỗ xuống dòng. Nối thành một dòng rồi lưu lại."
            ),
            "line_break",
            {"before": before},
        )
    raise ValidationError(
        _(
            "Sau “%(before)s” có ký tự ẩn (U+%(code)s) làm chữ hiện khác với nội dung được lưu. Xóa đoạn đó, gõ lại bằng tay rồi lưu lại."
        ),
        "hidden_character",
        {"before": before, "code": f"{ord(found[0]):04X}"},
    )
