"""Decodes plain JSON values of events."""

from collections.abc import Mapping
from typing import Any, Final

from khcn.epcis import cbv
from khcn.epcis.codec.json_binding import decode_fields as fields
from khcn.epcis.codec.json_binding.decode_fields import Decoder
from khcn.epcis.codec.json_binding.json_text import Json, dumps
from khcn.epcis.codec.json_binding.names import Names
from khcn.epcis.errors import EpcisError
from khcn.epcis.model import (
    AggregationEvent,
    AssociationEvent,
    BizTransaction,
    ErrorDeclaration,
    Event,
    ExtendedEvent,
    ObjectEvent,
    Party,
    PersistentDisposition,
    Place,
    QuantityElement,
    SensorElement,
    SensorMetadata,
    SensorReport,
    TransactionEvent,
    TransformationEvent,
)
from khcn.epcis.text_cache import TextCache

Known = Mapping[str, tuple[str, Decoder]]

# ------------------------------------------------------------------------------------- parts of an event

_QUANTITY: Final = {
    "epcClass": ("epc_class", fields.uri_of),
    "quantity": ("quantity", fields.number_of),
    "uom": ("uom", fields.text_of),
}
_TRANSACTION: Final = {
    "type": ("type", fields.word(cbv.BIZ_TRANSACTION_TYPE)),
    "bizTransaction": ("biz_transaction", fields.uri_of),
}
_SOURCE: Final = {"type": ("type", fields.word(cbv.SOURCE_DESTINATION_TYPE)), "source": ("id", fields.uri_of)}
_DESTINATION: Final = {
    "type": ("type", fields.word(cbv.SOURCE_DESTINATION_TYPE)),
    "destination": ("id", fields.uri_of),
}
_PLACE: Final = {"id": ("id", fields.uri_of)}
_DISPOSITIONS: Final = {
    "set": ("set", fields.each(fields.word(cbv.DISPOSITION))),
    "unset": ("unset", fields.each(fields.word(cbv.DISPOSITION))),
}
_ERROR: Final = {
    "declarationTime": ("declaration_time", fields.time_of),
    "reason": ("reason", fields.word(cbv.ERROR_REASON)),
    "correctiveEventIDs": ("corrective_event_ids", fields.texts),
}
_METADATA: Final = {
    "time": ("time", fields.time_of),
    "deviceID": ("device_id", fields.uri_of),
    "deviceMetadata": ("device_metadata", fields.uri_of),
    "rawData": ("raw_data", fields.uri_of),
    "startTime": ("start_time", fields.time_of),
    "endTime": ("end_time", fields.time_of),
    "dataProcessingMethod": ("data_processing_method", fields.uri_of),
    "bizRules": ("biz_rules", fields.uri_of),
}
_REPORT: Final = {
    "type": ("type", fields.word(cbv.MEASUREMENT_TYPE)),
    "exception": ("exception", fields.word(cbv.SENSOR_ALERT)),
    "deviceID": ("device_id", fields.uri_of),
    "deviceMetadata": ("device_metadata", fields.uri_of),
    "rawData": ("raw_data", fields.uri_of),
    "dataProcessingMethod": ("data_processing_method", fields.uri_of),
    "bizRules": ("biz_rules", fields.uri_of),
    "time": ("time", fields.time_of),
    "microorganism": ("microorganism", fields.uri_of),
    "chemicalSubstance": ("chemical_substance", fields.uri_of),
    "coordinateReferenceSystem": ("coordinate_reference_system", fields.uri_of),
    "value": ("value", fields.number_of),
    "component": ("component", fields.word(cbv.COMPONENT)),
    "stringValue": ("string_value", fields.text_of),
    "booleanValue": ("boolean_value", fields.boolean_of),
    "hexBinaryValue": ("hex_binary_value", fields.text_of),
    "uriValue": ("uri_value", fields.uri_of),
    "minValue": ("min_value", fields.number_of),
    "maxValue": ("max_value", fields.number_of),
    "meanValue": ("mean_value", fields.number_of),
    "sDev": ("s_dev", fields.number_of),
    "percRank": ("perc_rank", fields.number_of),
    "percValue": ("perc_value", fields.number_of),
    "uom": ("uom", fields.text_of),
}


def quantity(value: Json, names: Names) -> QuantityElement:
    return QuantityElement(**fields.closed(value, names, _QUANTITY))


_BOTH: Final = frozenset({"type", "bizTransaction"})
_TRANSACTION_TYPE: Final = fields.word(cbv.BIZ_TRANSACTION_TYPE)


def biz_transaction(value: Json, names: Names) -> BizTransaction:
    if isinstance(value, dict) and value.keys() == _BOTH:  # the usual case
        return BizTransaction(
            fields.uri_of(value["bizTransaction"], names), _TRANSACTION_TYPE(value["type"], names)
        )
    return BizTransaction(**fields.closed(value, names, _TRANSACTION))


def source(value: Json, names: Names) -> Party:
    return Party(**fields.closed(value, names, _SOURCE))


def destination(value: Json, names: Names) -> Party:
    return Party(**fields.closed(value, names, _DESTINATION))


_PLACES: Final = TextCache(Place, 1024)


def place(value: Json, names: Names) -> Place:
    if isinstance(value, dict) and len(value) == 1:
        identifier = value.get("id")
        if type(identifier) is str and identifier.startswith(
            fields.NO_PREFIX
        ):  # the usual case, and few different ones
            return _PLACES[identifier]
    decoded, rest = fields.fields(value, names, _PLACE)
    return Place(**decoded, extensions=rest)


