"""Writes events as EPCIS XML 2.0."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from khcn.epcis import cbv
from khcn.epcis.codec.json_binding.encode import json_field
from khcn.epcis.codec.json_binding.json_text import loads
from khcn.epcis.codec.json_binding.names import prefixes_of
from khcn.epcis.codec.xml_binding import names as xn
from khcn.epcis.codec.xml_binding.extension_writer import ExtensionWriter
from khcn.epcis.errors import ConversionError
from khcn.epcis.extensions import NO_EXTENSIONS, Extensions, Shape
from khcn.epcis.model import (
    Document,
    ErrorDeclaration,
    Event,
    ExtendedEvent,
    Number,
    Party,
    PersistentDisposition,
    Place,
    QuantityElement,
    SensorElement,
    SensorMetadata,
    SensorReport,
)
from khcn.epcis.times import Time

_PARTIES: Final = {"sourceList": "source", "destinationList": "destination"}
_SENSOR_WORDS: Final = {
    "type": cbv.MEASUREMENT_TYPE,
    "exception": cbv.SENSOR_ALERT,
    "component": cbv.COMPONENT,
}
_METADATA: Final = (
    "time",
    "device_id",
    "device_metadata",
    "raw_data",
    "start_time",
    "end_time",
    "biz_rules",
    "data_processing_method",
)
_REPORT: Final = (
    "type",
    "exception",
    "device_id",
    "device_metadata",
    "raw_data",
    "data_processing_method",
    "biz_rules",
    "time",
    "microorganism",
    "chemical_substance",
    "coordinate_reference_system",
    "value",
    "component",
    "string_value",
    "boolean_value",
    "hex_binary_value",
    "uri_value",
    "min_value",
    "max_value",
    "mean_value",
    "s_dev",
    "perc_rank",
    "perc_value",
    "uom",
)
# EPCIS names of the parts that events of several types share, and where the model keeps them.
_PLAIN: Final = {
    "eventID": "event_id",
    "action": "action",
    "parentID": "parent_id",
    "transformationID": "transformation_id",
    "eventTimeZoneOffset": "event_time_zone_offset",
}
_WORDS: Final = {"bizStep": ("biz_step", cbv.BIZ_STEP), "disposition": ("disposition", cbv.DISPOSITION)}
_TIMES: Final = {"eventTime": "event_time", "recordTime": "record_time"}
_PLACES: Final = {"readPoint": "read_point", "bizLocation": "biz_location"}


def _number(value: Number) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


class EventWriter(ExtensionWriter):
    """Writes events; `legacy_words` writes CBV words as URNs instead of web URIs."""

    def __init__(self, prefixes: dict[str, str], *, legacy_words: bool) -> None:
        super().__init__(prefixes)
        self._legacy = legacy_words

    def word(self, vocabulary: cbv.CbvVocabulary, word: str) -> str:
        return vocabulary.legacy(word) if self._legacy else vocabulary.uri(word)

    def leaf(self, parent: Element, tag: str, value: str) -> Element:
        made = SubElement(parent, tag)
        made.text = value
        return made

    def event(self, parent: Element, event: Event) -> None:
        element, order = self.event_element(parent, event)
        epcs = dict(event.epc_fields())
        quantities = dict(event.quantity_fields())
        for tag in order:
            if tag in epcs:
                self.epc_list(element, tag, epcs[tag], written=tag in event.spelling)
            elif tag in quantities:
                self.quantity_list(element, tag, quantities[tag], written=tag in event.spelling)
            else:
                self.part(element, tag, event)
        self.extensions(element, event.extensions, top=True)

    def event_element(self, parent: Element, event: Event) -> tuple[Element, tuple[str, ...]]:
        if not isinstance(event, ExtendedEvent):
            return SubElement(parent, event.type), xn.ORDER[event.type]
        cut = max(event.type_uri.rfind("/"), event.type_uri.rfind("#"), event.type_uri.rfind(":")) + 1
        wrapper = SubElement(parent, "extension")
        name = f"{{{event.type_uri[:cut]}}}{event.type_uri[cut:]}"
        return self.element(wrapper, name, ""), xn.ORDER["ObjectEvent"][:6]

    def part(self, element: Element, tag: str, event: Event) -> None:
        """One child of an event that is neither a list of EPCs nor of quantities."""
        if tag in _TIMES:
            moment = getattr(event, _TIMES[tag])
            if moment is not None:
                self.leaf(element, tag, moment.to_xml())
        elif tag in _PLAIN:
            value = getattr(event, _PLAIN[tag], None)
            if value is not None:
                self.leaf(element, tag, value)
        elif tag in _PLACES:
            place = getattr(event, _PLACES[tag])
            if place is not None:
                self.place(element, tag, place)
        elif tag == "certificationInfo":
            if len(event.certification_info) > 1:
                raise ConversionError("XML has one certificationInfo at most (XSD of EPCIS 2.0)")
            for certificate in event.certification_info:
                self.leaf(element, tag, certificate)
        elif tag in _WORDS:
            attribute, vocabulary = _WORDS[tag]
            word = getattr(event, attribute)
            if word is not None:
                self.leaf(element, tag, self.word(vocabulary, word))
        else:
            self.list_part(element, tag, event)

    def list_part(self, element: Element, tag: str, event: Event) -> None:
        """One child of an event that has children of its own."""
        if tag == "errorDeclaration" and event.error_declaration is not None:
            self.error_declaration(element, event.error_declaration)
        elif tag == "persistentDisposition" and event.persistent_disposition is not None:
            self.persistent_disposition(element, event.persistent_disposition)
        elif tag == "bizTransactionList" and event.biz_transactions:
            listed = SubElement(element, tag)
            for transaction in event.biz_transactions:
                made = self.leaf(listed, "bizTransaction", transaction.biz_transaction)
                if transaction.type is not None:
                    made.set("type", self.word(cbv.BIZ_TRANSACTION_TYPE, transaction.type))
        elif tag == "sourceList":
            self.party_list(element, tag, event.sources)
        elif tag == "destinationList":
            self.party_list(element, tag, event.destinations)
        elif tag == "sensorElementList" and event.sensor_elements:
            listed = SubElement(element, tag)
            for sensor in event.sensor_elements:
                self.sensor_element(listed, sensor)
        elif tag == "ilmd":
            ilmd: Extensions = getattr(event, "ilmd", NO_EXTENSIONS)
            if ilmd or "ilmd" in event.spelling:
                self.extensions(SubElement(element, tag), ilmd, top=True)

    def epc_list(self, element: Element, tag: str, epcs: Iterable[str], *, written: bool) -> None:
        found = tuple(epcs)
        if found or written:
            listed = SubElement(element, tag)
            for one in found:
                self.leaf(listed, "epc", one)

    def quantity_list(
        self, element: Element, tag: str, quantities: Iterable[QuantityElement], *, written: bool
    ) -> None:
        found = tuple(quantities)
        if not found and not written:
            return
        listed = SubElement(element, tag)
        for one in found:
            made = SubElement(listed, "quantityElement")
            self.leaf(made, "epcClass", one.epc_class)
            if one.quantity is not None:
                self.leaf(made, "quantity", _number(one.quantity))
            elif one.uom is not None:
                # The schema has no unit without a quantity, but a quantity may be nil.
                self.instance(SubElement(made, "quantity"), "nil", "true")
            if one.uom is not None:
                self.leaf(made, "uom", one.uom)

    def party_list(self, element: Element, tag: str, parties: tuple[Party, ...]) -> None:
        if parties:
            listed = SubElement(element, tag)
            for party in parties:
                made = self.leaf(listed, _PARTIES[tag], party.id)
                made.set("type", self.word(cbv.SOURCE_DESTINATION_TYPE, party.type))

    def place(self, element: Element, tag: str, place: Place) -> None:
        made = SubElement(element, tag)
        self.leaf(made, "id", place.id)
        self.extensions(made, place.extensions, top=True)

    def error_declaration(self, element: Element, declaration: ErrorDeclaration) -> None:
        made = SubElement(element, "errorDeclaration")
        self.leaf(made, "declarationTime", declaration.declaration_time.to_xml())
        if declaration.reason is not None:
            self.leaf(made, "reason", self.word(cbv.ERROR_REASON, declaration.reason))
        if declaration.corrective_event_ids or "correctiveEventIDs" in declaration.spelling:
            listed = SubElement(made, "correctiveEventIDs")
            for event_id in declaration.corrective_event_ids:
                self.leaf(listed, "correctiveEventID", event_id)
        self.extensions(made, declaration.extensions, top=True)

    def persistent_disposition(self, element: Element, value: PersistentDisposition) -> None:
        made = SubElement(element, "persistentDisposition")
        for disposition in value.unset:
            self.leaf(made, "unset", self.word(cbv.DISPOSITION, disposition))
        for disposition in value.set:
            self.leaf(made, "set", self.word(cbv.DISPOSITION, disposition))

    def sensor_element(self, listed: Element, sensor: SensorElement) -> None:
        made = SubElement(listed, "sensorElement")
        if sensor.metadata is not None:
            self.sensor_attributes(SubElement(made, "sensorMetadata"), sensor.metadata, _METADATA)
        for report in sensor.reports:
            self.sensor_attributes(SubElement(made, "sensorReport"), report, _REPORT)
        self.extensions(made, sensor.extensions, top=True)

    def sensor_attributes(
        self, element: Element, value: SensorMetadata | SensorReport, names: tuple[str, ...]
    ) -> None:
        for name in names:
            item = getattr(value, name)
            if item is None:
                continue
            if isinstance(item, Time):
                item = item.to_xml()
            elif isinstance(item, bool):
                item = "true" if item else "false"
            elif isinstance(item, int | Decimal):
                item = str(item)
            elif name in _SENSOR_WORDS:
                item = _SENSOR_WORDS[name].uri(item)
            element.set(json_field(name), item)
        for extension in value.extensions:
            if extension.shape is Shape.EMPTY_LIST:
                continue
            if extension.children or not extension.namespace:
                raise ConversionError(
                    f"{extension.name!r} in a sensor report or metadata has no XML form: only a namespaced attribute"
                )
            self.attribute(element, extension)


def prefixes_in(document: Document) -> dict[str, str]:
    """The prefixes that a document's context declares, by namespace."""
    return {uri: prefix for prefix, uri in prefixes_of(loads(document.context)).items()}
