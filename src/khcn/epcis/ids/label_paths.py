"""The path of the page of goods by what a person types: an address, an element string, or the digits below a bar code."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import element_string
from khcn.epcis.ids.check import is_digits
from khcn.epcis.ids.dictionary import APPLICATION_IDENTIFIERS
from khcn.epcis.ids.digital_link import SHORT_NAMES, escape

PRIMARY_KEYS: Final = tuple(sorted(code for code, entry in APPLICATION_IDENTIFIERS.items() if entry.is_key))
KEY_NAMES: Final = (
    *PRIMARY_KEYS,
    *sorted(name for name, code in SHORT_NAMES.items() if code in PRIMARY_KEYS),
)
"""What the path of a Digital Link begins with."""

LONGEST: Final = 200
"""Characters of a code that are read: the longest that a label of goods has in digits and letters."""

_PRODUCT_LENGTHS: Final = frozenset({8, 12, 13, 14})
_SERVED_KEYS: Final = re.compile(rf"/(?:{'|'.join(KEY_NAMES)})/")
_AFTER_GTIN: Final = ("10", "21")


def path_of_code(code: str, lot: str = "") -> str:
    """The path of the page of a code as people type it; "" where it is none.

    Args:
        code: an address, "(01)…(10)…", what a scanner gives, or the digits below a bar code.
        lot: the lot number, where the code says none.
    """
    text = re.sub(r"[\s\0]+", "", code)[:LONGEST]
    lot = lot.replace("\0", "").strip()[:LONGEST]
    if "/" in text and not text.startswith("("):
        try:
            path = urlsplit(text).path if "://" in text else "/" + text.lstrip("/").partition("?")[0]
        except ValueError:  # a host that is none
            return ""
        return path if _SERVED_KEYS.match(path) else ""
    digits = text.replace("-", "").replace(".", "")
    if is_digits(digits) and len(digits) in _PRODUCT_LENGTHS:
        return f"/01/{digits.zfill(14)}" + (f"/10/{escape(lot)}" if lot else "")
    try:
        read = element_string.parse if text.startswith("(") else element_string.parse_fnc1
        elements = read(text if text.startswith("(") else element_string.FNC1 + text)
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
