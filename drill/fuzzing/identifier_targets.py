"""Identifiers of GS1 and parameters of queries: read or refused, and what was read is written and read as the same."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from drill.fuzzing.epcis_targets import documents
from drill.fuzzing.found import BrokenPropertyError
from drill.fuzzing.mutators import text_changer
from drill.fuzzing.targets import ROOT, SHARED, Target
from khcn.epcis import Event, IdentifierError, QueryError, load, matches, parse_query, parse_query_string
from khcn.epcis.ids import canonical, digital_link, element_string, epc, scan
from khcn.epcis.rules import identifiers
from khcn.epcis.translate import digital_link as link_of
from khcn.epcis.translate import epc_urn
from khcn.epcis.uri import is_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from khcn.epcis.ids.element_string import Element

_TOKENS: Final = (
    "https://id.gs1.org", "/01/09521234220312", "/21/", "/10/", "/gtin/", "/lot/", "/8006/", "/00/095212340000000173", "/414/9521234022039", "/254/",
    "?17=270101", "?10=LO", "&linkType=all", "%2F", "%5E", "%00", "+", "#a", "urn:epc:id:", "urn:epc:class:", "urn:epc:idpat:", "sgtin:", "sgln:", "grai:",
    "itip:", "cpi:", "ginc:", ".02.07.", "(01)", "(10)", "(17)", "(8030)", "\\(", "^", "\u001d", "]Q3", "]d2", "]C1", "]e0", "]E0", "|]e0", "|", "9521234.022031",
)  # fmt: skip
_LENGTHS: Final = range(8, 200)  # neither words nor documents
_STEMS: Final = (
    "https://id.gs1.org/01/09521234220312/10/LO-7/21/a%2Fb?17=270101&linkType=gs1:pip",
    "http://truyxuat.example.vn/x/gtin/9521234220312/lot/LO-7/ser/1?exp=270101#c",
    "urn:epc:id:itip:234567.1890123.02.07.1111",
    "urn:epc:id:cpi:0614141.A%23%2F1.12",
    "urn:epc:idpat:sgtin:9521234.022031.*",
    "(01)09521234220312(10)LO\\(7(21)x",
    "^010952123422031210LO-7^21A",
    "]Q30109521234220312" + "10LO-7\u001d21A",
    "]E09521234220312",
    "]d1https://id.gs1.org/01/09521234220312",
)


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts_of(each)


@cache
def identifiers_given() -> tuple[bytes, ...]:
    """Those of the vectors of the corpora, and some of our own."""
    found = dict.fromkeys(_STEMS)
    for file in sorted((SHARED / "corpora").glob("*/*.jsonl")):
        for line in file.read_text("utf-8").splitlines()[:400]:
            found.update(dict.fromkeys(each for each in _texts_of(json.loads(line)) if len(each) in _LENGTHS))
    return tuple(each.encode("utf-8", "ignore") for each in found)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "ignore")


def _of_link(content: bytes) -> bool:
    text, taken = _text(content), False
    for options in (
        digital_link.STRICT,
        digital_link.LENIENT,
        digital_link.LinkOptions(unknown_attributes=True),
    ):
        try:
            link = digital_link.parse(text, options)
        except IdentifierError:
            continue
        taken = True
        if digital_link.parse(link.uri(), options) != link:
            raise BrokenPropertyError("a Digital Link is read as another")
        canonical_link = link.canonical()
        if digital_link.parse(canonical_link.uri(), options).canonical() != canonical_link:
            raise BrokenPropertyError("the canonical Digital Link is read as another")
        digital_link.faults(link)
    _names(text)
    return taken


def _names(text: str) -> None:
    """What holds for any text that may name something."""
    form = canonical.canonical(text)
    if form is not None and canonical.canonical(form) != form:
        raise BrokenPropertyError("the canonical form has another canonical form")
    canonical.misplaced_qualifier(text)
    if canonical.canonical(text) != canonical._canonical_of(text):  # noqa: SLF001 -- the short way against the long one
        raise BrokenPropertyError("canonical form by the short way and by the long one")
    if identifiers.fault_of(text) != identifiers._fault_of(text):  # noqa: SLF001 -- the same
        raise BrokenPropertyError("the fault by the short way and by the long one")
    link = link_of(text)
    if link_of(link) != link:
        raise BrokenPropertyError("the link of a link is another")
    if not is_uri(link):  # what stands in an event is one
        return
    urn = epc_urn(link, lambda _digits: 7)
    if urn != link and canonical.canonical(urn) != canonical.canonical(link):
        raise BrokenPropertyError("URN and link have two canonical forms")


def _of_urn(content: bytes) -> bool:
    text = _text(content)
    _names(text)
    try:
        found = epc.parse(text)
    except IdentifierError:
        return False
    link = found.link()
    try:
        again = digital_link.parse(link.uri(), digital_link.STRICT)
    except IdentifierError:  # a URN may name what no label carries, such as a wrong date
        return True
    if again.elements != link.elements:
        raise BrokenPropertyError("the link of a URN is read as another")
    if epc.parse(epc.to_urn(again, len(found.company_prefix))) != found:
        raise BrokenPropertyError("a URN comes back from its link as another")
    return True


def _of_elements(content: bytes) -> bool:
    text, taken = _text(content), False
    ways: tuple[tuple[Callable[..., tuple[Element, ...]], Callable[..., str]], ...] = (
        (element_string.parse, element_string.serialise),
        (element_string.parse_fnc1, element_string.serialise_fnc1),
    )
    for read, write in ways:
        for permit in (False, True):
            try:
                elements = read(text, permit_unknown=permit)
            except IdentifierError:
                continue
            taken = True
            if read(write(elements), permit_unknown=permit) != elements:
                raise BrokenPropertyError(f"{write.__name__}: read as other elements")
            element_string.association_faults(elements)
    return taken


def _of_scan(content: bytes) -> bool:
    text = _text(content)
    try:
        found = scan.read(text)
    except IdentifierError:
        return False
    if scan.read(scan.write(found.symbology, found.data)) != found:
        raise BrokenPropertyError("a scan is read as another")
    return True


# ----------------------------------------------------------------------------------- parameters of queries

_PARAMETERS: Final = (
    "eventType", "GE_eventTime", "LT_recordTime", "EQ_action", "EQ_bizStep", "MATCH_epc", "MATCH_anyEPC", "MATCH_epcClass", "WD_readPoint", "EQ_readPoint",
    "HASATTR_bizLocation_x", "EQATTR_readPoint_x", "EQ_quantity", "GE_quantity_KGM", "EQ_INNER_vidu:a", "EXISTS_vidu:a", "EQ_ILMD_vidu:a", "GT_ILMD_vidu:a",
    "EQ_value_CEL", "GE_value_CEL", "EQ_SENSORMETADATA_deviceID", "EXISTS_SENSORREPORT_x:y", "EQ_type", "EQ_exception", "EXISTS_errorDeclaration",
    "EQ_transformationID", "EQ_eventID", "GE_errorDeclarationTime", "EQ_correctiveEventID", "EQ_persistentDisposition_set", "orderBy", "orderDirection",
    "eventCountLimit", "maxEventCount", "perPage", "nextPageToken", "EQ_source_owning_party", "EQ_bizTransaction_po", "EQ_dataHash", "LE_startTime",
)  # fmt: skip
_WORDS: Final = (
    *_PARAMETERS, "=", "&", ",", "%2C", "%", "true", "1", "1e400", "-1", "2026-10-09T08:30:00+07:00", "2026-10-09", "ObjectEvent", "ADD,OBSERVE", "shipping",
    "urn:epc:idpat:sgtin:9521234.*.*", "urn:epc:idpat:sgtin:*.*.*", "https://id.gs1.org/01/09521234220312", "{https://a}b", "INNER_", "ILMD_", "SENSORELEMENT_", "_",
)  # fmt: skip


def query_strings() -> tuple[bytes, ...]:
    """One for each parameter, and some with many."""
    values = ("2026-10-09T08:30:00%2B07:00", "1", "a,b", "urn:epc:idpat:sgtin:9521234.*.*", "shipping")
    single = [f"{name}={values[place % len(values)]}" for place, name in enumerate(_PARAMETERS)]
    many = ["&".join(single[place : place + 5]) for place in range(0, len(single), 5)]
    return tuple(each.encode() for each in (*single, *many))


@cache
def _some_events() -> tuple[Event, ...]:
    found = list(load((ROOT / "tests" / "epcis" / "golden" / "mien_dong.json").read_bytes()).events)
    for content in documents("json")[:40]:
        try:
            found += load(content).events[:2]
        except ValueError:
            continue
    return tuple(found[:24])


def _of_query(content: bytes) -> bool:
    text, prefixes = _text(content), {"vidu": "https://vidu.example.org/"}
    try:
        query = parse_query_string(text, prefixes)
    except QueryError:
        return False
    for event in _some_events():
        matches(event, query)
    tree = {pair.partition("=")[0]: pair.partition("=")[2].split(",") for pair in text.split("&")}
    try:
        parse_query(tree, prefixes)
    except QueryError:
        return True
    return True


TARGETS: Final = (
    Target("digital-links", _of_link, identifiers_given, text_changer(_TOKENS)),
    Target("urns", _of_urn, identifiers_given, text_changer(_TOKENS)),
    Target("element-strings", _of_elements, identifiers_given, text_changer(_TOKENS)),
    Target("scans", _of_scan, identifiers_given, text_changer(_TOKENS)),
    Target("query-parameters", _of_query, query_strings, text_changer(_WORDS)),
)
