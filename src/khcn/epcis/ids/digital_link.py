"""GS1 Digital Link URIs: parse, build, normalise (GS1 Digital Link Standard: URI Syntax 1.2 and later).

Own code: GS1's C engine has no wheel, and PyPI's biip 5.2.0 agrees with GS1 on 58 of its 73 URIs and 102 of 172 others;
here all agree (`tests/epcis/test_ids_vectors.py`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids.check import is_digits
from khcn.epcis.ids.dictionary import find
from khcn.epcis.ids.element_string import Element, association_faults, is_data

CANONICAL_STEM: Final = "https://id.gs1.org"
"""Stem of the canonical form (Digital Link Standard, "Canonical GS1 Digital Link URIs")."""

SHORT_NAMES: Final[dict[str, str]] = {
    "gtin": "01",
    "itip": "8006",
    "gmn": "8013",
    "cpid": "8010",
    "gln": "414",
    "payTo": "415",
    "party": "417",
    "gsrnp": "8017",
    "gsrn": "8018",
    "gcn": "255",
    "sscc": "00",
    "gdti": "253",
    "ginc": "401",
    "gsin": "402",
    "grai": "8003",
    "giai": "8004",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
    "cpsn": "8011",
    "glnx": "254",
    "refno": "8020",
    "srin": "8019",
    "exp": "17",
}
"""Names that early Digital Links used instead of AIs; deprecated, still met on labels."""

_URI: Final = re.compile(
    r"(?P<scheme>https?|HTTPS?)://(?P<domain>[A-Za-z0-9.:\-\[\]]+)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?P<fragment>#.*)?"
)
_LEGAL: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_GTIN_KEYS: Final = frozenset({"01", "02"})
_SHORTER_GTINS: Final = (13, 12, 8)
GTIN_LENGTH: Final = 14


def unescape(text: str, *, query: bool = False) -> str:
    """Undo percent-encoding, byte by byte, as GS1's engine does; ``+`` is a space in a query string only."""
    if query:
        text = text.replace("+", " ")
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def escape(text: str, *, query: bool = False) -> str:
    """Percent-encode all but RFC 3986's unreserved characters."""
    encoded = "".join(
        character if character in _UNRESERVED else "".join(f"%{byte:02X}" for byte in character.encode())
        for character in text
    )
    return encoded.replace("%20", "+") if query else encoded


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A parsed Digital Link: what it identifies, and what else it says of it.

    `qualifiers` stand in the path after the key, `attributes` are the AIs of the query string, `others` its further
    parameters (``linkType``, ``context`` …) with None for a name without a value.
    """

    stem: str
    key: Element
    qualifiers: tuple[Element, ...] = ()
    attributes: tuple[Element, ...] = ()
    others: tuple[tuple[str, str | None], ...] = ()

    @property
    def elements(self) -> tuple[Element, ...]:
        return (self.key, *self.qualifiers, *self.attributes)

    @property
    def path(self) -> str:
        """Key and qualifiers, as they stand between the stem and the query."""
        return "".join(f"/{part.ai}/{escape(part.value)}" for part in (self.key, *self.qualifiers))

    def uri(self) -> str:
        """The URI: key and qualifiers in the path, attributes then other parameters in the query."""
        pairs = [f"{part.ai}={escape(part.value, query=True)}" for part in self.attributes]
        pairs += [name if value is None else f"{name}={value}" for name, value in self.others]
        return self.stem + self.path + ("?" + "&".join(pairs) if pairs else "")

    def of_lot(self) -> "DigitalLink":
        """The link of its lot (AI 10), which leaves out what names single packages; of the key alone where it names no lot."""
        lot = tuple(each for each in self.qualifiers if each.ai == "10")
        return DigitalLink(self.stem, self.key, lot)

    def canonical(self) -> "DigitalLink":
        """The canonical form: GS1's domain, AIs and 14-digit GTIN, no other parameters, attributes in AI order."""
        attributes = tuple(sorted(self.attributes, key=lambda part: part.ai))
        return DigitalLink(CANONICAL_STEM, self.key, self.qualifiers, attributes)


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """What `parse` lets through beyond the standard.

    `short_names`: ``/gtin/…`` as well as ``/01/…``; `zero_suppressed_gtin`: GTIN-8, -12 and -13 without their leading
    zeros; `unknown_attributes`: AIs that GS1 has not assigned, in the query string.
    """

    short_names: bool = False
    zero_suppressed_gtin: bool = False
    unknown_attributes: bool = False


STRICT: Final = LinkOptions()
LENIENT: Final = LinkOptions(short_names=True, zero_suppressed_gtin=True)


def _split(uri: str) -> tuple[str, str, str]:
    found = _URI.fullmatch(uri)
    if not found or not _LEGAL.fullmatch(uri):
        raise IdentifierError("NOT_A_LINK", f"not an http or https URI with legal characters: {uri[:200]!r}")
    return f"{found['scheme']}://{found['domain']}", found["path"] or "", (found["query"] or "?")[1:]


def _key_code(segment: str, options: LinkOptions) -> str | None:
    code = SHORT_NAMES.get(segment, segment) if options.short_names else segment
    entry = find(code)
    return code if entry and entry.is_key else None


