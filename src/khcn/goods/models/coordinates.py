"""Coordinates of a place (WGS 84, the system of GPS), in the spellings that people write or paste."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.text.normal_forms import normal_form

LONGEST_COORDINATES: Final = 60
"""Characters, of the longest spelling: degrees, minutes and seconds with decimals, twice."""

LONGEST_PASTED: Final = 2000
"""Characters of what is read, such as a link to a map; what is stored is short."""

BLUR: Final = 100
"""Parts of a degree to which public pages round: a hundredth is about one kilometre (docs/adr/0065)."""

_SIX: Final = Decimal("0.000001")
_STORED: Final = re.compile(r"(-?\d{1,2}\.\d{6}), (-?\d{1,3}\.\d{6})", re.ASCII)  # the most that are read
_SIGNS: Final = str.maketrans(
    {"º": "°", "˚": "°", "’": "'", "′": "'", "‘": "'", "´": "'", "`": "'", "”": '"', "“": '"', "″": '"'}
)
_WORDS: Final = (
    (r"''", '"'),
    (r"\b(?:V[ĨI]|KINH)(?:\s*(?:ĐỘ|DO|TUYẾN))?\s*(?=BẮC|BAC|NAM|ĐÔNG|DONG|TÂY|TAY)", ""),
    (r"(?:BẮC|BAC|NORTH)\b", "B"),  # N is south beside Đ and T
    (r"\b(?:NAM|SOUTH)\b", "S"),
    (r"\b(?:ĐÔNG|DONG|EAST)\b", "E"),
    (r"\b(?:TÂY|TAY|WEST)\b", "W"),
    (r"^(?:TỌA ĐỘ|TOẠ ĐỘ|TOA DO|GPS)\s*[:=]?\s*", ""),
    (r"\b(?:V[ĨI]\s*(?:ĐỘ|DO)|LATITUDE|LAT)\s*[:=]?\s*", "φ"),
    (r"\b(?:KINH\s*(?:ĐỘ|DO)|LONGITUDE|LONG|LNG|LON)\s*[:=]?\s*", "λ"),
    (r"(?:ĐỘ|\bDO\b)", "°"),
    (r"(?:PHÚT|PHUT)", "'"),
    (r"(?:GIÂY|GIAY)", '"'),
)
"""What people write for the signs, in capitals; in this order."""

_NUMBER: Final = r"\d{1,4}(?:[.,]\d{1,12})?(?!\d)"
_CORE: Final = (
    rf"(?P<sign#>[-+]?)(?<!\d)(?P<degrees#>{_NUMBER})"
    rf"(?:\s*(?P<mark#>°)(?:\s*(?P<minutes#>{_NUMBER})\s*'(?:\s*(?P<seconds#>{_NUMBER})\s*\")?)?)?"
)
_LABEL: Final = r"(?P<label#>[φλ]?)"
_BEFORE: Final = rf"{_LABEL}(?P<letter#>[NSEWBĐDT])\s*{_CORE}"
_BEHIND: Final = rf"{_LABEL}{_CORE}\s*(?P<letter#>[NSEWBĐDT])"
_BARE: Final = rf"{_LABEL}(?P<letter#>){_CORE}"
_BETWEEN: Final = r"(?P<between>\s*[,;/|]\s*|\s*)"
_PAIRS: Final = tuple(
    re.compile(one.replace("#", "1") + _BETWEEN + other.replace("#", "2"), re.ASCII)
    for one, other in (
        (_BEFORE, _BEFORE),
        (_BEHIND, _BEHIND),
        (_BARE, _BARE),
        (_BEFORE, _BARE),
        (_BEHIND, _BARE),
    )
)
_DECIMAL: Final = r"(-?\d{1,3}(?:\.\d{1,20})?)"
_IN_LINKS: Final = tuple(
    re.compile(each, re.ASCII)
    for each in (
        rf"!3D{_DECIMAL}!4D{_DECIMAL}",
        rf"[?&](?:Q|QUERY|LL|DADDR|DESTINATION|MLAT)=(?:LOC:)?{_DECIMAL}(?:,|&MLON=)[+\s]*{_DECIMAL}",
        rf"/(?:PLACE|SEARCH|DIR)/{_DECIMAL},[+\s]*{_DECIMAL}",
        rf"[@/]{_DECIMAL}[,/]{_DECIMAL}(?:[,/?&]|$)",
    )
)
"""Where links to maps name a point; the middle of what was on the screen comes last."""

_AXES: Final = (("latitude", frozenset("NSBφ")), ("longitude", frozenset("EWĐDTλ")))
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
    if len(text) > LONGEST_PASTED:
        raise ValidationError(_how_to_write())
    if found := _STORED.fullmatch(text):
        return _checked(*map(Decimal, found.groups()))
    written = normal_form("NFC", text).translate(_SIGNS).strip().upper()
    if written.startswith("GEO:"):
        return _of_geo(written[4:])
    if "://" in written or written.startswith(("MAPS.", "WWW.", "GOOGLE.", "GOO.GL")):
        return _of_link(unquote(written))
    return _of_words(written)


def _of_geo(written: str) -> Point:
    """RFC 5870: what follows the point is an altitude and parameters. Telephones write 0,0 and the point as what is looked for."""
    if (sought := re.search(rf"[?&]Q=(?:LOC:)?{_DECIMAL},\s*{_DECIMAL}", unquote(written), re.ASCII)) is None:
        sought = re.match(rf"{_DECIMAL},{_DECIMAL}(?:[,;?]|$)", written, re.ASCII)
    if sought is None or not any(map(Decimal, sought.groups())):
        raise ValidationError(_how_to_write())
    return _checked(*map(Decimal, sought.groups()))


def _of_link(written: str) -> Point:
    for each in _IN_LINKS:
        if found := each.findall(written):
            return _checked(*map(Decimal, found[-1]))
    raise ValidationError(_how_to_write())


def _of_words(written: str) -> Point:
    for word, sign in _WORDS:
        written = re.sub(word, sign, written)
    written = re.sub(r"^[(\[]\s*|\s*[)\]]?[\s.,;]*$", "", written)
    matches = (each.fullmatch(written) for each in _PAIRS) if len(written) <= LONGEST_COORDINATES else ()
    found = next((each for each in matches if each is not None), None)
    if found is None or not _is_whole(found):
        raise ValidationError(_how_to_write())
    letters = found["letter1"], found["letter2"]
    values = [_degrees(found, each, letter, letters) for each, letter in zip("12", letters, strict=True)]
    if _axis(found, "1") == "longitude":
        values.reverse()
    return _checked(*values)


def _checked(latitude: Decimal, longitude: Decimal) -> Point:
    if abs(latitude) > 90 and abs(longitude) <= 90 and abs(latitude) <= 180:  # noqa: PLR2004 -- degrees of the globe
        text = _("Vĩ độ và kinh độ đã đổi chỗ cho nhau. Viết vĩ độ trước: %(right)s")
        raise ValidationError(text % {"right": Point(longitude.quantize(_SIX), latitude.quantize(_SIX))})
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 -- degrees of the globe
        raise ValidationError(_("Vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180. Xem lại tọa độ đã gõ."))
    return Point(latitude.quantize(_SIX), longitude.quantize(_SIX))


def _is_whole(found: re.Match[str]) -> bool:
    """Whether these are two values, and not the degrees and minutes of one, or one with a comma as its decimal sign."""
    axes = _axis(found, "1"), _axis(found, "2")
    if "both" in axes or (axes[0] and axes[0] == axes[1]) or bool(found["label1"]) != bool(found["label2"]):
        return False
    is_named, is_marked = all(axes), bool(found["mark1"])
    if is_marked != bool(found["mark2"]):
        return False
    between, parts = found["between"], [found[f"degrees{each}"] for each in "12"]
    if not between:
        # 22.1N105.8E; 22°08'44"105°50'04"
        return is_named or bool(found["seconds1"])
    if between == "," and any("," in each for each in parts):
        return False  # 22,14,105,83: which of the commas stands between the values?
    return is_named or is_marked or all(re.search("[.,]", each) for each in parts)


def _axis(found: re.Match[str], which: str) -> str:
    """What a value is by its label and its letter; "" without both, "both" where they contradict."""
    named = set(found[f"label{which}"] + found[f"letter{which}"])
    names = [name for name, signs in _AXES if named & signs]
    return "both" if len(names) > 1 else "".join(names)


def _degrees(found: re.Match[str], which: str, letter: str, letters: tuple[str, str]) -> Decimal:
    written = [found[f"{name}{which}"] or "0" for name in ("degrees", "minutes", "seconds")]
    degrees, minutes, seconds = parts = [Decimal(each.replace(",", ".")) for each in written]
    has_finer = [found[f"{name}{which}"] is not None for name in ("minutes", "seconds")]
    is_cut = any(finer and part % 1 for finer, part in zip(has_finer, parts[:2], strict=True))
    if is_cut or minutes >= _SMALL_NUMBER or seconds >= _SMALL_NUMBER:
        raise ValidationError(_how_to_write())
    value = degrees + minutes / 60 + seconds / 3600
    # N is north beside E and W, and Nam (south) beside Đ and T
    is_south = letter == "S" or (letter == "N" and bool({"Đ", "D", "T"} & set(letters)))
    return -value if found[f"sign{which}"] == "-" or is_south or letter in {"W", "T"} else value


def _how_to_write() -> str:
    return _("Chưa đọc được tọa độ. Viết vĩ độ rồi kinh độ, ví dụ: %(one)s hoặc %(other)s") % {
        "one": "21.028511, 105.804817",
        "other": "21°01'42.6\"N 105°48'17.3\"E",
    }


def check_coordinates(text: str) -> None:
    """Raise ``ValidationError`` for what names no point."""
    if text:
        read_coordinates(text)
