"""Events and master data as stored texts, and back.

A stored text is self-contained: it carries the prefixes that its document declared, so that it means the same in any
other document.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import orjson

from khcn.epcis.codec.json_binding import encode, json_text
from khcn.epcis.codec.json_binding.decode_documents import decode_document
from khcn.epcis.codec.json_binding.decode_events import decode_event
from khcn.epcis.codec.json_binding.names import Names
from khcn.trace.store.encoding.stored_contexts import needed_context

if TYPE_CHECKING:
    from khcn.epcis.model import Event, Vocabulary

STANDARD: Final = '"https://ref.gs1.org/standards/epcis/epcis-context.jsonld"'
_NAMES: Final = Names({})


def body_of(event: Event, *, event_id: str, record_time: str) -> str:
    """The stored text of an event, with the id and the record time that the store gives it.

    The event must come from `stored_contexts.self_contained`, or use only the standard prefixes.
    """
    tree = encode.encode_event_without_context(event)
    if event.context is not None and (context := needed_context(event.context, tree)):
        tree["@context"] = orjson.Fragment(context)
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


_OBJECT_LISTS: Final = (
    "epcList", "childEPCs", "inputEPCList", "outputEPCList",
    "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList",
)  # fmt: skip


def event_without_objects(body: str) -> Event:
    """The event of a stored text without the objects that it names, of which there may be thousands."""
    tree = _plain(body)
    for name in _OBJECT_LISTS:
        tree.pop(name, None)
    return decode_event(tree, _NAMES)


def vocabularies_of(body: str) -> tuple[Vocabulary, ...]:
    """The vocabularies of a stored text."""
    return decode_document(_plain(body)).master_data
