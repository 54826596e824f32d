"""Numbers as Vietnamese officials type and print them: "." between thousands, "," before decimals.

Printed forms are not translated: a document of the department is Vietnamese whatever the language of the
screen.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from khcn.kernel.text.fold import has_small_digits, strip_diacritics
from khcn.kernel.text.text_problem import TextProblem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class NumberProblem(TextProblem):
    """A number that could not be read; says what to type."""


_UNITS = re.compile(r"\s*(?:dong|vnd|₫|d|%)$")
_WHOLE = re.compile(r"(?P<whole>\d+|[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?: \d{3})+)(?:,(?P<part>\d+))?")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")
_DOTTED = re.compile(r"\d+\.\d+")
# A float holds 15 digits exactly; beyond, Excel has already changed the number.
_EXACT = 10**15
_TWO_DIGITS_FROM = 10
# Nobody counts further; and Python refuses to turn thousands of digits into a number or back.
_MOST_DIGITS = 40
_MOST_CHARACTERS = 2 * _MOST_DIGITS  # with separators, sign and unit
_SHOWN = 40  # characters of what could not be read
_SHORT_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


def _problem(code: str, message: StrOrPromise, **params: Any) -> NumberProblem:
    return NumberProblem(code, message, params)


def _unread(typed: str) -> NumberProblem:
    return _problem(
        "unreadable",
        _(
            "Chưa đọc được “%(value)s” thành số. Chỉ gõ chữ số, dấu chấm ngăn hàng nghìn, dấu phẩy trước "
            "phần lẻ, ví dụ 1.152 hoặc 86,96."
        ),
        value=typed,
    )


def _from_float(number: float) -> int | Decimal:
    if not math.isfinite(number):
        raise _unread(str(number))
    if abs(number) >= _EXACT:
        raise _problem(
            "too_long_for_excel",
            _(
                "Số %(value)s có hơn 15 chữ số nên Excel đã làm tròn. Định dạng ô là Văn bản (Text) rồi gõ lại "
                "đủ các chữ số."
            ),
            value=f"{number:.0f}",
        )
    read = Decimal(f"{number:.15g}")
    if _digits_of(f"{read:f}") > _MOST_DIGITS:  # 1E-70: no text of it would be read back
        raise _unread(f"{number:.15g}")
    return _plain(read)


def _digits_of(text: str) -> int:
    return sum(map(str.isdigit, text))


def _plain(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number


def _parse_text(typed: str) -> int | Decimal:
    if has_small_digits(typed):
        raise _problem(
            "small_digit",
            _("“%(value)s” có số nhỏ của chú thích hoặc số mũ, không phải chữ số của số này. Xóa số nhỏ đó."),
            value=typed,
        )
    plain = re.sub("[‐‑‒–—−]", "-", strip_diacritics(typed))
    if not plain:
        raise _problem("empty", _("Chưa có số. Gõ bằng chữ số, ví dụ 1.152."))
    if len(plain) > _MOST_CHARACTERS or _digits_of(plain) > _MOST_DIGITS:
        raise _unread(f"{typed[:_SHOWN]}…")
    plain = _UNITS.sub("", plain)
    sign = "-" if plain.startswith("-") else ""
    plain = plain.removeprefix("-").lstrip()
    if found := _WHOLE.fullmatch(plain):
        whole = re.sub("[. ]", "", found["whole"])
        return _plain(
            Decimal(f"{sign}{whole}.{found['part'] or 0}")
        )  # a product would be rounded to 28 digits
    if _ENGLISH.fullmatch(plain):
        raise _problem(
            "english_separators",
            _(
                "“%(value)s” dùng dấu phẩy để ngăn hàng nghìn. Dùng dấu chấm ngăn hàng nghìn và dấu phẩy trước "
                "phần lẻ, ví dụ 1.152.000 hoặc 1.152,5."
            ),
            value=typed,
        )
    if _DOTTED.fullmatch(plain):
        whole, part = plain.split(".")
        raise _problem(
            "ambiguous_dot",
            _(
                "“%(value)s” chưa rõ là số lẻ hay số nguyên, vì dấu chấm chỉ dùng để ngăn hàng nghìn như 1.152. "
                "Nếu là số lẻ, gõ %(decimal)s; nếu là số nguyên, gõ liền %(integer)s."
            ),
            value=typed,
            decimal=f"{whole},{part}",
            integer=(whole + part).lstrip("0") or "0",
        )
    raise _unread(typed)


def parse_number(raw: object) -> int | Decimal:
    """Read a number from a cell or a form field; a whole number comes back as ``int``.

    Text is read the Vietnamese way: "1.152" and "1 152" are 1152, "1.152,5" is 1152.5, "09" is 9, and the
    words đồng, đ, VND and the sign % may follow ("86,96 %" is 86.96). A float of a workbook is taken at the 15
    digits Excel shows.

    Raises:
        NumberProblem: anything else, with a sentence for the person; "1.5" is refused, because it may be meant
            as 1,5 or be a slip for 1.500.
    """
    if isinstance(raw, bool):
        raise _unread(str(raw))
    if isinstance(raw, int):
        return raw
    if isinstance(raw, float):
        return _from_float(raw)
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            raise _unread(str(raw))
        return _plain(raw)
    if raw is None or isinstance(raw, str):
        return _parse_text((raw or "").strip())
    raise _unread(str(raw))


def short_number(text: str) -> int | None:
    """The number in a text of an address, which is a key, year or place: 1 to 18 plain digits; ``None`` for anything else.

    ``int()`` itself raises for the "²" that ``isdigit`` lets pass and for thousands of digits.
    """
    return int(text) if _SHORT_NUMBER.fullmatch(text) else None


def format_number(number: int | Decimal, decimals: int | None = None) -> str:
    """Groups of three: "1.152", "1.152,5". ``decimals`` fixes their count (rounded half up); without it none is lost."""
    if decimals is not None:
        number = Decimal(number).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    digits = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return digits.translate({ord(","): ".", ord("."): ","})


def format_amount(number: int | Decimal) -> str:
    """The same without zeros after the last digit that says something: "400", "86,5"."""
    return format_number(Decimal(number).normalize())


def two_digits(count: int) -> str:
    """A count in running text: "04", "12", "1.152"; zero stays "0".

    Raises:
        ValueError: a negative count.
    """
    if count < 0:
        message = f"a count is never negative: {count}"
        raise ValueError(message)
    return f"{count:02d}" if 0 < count < _TWO_DIGITS_FROM else format_number(count)


def format_money(amount: int) -> str:
    """With the unit: "45.998.409 đồng"; amounts are whole đồng."""
    return f"{format_number(amount)} đồng"


def is_comparable(value: object) -> bool:
    """Can a database compare a column with it? Texts without NUL, and numbers of 64 bits."""
    if isinstance(value, str):
        return "\0" not in value
    return isinstance(value, int | float) and abs(value) < 2**63
