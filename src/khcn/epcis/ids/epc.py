"""EPC URNs (GS1 EPC Tag Data Standard 2.0, chapter 6) and their Digital Links, both ways.

Own code: PyPI's epcpy 0.1.8 judges EPC URNs as this module does, but has no Digital Links, which are what is wanted
here; building them on its element strings would take more code than reading the URN.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids.check import check_digit, is_digits
from khcn.epcis.ids.digital_link import CANONICAL_STEM, DigitalLink, unescape
from khcn.epcis.ids.element_string import Element

SHORTEST_PREFIX, LONGEST_PREFIX = 6, 12
ANY: Final = "*"

_SERIAL = r"(?:%2[2-9A-Fa-f]|%3[0-9A-Fa-f]|%4[1-9A-Fa-f]|%5[0-9AaFf]|%6[1-9A-Fa-f]|%7[0-9Aa]|[!'()*+,\-.0-9:;=A-Za-z_])"
_COMPONENT = r"(?:%2[3fF]|[0-9A-Z\-])"


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one EPC scheme lays out its parts.

    `key` is the Digital Link key; `digits` how many digits company prefix and reference have together (0: the
    reference is free text up to `longest` characters with the prefix); `indicator` whether the reference's first
    digit goes in front of the prefix; `lead` what stands before the digits in the key; `tail` the pattern of the
    part after the reference, None where there is none; `tail_ai` the AI it becomes, empty where it is appended.
    """

    name: str
    key: str
    digits: int
    tail: str | None = None
    tail_ai: str = ""
    tail_longest: int = 0
    indicator: bool = False
    check: bool = True
    lead: str = ""
    longest: int = 0
    reference: str = ""
    pattern: bool = False  # whether "urn:epc:idpat:<name>:….*" names its class


_SCHEMES: Final = (
    Scheme("sgtin", "01", 13, _SERIAL, "21", 20, indicator=True, pattern=True),
    Scheme("sscc", "00", 17, indicator=True),
    Scheme("sgln", "414", 12, _SERIAL, "254", 20),
    Scheme("grai", "8003", 12, _SERIAL, "", 16, lead="0", pattern=True),
    Scheme("giai", "8004", 0, check=False, longest=30, reference=_SERIAL),
    Scheme("gsrn", "8018", 17),
    Scheme("gsrnp", "8017", 17),
    Scheme("gdti", "253", 12, _SERIAL, "", 17, pattern=True),
    Scheme(
        "cpi", "8010", 0, "[0-9]", "8011", 12, check=False, longest=30, reference=_COMPONENT, pattern=True
    ),
    Scheme("sgcn", "255", 12, "[0-9]", "", 12, pattern=True),
    Scheme("ginc", "401", 0, check=False, longest=30, reference=_SERIAL),
    Scheme("gsin", "402", 16),
    Scheme("itip", "8006", 13, _SERIAL, "21", 20, indicator=True, pattern=True),
    Scheme("upui", "01", 13, _SERIAL, "235", 28, indicator=True, pattern=True),
    Scheme("pgln", "417", 12),
)
_BY_NAME: Final = {scheme.name: scheme for scheme in _SCHEMES}
_LGTIN: Final = Scheme("lgtin", "01", 13, _SERIAL, "10", 20, indicator=True)
_PIECES: Final = 2  # ITIP: digits of the piece number, and of the total
_HEAD: Final = re.compile(r"(?i:urn:epc):(id|idpat|class):([a-z]+):(\d{6,12})\.(.*)", re.DOTALL)


_START: Final = "urn:epc:"


def is_epc_urn(uri: str) -> bool:
    """Whether a text begins as an EPC URN; the letters ``urn`` and ``epc`` are of any case (RFC 8141, 3.1)."""
    return uri.startswith(_START) or uri[: len(_START)].lower() == _START


@dataclass(frozen=True, slots=True)
class Epc:
    """A parsed EPC URN: its scheme, company prefix, and the GS1 elements it stands for.

    `is_class` is set for patterns (``urn:epc:idpat:``) and lots (``urn:epc:class:``).
    """

    scheme: str
    company_prefix: str
    elements: tuple[Element, ...]
    is_class: bool

    def link(self, stem: str = CANONICAL_STEM) -> DigitalLink:
        """The Digital Link of the same identifier."""
        return DigitalLink(stem, self.elements[0], self.elements[1:])


