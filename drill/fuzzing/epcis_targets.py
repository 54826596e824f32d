"""Documents of events: whatever is read comes back the same from every format, whole or event by event."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from drill.fuzzing.found import BrokenPropertyError
from drill.fuzzing.mutators import change_json, change_xml
from drill.fuzzing.targets import ROOT, SHARED, Target
from khcn.epcis import (
    ConversionError,
    Document,
    DocumentError,
    check,
    event_hash,
    format_of,
    load,
    read,
    read_frame,
    to_json,
    to_xml,
)
from khcn.epcis.extensions import Respelled
from khcn.epcis.rules.documents import only_in_json
from khcn.epcis.translate import with_digital_links, with_epc_urns

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST: Final = 12_000
_PREFIX: Final = 7


@cache
def documents(ending: str) -> tuple[bytes, ...]:
    """The golden documents, and those of the corpora that are not too long."""
    files = [*(ROOT / "tests" / "epcis" / "golden").glob(f"*.{ending}")]
    for folder in (
        "epcis-examples",
        "epcis-docs-fastnt",
        "epcis-docs-openepcis",
        "epcis-docs-opentraceability",
    ):
        files += sorted((SHARED / "corpora" / folder).rglob(f"*.{ending}"))
    found = (each.read_bytes() for each in files)
    return tuple(each for each in found if len(each) <= LONGEST)


def _same(what: str, one: Document, other: Document, *, hashes: bool = True) -> None:
    if one.events != other.events:
        raise BrokenPropertyError(f"{what}: other events")
    if hashes and [*map(event_hash, one.events)] != [*map(event_hash, other.events)]:
        raise BrokenPropertyError(f"{what}: other hashes")


def _again(what: str, written: bytes) -> Document:
    try:
        return load(written)
    except DocumentError as fault:
        raise BrokenPropertyError(f"{what}: is not read\n{fault}\n{written!r}") from fault


def _has_literal(value: object) -> bool:
    """Whether an XML attribute holds a CURIE: it means nothing there and something in JSON, so the hash tells them apart."""
    if isinstance(value, Respelled):
        return value.literal
    if is_dataclass(value):
        return any(_has_literal(getattr(value, each.name)) for each in fields(value))
    return isinstance(value, tuple) and any(map(_has_literal, value))


def comes_back(document: Document, *, from_xml: bool) -> None:
    """JSON → XML → JSON keeps the events and their hashes."""
    in_json = to_json(document)
    has_hash = not (from_xml and _has_literal(document.events))
    unlike_json = check(in_json, identifiers=False) if from_xml else []
    if not unlike_json or not all(map(only_in_json, unlike_json)):
        _same("to JSON", document, _again("to JSON", in_json), hashes=has_hash)
    try:
        in_xml = _again("to XML", to_xml(document))
    except ConversionError:
        return
    _same("to XML", document, in_xml, hashes=has_hash)
    if not from_xml:
        _same("to XML and JSON", in_xml, _again("to XML and JSON", to_json(in_xml)))
    legacy = to_xml(document, legacy_words=True)
    in_legacy = _again("to XML with words of 1.x", legacy)
    _same("to XML with words of 1.x", document, in_legacy, hashes=has_hash)


def _respelt(document: Document) -> None:
    """Events with Digital Links and with URNs can be written and hashed; with links that is the same hash."""
    for event in document.events:
        linked = with_digital_links(event)
        event_hash(linked)
        event_hash(with_epc_urns(linked, lambda _digits: _PREFIX))


def attempt(content: bytes) -> bool:
    """A document of either format."""
    check(content)
    outcome = read(content)
    if outcome.document is None:
        return False
    if outcome.is_sound and load(content) != outcome.document:
        raise BrokenPropertyError("load and read differ")
    comes_back(outcome.document, from_xml=format_of(content) == "xml")
    _respelt(outcome.document)
    return outcome.is_sound


def event_by_event(content: bytes) -> bool:
    """What `read` has, one event after another."""
    outcome = read(content)
    try:
        frame = read_frame(content)
    except DocumentError as fault:
        if fault.problems != outcome.problems:
            raise BrokenPropertyError("the frame has other problems") from fault
        return False
    events, problems = [], list(frame.problems)
    for place in range(len(frame)):
        problems += frame.check(place)
        if place not in outcome.faulty and frame.document is not None:
            events.append(frame.event(place))
    if outcome.document is not None and outcome.document.events != tuple(events):
        raise BrokenPropertyError("event by event: other events")
    if outcome.document is None and frame.document is not None and not frame.bare:
        raise BrokenPropertyError("event by event: a document that `read` has not")
    return bool(events)


def _both() -> Sequence[bytes]:
    return documents("json") + documents("xml") + bare_events()


@cache
def bare_events() -> tuple[bytes, ...]:
    """Each event of the golden document, alone."""
    tree: Any = json.loads((ROOT / "tests" / "epcis" / "golden" / "mien_dong.json").read_bytes())
    events = tree["epcisBody"]["eventList"]
    return tuple(
        json.dumps({"@context": tree["@context"], **each}, ensure_ascii=False).encode() for each in events
    )


def _change_either(content: bytes, chance: Any, pool: Sequence[bytes]) -> bytes | None:
    is_xml = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    others = [each for each in pool if each.startswith(b"<") is is_xml]
    return (change_xml if is_xml else change_json)(content, chance, others or pool)


TARGETS: Final = (
    Target(
        "epcis-json", attempt, lambda: documents("json") + bare_events(), change_json, longest=2 * LONGEST
    ),
    Target("epcis-xml", attempt, lambda: documents("xml"), change_xml, longest=2 * LONGEST),
    Target("epcis-frames", event_by_event, _both, _change_either, longest=2 * LONGEST),
)
