"""Coordinates of a place (WGS 84, the system of GPS), in the spellings that people write or paste."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.text.normal_forms import normal_form

LONGEST_COORDINATES: Final = 60
"""Characters, of the longest spelling: degrees, minutes and seconds with decimals, twice."""

BLUR: Final = 100
"""Parts of a degree to which public pages round: a hundredth is about one kilometre (docs/adr/0065)."""

_SIX: Final = Decimal("0.000001")
_SIGNS: Final = str.maketrans(
    {"º": "°", "˚": "°", "’": "'", "′": "'", "‘": "'", "”": '"', "“": '"', "″": '"'}
)
_NUMBER: Final = r"\d{1,4}(?:[.,]\d{1,12})?"
_VALUE: Final = (
    rf"(?:(?P<before{{0}}>[NSEWBĐDT])\s*)?(?P<sign{{0}}>[-+]?)(?P<degrees{{0}}>{_NUMBER})(?:\s*°)?"
    rf"(?:\s*(?P<minutes{{0}}>{_NUMBER})\s*'(?!'))?(?:\s*(?P<seconds{{0}}>{_NUMBER})\s*(?:\"|''))?"
    rf"(?:\s*(?P<after{{0}}>[NSEWBĐDT]))?"
)
_PAIR: Final = re.compile(
    _VALUE.replace("{0}", "1") + r"(?P<between>\s*[,;/]\s*|\s*)" + _VALUE.replace("{0}", "2"), re.ASCII
)
_SMALL_NUMBER: Final = 60


class Point(NamedTuple):
    """Degrees to the north and to the east."""

    latitude: Decimal
    longitude: Decimal

    def __str__(self) -> str:
        return f"{self.latitude:.6f}, {self.longitude:.6f}"

    def blurred(self) -> tuple[float, float]:
        """The middle of the square of about one kilometre that it lies in: what the public sees."""
        return (_middle(self.latitude), _middle(self.longitude))


def _middle(degrees: Decimal) -> float:
    return float((degrees * BLUR).to_integral_value("ROUND_FLOOR") + Decimal("0.5")) / BLUR


def read_coordinates(text: str) -> Point:
    """The point that a text names, latitude first. Raises ``ValidationError``, which says how to write it."""
    written = normal_form("NFC", text).translate(_SIGNS).strip().upper()
    if written.startswith("GEO:"):  # RFC 5870: what follows is an altitude and parameters
        written = ",".join(re.split(r"[;?]", written[4:])[0].split(",")[:2])
    found = _PAIR.fullmatch(written) if len(text) <= LONGEST_COORDINATES else None
    if found is None or _is_unclear(found):
        raise ValidationError(_how_to_write())
    letters = [found[f"before{each}"] or found[f"after{each}"] or "" for each in "12"]
    values = [_degrees(found, each, letter, letters) for each, letter in zip("12", letters, strict=True)]
    if _is_of_longitude(letters[0]) and not _is_of_longitude(letters[1]):
        values.reverse()
    elif letters[0] and letters[1] and _is_of_longitude(letters[0]) == _is_of_longitude(letters[1]):
        raise ValidationError(_how_to_write())
    return _checked(*values)


def _checked(latitude: Decimal, longitude: Decimal) -> Point:
    point = Point(latitude.quantize(_SIX), longitude.quantize(_SIX))
    if abs(latitude) > 90 and abs(longitude) <= 90 and abs(latitude) <= 180:  # noqa: PLR2004 -- degrees of the globe
        text = _("Vĩ độ và kinh độ đã đổi chỗ cho nhau. Viết vĩ độ trước: %(right)s")
        raise ValidationError(text % {"right": Point(point.longitude, point.latitude)})
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 -- degrees of the globe
        raise ValidationError(_("Vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180. Xem lại tọa độ đã gõ."))
    return point


def _is_unclear(found: re.Match[str]) -> bool:
    """Whether numbers run into each other: nothing between them, or one comma that may be of a decimal number."""
    has_letters = bool(found["before2"] or found["after1"])
    if not found["between"] and not has_letters:
        return found["minutes1"] is None and found["seconds1"] is None
    is_comma = found["between"] == ","
    with_commas = ["," in (found[f"degrees{each}"] or "") for each in "12"]
    return is_comma and not has_letters and with_commas[0] != with_commas[1]


def _degrees(found: re.Match[str], which: str, letter: str, letters: list[str]) -> Decimal:
    parts = [
        Decimal((found[f"{name}{which}"] or "0").replace(",", "."))
        for name in ("degrees", "minutes", "seconds")
    ]
    written = [found[f"{name}{which}"] is not None for name in ("minutes", "seconds")]
    has_fraction = [each != each.to_integral_value() for each in parts]
    # A part of a degree is written once: 21.5°30' names two points.
    is_twice = (has_fraction[0] and any(written)) or (has_fraction[1] and written[1])
    if is_twice or parts[1] >= _SMALL_NUMBER or parts[2] >= _SMALL_NUMBER:
        raise ValidationError(_how_to_write())
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    # N is north beside E and W, and Nam (south) beside Đ and T
    is_south = letter == "S" or (letter == "N" and bool({"Đ", "D", "T"} & set(letters)))
    return -value if found[f"sign{which}"] == "-" or is_south or letter in {"W", "T"} else value


def _is_of_longitude(letter: str) -> bool:
    return letter in {"E", "W", "Đ", "D", "T"}


def _how_to_write() -> str:
    return _("Chưa đọc được tọa độ. Viết vĩ độ rồi kinh độ, ví dụ: %(one)s hoặc %(other)s") % {
        "one": "21.028511, 105.804817",
        "other": "21°01'42.6\"N 105°48'17.3\"E",
    }


def check_coordinates(text: str) -> None:
    """Raise ``ValidationError`` for what names no point."""
    if text:
        read_coordinates(text)
