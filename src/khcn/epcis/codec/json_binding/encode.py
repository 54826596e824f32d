"""Encodes the model as plain JSON values of EPCIS 2.0; `json_text.dumps` writes them as text."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields as dataclass_fields
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from khcn.epcis.codec.json_binding.decode_fields import TEXT
from khcn.epcis.codec.json_binding.json_text import Json, loads
from khcn.epcis.codec.json_binding.names import json_name
from khcn.epcis.extensions import Extension, Extensions, Kind, Respelled, Shape
from khcn.epcis.model import (
    Document,
    ErrorDeclaration,
    Event,
    ExtendedEvent,
    Party,
    PersistentDisposition,
    Place,
    QuantityElement,
    SensorElement,
    SensorMetadata,
    SensorReport,
    Vocabulary,
    VocabularyElement,
)
from khcn.epcis.times import Time

_IRREGULAR: Final = {
    "event_id": "eventID",
    "epcs": "epcList",
    "quantities": "quantityList",
    "parent_id": "parentID",
    "child_epcs": "childEPCs",
    "child_quantities": "childQuantityList",
    "input_epcs": "inputEPCList",
    "input_quantities": "inputQuantityList",
    "output_epcs": "outputEPCList",
    "output_quantities": "outputQuantityList",
    "transformation_id": "transformationID",
    "corrective_event_ids": "correctiveEventIDs",
    "biz_transactions": "bizTransactionList",
    "sources": "sourceList",
    "destinations": "destinationList",
    "sensor_elements": "sensorElementList",
    "device_id": "deviceID",
    "reports": "sensorReport",
    "metadata": "sensorMetadata",
    "elements": "vocabularyElementList",
}


def json_field(python_name: str) -> str:
    """The EPCIS name of a model field: ``event_time`` is ``eventTime``."""
    irregular = _IRREGULAR.get(python_name)
    if irregular:
        return irregular
    first, *rest = python_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_SKIPPED: Final = frozenset({"spelling", "context", "extensions", "type_uri", "ilmd", "certification_info"})

_FIELDS: Final[dict[type, tuple[Callable[[Any], tuple[Any, ...]], tuple[tuple[str, str], ...]]]] = {}


def _fields_of(cls: type) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[tuple[str, str], ...]]:
    """What reads all fields of a class at once, and the Python name and the EPCIS name of each."""
    known = _FIELDS.get(cls)
    if known is None:
        names = [one.name for one in dataclass_fields(cls) if one.name not in _SKIPPED]
        read = attrgetter(*names)
        values = read if len(names) > 1 else lambda value: (read(value),)
        known = _FIELDS[cls] = values, tuple((name, json_field(name)) for name in names)
    return known


# In a tuple: a union would be made anew at each call.
_SCALARS: Final = (str, bool, int, Decimal)


def _value(value: Any) -> Json:
    """A model value that is not empty, as JSON."""
    kind = type(value)
    if kind is str:  # the usual case
        return value
    if kind is Place and not value.extensions:  # in every event, twice
        return {"id": _value(value.id)}
    if isinstance(value, tuple):
        return [item if type(item) is str else _value(item) for item in value]
    if kind is Time:
        return value.text
    if isinstance(value, _SCALARS):
        return value.written if isinstance(value, Respelled) else value
    if isinstance(value, Party):
        raise TypeError("a party is written by its list, which knows whether it is a source")
    return _object(value)


def _object(
    value: QuantityElement
    | Place
    | PersistentDisposition
    | ErrorDeclaration
    | SensorElement
    | SensorMetadata
    | SensorReport
    | Vocabulary
    | VocabularyElement,
) -> dict[str, Json]:
    tree: dict[str, Json] = {}
    spelling: frozenset[str] = getattr(value, "spelling", frozenset())
    values, names = _fields_of(type(value))
    for (name, key), item in zip(names, values(value), strict=True):
        if item is None:
            continue
        if type(item) is str:  # the usual case
            tree[key] = item
        elif isinstance(item, tuple) and not item:
            if key in spelling or key == "sensorReport":
                tree[key] = []
        else:
            tree[key] = _attributes(item) if name == "attributes" else _value(item)
    found = getattr(value, "extensions", None)
    if found:
        tree.update(extensions(found))
    return tree


# ------------------------------------------------------------------------------------------- extensions


def scalar(extension: Extension) -> Json:
    """The JSON scalar of an extension's text."""
    if extension.kind is Kind.NUMBER:
        # int() would refuse or change "-0", "1E3" and "1.0".
        text = extension.text
        return int(text) if text.lstrip("-").isdigit() and text != "-0" else Decimal(text)
    if extension.kind is Kind.BOOLEAN:
        return extension.text == "true"
    return None if extension.kind is Kind.NULL else extension.text


def extension_value(extension: Extension) -> Json:
    """What an extension's name stands before: a scalar, an object, or an array within an array."""
    # One after the other: a set of members would be made, and their hashes computed, at each call.
    if extension.shape is Shape.EMPTY_OBJECT or extension.shape is Shape.LISTED_EMPTY_OBJECT:
        return {}
    if not extension.children:
        return extension.text if extension.kind is Kind.STRING else scalar(extension)
    if not extension.children[0].name and extension.children[0].shape is not Shape.ATTRIBUTE:
        if extension.children[0].shape is Shape.EMPTY_LIST:
            return []
        return [extension_value(child) for child in extension.children]
    tree: dict[str, Json] = {}
    if extension.text:
        tree[TEXT] = scalar(extension)
    tree.update(extensions(extension.children))
    return tree


