"""Event hash identifiers (CBV 2.0, 8.9: "Hash-based algorithm for EPCIS event IDs").

Two parties that saw the same event compute the same identifier, whatever the format, the order of lists, the spelling
of words and identifiers, or the time zone. The pre-hash string puts the fields in a fixed order, lists sorted, values
normalised; fields that are not about the event itself (eventID, recordTime, errorDeclaration, comments) are left out.

The order and the treatment of extensions follow the reference implementation (RalphTro/epcis-event-hash-generator, October 2025),
because a hash is useful only if everybody computes it in the same way. That includes its peculiarities: lists of
transactions, sources and destinations are sorted among the extensions; an extension inside a read point or sensor
element stays in its element only if its namespace ends in a slash, else it moves to the end; digits of a number beyond
a double are lost.

Where the reference fails, this module does what the standard says:
- a time that rounds up to the next second (``…00.9996+07:00``) raises ValueError there;
- true and false are ``true`` and ``false`` from JSON as from XML (there ``True`` and ``False`` from JSON);
- the prefixes ``cbvmda``, ``gs1`` and ``cbv``, which a JSON document need not declare, are known;
- ``xsi:type`` and ``xsi:nil`` in XML say how a value is written and are not part of it;
- a transaction without a type has a hash (IndexError there);
- a text in an extension is a text, from JSON as from XML (there one that looks like a CURIE of a declared prefix is expanded
  in JSON alone); an empty list of an extension is nothing, as it is nothing in XML;
- a GRAI with a 12-digit company prefix and a Digital Link with percent-encoded data are made canonical;
- the event's own @context is not part of the event.
"""

import hashlib
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

from khcn.epcis import cbv
from khcn.epcis.codec.json_binding.json_text import loads
from khcn.epcis.codec.json_binding.names import Names, prefixes_of
from khcn.epcis.extensions import NO_EXTENSIONS, Extension, Extensions, Respelled, Shape
from khcn.epcis.ids.canonical import canonical
from khcn.epcis.model import (
    BizTransaction,
    Document,
    Event,
    ExtendedEvent,
    Number,
    Party,
    Place,
    QuantityElement,
    SensorElement,
    SensorMetadata,
    SensorReport,
)
from khcn.epcis.text_cache import TextCache
from khcn.epcis.times import Time

ALGORITHMS: Final = {"sha256": "sha-256", "sha384": "sha-384", "sha512": "sha-512", "sha3_256": "sha3-256"}
VERSION: Final = "?ver=CBV2.0"
_COMMENTS: Final = frozenset({"comment", "{http://www.w3.org/2000/01/rdf-schema#}comment"})
_SPELLINGS: Final = (
    ("gs1:", cbv.VOC),
    ("cbv:", cbv.CBV),
    *(
        (vocabulary.urn, vocabulary.web)
        for vocabulary in (
            cbv.BIZ_STEP,
            cbv.DISPOSITION,
            cbv.BIZ_TRANSACTION_TYPE,
            cbv.SOURCE_DESTINATION_TYPE,
            cbv.ERROR_REASON,
        )
    ),
)
_SPELT: Final = ("gs1:", "cbv:", cbv.URN)
_NUMERIC: Final = frozenset("0123456789+-.")


def _number_text(text: str) -> str:
    """A number without leading and trailing zeros, as a double has it; any other text as it is."""
    if text[0] not in _NUMERIC or "_" in text:
        return text
    try:
        value = float(text)
        return str(int(value)) if value == int(value) else str(value)
    except (ValueError, OverflowError):
        return text


def normalised(text: str) -> str:
    """A value as the pre-hash string has it: CBV words as web URIs, plain numbers, canonical Digital Links."""
    text = text.strip()
    if not text:
        return ""
    if text.startswith(_SPELT):
        for start, web in _SPELLINGS:
            if text.startswith(start):
                return web + text[len(start) :]
    return canonical(text) or _number_text(text)


_NORMALISED: Final = TextCache(normalised, 65536)


