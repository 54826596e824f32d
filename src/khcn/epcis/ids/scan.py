"""What barcode scanners send: a symbology identifier (ISO/IEC 15424), then data with 0x1D for FNC1.

`read` turns it into this library's form, ``^`` for FNC1 and ``|`` before a composite component; `write` is what a
scanner would send for a symbol, to test labels without printing them. Plain data that begin with ``^`` get a
backslash before it.
"""

from dataclasses import dataclass
from typing import Final

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import digital_link
from khcn.epcis.ids.check import check_digit, has_right_check_digit, is_digits
from khcn.epcis.ids.dictionary import PREDEFINED_LENGTH
from khcn.epcis.ids.element_string import FNC1, parse_fnc1

GROUP_SEPARATOR: Final = "\x1d"
COMPOSITE: Final = "|"
_COMPOSITE_ID: Final = "]e0"
_IDENTIFIER: Final = 3

# Symbologies that carry plain data or GS1 data, and the identifiers that tell which.
_MATRIX: Final = {"QR": ("]Q1", "]Q3"), "DM": ("]d1", "]d2"), "DotCode": ("]J0", "]J1")}
_PLAIN: Final = {plain: name for name, (plain, _) in _MATRIX.items()}
_GS1: Final = {gs1: name for name, (_, gs1) in _MATRIX.items()} | {
    "]C1": "GS1_128_CCA",
    _COMPOSITE_ID: "DataBarExpanded",
}
_RETAIL: Final = {"]E0": ("EAN13", 13), "]E4": ("EAN8", 8)}
_RETAIL_WRITTEN: Final = {
    "EAN13": ("]E0", 13, 13),
    "UPCA": ("]E0", 12, 13),
    "UPCE": ("]E0", 12, 13),
    "EAN8": ("]E4", 8, 8),
}
_DATABAR: Final = frozenset(
    {"DataBarOmni", "DataBarTruncated", "DataBarStacked", "DataBarStackedOmni", "DataBarLimited"}
)
_LINEAR_GS1: Final = frozenset({"GS1_128_CCA", "GS1_128_CCC", "DataBarExpanded"})
_GTIN: Final = 14


@dataclass(frozen=True, slots=True)
class Scan:
    """A symbol as read: its symbology, and the data in this library's form."""

    symbology: str
    data: str


def _refuse(text: str) -> IdentifierError:
    return IdentifierError("SCAN", f"not what a scanner sends for a sound symbol: {text[:100]!r}")


def _is_link(data: str) -> bool:
    return data[:8].lower().startswith(("http://", "https://"))


def _gs1_data(data: str) -> str:
    text = FNC1 + data.replace(GROUP_SEPARATOR, FNC1)
    parse_fnc1(text)
    return text


def read(text: str) -> Scan:
    """Read a scanner's transmission.

    Raises:
        IdentifierError: an unknown symbology, a wrong check digit, faulty GS1 data or Digital Link.
    """
    identifier, data = text[:_IDENTIFIER], text[_IDENTIFIER:]
    if identifier in _PLAIN:
        if _is_link(data):
            digital_link.parse(data, digital_link.LENIENT)
        bare = data.lstrip("\\")
        return Scan(_PLAIN[identifier], "\\" + data if bare.startswith(FNC1) else data)
    if identifier in _GS1:
        return Scan(_GS1[identifier], _gs1_data(data))
    if identifier in _RETAIL:
        name, length = _RETAIL[identifier]
        number, bar, component = data.partition(COMPOSITE)
        if len(number) != length or not has_right_check_digit(number):
            raise _refuse(text)
        if not bar:
            return Scan(name, number)
        if not component.startswith(_COMPOSITE_ID):
            raise _refuse(text)
        return Scan(name, f"{number}{COMPOSITE}{_gs1_data(component[_IDENTIFIER:])}")
    raise _refuse(text)


def _sent(data: str) -> str:
    """Data with FNC1 in front as the scanner sends them."""
    return data[1:].replace(FNC1, GROUP_SEPARATOR)


def _joined(linear: str, component: str) -> str:
    """GS1 data of a linear symbol and its composite component, one after the other."""
    last = parse_fnc1(linear)[-1]
    separator = "" if last.ai[:2] in PREDEFINED_LENGTH else GROUP_SEPARATOR
    return _COMPOSITE_ID + _sent(linear) + separator + _sent(component)


def _with_check_digit(number: str, length: int) -> str:
    if not is_digits(number) or len(number) not in {length - 1, length}:
        raise _refuse(number)
    full = number if len(number) == length else number + check_digit(number)
    if not has_right_check_digit(full):
        raise _refuse(number)
    return full


def write(symbology: str, data: str) -> str:
    """What a scanner sends for a symbol of this symbology that holds `data`.

    Raises:
        IdentifierError: the symbology cannot hold these data, or is not known.
    """
    if symbology in _MATRIX:
        plain, gs1 = _MATRIX[symbology]
        if data.startswith(FNC1):
            parse_fnc1(data)
            return gs1 + _sent(data)
        return plain + (data[1:] if data.lstrip("\\").startswith(FNC1) and data.startswith("\\") else data)
    linear, bar, component = data.partition(COMPOSITE)
    if symbology in _LINEAR_GS1:
        if not linear.startswith(FNC1):
            raise _refuse(data)
        if bar:
            return _joined(linear, component)
        parse_fnc1(linear)
        return ("]C1" if symbology.startswith("GS1_128") else _COMPOSITE_ID) + _sent(linear)
    number = linear.removeprefix(FNC1 + "01")
    if symbology in _DATABAR:
        gtin = _with_check_digit(number, _GTIN)
        if symbology == "DataBarLimited" and gtin[0] not in "01":
            raise _refuse(data)
        return _joined(FNC1 + "01" + gtin, component) if bar else _COMPOSITE_ID + "01" + gtin
    if symbology in _RETAIL_WRITTEN:
        identifier, length, sent = _RETAIL_WRITTEN[symbology]
        if linear != number:
            number = number.removeprefix("0" * (_GTIN - length))
        text = identifier + _with_check_digit(number, length).zfill(sent)
        return text + (COMPOSITE + _COMPOSITE_ID + _sent(component) if bar else "")
    raise _refuse(data)
