"""Plain JSON values of an EPCIS document to the model.

XML documents come here too, after `xml_in` has given them their JSON shape, so that there is one place which decides
what a document means. The structure must be sound; whether the contents are, `khcn.epcis.rules.events` says.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from khcn.epcis import cbv
from khcn.epcis.codec.json_binding import decode_parts as parts
from khcn.epcis.codec.json_binding.decode_parts import Decoder
from khcn.epcis.codec.json_binding.json_text import Json, dumps
from khcn.epcis.codec.json_binding.names import Names, prefixes_of
from khcn.epcis.errors import EpcisError
from khcn.epcis.extensions import Extension, Extensions, Shape
from khcn.epcis.model import (
    AggregationEvent,
    AssociationEvent,
    Document,
    Event,
    ExtendedEvent,
    ObjectEvent,
    QueryResults,
    TransactionEvent,
    TransformationEvent,
    Vocabulary,
    VocabularyElement,
)

Known = Mapping[str, tuple[str, Decoder]]

_COMMON: Final[Known] = {
    "eventTime": ("event_time", parts.time_of),
    "recordTime": ("record_time", parts.time_of),
    "eventTimeZoneOffset": ("event_time_zone_offset", parts.text_of),
    "eventID": ("event_id", parts.text_of),
    "certificationInfo": ("certification_info", parts.texts_or_text),
    "errorDeclaration": ("error_declaration", parts.error_declaration),
    "bizStep": ("biz_step", parts.word(cbv.BIZ_STEP)),
    "disposition": ("disposition", parts.word(cbv.DISPOSITION)),
    "persistentDisposition": ("persistent_disposition", parts.persistent_disposition),
    "readPoint": ("read_point", parts.place),
    "bizLocation": ("biz_location", parts.place),
    "bizTransactionList": ("biz_transactions", parts.each(parts.biz_transaction)),
    "sourceList": ("sources", parts.each(parts.source)),
    "destinationList": ("destinations", parts.each(parts.destination)),
    "sensorElementList": ("sensor_elements", parts.each(parts.sensor_element)),
}
_ACTION: Final[Known] = {"action": ("action", parts.text_of)}
_QUANTITIES: Final = parts.each(parts.quantity)
_ILMD: Final[Known] = {"ilmd": ("ilmd", lambda value, names: parts.extensions(parts.object_of(value), names))}
_AGGREGATION: Final[Known] = {
    **_COMMON,
    **_ACTION,
    "parentID": ("parent_id", parts.uri_of),
    "childEPCs": ("child_epcs", parts.uris),
    "childQuantityList": ("child_quantities", _QUANTITIES),
}
_OBJECT: Final[Known] = {
    **_COMMON,
    **_ACTION,
    "epcList": ("epcs", parts.uris),
    "quantityList": ("quantities", _QUANTITIES),
}
_EVENTS: Final[dict[str, tuple[type[Event], Known]]] = {
    "ObjectEvent": (ObjectEvent, {**_OBJECT, **_ILMD}),
    "AggregationEvent": (AggregationEvent, _AGGREGATION),
    "AssociationEvent": (AssociationEvent, _AGGREGATION),
    "TransactionEvent": (TransactionEvent, {**_OBJECT, "parentID": ("parent_id", parts.uri_of)}),
    "TransformationEvent": (
        TransformationEvent,
        {
            **_COMMON,
            **_ILMD,
            "inputEPCList": ("input_epcs", parts.uris),
            "inputQuantityList": ("input_quantities", _QUANTITIES),
            "outputEPCList": ("output_epcs", parts.uris),
            "outputQuantityList": ("output_quantities", _QUANTITIES),
            "transformationID": ("transformation_id", parts.uri_of),
        },
    ),
}
_EXTENDED: Final[Known] = {
    name: _COMMON[name]
    for name in (
        "eventTime",
        "recordTime",
        "eventTimeZoneOffset",
        "eventID",
        "certificationInfo",
        "errorDeclaration",
    )
}
_ONE_CERTIFICATE: Final = "certificationInfo"
_EMPTY_ILMD: Final = "ilmd"


def _spelling(tree: Mapping[str, Json]) -> frozenset[str]:
    found = {key for key, item in tree.items() if not item and isinstance(item, list | dict)}
    if isinstance(tree.get(_ONE_CERTIFICATE), str):
        found.add(_ONE_CERTIFICATE)
    return frozenset(found)


def event(tree: Json, names: Names, *, context: str | None = None) -> Event:
    """One event of an event list.

    Args:
        tree: its plain JSON value.
        names: what the document declares.
        context: what an event without a context of its own is given for one.

    Raises:
        EpcisError: a field has not the structure it must have, or a required one is missing.
    """
    fields = dict(parts.object_of(tree))
    kind = fields.pop("type", None)
    own = fields.pop("@context", None)
    if own is not None:
        names = names.within(own)
        context = dumps(own).decode()
    cls, known = _EVENTS.get(str(kind), (ExtendedEvent, _EXTENDED))
    decoded: dict[str, Any] = {}
    rest: dict[str, Json] = {}
    for key, item in fields.items():
        entry = known.get(key)
        if entry is None:
            rest[key] = item
        else:
            decoded[entry[0]] = entry[1](item, names)
    if cls is ExtendedEvent:
        decoded["type_uri"] = parts.uri_of(kind, names)
    if rest:
        decoded["extensions"] = parts.extensions(rest, names)
    try:
        return cls(
            **decoded,
            spelling=_spelling(fields),
            context=context,
        )
    except TypeError as error:
        raise EpcisError(f"the event lacks a required field: {error}") from None


# ------------------------------------------------------------------------------------------- master data


def _attributes(value: Json, names: Names) -> Extensions:
    found = []
    for item in parts.list_of(value):
        attribute = parts.object_of(item)
        if attribute.keys() - {"id", "attribute"}:
            raise EpcisError("a master data attribute has fields beside id and attribute")
        name = parts.text_of(attribute.get("id"), names)
        if "attribute" in attribute:
            found.append(replace(parts.one("", attribute["attribute"], names, Shape.SINGLE), name=name))
        else:
            found.append(Extension(name, shape=Shape.EMPTY_LIST))
    return Extensions(found)


def _vocabulary_element(value: Json, names: Names) -> VocabularyElement:
    decoded, rest = parts.fields(value, names, _ELEMENT)
    return VocabularyElement(**decoded, extensions=rest, spelling=parts.empty_lists(value))


def vocabulary(value: Json, names: Names) -> Vocabulary:
    """One vocabulary of a header's or answer's vocabulary list."""
    decoded, rest = parts.fields(value, names, _VOCABULARY)
    return Vocabulary(**decoded, extensions=rest, spelling=parts.empty_lists(value))


_ELEMENT: Final[Known] = {
    "id": ("id", parts.text_of),
    "attributes": ("attributes", _attributes),
    "children": ("children", parts.texts),
}
_VOCABULARY: Final[Known] = {
    "type": ("type", parts.text_of),
    "vocabularyElementList": ("elements", parts.each(_vocabulary_element)),
}


# ------------------------------------------------------------------------------------------- documents

_DOCUMENT: Final[Known] = {
    "id": ("id", parts.text_of),
    "schemaVersion": ("schema_version", parts.text_of),
    "creationDate": ("creation_date", parts.time_of),
    "instanceIdentifier": ("instance_identifier", parts.text_of),
    "sender": ("sender", parts.text_of),
    "receiver": ("receiver", parts.text_of),
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
    """The object that holds the event list, and the query results round it if there are such."""
    body = parts.object_of(tree.get("epcisBody"))
    results = body.get("queryResults")
    if results is None:
        return body, None
    return parts.object_of(parts.object_of(results).get("resultsBody")), results


def without_events(tree: Json, *, from_xml: bool = False) -> tuple[Document, Names, list[Json]]:
    """A document's frame, the names its events are to be read with, and the plain events.

    Raises:
        EpcisError: the structure of the frame is wrong.
    """
    top = parts.object_of(tree)
    names = names_of(top, from_xml=from_xml)
    context = dumps(top.get("@context")).decode()
    if not is_document(top):
        return Document(context=context, bare=True, schema_version=None), names, [_without_context(top)]
    frame = {
        key: item for key, item in top.items() if key not in {"type", "@context", "epcisBody", "epcisHeader"}
    }
    decoded, rest = parts.fields(frame, names, _DOCUMENT)
    decoded.setdefault("schema_version", None)
    body, results = body_of(top)
    vocabularies, header, spelling = _header(top.get("epcisHeader"), names)
    known = {"eventList", "event"} if results is None else {"eventList", "vocabularyList"}
    inner = parts.extensions({key: item for key, item in body.items() if key not in known}, names)
    if results is not None:
        decoded["results"] = _results(results, top["epcisBody"], inner, names)
        if "vocabularyList" in body:
            spelling.add("vocabularyList")
            listed = parts.each(vocabulary)(body["vocabularyList"], names)
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
        parts.list_of(body["eventList"])
        if "eventList" in body
        else [body["event"]]
        if "event" in body
        else []
    )
    return document, names, events


def _without_context(event_tree: Mapping[str, Json]) -> dict[str, Json]:
    # A bare event's context is the document's: its prefixes are declared there already.
    return {key: item for key, item in event_tree.items() if key != "@context"}


def _header(value: Json, names: Names) -> tuple[tuple[Vocabulary, ...], Extensions, set[str]]:
    if value is None:
        return (), Extensions(), set()
    spelling = {"epcisHeader"}
    fields = dict(parts.object_of(value))
    master = fields.pop(_MASTER_DATA, None)
    found: tuple[Vocabulary, ...] = ()
    if master is not None:
        spelling.add(_MASTER_DATA)
        inner = dict(parts.object_of(master))
        if "vocabularyList" in inner:
            spelling.add(_MASTER_DATA + "/vocabularyList")
            found = parts.each(vocabulary)(inner.pop("vocabularyList"), names)
        if inner:
            raise EpcisError("epcisMasterData has fields beside vocabularyList")
    return found, parts.extensions(fields, names), spelling


def _results(
    results: Mapping[str, Json], outer: Mapping[str, Json], inner: Extensions, names: Names
) -> QueryResults:
    subscription = results.get("subscriptionID")
    return QueryResults(
        query_name=parts.text_of(results.get("queryName"), names),
        subscription_id=None if subscription is None else parts.text_of(subscription, names),
        extensions=parts.extensions(
            {
                key: item
                for key, item in results.items()
                if key not in {"queryName", "subscriptionID", "resultsBody"}
            },
            names,
        ),
        body_extensions=inner,
        outer_extensions=parts.extensions(
            {key: item for key, item in outer.items() if key != "queryResults"}, names
        ),
    )


def document(tree: Json, *, from_xml: bool = False) -> Document:
    """A whole document, query document or single event.

    Args:
        tree: the plain JSON value.
        from_xml: the value comes of an XML document.

    Raises:
        EpcisError: a field has not the structure it must have, or a required one is missing.
    """
    frame, names, events = without_events(tree, from_xml=from_xml)
    return frame.with_events(event(item, names) for item in events)
