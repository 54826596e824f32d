"""Events and master data as stored texts, and back.

A stored text is self-contained: it carries the prefixes that its document declared, so that it means the same in any
other document.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import orjson

from khcn.epcis.codec.json_binding import encode, json_text
from khcn.epcis.codec.json_binding.decode_documents import decode_document
from khcn.epcis.codec.json_binding.decode_events import decode_event
from khcn.epcis.codec.json_binding.names import Names

if TYPE_CHECKING:
    from khcn.epcis.model import Document, Event, Vocabulary

STANDARD_CONTEXT: Final = "epcis-context.jsonld"
"""How the URLs of the EPCIS context end; every answer declares it for the whole document."""
STANDARD: Final = '"https://ref.gs1.org/standards/epcis/epcis-context.jsonld"'
_NAMES: Final = Names({})


def _own_parts(context: str | None) -> list[Any]:
    """The parts of a JSON-LD context beyond the EPCIS one."""
    value = None if context is None else json_text.loads(context)
    parts = value if isinstance(value, list) else [value]
    return [
        part
        for part in parts
        if part and not (isinstance(part, str) and part.partition("?")[0].endswith(STANDARD_CONTEXT))
    ]


def stored_context(document: Document) -> str | None:
    """The context that the events of a document need beside the EPCIS one to be self-contained; None: none."""
    shared = _own_parts(document.context)
    return json_text.dumps(shared).decode() if shared else None


def self_contained(document: Document) -> list[Event]:
    """The events of a document, each with the document's own prefixes.

    Everything else in the document (sender, header, extension fields) is not stored.
    """
    shared = _own_parts(document.context)
    if not shared:
        return list(document.events)
    contexts: dict[str | None, str] = {}
    found = []
    for event in document.events:
        context = contexts.get(event.context)
        if context is None:
            parts = [*shared, *(part for part in _own_parts(event.context) if part not in shared)]
            context = contexts[event.context] = json_text.dumps(parts).decode()
        found.append(event if event.context == context else replace(event, context=context))
    return found


def body_of(event: Event, *, event_id: str, record_time: str) -> str:
    """The stored text of an event, with the id and the record time that the store gives it.

    The event must come from `self_contained`, or use only the standard prefixes.
    """
    tree = encode.encode_event_without_context(event)
    if event.context is not None:
        tree["@context"] = orjson.Fragment(event.context)
    tree["eventID"] = event_id
    tree["recordTime"] = record_time
    return json_text.dumps(tree).decode()


def _plain(body: str) -> Any:
    # Written by `dumps` above, so the checks for untrusted JSON are not needed.
    return json.loads(body, parse_float=Decimal)


def as_written(text: str) -> str | None:
    """A text as it appears in a stored text, in quotes; None for half a character, which no stored text contains."""
    try:
        return json_text.dumps(text).decode()
    except TypeError:
        return None


def event_of(body: str) -> Event:
    """The event of a stored text."""
    return decode_event(_plain(body), _NAMES)


def vocabularies_of(body: str) -> tuple[Vocabulary, ...]:
    """The vocabularies of a stored text."""
    return decode_document(_plain(body)).master_data