def extensions(found: Extensions) -> dict[str, Json]:
    """Extensions as the fields of an object; those of one name become an array."""
    tree: dict[str, Json] = {}
    listed: set[str] = set()
    for extension in found:
        key, shape = json_name(extension.name, extension.prefix), extension.shape
        if shape is Shape.ATTRIBUTE:
            key = "@" + key
        if shape is Shape.EMPTY_LIST:
            tree[key] = []
            continue
        value = extension_value(extension)
        if key in listed:
            tree[key].append(value)
        elif key in tree:
            tree[key] = [tree[key], value]
            listed.add(key)
        elif shape is Shape.LISTED or shape is Shape.LISTED_EMPTY_OBJECT:
            tree[key] = [value]
            listed.add(key)
        else:
            tree[key] = value
    return tree


def _attributes(found: Extensions) -> list[Json]:
    attributes = []
    for extension in found:
        attribute: dict[str, Json] = {"id": extension.name}
        if extension.shape is not Shape.EMPTY_LIST:
            attribute["attribute"] = extension_value(extension)
        attributes.append(attribute)
    return attributes


# ------------------------------------------------------------------------------------------- events

_PARTIES: Final = {"sources": "source", "destinations": "destination"}


def encode_event(value: Event) -> dict[str, Json]:
    """One event, type first."""
    tree = encode_event_without_context(value)
    if value.context is None:
        return tree
    # written by this library, so the checks of `json_text.loads` are not needed
    context = json.loads(value.context, parse_float=Decimal)
    return {"type": tree.pop("type"), "@context": context, **tree}


def encode_event_without_context(value: Event) -> dict[str, Json]:
    """One event without its own context, type first."""
    tree: dict[str, Json] = {
        "type": _value(value.type_uri if isinstance(value, ExtendedEvent) else value.type)
    }
    if value.certification_info:
        one = "certificationInfo" in value.spelling and len(value.certification_info) == 1
        tree["certificationInfo"] = value.certification_info[0] if one else list(value.certification_info)
    elif "certificationInfo" in value.spelling:
        tree["certificationInfo"] = []
    values, names = _fields_of(type(value))
    for (name, key), item in zip(names, values(value), strict=True):
        if item is None:
            continue
        if type(item) is str:  # the usual case
            tree[key] = item
        elif isinstance(item, tuple) and not item:
            if key in value.spelling:
                tree[key] = []
        elif name in _PARTIES:
            tree[key] = [{"type": _value(party.type), _PARTIES[name]: _value(party.id)} for party in item]
        else:
            tree[key] = _value(item)
    ilmd = getattr(value, "ilmd", None)
    if ilmd:
        tree["ilmd"] = extensions(ilmd)
    elif ilmd is not None and "ilmd" in value.spelling:
        tree["ilmd"] = {}
    if value.extensions:
        tree.update(extensions(value.extensions))
    return tree


def has_json_form(value: Event) -> bool:
    """Whether the JSON schema takes an event as this module writes it: in XML a sensor report may lack its type."""
    return all(report.type is not None for one in value.sensor_elements for report in one.reports)


# ------------------------------------------------------------------------------------------- documents


def _context(value: Document) -> Json:
    return loads(value.context)


def _drop_empty(tree: Mapping[str, Json]) -> dict[str, Json]:
    return {key: item for key, item in tree.items() if item is not None}


def encode_document(value: Document) -> dict[str, Json]:
    """A whole document; a bare event comes out as the bare event it was."""
    context = _context(value)
    if value.bare:
        if context is None:
            return encode_event(value.events[0])
        # what the event has of it was taken from the document, and may lack the context of EPCIS
        return {"@context": context, **encode_event_without_context(value.events[0])}
    tree: dict[str, Json] = {"@context": context} if context is not None else {}
    tree["type"] = "EPCISQueryDocument" if value.results else "EPCISDocument"
    tree.update(
        _drop_empty(
            {
                "id": value.id,
                "schemaVersion": value.schema_version,
                "creationDate": value.creation_date.text if value.creation_date else None,
            }
        )
    )
    if not value.results:  # in JSON a query document has no business header (EPCIS 2.0 JSON schema)
        header_fields = {
            "instanceIdentifier": value.instance_identifier,
            "sender": value.sender,
            "receiver": value.receiver,
        }
        tree.update(_drop_empty(header_fields))
    events = [encode_event(item) for item in value.events]
    if value.results:
        tree["epcisBody"] = _answer(value, events)
    else:
        tree["epcisBody"] = {"eventList": events, **extensions(value.body)}
    header = None if value.results else _header(value)
    if header is not None:
        tree["epcisHeader"] = header
    tree.update(extensions(value.extensions))
    return tree


def _header(value: Document) -> Json:
    listed = [_object(item) for item in value.master_data]
    header: dict[str, Json] = {}
    if listed or "epcisMasterData/vocabularyList" in value.spelling:
        header["epcisMasterData"] = {"vocabularyList": listed}
    elif "epcisMasterData" in value.spelling:
        header["epcisMasterData"] = {}
    header.update(extensions(value.header))
    return header if header or "epcisHeader" in value.spelling else None


def _answer(value: Document, events: list[Json]) -> dict[str, Json]:
    results = value.results
    if results is None:
        raise TypeError("only a query document has an answer")
    body: dict[str, Json] = {"eventList": events}
    if results.master_data or "vocabularyList" in value.spelling:
        body["vocabularyList"] = [_object(item) for item in results.master_data]
    body.update(extensions(results.body_extensions))
    answer = _drop_empty({"queryName": results.query_name, "subscriptionID": results.subscription_id})
    return {
        "queryResults": {**answer, "resultsBody": body, **extensions(results.extensions)},
        **extensions(results.outer_extensions),
    }
