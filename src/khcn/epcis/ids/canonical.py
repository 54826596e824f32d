"""The canonical, most fine-grained Digital Link of an identifier, as the event hash wants it (CBV 2.0, 8.9.1).

Any spelling of one identifier gives one text: EPC URN, class pattern, Digital Link of any domain, short names, GTIN
of any length, characters percent-encoded or not (also where a path need not encode them, as ``'``, ``;``, ``=``). Consumer product variants and attributes fall away; of lot and serial only the serial stays. Check
digits are not looked at: a hash tells what was written, right or wrong.

Two cases go beyond the reference implementation (RalphTro/epcis-event-hash-generator), which leaves the text as it is:
a GRAI whose company prefix has 12 digits, and a Digital Link with percent-encoded data.
"""

import re
from typing import Final

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import epc
from khcn.epcis.ids.check import check_digit
from khcn.epcis.ids.digital_link import CANONICAL_STEM, SHORT_NAMES, unescape
from khcn.epcis.text_cache import TextCache

_CACHED: Final = 16384
# As `_folded` writes data: these characters as they are, all others percent-encoded.
_FREE = r"(?:[\-.0-9A-Z_a-z';=]|%[0-9A-F]{2})"
_CPID = r"(?:[\-0-9A-Z]|%[0-9A-F]{2})"

# Patterns of the key's data, and of each qualifier that may follow it.
_KEYS: Final[dict[str, tuple[re.Pattern[str], dict[str, re.Pattern[str]]]]] = {
    ai: (re.compile(key), {code: re.compile(data) for code, data in qualifiers.items()})
    for ai, key, qualifiers in (
        ("00", r"\d{18}", {}),
        ("01", r"\d{14}", {"10": _FREE + "{1,20}", "21": _FREE + "{1,20}", "235": _FREE + "{1,28}"}),
        ("253", r"\d{13}" + _FREE + "{0,17}", {}),
        ("255", r"\d{13,25}", {}),
        ("401", r"\d{4}" + _FREE + "{1,26}", {}),
        ("402", r"\d{17}", {}),
        ("414", r"\d{13}", {"254": _FREE + "{1,20}"}),
        ("417", r"\d{13}", {}),
        ("8003", r"\d{14}" + _FREE + "{0,16}", {}),
        ("8004", r"\d{4}" + _FREE + "{1,26}", {}),
        ("8006", r"\d{18}", {"10": _FREE + "{1,20}", "21": _FREE + "{1,20}"}),
        ("8010", r"\d{4}" + _CPID + "{1,26}", {"8011": r"\d{1,12}"}),
        ("8017", r"\d{18}", {}),
        ("8018", r"\d{18}", {}),
    )
}
_GTIN_PADDING: Final = {13: "0", 12: "00", 8: "000000"}
_VARIANT, _LOT, _SERIAL = "22", "10", "21"
_SERIALS: Final = frozenset({_SERIAL, "235"})
_BETWEEN_PAIRS: Final = re.compile(r"[&;]")
GTIN_STEM: Final = CANONICAL_STEM + "/01/"
"""How the canonical name of whatever a GTIN identifies begins; the GTIN's 14 digits end at `GTIN_END`."""
GTIN_END: Final = len(GTIN_STEM) + 14
_GTIN: Final = re.compile(rf"{re.escape(GTIN_STEM)}\d{{14}}", re.ASCII)
_PIECES_OF: Final = re.compile(r"https?://[^?#]*[^/?#]")
_LONGEST_SERIAL: Final = 20
_PLAIN: Final = re.compile(r"[\-.0-9A-Z_a-z';=]*")
_LEGAL: Final = re.compile(r"(?:[!\"&'()*+,\-./0-9:;<=>?A-Z_a-z]|%[0-9A-Fa-f]{2})*")
_ENCODED: Final = {code: f"%{code:02X}" for code in range(256) if not _PLAIN.fullmatch(chr(code))}


