"""Events and master data as the texts that are kept, and back.

A kept text stands alone: it carries the prefixes that its document declared, so that it means the same inside any
other document.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import orjson

from khcn.epcis.codec.json_binding import decode, encode, json_text
from khcn.epcis.codec.json_binding.names import Names
from khcn.epcis.model import Document, Event, Vocabulary

STANDARD_CONTEXT: Final = "epcis-context.jsonld"
"""How the addresses of the EPCIS context end; every answer declares it for the whole document."""
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


def own_context(document: Document) -> str | None:
    """What an event without a context needs of its document to stand alone; None where that is nothing."""
    shared = _own_parts(document.context)
    return json_text.dumps(shared).decode() if shared else None


def self_contained(document: Document) -> list[Event]:
    """The events of a document, each with the prefixes that the document declares beyond the standard's.

    What a document said of itself besides (sender, header, fields of its own) is not kept.
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
    """The text of an event with the id and the record time that the store gives it.

    The event must be one of `self_contained`, or use no prefixes but the standard's.
    """
    tree = encode.event_fields(event)
    if event.context is not None:
        tree["@context"] = orjson.Fragment(event.context)
    tree["eventID"] = event_id
    tree["recordTime"] = record_time
    return json_text.dumps(tree).decode()


def is_self_contained(event: Event) -> bool:
    """Whether an event means the same without its document."""
    return event_of(json_text.dumps(encode.event(event)).decode()) == event


def _plain(body: str) -> Any:
    # Written by `dumps` above, so none of the guards against strangers' JSON is needed.
    return json.loads(body, parse_float=Decimal)


def as_written(text: str) -> str | None:
    """A text as a kept text has it, in quotes; None where none can hold it (half a character)."""
    try:
        return json_text.dumps(text).decode()
    except TypeError:
        return None


def event_of(body: str) -> Event:
    """The event of a kept text."""
    return decode.event(_plain(body), _NAMES)


def vocabulary_body(vocabulary: Vocabulary, context: str) -> str:
    """A vocabulary as a document that holds nothing else, under the context of the document it came in."""
    document = Document(master_data=(vocabulary,), context=context)
    return json_text.dumps(encode.document(document)).decode()


def vocabularies_of(body: str) -> tuple[Vocabulary, ...]:
    """The vocabularies of a kept text."""
    return decode.document(_plain(body)).master_data