def _wrong(urn: str, why: str) -> IdentifierError:
    return IdentifierError("EPC", f"{urn[:200]!r} is not an EPC URN: {why}")


def _reference_and_rest(urn: str, scheme: Scheme, prefix: str, rest: str) -> tuple[str, str | None]:
    """Split what follows the company prefix into the reference and the part after it (None: there is none)."""
    if scheme.digits:
        length = scheme.digits - len(prefix)
        reference, tail = rest[:length], rest[length:]
        if reference and not is_digits(reference):
            raise _wrong(urn, "the reference must be digits")
        if len(reference) != length:
            raise _wrong(urn, f"prefix and reference must have {scheme.digits} digits together")
        if not tail:
            return reference, None
        if not tail.startswith("."):
            raise _wrong(urn, f"prefix and reference must have {scheme.digits} digits together")
        return reference, tail[1:]
    if scheme.tail is None:
        return rest, None
    reference, dot, tail = rest.rpartition(".")
    if not dot:
        raise _wrong(urn, "a part is missing")
    return reference, tail


@cache
def _compiled(pattern: str, longest: int) -> re.Pattern[str]:
    return re.compile(f"{pattern}{{1,{longest}}}")


def _matches(pattern: str, text: str, longest: int) -> bool:
    return _compiled(pattern, longest).fullmatch(text) is not None


def parse(urn: str) -> Epc:
    """Read an EPC URN: ``urn:epc:id:…``, ``urn:epc:class:lgtin:…`` or the class patterns ``urn:epc:idpat:….*``.

    Raises:
        IdentifierError: unknown scheme, wrong number of digits, or characters the scheme does not take.

    >>> parse("urn:epc:class:lgtin:9521234.022031.LO-7").link().uri()
    'https://id.gs1.org/01/09521234220312/10/LO-7'
    """
    head = _HEAD.fullmatch(urn)
    if not head:
        raise _wrong(
            urn, "it must begin urn:epc:id:, urn:epc:idpat: or urn:epc:class:, a scheme, 6 to 12 digits"
        )
    kind, name, prefix, rest = head.groups()
    scheme = _LGTIN if (kind, name) == ("class", "lgtin") else _BY_NAME.get(name) if kind != "class" else None
    if scheme is None or (kind == "idpat" and not scheme.pattern):
        raise _wrong(urn, f"there is no scheme {kind}:{name}")
    reference, tail = _reference_and_rest(urn, scheme, prefix, rest)
    pieces = ""
    if scheme.name == "itip":
        piece, total, tail = _pieces(urn, tail)
        pieces = piece + total
    if scheme.tail is None:
        if tail is not None:
            raise _wrong(urn, "there is a part too many")
    elif kind == "idpat":
        if tail != ANY:
            raise _wrong(urn, "a class pattern must end in .*")
        tail = None
    elif tail is None or not _matches(scheme.tail, tail, scheme.tail_longest):
        raise _wrong(urn, "the serial part is missing, too long or has an illegal character")
    elif scheme.name == "cpi" and tail.startswith("0") and tail != "0":
        raise _wrong(urn, "the serial of a component must not begin with 0")  # nozeroprefix of AI 8011
    key = _key(urn, scheme, prefix, reference, empty=kind == "idpat" or scheme.name == "ginc") + pieces
    return Epc(scheme.name, prefix, tuple(_elements(scheme, key, tail)), kind != "id")


def _pieces(urn: str, tail: str | None) -> tuple[str, str, str]:
    parts = (tail or "").split(".", 2)
    if len(parts) != 3 or any(len(part) != _PIECES or not is_digits(part) for part in parts[:2]):  # noqa: PLR2004
        raise _wrong(urn, "piece and total must be two digits each")
    return parts[0], parts[1], parts[2]


def _key(urn: str, scheme: Scheme, prefix: str, reference: str, *, empty: bool) -> str:
    if not scheme.digits:
        longest = scheme.longest - len(prefix)
        if not (empty and not reference) and not _matches(scheme.reference, reference, longest):
            raise _wrong(urn, "the reference is too long or has an illegal character")
        return prefix + unescape(reference)
    front = reference[:1] if scheme.indicator else scheme.lead
    body = front + prefix + (reference[1:] if scheme.indicator else reference)
    return body + check_digit(body)