# Nearly all identifiers of events are of four schemes and plain characters: one expression reads them at once.
# Scheme: key, digits of prefix and reference, AI of the last part, whether the first digit goes to the front.
_USUAL: Final = re.compile(
    r"urn:epc:(id:sgtin|class:lgtin|id:sscc|id:sgln):(\d{6,12})\.(\d*)(?:\.([0-9A-Za-z._\-]{1,20}))?",
    re.ASCII,
)
_LAYOUT: Final = {
    "id:sgtin": ("/01/", 13, "/21/", True),
    "class:lgtin": ("/01/", 13, "/10/", True),
    "id:sscc": ("/00/", 17, "", True),
    "id:sgln": ("/414/", 12, "/254/", False),
}


def _of_usual(found: re.Match[str]) -> str | None:
    scheme, prefix, reference, tail = found.groups()
    key, digits, tail_key, indicator = _LAYOUT[scheme]
    if len(prefix) + len(reference) != digits or (tail is None) != (not tail_key):
        return None
    body = reference[0] + prefix + reference[1:] if indicator else prefix + reference
    text = CANONICAL_STEM + key + body + check_digit(body)
    return text + tail_key + tail if tail_key and (indicator or tail != "0") else text


def _of_urn(urn: str) -> str | None:
    usual = _USUAL.fullmatch(urn)
    if usual:
        return _of_usual(usual)
    return _of_any_urn(urn)


def _of_any_urn(urn: str) -> str | None:
    try:
        parsed = epc.parse(urn)
    except IdentifierError:
        return None
    # Characters that a URN may hold and a Digital Link may not are encoded as well.
    text = CANONICAL_STEM
    for element in parsed.elements:
        text += f"/{element.ai}/{element.value.translate(_ENCODED)}"
    return text


def _folded(data: str) -> str:
    """Data of a Digital Link in one spelling: the same character is encoded always or never, in upper case."""
    if _PLAIN.fullmatch(data) or not _LEGAL.fullmatch(data):
        return data
    return unescape(data).translate(_ENCODED)


def is_plain(uri: str) -> bool:
    """Whether a text is the canonical name of a GTIN's piece with a serial number of letters and digits.

    >>> is_plain("https://id.gs1.org/01/09521234220312/21/7A"), is_plain("urn:epc:id:sgtin:9521234.022031.7A")
    (True, False)
    """
    if not (uri.startswith("/21/", GTIN_END) and uri.startswith(GTIN_STEM)):
        return False
    gtin, serial = uri[len(GTIN_STEM) : GTIN_END], uri[GTIN_END + 4 :]
    return gtin.isdecimal() and serial.isalnum() and uri.isascii() and len(serial) <= _LONGEST_SERIAL


def serialised(uri: str) -> str | None:
    """What a Digital Link with a serial number of letters and digits is a piece of: the text before ``/21/``.

    None for any other text. Whether what is left is sound, and can have pieces, has to be seen.

    >>> serialised("https://id.gs1.org/01/09521234220312/21/7A")
    'https://id.gs1.org/01/09521234220312'
    """
    kind, slash, serial = uri.rpartition("/21/")
    if (
        slash
        and serial.isalnum()
        and serial.isascii()
        and len(serial) <= _LONGEST_SERIAL
        and _HAS_PIECES[kind]
    ):
        return kind
    return None


_HAS_PIECES: Final = TextCache(lambda kind: _PIECES_OF.fullmatch(kind) is not None, _CACHED)


def _gtin_of(kind: str) -> str | None:
    known = _CANONICAL[kind]
    return known if known is not None and _GTIN.fullmatch(known) else None


_GTINS: Final = TextCache(_gtin_of, _CACHED)


def _of_link(uri: str) -> str | None:
    path = uri.partition("#")[0].partition("?")[0].rstrip("/")
    segments = path.split("/")
    for start in range(len(segments) - 2, 2, -2):
        ai = SHORT_NAMES.get(segments[start], segments[start])
        if ai in _KEYS:
            return _canonical(ai, segments[start + 1 :])
    return None