# ------------------------------------------------------------------------------------------- extensions


def _generic(extensions: Iterable[Extension], ignored: Collection[str]) -> str:
    return "".join(
        sorted(
            _extension(extension, ignored)
            for extension in extensions
            if extension.shape is not Shape.EMPTY_LIST
            and extension.name not in _COMMENTS
            and extension.name not in ignored
        )
    )


def _extension(extension: Extension, ignored: Collection[str]) -> str:
    text = _NORMALISED[extension.text]
    inner = _generic(extension.children, ignored) if extension.children else ""
    name = extension.written or extension.name
    return f"{name}={text}{inner}" if text else name + inner


def _split(extensions: Extensions, siblings: int) -> tuple[Extensions, Extensions]:
    """Extensions of a nested element that stay in it, and those that move to the end of the event.

    `siblings` is the number of EPCIS fields of the element. Empty lists, which XML cannot hold, are no extensions here.
    """
    extensions = Extensions(one for one in extensions if one.shape is not Shape.EMPTY_LIST)
    stay = [extension for extension in extensions if "/}" in extension.name]
    if (
        not stay
        or siblings + len(extensions) <= 1
        or any("eventTime" in one.name or "action" in one.name for one in extensions)
    ):
        return Extensions(), extensions
    return Extensions(stay), Extensions(one for one in extensions if "/}" not in one.name)


# ------------------------------------------------------------------------------------- parts of an event


def _list(name: str, item: str, values: Iterable[str]) -> str:
    found = sorted(f"{item}={_NORMALISED[value]}" for value in values)
    return name + "".join(found) if found else ""


def _quantities(name: str, quantities: Iterable[QuantityElement]) -> str:
    found = sorted(
        f"quantityElementepcClass={_NORMALISED[one.epc_class]}"
        + ("" if one.quantity is None else f"quantity={_number_text(str(one.quantity))}")
        + ("" if one.uom is None else f"uom={_NORMALISED[one.uom]}")
        for one in quantities
    )
    return name + "".join(found) if found else ""


def _place(name: str, place: Place | None, late: list[str], ignored: Collection[str]) -> str:
    if place is None:
        return ""
    text = f"{name}id={_NORMALISED[place.id]}"
    if place.extensions:
        stay, go = _split(place.extensions, 1)
        text += _generic(stay, ignored)
        moved = _generic(go, ignored)
        if moved:
            late.append(name + moved)
    return text


def _parties(name: str, item: str, parties: Iterable[Party]) -> str:
    return name + "".join(
        sorted(
            f"type={cbv.SOURCE_DESTINATION_TYPE.uri(_NORMALISED[party.type])}{item}={_NORMALISED[party.id]}"
            for party in parties
        )
    )


def _transactions(found: Iterable[BizTransaction]) -> str:
    return "bizTransactionList" + "".join(
        sorted(
            ("" if one.type is None else f"type={cbv.BIZ_TRANSACTION_TYPE.uri(_NORMALISED[one.type])}")
            + f"bizTransaction={_NORMALISED[one.biz_transaction]}"
            for one in found
        )
    )


_METADATA: Final = (
    ("time", "time"),
    ("startTime", "start_time"),
    ("endTime", "end_time"),
    ("deviceID", "device_id"),
    ("deviceMetadata", "device_metadata"),
    ("rawData", "raw_data"),
    ("dataProcessingMethod", "data_processing_method"),
    ("bizRules", "biz_rules"),
)
_REPORT: Final = (
    ("type", "type"),
    ("exception", "exception"),
    ("deviceID", "device_id"),
    ("deviceMetadata", "device_metadata"),
    ("rawData", "raw_data"),
    ("dataProcessingMethod", "data_processing_method"),
    ("time", "time"),
    ("microorganism", "microorganism"),
    ("chemicalSubstance", "chemical_substance"),
    ("value", "value"),
    ("component", "component"),
    ("stringValue", "string_value"),
    ("booleanValue", "boolean_value"),
    ("hexBinaryValue", "hex_binary_value"),
    ("uriValue", "uri_value"),
    ("minValue", "min_value"),
    ("maxValue", "max_value"),
    ("meanValue", "mean_value"),
    ("sDev", "s_dev"),
    ("percRank", "perc_rank"),
    ("percValue", "perc_value"),
    ("uom", "uom"),
    ("coordinateReferenceSystem", "coordinate_reference_system"),
)
_SENSOR_WORDS: Final = {
    "type": cbv.MEASUREMENT_TYPE,
    "exception": cbv.SENSOR_ALERT,
    "component": cbv.COMPONENT,
}