def _element(ai: str, value: str, options: LinkOptions) -> Element:
    if (
        options.zero_suppressed_gtin
        and ai in _GTIN_KEYS
        and len(value) in _SHORTER_GTINS
        and is_digits(value)
    ):
        value = value.zfill(GTIN_LENGTH)
    entry = find(ai)
    if entry is None:
        if options.unknown_attributes and is_digits(ai) and is_data(value):
            return Element(ai, value)
        raise IdentifierError("UNKNOWN_AI", f"({ai}) is not a GS1 Application Identifier")
    fault = entry.fault(value)
    if fault:
        raise IdentifierError(fault, f"({ai}) {entry.title}: {value!r} has the fault {fault}")
    return Element(ai, value)


def _path_elements(path: str, options: LinkOptions) -> tuple[str, list[Element]]:
    """The stem's part of the path, and the key with its qualifiers: the rightmost key that fits."""
    segments = path.split("/")
    for start in range(len(segments) - 2, 0, -2):
        code = _key_code(segments[start], options)
        if code is None:
            continue
        pairs = [
            (SHORT_NAMES.get(name, name) if options.short_names else name, unescape(value))
            for name, value in zip(segments[start::2], segments[start + 1 :: 2], strict=True)
        ]
        pairs[0] = (code, pairs[0][1])
        return "/".join(segments[:start]), [_element(ai, value, options) for ai, value in pairs]
    raise IdentifierError("NO_KEY", f"no GS1 key in the path {path[:200]!r}")


def is_key_sequence(codes: Sequence[str]) -> bool:
    """Whether AIs are a primary key and some of its qualifiers in the right order."""
    entry = find(codes[0])
    if entry is None or entry.qualifiers is None:
        return False
    qualifiers = list(codes[1:])
    return not qualifiers or any(
        qualifiers == [code for code in sequence if code in qualifiers] for sequence in entry.qualifiers
    )


def _query_elements(query: str, options: LinkOptions) -> tuple[list[Element], list[tuple[str, str | None]]]:
    attributes: list[Element] = []
    others: list[tuple[str, str | None]] = []
    for pair in filter(None, query.split("&")):
        name, equals, value = pair.partition("=")
        code = SHORT_NAMES.get(name, name) if options.short_names else name
        if not equals or not is_digits(code):
            others.append((name, value if equals else None))
            continue
        element = _element(code, unescape(value, query=True), options)
        entry = find(code)
        if entry is not None and not entry.link_attribute:
            raise IdentifierError(
                "NOT_AN_ATTRIBUTE", f"({code}) may not stand in the query of a Digital Link"
            )
        attributes.append(element)
    return attributes, others


def parse(uri: str, options: LinkOptions = STRICT) -> DigitalLink:
    """Read a GS1 Digital Link URI.

    The rightmost primary key of the path counts; what is before it is the resolver's own path.

    Raises:
        IdentifierError: no key, wrong qualifiers or order, data that break the dictionary's rules, an AI twice.
    """
    stem, path, query = _split(uri)
    prefix, path_elements = _path_elements(path, options)
    attributes, others = _query_elements(query, options)
    codes = [element.ai for element in path_elements]
    if not is_key_sequence(codes):
        raise IdentifierError("QUALIFIERS", f"the key qualifiers {codes[1:]} may not follow ({codes[0]}) so")
    for element in attributes:
        if is_key_sequence([*codes, element.ai]) or _fits_between(codes, element.ai):
            raise IdentifierError(
                "QUALIFIER_IN_QUERY", f"({element.ai}) qualifies the key: it must be in the path"
            )
    every = [*codes, *(element.ai for element in attributes)]
    if len(set(every)) != len(every):
        raise IdentifierError("REPEATED", "an AI stands twice in the Digital Link")
    return DigitalLink(
        stem + prefix, path_elements[0], tuple(path_elements[1:]), tuple(attributes), tuple(others)
    )


def _fits_between(codes: Sequence[str], ai: str) -> bool:
    return any(is_key_sequence([*codes[:place], ai, *codes[place:]]) for place in range(1, len(codes)))


def build(stem: str, elements: Iterable[Element], options: LinkOptions = STRICT) -> DigitalLink:
    """Make a Digital Link of a set of elements: the first key among them, its qualifiers, the rest as attributes.

    Elements of pre-defined length come first among the attributes, as GS1's engine writes them.

    Raises:
        IdentifierError: no key, an element that no Digital Link may carry, or elements that exclude each other.
    """
    unique = {element.ai: element for element in elements}
    key = next((part for part in unique.values() if (entry := find(part.ai)) and entry.is_key), None)
    if key is None:
        raise IdentifierError("NO_KEY", "no GS1 key among the elements")
    entry = find(key.ai)
    sequences = (entry.qualifiers if entry else None) or ((),)
    best = max(sequences, key=lambda sequence: sum(code in unique for code in sequence))
    qualifiers = tuple(unique[code] for code in best if code in unique)
    rest = [part for part in unique.values() if part is not key and part not in qualifiers]
    for part in rest:
        known = find(part.ai)
        allowed = known.link_attribute if known else options.unknown_attributes
        if not allowed:
            raise IdentifierError(
                "NOT_AN_ATTRIBUTE", f"({part.ai}) may not stand in the query of a Digital Link"
            )
    rest.sort(key=lambda part: not ((known := find(part.ai)) and known.fixed_length))
    return DigitalLink(stem.rstrip("/"), key, qualifiers, tuple(rest))


def faults(link: DigitalLink) -> list[IdentifierError]:
    """The broken associations of a parsed link's elements; `parse` does not look at them, as GS1's engine."""
    return association_faults(link.elements)