def misplaced_qualifier(uri: str) -> str | None:
    """The AI of a key qualifier in the query string of a Digital Link that would change what the link names; None where there is none.

    Key qualifiers stand in the path (GS1 Digital Link Standard: URI Syntax, "Key qualifiers"), and `canonical` leaves the query out:
    without this, a lot written as ``?10=…`` would be read as the whole product. Beside a serial number a lot or a variant names
    nothing else.

    >>> misplaced_qualifier("https://id.gs1.org/01/09521234220312?10=LO-7")
    '10'
    >>> misplaced_qualifier("https://id.gs1.org/01/09521234220312/21/1?10=LO-7&17=270101") is None
    True
    """
    head, question, query = uri.partition("#")[0].partition("?")
    if not question or not head[:8].lower().startswith(("https://", "http://")):
        return None
    segments = head.rstrip("/").split("/")
    for start in range(len(segments) - 2, 2, -2):
        ai = SHORT_NAMES.get(segments[start], segments[start])
        if ai in _KEYS:
            return _first_changing(ai, segments[start + 2 :: 2], query)
    return None


def qualifier_before_key(uri: str) -> str | None:
    """The AI of a key qualifier that stands before its key in the path of a Digital Link; None where there is none.

    What stands before the key is of the site and names nothing: a lot would be read as the whole product.

    >>> qualifier_before_key("https://id.gs1.org/10/LO-7/01/09521234220312")
    '10'
    """
    segments = uri.partition("#")[0].partition("?")[0].rstrip("/").split("/")
    for start in range(len(segments) - 2, 2, -2):
        ai = SHORT_NAMES.get(segments[start], segments[start])
        if ai in _KEYS:
            allowed = {*_KEYS[ai][1], *((_VARIANT,) if _LOT in _KEYS[ai][1] else ())}
            present = {SHORT_NAMES.get(name, name) for name in segments[start + 2 :: 2]}
            before = (SHORT_NAMES.get(name, name) for name in segments[start - 2 : 2 : -2])
            return (
                None
                if present & _SERIALS
                else next((one for one in before if one in allowed - present), None)
            )
    return None


def _first_changing(ai: str, in_path: list[str], query: str) -> str | None:
    present = {SHORT_NAMES.get(name, name) for name in in_path}
    allowed = set(_KEYS[ai][1])
    if present & _SERIALS & allowed:
        return None
    if _LOT in allowed and not present:
        allowed.add(_VARIANT)
    names = (unescape(pair.partition("=")[0], query=True).strip() for pair in _BETWEEN_PAIRS.split(query))
    codes = (SHORT_NAMES.get(name, name) for name in names)
    return next((code for code in codes if code in allowed - present), None)


def _canonical(ai: str, rest: list[str]) -> str | None:
    key, allowed = _KEYS[ai]
    value = _folded(rest[0])
    if ai == "01":
        value = _GTIN_PADDING.get(len(value), "") + value
    if not key.fullmatch(value):
        return None
    qualifiers = {
        SHORT_NAMES.get(name, name): _folded(data) for name, data in zip(rest[1::2], rest[2::2], strict=True)
    }
    if _VARIANT in qualifiers and _LOT in allowed:
        del qualifiers[_VARIANT]
    if _SERIAL in qualifiers:
        qualifiers.pop(_LOT, None)
    if len(qualifiers) > 1:
        return None
    text = f"{CANONICAL_STEM}/{ai}/{value}"
    for code, data in qualifiers.items():
        pattern = allowed.get(code)
        if pattern is None or not pattern.fullmatch(data):
            return None
        text += f"/{code}/{data}"
    return text


def canonical(uri: str) -> str | None:
    """The canonical Digital Link of an identifier, or None where `uri` is none that GS1's keys know.

    >>> canonical("urn:epc:class:lgtin:9521234.022031.LO-7")
    'https://id.gs1.org/01/09521234220312/10/LO-7'
    >>> canonical("https://truyxuat.example.vn/gtin/9521234220312/lot/LO-7/ser/1?exp=270101")
    'https://id.gs1.org/01/09521234220312/21/1'
    """
    kind = serialised(uri)
    if kind is not None:  # nearly all identifiers: each piece is new, its class has been seen
        known = _GTINS[kind]
        if known is not None:
            return known + uri[len(kind) :]
    return _CANONICAL[uri]


def _canonical_of(uri: str) -> str | None:
    if epc.is_epc_urn(uri):
        return _of_urn(uri)
    if uri[:8].lower().startswith(("https://", "http://")):
        return _of_link(uri)
    return None


_CANONICAL: Final = TextCache(_canonical_of, _CACHED)
