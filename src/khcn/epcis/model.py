"""EPCIS 2.0 events, master data and documents as immutable typed values.

Names follow the EPCIS 2.0 data model (GS1 EPCIS Standard 2.0, chapter 7) in Python spelling. Standard CBV words are
held in their bare form (``receiving``), identifiers as they were written (EPC URN or Digital Link), numbers as int or
Decimal. Fields that only say how a document was written (`spelling`, `prefix`, `shape`) are kept for lossless round
trips and take no part in equality: the same event from JSON and from XML is equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import ClassVar

from khcn.epcis.extensions import NO_EXTENSIONS, Extensions
from khcn.epcis.times import Time

Number = int | Decimal
NO_SPELLING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QuantityElement:
    epc_class: str
    quantity: Number | None = None
    uom: str | None = None  # UN/ECE Recommendation 20; None: countable


@dataclass(frozen=True, slots=True)
class BizTransaction:
    biz_transaction: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """An entry of a source or destination list: a party or place, and its role in the event."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Place:
    """A read point or business location."""

    id: str
    extensions: Extensions = NO_EXTENSIONS


@dataclass(frozen=True, slots=True)
class PersistentDisposition:
    set: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    spelling: frozenset[str] = field(default=NO_SPELLING, compare=False)


@dataclass(frozen=True, slots=True)
class ErrorDeclaration:
    """Declares an event that was captured before as wrong (EPCIS 2.0, 7.4.1.2)."""

    declaration_time: Time
    reason: str | None = None
    corrective_event_ids: tuple[str, ...] = ()
    extensions: Extensions = NO_EXTENSIONS
    spelling: frozenset[str] = field(default=NO_SPELLING, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorMetadata:
    time: Time | None = None
    device_id: str | None = None
    device_metadata: str | None = None
    raw_data: str | None = None
    start_time: Time | None = None
    end_time: Time | None = None
    data_processing_method: str | None = None
    biz_rules: str | None = None
    extensions: Extensions = NO_EXTENSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorReport:
    """One reading or figure of a sensor; `type` is a GS1 measurement type or the URI of another."""

    type: str | None = None
    exception: str | None = None
    device_id: str | None = None
    device_metadata: str | None = None
    raw_data: str | None = None
    data_processing_method: str | None = None
    biz_rules: str | None = None
    time: Time | None = None
    microorganism: str | None = None
    chemical_substance: str | None = None
    coordinate_reference_system: str | None = None
    value: Number | None = None
    component: str | None = None
    string_value: str | None = None
    boolean_value: bool | None = None
    hex_binary_value: str | None = None
    uri_value: str | None = None
    min_value: Number | None = None
    max_value: Number | None = None
    mean_value: Number | None = None
    s_dev: Number | None = None
    perc_rank: Number | None = None
    perc_value: Number | None = None
    uom: str | None = None
    extensions: Extensions = NO_EXTENSIONS


@dataclass(frozen=True, slots=True)
class SensorElement:
    reports: tuple[SensorReport, ...] = ()
    metadata: SensorMetadata | None = None
    extensions: Extensions = NO_EXTENSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The fields of every event.

    `context` is the event's own JSON-LD context as JSON text, if it has one.
    """

    type: ClassVar[str]
    has_ilmd: ClassVar[bool] = False

    event_time: Time
    event_time_zone_offset: str
    record_time: Time | None = None
    event_id: str | None = None
    certification_info: tuple[str, ...] = ()
    error_declaration: ErrorDeclaration | None = None
    biz_step: str | None = None
    disposition: str | None = None
    persistent_disposition: PersistentDisposition | None = None
    read_point: Place | None = None
    biz_location: Place | None = None
    biz_transactions: tuple[BizTransaction, ...] = ()
    sources: tuple[Party, ...] = ()
    destinations: tuple[Party, ...] = ()
    sensor_elements: tuple[SensorElement, ...] = ()
    extensions: Extensions = NO_EXTENSIONS
    spelling: frozenset[str] = field(default=NO_SPELLING, compare=False)
    context: str | None = field(default=None, compare=False)

    def epc_fields(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """EPCIS names and values of the lists of single objects."""
        return ()

    def quantity_fields(self) -> Iterable[tuple[str, tuple[QuantityElement, ...]]]:
        """EPCIS names and values of the lists of quantities."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectEvent(Event):
    type: ClassVar[str] = "ObjectEvent"
    has_ilmd: ClassVar[bool] = True

    action: str
    epcs: tuple[str, ...] = ()
    quantities: tuple[QuantityElement, ...] = ()
    ilmd: Extensions = NO_EXTENSIONS

    def epc_fields(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        return (("epcList", self.epcs),)

    def quantity_fields(self) -> Iterable[tuple[str, tuple[QuantityElement, ...]]]:
        return (("quantityList", self.quantities),)


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregationEvent(Event):
    type: ClassVar[str] = "AggregationEvent"

    action: str
    parent_id: str | None = None
    child_epcs: tuple[str, ...] = ()
    child_quantities: tuple[QuantityElement, ...] = ()

    def epc_fields(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        return (("childEPCs", self.child_epcs),)

    def quantity_fields(self) -> Iterable[tuple[str, tuple[QuantityElement, ...]]]:
        return (("childQuantityList", self.child_quantities),)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationEvent(AggregationEvent):
    type: ClassVar[str] = "AssociationEvent"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionEvent(Event):
    type: ClassVar[str] = "TransactionEvent"

    action: str
    parent_id: str | None = None
    epcs: tuple[str, ...] = ()
    quantities: tuple[QuantityElement, ...] = ()

    def epc_fields(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        return (("epcList", self.epcs),)

    def quantity_fields(self) -> Iterable[tuple[str, tuple[QuantityElement, ...]]]:
        return (("quantityList", self.quantities),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformationEvent(Event):
    type: ClassVar[str] = "TransformationEvent"
    has_ilmd: ClassVar[bool] = True

    input_epcs: tuple[str, ...] = ()
    input_quantities: tuple[QuantityElement, ...] = ()
    output_epcs: tuple[str, ...] = ()
    output_quantities: tuple[QuantityElement, ...] = ()
    transformation_id: str | None = None
    ilmd: Extensions = NO_EXTENSIONS

    def epc_fields(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        return (("inputEPCList", self.input_epcs), ("outputEPCList", self.output_epcs))

    def quantity_fields(self) -> Iterable[tuple[str, tuple[QuantityElement, ...]]]:
        return (("inputQuantityList", self.input_quantities), ("outputQuantityList", self.output_quantities))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedEvent(Event):
    """An event of a type that EPCIS does not define; `type_uri` names it, all its fields are extensions."""

    type: ClassVar[str] = "ExtendedEvent"

    type_uri: str


@dataclass(frozen=True, slots=True)
class VocabularyElement:
    """A master data record (EPCIS 2.0, 6.1.1): attributes by URI, and the ids that lie within it."""

    id: str
    attributes: Extensions = NO_EXTENSIONS
    children: tuple[str, ...] = ()
    extensions: Extensions = NO_EXTENSIONS
    spelling: frozenset[str] = field(default=NO_SPELLING, compare=False)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    type: str
    elements: tuple[VocabularyElement, ...] = ()
    extensions: Extensions = NO_EXTENSIONS
    spelling: frozenset[str] = field(default=NO_SPELLING, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResults:
    """The parts of a query document: the name of the query, and the subscription it belongs to."""

    query_name: str
    subscription_id: str | None = None
    master_data: tuple[Vocabulary, ...] = ()
    extensions: Extensions = NO_EXTENSIONS
    body_extensions: Extensions = NO_EXTENSIONS
    outer_extensions: Extensions = NO_EXTENSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An EPCIS document, or with `results` a query document.

    `context` is the JSON-LD context as JSON text (for XML documents made from their namespaces); `bare` marks a single
    event without a document around it.
    """

    events: tuple[Event, ...] = ()
    master_data: tuple[Vocabulary, ...] = ()
    schema_version: str | None = "2.0"
    creation_date: Time | None = None
    id: str | None = None
    sender: str | None = None
    receiver: str | None = None
    instance_identifier: str | None = None
    results: QueryResults | None = None
    header: Extensions = NO_EXTENSIONS
    extensions: Extensions = NO_EXTENSIONS
    body: Extensions = NO_EXTENSIONS
    context: str = field(default='"https://ref.gs1.org/standards/epcis/epcis-context.jsonld"', compare=False)
    spelling: frozenset[str] = field(default=NO_SPELLING, compare=False)
    bare: bool = field(default=False, compare=False)

    def with_events(self, events: Iterable[Event]) -> "Document":
        """The same document with other events."""
        return replace(self, events=tuple(events))
