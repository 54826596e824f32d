"""The path of the page of goods by what a person types: an address, an element string, or the digits below a bar code."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import element_string
from khcn.epcis.ids.check import has_right_check_digit, is_digits
from khcn.epcis.ids.dictionary import APPLICATION_IDENTIFIERS
from khcn.epcis.ids.digital_link import SHORT_NAMES, escape
from khcn.epcis.ids.scan import GROUP_SEPARATOR

PRIMARY_KEYS: Final = tuple(sorted(code for code, entry in APPLICATION_IDENTIFIERS.items() if entry.is_key))
KEY_NAMES: Final = (
    *PRIMARY_KEYS,
    *sorted(name for name, code in SHORT_NAMES.items() if code in PRIMARY_KEYS),
)
"""What the path of a Digital Link begins with."""

LONGEST: Final = 200
"""Characters of a code that are read: the longest that a label of goods has in digits and letters."""

_PRODUCT_LENGTHS: Final = frozenset({8, 12, 13, 14})
_PACKAGE_LENGTH: Final = 18
"""Digits of the number of a package (SSCC), which labels print below the bar code in groups and without "(00)"."""

_SERVED_KEYS: Final = re.compile(rf"/(?:{'|'.join(KEY_NAMES)})/")
_AFTER_GTIN: Final = ("10", "21")

_BLANKS: Final = re.compile(r"[^\S\x1d]+|\0+")
"""Blanks, but for the separator of elements, which Python counts among them."""

_SYMBOLOGY: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""What many scanners send before the data of a symbol (ISO/IEC 15424)."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def path_of_code(code: str, lot: str = "") -> str:
    """The path of the page of a code as people type it; "" where it is none.

    Args:
        code: an address, "(01)…(10)…", what a scanner gives, or the digits below a bar code.
        lot: the lot number, where the code says none.
    """
    text = _BLANKS.sub("", code)[:LONGEST]
    is_scanned = False
    if found := _SYMBOLOGY.match(text):
        is_scanned = True
        text = text[found.end() :]
    text = text.strip(GROUP_SEPARATOR)
    lot = lot.replace("\0", "").strip()[:LONGEST]
    if (path := _path_of_address(text)) is not None:
        return path
    digits = text.replace("-", "").replace(".", "")
    if is_digits(digits) and len(digits) in _PRODUCT_LENGTHS:
        return f"/01/{digits.zfill(14)}" + (f"/10/{escape(lot)}" if lot else "")
    is_package = not is_scanned and is_digits(digits) and len(digits) == _PACKAGE_LENGTH
    if is_package and has_right_check_digit(digits):
        return f"/00/{digits}"
    # Else 18 digits may be those of another key with its AI; where they are not, the page of the package says that a digit is wrong.
    return _path_of_elements(text, lot) or (f"/00/{digits}" if is_package else "")


def _path_of_elements(text: str, lot: str) -> str:
    """The path that AIs and their values name, in brackets or as scanned; "" where they are none."""
    try:
        if text.startswith("("):
            elements = element_string.parse(text.replace(GROUP_SEPARATOR, ""))
        else:
            scanned = text.replace(GROUP_SEPARATOR, element_string.FNC1)
            elements = element_string.parse_fnc1(element_string.FNC1 + scanned)
    except IdentifierError:
        return ""
    values = {element.ai: element.value for element in elements}
    if "01" not in values:
        key = elements[0]
        return f"/{key.ai}/{escape(key.value)}" if key.ai in KEY_NAMES else ""
    if lot:
        values.setdefault("10", lot)
    return f"/01/{values['01']}" + "".join(
        f"/{ai}/{escape(values[ai])}" for ai in _AFTER_GTIN if ai in values
    )


def _path_of_address(text: str) -> str | None:
    """The path that an address names, "" where it is of something else; None where the text is no address: a lot number may have a slash."""
    has_scheme = _SCHEME.match(text) is not None
    try:
        path = urlsplit(text).path if has_scheme else "/" + text.lstrip("/").partition("?")[0]
    except ValueError:  # a host that is none
        return ""
    if _SERVED_KEYS.match(path):
        return path
    return "" if has_scheme else None