def _sensor_value(name: str, value: str | Number | Time) -> str:
    if isinstance(value, Time):
        return f"{name}={value.to_milliseconds()}"
    if isinstance(value, bool):
        return f"{name}={'true' if value else 'false'}"
    if isinstance(value, int | Decimal):
        return f"{name}={_number_text(str(value))}"
    if isinstance(value, Respelled) and value.literal:
        value = value.written
    vocabulary = _SENSOR_WORDS.get(name)
    text = _NORMALISED[vocabulary.uri(value) if vocabulary else value]
    return f"{name}={text}" if text else ""


def _sensor_part(
    name: str,
    value: SensorMetadata | SensorReport,
    fields: tuple[tuple[str, str], ...],
    ignored: Collection[str],
) -> tuple[str, str]:
    """Sensor metadata or a report: the text in its place, and the text that moves to the end of the event."""
    found = [
        _sensor_value(key, item)
        for key, attribute in fields
        if (item := getattr(value, attribute)) is not None
    ]
    text = "".join(found)
    late = ""
    if isinstance(value, SensorReport) and value.biz_rules is not None:
        # The reference has no fixed place for this field, so it is treated as an extension.
        late = f"bizRules={_NORMALISED[value.biz_rules]}"
    if value.extensions:
        stay, go = _split(value.extensions, len(found) + bool(late))
        text += _generic(stay, ignored)
        late += _generic(go, ignored)
    return (name + text if text else ""), (name + late if late else "")


def _sensor_elements(elements: Iterable[SensorElement], late: list[str], ignored: Collection[str]) -> str:
    here: list[str] = []
    there: list[str] = []
    for element in elements:
        metadata = ("", "")
        if element.metadata is not None:
            metadata = _sensor_part("sensorMetadata", element.metadata, _METADATA, ignored)
        reports = [_sensor_part("sensorReport", report, _REPORT, ignored) for report in element.reports]
        stay, go = _split(element.extensions, (element.metadata is not None) + len(reports))
        text = metadata[0] + "".join(sorted(first for first, _ in reports)) + _generic(stay, ignored)
        if text:
            here.append("sensorElement" + text)
        rest = [second for _, second in (metadata, *reports) if second]
        rest += [moved] if (moved := _generic(go, ignored)) else []
        if rest:
            there.append("sensorElement" + "".join(sorted(rest)))
    if there:
        late.append("sensorElementList" + "".join(sorted(there)))
    return "sensorElementList" + "".join(sorted(here)) if here else ""


# ------------------------------------------------------------------------------------------- the whole


def _value(name: str, value: str | None) -> str:
    if value is None:
        return ""
    text = _NORMALISED[value.written if isinstance(value, Respelled) and value.literal else value]
    return f"{name}={text}" if text else ""


def ignored_fields(document: Document) -> frozenset[str]:
    """Clark names of the extensions that a repository says it added to an answer (``ignoreFields``).

    JSON answers list CURIEs, XML answers empty elements.
    """
    names = Names(prefixes_of(loads(document.context)))
    everywhere = [*document.extensions, *document.header]
    if document.results:
        everywhere += [*document.results.extensions, *document.results.outer_extensions]
    found: set[str] = set()
    for extension in everywhere:
        if extension.local_name == "ignoreFields":
            found.update(child.name for child in extension.children)
            if extension.text:
                found.add(names.resolve(extension.text)[0])
    return frozenset(found)


