"""Events of `events` as EPCIS 1.2 XML, for a peer that reads nothing newer. Identifiers must be EPC URNs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

Tree = dict[str, Any]

NAMESPACES = (
    'xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda" '
    'xmlns:vidu="https://example.org/truy-xuat/"'
)
WORDS = {
    "bizStep": "urn:epcglobal:cbv:bizstep:",
    "disposition": "urn:epcglobal:cbv:disp:",
    "bizTransaction": "urn:epcglobal:cbv:btt:",
    "source": "urn:epcglobal:cbv:sdt:",
    "destination": "urn:epcglobal:cbv:sdt:",
}
PLAIN = ("action", "bizStep", "disposition")


def document(events: Sequence[Tree], created: datetime) -> bytes:
    """An EPCIS 1.2 document of the events, in the order of elements that its schema asks for."""
    body = "".join(text for event in events for text in _event(event))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<epcis:EPCISDocument {NAMESPACES} schemaVersion="1.2" '
        f'creationDate="{created.isoformat(timespec="milliseconds")}"><EPCISBody><EventList>{body}</EventList>'
        "</EPCISBody></epcis:EPCISDocument>"
    ).encode()


def _event(event: Tree) -> Iterator[str]:
    kind = event["type"]
    transformation = kind == "TransformationEvent"  # an addition of 1.1, hence inside an extension
    yield f"<extension><{kind}>" if transformation else f"<{kind}>"
    for name in ("eventTime", "eventTimeZoneOffset"):
        yield _element(name, event[name])
    if "eventID" in event:
        yield f"<baseExtension>{_element('eventID', event['eventID'])}</baseExtension>"
    yield from _goods(event, transformation=transformation)
    for name in PLAIN:
        if name in event:
            yield _element(name, WORDS.get(name, "") + event[name])
    for name in ("readPoint", "bizLocation"):
        if name in event:
            yield f"<{name}>{_element('id', event[name]['id'])}</{name}>"
    yield _typed(event, "bizTransaction")
    newer = "".join((_typed(event, "source"), _typed(event, "destination"), _particulars(event)))
    yield newer if transformation or not newer else f"<extension>{newer}</extension>"
    yield f"</{kind}></extension>" if transformation else f"</{kind}>"


def _goods(event: Tree, *, transformation: bool) -> Iterator[str]:
    if "parentID" in event:
        yield _element("parentID", event["parentID"])
    lists = ("inputEPCList", "outputEPCList") if transformation else ("epcList", "childEPCs")
    for name in lists:
        if name in event:
            yield f"<{name}>{''.join(_element('epc', epc) for epc in event[name])}</{name}>"
    if "transformationID" in event:
        yield _element("transformationID", event["transformationID"])


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _typed(event: Tree, name: str) -> str:
    """A list of texts that have a type each."""
    members = "".join(
        f"<{name} type={quoteattr(WORDS[name] + each['type'])}>{escape(each[name])}</{name}>"
        for each in event.get(f"{name}List", ())
    )
    return f"<{name}List>{members}</{name}List>" if members else ""


def _particulars(event: Tree) -> str:
    members = "".join(_element(name, text) for name, text in event.get("ilmd", {}).items())
    return f"<ilmd>{members}</ilmd>" if members else ""
