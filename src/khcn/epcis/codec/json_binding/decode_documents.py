"""Decodes plain JSON values of documents, query documents and master data.

XML documents are decoded here too, after `codec.xml_binding` has read them into the same plain values, so that only one
place decides what a document means. The structure must be valid; `khcn.epcis.rules` checks the contents.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from khcn.epcis.codec.json_binding import decode_fields as fields
from khcn.epcis.codec.json_binding.decode_events import Known, decode_event
from khcn.epcis.codec.json_binding.json_text import Json, dumps
from khcn.epcis.codec.json_binding.names import Names, prefixes_of
from khcn.epcis.errors import EpcisError
from khcn.epcis.extensions import Extension, Extensions, Shape
from khcn.epcis.model import Document, QueryResults, Vocabulary, VocabularyElement

# ------------------------------------------------------------------------------------------- master data


def _attributes(value: Json, names: Names) -> Extensions:
    found = []
    for item in fields.list_of(value):
        attribute = fields.object_of(item)
        if attribute.keys() - {"id", "attribute"}:
            raise EpcisError("a master data attribute has fields beside id and attribute")
        name = fields.text_of(attribute.get("id"), names)
        if "attribute" in attribute:
            found.append(replace(fields.one("", attribute["attribute"], names, Shape.SINGLE), name=name))
        else:
            found.append(Extension(name, shape=Shape.EMPTY_LIST))
    return Extensions(found)


def _vocabulary_element(value: Json, names: Names) -> VocabularyElement:
    decoded, rest = fields.fields(value, names, _ELEMENT)
    return VocabularyElement(**decoded, extensions=rest, spelling=fields.empty_lists(value))


def decode_vocabulary(value: Json, names: Names) -> Vocabulary:
    """One vocabulary of a header's or answer's vocabulary list."""
    decoded, rest = fields.fields(value, names, _VOCABULARY)
    return Vocabulary(**decoded, extensions=rest, spelling=fields.empty_lists(value))


_ELEMENT: Final[Known] = {
    "id": ("id", fields.text_of),
    "attributes": ("attributes", _attributes),
    "children": ("children", fields.texts),
}
_VOCABULARY: Final[Known] = {
    "type": ("type", fields.text_of),
    "vocabularyElementList": ("elements", fields.each(_vocabulary_element)),
}


# ------------------------------------------------------------------------------------------- documents

_DOCUMENT: Final[Known] = {
    "id": ("id", fields.text_of),
    "schemaVersion": ("schema_version", fields.text_of),
    "creationDate": ("creation_date", fields.time_of),
    "instanceIdentifier": ("instance_identifier", fields.text_of),
    "sender": ("sender", fields.text_of),
    "receiver": ("receiver", fields.text_of),
}
_MASTER_DATA: Final = "epcisMasterData"


def is_document(tree: Json) -> bool:
    """Whether a value is an EPCIS document or query document, and not a single event."""
    kind = tree.get("type") if isinstance(tree, dict) else None
    return isinstance(kind, str) and kind in {"EPCISDocument", "EPCISQueryDocument"}


def names_of(tree: Mapping[str, Json], *, from_xml: bool = False) -> Names:
    """The names that a document's context declares."""
    return Names(prefixes_of(tree.get("@context")), literal=from_xml)


def body_of(tree: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Json] | None]:
    """The object that holds the event list, and the query results around it if there are any."""
    body = fields.object_of(tree.get("epcisBody"))
    results = body.get("queryResults")
    if results is None:
        return body, None
    return fields.object_of(fields.object_of(results).get("resultsBody")), results


def decode_frame(tree: Json, *, from_xml: bool = False) -> tuple[Document, Names, list[Json]]:
    """A document's frame, the names its events are to be read with, and the plain events.

    Raises:
        EpcisError: the structure of the frame is wrong.
    """
    top = fields.object_of(tree)
    names = names_of(top, from_xml=from_xml)
    context = dumps(top.get("@context")).decode()
    if not is_document(top):
        return Document(context=context, bare=True, schema_version=None), names, [_without_context(top)]
    frame = {
        key: item for key, item in top.items() if key not in {"type", "@context", "epcisBody", "epcisHeader"}
    }
    decoded, rest = fields.fields(frame, names, _DOCUMENT)
    decoded.setdefault("schema_version", None)
    body, results = body_of(top)
    vocabularies, header, spelling = _header(top.get("epcisHeader"), names)
    known = {"eventList", "event"} if results is None else {"eventList", "vocabularyList"}
    inner = fields.extensions({key: item for key, item in body.items() if key not in known}, names)
    if results is not None:
        decoded["results"] = _results(results, top["epcisBody"], inner, names)
        if "vocabularyList" in body:
            spelling.add("vocabularyList")
            listed = fields.each(decode_vocabulary)(body["vocabularyList"], names)
            decoded["results"] = replace(decoded["results"], master_data=listed)
    else:
        decoded["body"] = inner
    document = Document(
        **decoded,
        master_data=vocabularies,
        header=header,
        extensions=rest,
        context=context,
        spelling=frozenset(spelling),
    )
    events = (
        fields.list_of(body["eventList"])
        if "eventList" in body
        else [body["event"]]
        if "event" in body
        else []
    )
    return document, names, events


def _without_context(event_tree: Mapping[str, Json]) -> dict[str, Json]:
    # The context of a bare event is that of the document, which declares its prefixes.
    return {key: item for key, item in event_tree.items() if key != "@context"}


def _header(value: Json, names: Names) -> tuple[tuple[Vocabulary, ...], Extensions, set[str]]:
    if value is None:
        return (), Extensions(), set()
    spelling = {"epcisHeader"}
    members = dict(fields.object_of(value))
    master = members.pop(_MASTER_DATA, None)
    found: tuple[Vocabulary, ...] = ()
    if master is not None:
        spelling.add(_MASTER_DATA)
        inner = dict(fields.object_of(master))
        if "vocabularyList" in inner:
            spelling.add(_MASTER_DATA + "/vocabularyList")
            found = fields.each(decode_vocabulary)(inner.pop("vocabularyList"), names)
        if inner:
            raise EpcisError("epcisMasterData has fields beside vocabularyList")
    return found, fields.extensions(members, names), spelling


def _results(
    results: Mapping[str, Json], outer: Mapping[str, Json], inner: Extensions, names: Names
) -> QueryResults:
    subscription = results.get("subscriptionID")
    return QueryResults(
        query_name=fields.text_of(results.get("queryName"), names),
        subscription_id=None if subscription is None else fields.text_of(subscription, names),
        extensions=fields.extensions(
            {
                key: item
                for key, item in results.items()
                if key not in {"queryName", "subscriptionID", "resultsBody"}
            },
            names,
        ),
        body_extensions=inner,
        outer_extensions=fields.extensions(
            {key: item for key, item in outer.items() if key != "queryResults"}, names
        ),
    )


def decode_document(tree: Json, *, from_xml: bool = False) -> Document:
    """A whole document, query document or single event.

    Args:
        tree: the plain JSON value.
        from_xml: the value was read from an XML document.

    Raises:
        EpcisError: the structure of a field is wrong, or a required field is missing.
    """
    frame, names, events = decode_frame(tree, from_xml=from_xml)
    return frame.with_events(decode_event(item, names) for item in events)