def _elements(scheme: Scheme, key: str, tail: str | None) -> Iterable[Element]:
    value = None if tail is None else unescape(tail)
    if value is not None and not scheme.tail_ai:
        yield Element(scheme.key, key + value)
        return
    yield Element(scheme.key, key)
    if value is not None and not (scheme.name == "sgln" and value == "0"):
        yield Element(scheme.tail_ai, value)


_VARIANT: Final = "22"  # of a consumer product; names no other thing
_FALLING_AWAY: Final = {"21": ("10",)}  # beside a serial number a lot names nothing

ESCAPES: Final = {character: f"%{ord(character):02X}" for character in '"%&/<>?#'}
"""What an EPC URN may not hold as it is (Tag Data Standard, tables A-1 and G-1)."""

_ESCAPE_TABLE: Final = str.maketrans(ESCAPES)


def to_urn(link: DigitalLink, company_prefix_length: int) -> str:
    """The EPC URN of a Digital Link. The link alone does not tell how long the company prefix is.

    A GTIN with a serial gives an SGTIN, with a lot an LGTIN, alone the class pattern.

    Raises:
        IdentifierError: the key has no EPC scheme, a qualifier has no place in it (a service relation's number), or the prefix length
            is not 6 to 12 or too long for the key.
    """
    if not SHORTEST_PREFIX <= company_prefix_length <= LONGEST_PREFIX:
        raise IdentifierError("PREFIX_LENGTH", "a GS1 company prefix has 6 to 12 digits")
    values = {element.ai: element.value for element in (link.key, *link.qualifiers)}
    scheme = _scheme_for(link.key.ai, values)
    without_place = {*values} - {link.key.ai, scheme.tail_ai, *_FALLING_AWAY.get(scheme.tail_ai, ())}
    if without_place - {_VARIANT}:
        raise IdentifierError("NO_EPC", f"({', '.join(sorted(without_place))}) has no place in {scheme.name}")
    value = link.key.value
    if not scheme.digits:
        return _free_text_urn(scheme, value, values, company_prefix_length)
    length = len(scheme.lead) + scheme.digits + scheme.check
    body, rest = value[len(scheme.lead) : length - 1], value[length:]
    if scheme.indicator:
        reference = body[0] + body[company_prefix_length + 1 :]
        prefix = body[1 : company_prefix_length + 1]
    else:
        prefix, reference = body[:company_prefix_length], body[company_prefix_length:]
    kind = "class" if scheme.name == "lgtin" else "id"
    parts = [prefix, reference]
    if scheme.name == "itip":
        parts += [rest[:_PIECES], rest[_PIECES:]]
        rest = ""
    if scheme.tail is not None:
        tail = values.get(scheme.tail_ai, "0" if scheme.name == "sgln" else "") if scheme.tail_ai else rest
        if not tail:
            kind, tail = "idpat", ANY
        parts.append(tail if tail == ANY else tail.translate(_ESCAPE_TABLE))
    return f"urn:epc:{kind}:{scheme.name}:{'.'.join(parts)}"


def _scheme_for(key: str, values: dict[str, str]) -> Scheme:
    if key == "01":
        if "235" in values:
            return _BY_NAME["upui"]
        return _BY_NAME["sgtin"] if "21" in values or "10" not in values else _LGTIN
    if key == "8006" and "21" not in values and "10" in values:
        raise IdentifierError("NO_EPC", "a lot of an ITIP has no EPC scheme")
    found = next((scheme for scheme in _SCHEMES if scheme.key == key), None)
    if found is None:
        raise IdentifierError("NO_EPC", f"({key}) has no EPC scheme")
    return found


def _free_text_urn(scheme: Scheme, value: str, values: dict[str, str], length: int) -> str:
    prefix, reference = value[:length], value[length:]
    if len(prefix) < length or not is_digits(prefix):
        raise IdentifierError(
            "PREFIX_LENGTH", f"({scheme.key}) {value!r} does not begin with {length} digits"
        )
    if not reference and scheme.name == "giai":
        raise IdentifierError(
            "PREFIX_LENGTH", f"({scheme.key}) {value!r} has nothing after the company prefix"
        )
    parts = [prefix, reference.translate(_ESCAPE_TABLE)]
    kind = "id"
    if scheme.tail is not None:
        tail = values.get(scheme.tail_ai)
        kind = "id" if tail else "idpat"
        parts.append(tail or ANY)
    return f"urn:epc:{kind}:{scheme.name}:{'.'.join(parts)}"