def persistent_disposition(value: Json, names: Names) -> PersistentDisposition:
    return PersistentDisposition(
        **fields.closed(value, names, _DISPOSITIONS), spelling=fields.empty_lists(value)
    )


def error_declaration(value: Json, names: Names) -> ErrorDeclaration:
    decoded, rest = fields.fields(value, names, _ERROR)
    return ErrorDeclaration(**decoded, extensions=rest, spelling=fields.empty_lists(value))


def sensor_metadata(value: Json, names: Names) -> SensorMetadata:
    decoded, rest = fields.fields(value, names, _METADATA)
    return SensorMetadata(**decoded, extensions=rest)


def sensor_report(value: Json, names: Names) -> SensorReport:
    decoded, rest = fields.fields(value, names, _REPORT)
    return SensorReport(**decoded, extensions=rest)


_SENSOR_ELEMENT: Final[Mapping[str, tuple[str, Decoder]]] = {
    "sensorMetadata": ("metadata", sensor_metadata),
    "sensorReport": ("reports", fields.each(sensor_report)),
}


def sensor_element(value: Json, names: Names) -> SensorElement:
    decoded, rest = fields.fields(value, names, _SENSOR_ELEMENT)
    return SensorElement(**decoded, extensions=rest)


# ------------------------------------------------------------------------------------- events

_COMMON: Final[Known] = {
    "eventTime": ("event_time", fields.time_of),
    "recordTime": ("record_time", fields.time_of),
    "eventTimeZoneOffset": ("event_time_zone_offset", fields.text_of),
    "eventID": ("event_id", fields.text_of),
    "certificationInfo": ("certification_info", fields.texts_or_text),
    "errorDeclaration": ("error_declaration", error_declaration),
    "bizStep": ("biz_step", fields.word(cbv.BIZ_STEP)),
    "disposition": ("disposition", fields.word(cbv.DISPOSITION)),
    "persistentDisposition": ("persistent_disposition", persistent_disposition),
    "readPoint": ("read_point", place),
    "bizLocation": ("biz_location", place),
    "bizTransactionList": ("biz_transactions", fields.each(biz_transaction)),
    "sourceList": ("sources", fields.each(source)),
    "destinationList": ("destinations", fields.each(destination)),
    "sensorElementList": ("sensor_elements", fields.each(sensor_element)),
}
_ACTION: Final[Known] = {"action": ("action", fields.text_of)}
_QUANTITIES: Final = fields.each(quantity)
_ILMD: Final[Known] = {
    "ilmd": ("ilmd", lambda value, names: fields.extensions(fields.object_of(value), names))
}
_AGGREGATION: Final[Known] = {
    **_COMMON,
    **_ACTION,
    "parentID": ("parent_id", fields.uri_of),
    "childEPCs": ("child_epcs", fields.uris),
    "childQuantityList": ("child_quantities", _QUANTITIES),
}
_OBJECT: Final[Known] = {
    **_COMMON,
    **_ACTION,
    "epcList": ("epcs", fields.uris),
    "quantityList": ("quantities", _QUANTITIES),
}
_EVENTS: Final[dict[str, tuple[type[Event], Known]]] = {
    "ObjectEvent": (ObjectEvent, {**_OBJECT, **_ILMD}),
    "AggregationEvent": (AggregationEvent, _AGGREGATION),
    "AssociationEvent": (AssociationEvent, _AGGREGATION),
    "TransactionEvent": (TransactionEvent, {**_OBJECT, "parentID": ("parent_id", fields.uri_of)}),
    "TransformationEvent": (
        TransformationEvent,
        {
            **_COMMON,
            **_ILMD,
            "inputEPCList": ("input_epcs", fields.uris),
            "inputQuantityList": ("input_quantities", _QUANTITIES),
            "outputEPCList": ("output_epcs", fields.uris),
            "outputQuantityList": ("output_quantities", _QUANTITIES),
            "transformationID": ("transformation_id", fields.uri_of),
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


def _spelling(tree: Mapping[str, Json]) -> frozenset[str]:
    found = {key for key, item in tree.items() if not item and isinstance(item, list | dict)}
    if isinstance(tree.get(_ONE_CERTIFICATE), str):
        found.add(_ONE_CERTIFICATE)
    return frozenset(found)


def decode_event(tree: Json, names: Names, *, context: str | None = None) -> Event:
    """One event of an event list.

    Args:
        tree: its plain JSON value.
        names: the names that the document declares.
        context: the context of an event that has none of its own.

    Raises:
        EpcisError: the structure of a field is wrong, or a required field is missing.
    """
    members = dict(fields.object_of(tree))
    kind = members.pop("type", None)
    own = members.pop("@context", None)
    if own is not None:
        names = names.within(own)
        context = dumps(own).decode()
    cls, known = _EVENTS.get(str(kind), (ExtendedEvent, _EXTENDED))
    decoded: dict[str, Any] = {}
    rest: dict[str, Json] = {}
    for key, item in members.items():
        entry = known.get(key)
        if entry is None:
            rest[key] = item
        else:
            decoded[entry[0]] = entry[1](item, names)
    if cls is ExtendedEvent:
        decoded["type_uri"] = fields.uri_of(kind, names)
    if rest:
        decoded["extensions"] = fields.extensions(rest, names)
    try:
        return cls(
            **decoded,
            spelling=_spelling(members),
            context=context,
        )
    except TypeError as error:
        raise EpcisError(f"the event lacks a required field: {error}") from None