def _ordered(event: Event, late: list[str], ignored: Collection[str]) -> str:
    """The fields with a fixed place; the others are added to `late`."""
    epcs = dict(event.epc_fields())
    quantities = dict(event.quantity_fields())
    parts = [
        "".join(sorted(_value("certificationInfo", one) for one in event.certification_info)),
        _value("parentID", getattr(event, "parent_id", None)),
        *(
            _list(name, "epc", epcs[name])
            for name in ("epcList", "inputEPCList", "childEPCs")
            if name in epcs
        ),
        *(
            _quantities(name, quantities[name])
            for name in ("quantityList", "childQuantityList", "inputQuantityList")
            if name in quantities
        ),
        _list("outputEPCList", "epc", epcs.get("outputEPCList", ())),
        _quantities("outputQuantityList", quantities.get("outputQuantityList", ())),
        _value("action", getattr(event, "action", None)),
        _value("transformationID", getattr(event, "transformation_id", None)),
        _value("bizStep", event.biz_step and cbv.BIZ_STEP.uri(event.biz_step)),
        _value("disposition", event.disposition and cbv.DISPOSITION.uri(event.disposition)),
    ]
    dispositions = event.persistent_disposition
    if dispositions is not None:
        parts.append("persistentDisposition")
        for name, words in (("set", dispositions.set), ("unset", dispositions.unset)):
            parts.extend(sorted(_value(name, cbv.DISPOSITION.uri(word)) for word in words))
    parts.append(_place("readPoint", event.read_point, late, ignored))
    parts.append(_place("bizLocation", event.biz_location, late, ignored))
    if event.sensor_elements:
        parts.append(_sensor_elements(event.sensor_elements, late, ignored))
    return "".join(parts)


def _sorted_at_the_end(event: Event, late: list[str], ignored: Collection[str]) -> None:
    if event.biz_transactions:
        late.append(_transactions(event.biz_transactions))
    if event.sources:
        late.append(_parties("sourceList", "source", event.sources))
    if event.destinations:
        late.append(_parties("destinationList", "destination", event.destinations))
    ilmd: Extensions = getattr(event, "ilmd", NO_EXTENSIONS)
    if master_data := _generic(ilmd, ignored):
        late.append("ilmd" + master_data)
    late.extend(
        _extension(extension, ignored)
        for extension in event.extensions
        if extension.shape is not Shape.EMPTY_LIST
        and extension.name not in _COMMENTS
        and extension.name not in ignored
    )
    late.sort()


def pre_hash(event: Event, ignored: Collection[str] = ()) -> str:
    """The normalised text of an event, over which the hash is computed.

    Args:
        event: any event.
        ignored: Clark names of extensions to leave out; those that a repository added to its answer
            (`ignored_fields`).
    """
    late: list[str] = []
    ordered = _ordered(event, late, ignored)
    _sorted_at_the_end(event, late, ignored)
    kind = event.type_uri if isinstance(event, ExtendedEvent) else event.type
    time, offset = event.event_time.to_milliseconds(), event.event_time_zone_offset
    return f"eventType={kind}eventTime={time}eventTimeZoneOffset={offset}{ordered}{''.join(late)}"


def event_hash(event: Event, ignored: Collection[str] = (), algorithm: str = "sha256") -> str:
    """The hash identifier of an event: ``ni:///sha-256;…?ver=CBV2.0``.

    Args:
        event: any event.
        ignored: Clark names of extensions to leave out, as for `pre_hash`.
        algorithm: ``sha256`` as CBV 2.0 has it, or ``sha384``, ``sha512``, ``sha3_256``.

    Raises:
        KeyError: an algorithm that has no name in the ni scheme.
    """
    name = ALGORITHMS[algorithm]
    digest = hashlib.new(algorithm, pre_hash(event, ignored).encode()).hexdigest()
    return f"ni:///{name};{digest}{VERSION}"
