"""Which events match a query: the readable definition of each parameter (EPCIS 2.0, 8.2.7.1)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from khcn.epcis.errors import EpcisError
from khcn.epcis.extensions import Extension, Extensions, Kind
from khcn.epcis.master_data import NO_MASTER_DATA, MasterData, name_of
from khcn.epcis.model import Event, ExtendedEvent, Number, SensorElement, SensorMetadata, SensorReport
from khcn.epcis.query.conditions import Condition, EventQuery, Operator, Value
from khcn.epcis.query.epc_matching import matches_pattern, same_identifier
from khcn.epcis.times import Time, is_date_time

_SENSOR_FIELDS: Final = {
    "type": "type",
    "deviceID": "device_id",
    "dataProcessingMethod": "data_processing_method",
    "microorganism": "microorganism",
    "chemicalSubstance": "chemical_substance",
    "bizRules": "biz_rules",
    "stringValue": "string_value",
    "booleanValue": "boolean_value",
    "hexBinaryValue": "hex_binary_value",
    "uriValue": "uri_value",
    "time": "time",
    "startTime": "start_time",
    "endTime": "end_time",
    "value": "value",
    "minValue": "min_value",
    "maxValue": "max_value",
    "meanValue": "mean_value",
    "sDev": "s_dev",
    "percRank": "perc_rank",
    "percValue": "perc_value",
}
_IDENTIFIERS: Final = frozenset(
    {
        "deviceID",
        "readPoint",
        "bizLocation",
        "transformationID",
        "source",
        "destination",
        "bizTransaction",
    }
)


def event_type(event: Event) -> str:
    return event.type_uri if isinstance(event, ExtendedEvent) else event.type


# ------------------------------------------------------------------------------- values of an event's fields


def epcs_of(event: Event, subject: str) -> Iterator[str]:
    """Identifiers that a MATCH parameter compares; `subject` is its name after ``MATCH_``."""
    lists = dict(event.epc_fields())
    parent: str | None = getattr(event, "parent_id", None)
    if subject in {"epc", "anyEPC"}:
        yield from lists.get("epcList", ())
        yield from lists.get("childEPCs", ())
    if subject in {"parentID", "anyEPC"} and parent is not None:
        yield parent
    if subject in {"inputEPC", "anyEPC"}:
        yield from lists.get("inputEPCList", ())
    if subject in {"outputEPC", "anyEPC"}:
        yield from lists.get("outputEPCList", ())


def classes_of(event: Event, subject: str) -> Iterator[str]:
    """EPC classes that a MATCH parameter compares."""
    wanted = {
        "epcClass": {"quantityList", "childQuantityList"},
        "inputEPCClass": {"inputQuantityList"},
        "outputEPCClass": {"outputQuantityList"},
    }.get(subject)
    for name, quantities in event.quantity_fields():
        if wanted is None or name in wanted:
            yield from (quantity.epc_class for quantity in quantities)


def _quantities(event: Event, uom: str) -> Iterator[Number]:
    for _, quantities in event.quantity_fields():
        for quantity in quantities:
            if quantity.quantity is not None and (not uom or quantity.uom == uom):
                yield quantity.quantity


def _sensor_values(event: Event, subject: str, uom: str) -> Iterator[Value | Number]:
    attribute = _SENSOR_FIELDS[subject]
    for element in event.sensor_elements:
        parts: tuple[SensorMetadata | SensorReport, ...] = element.reports
        if element.metadata is not None and not uom:
            parts = (element.metadata, *parts)
        for part in parts:
            value = getattr(part, attribute, None)
            if value is not None and (not uom or getattr(part, "uom", None) == uom):
                yield value


def _optional(value: Value | None) -> Iterator[Value]:
    if value is not None:
        yield value


def _simple(event: Event, subject: str) -> Iterator[Value]:
    declaration, dispositions = event.error_declaration, event.persistent_disposition
    found: Mapping[str, Callable[[], Iterable[Value]]] = {
        "eventType": lambda: [event_type(event)],
        "eventTime": lambda: [event.event_time],
        "recordTime": lambda: _optional(event.record_time),
        "action": lambda: _optional(getattr(event, "action", None)),
        "bizStep": lambda: _optional(event.biz_step),
        "disposition": lambda: _optional(event.disposition),
        "persistentDisposition_set": lambda: dispositions.set if dispositions else (),
        "persistentDisposition_unset": lambda: dispositions.unset if dispositions else (),
        "readPoint": lambda: [event.read_point.id] if event.read_point else [],
        "bizLocation": lambda: [event.biz_location.id] if event.biz_location else [],
        "transformationID": lambda: _optional(getattr(event, "transformation_id", None)),
        "eventID": lambda: _optional(event.event_id),
        "errorDeclarationTime": lambda: [declaration.declaration_time] if declaration else [],
        "errorReason": lambda: _optional(declaration.reason) if declaration else (),
        "correctiveEventID": lambda: declaration.corrective_event_ids if declaration else (),
    }
    yield from found[subject]()


def _values(event: Event, condition: Condition) -> Iterator[Value | Number]:
    subject = condition.subject
    if subject == "extension":
        yield from (one.text for one in extensions_of(event, condition))
    elif subject == "quantity":
        yield from _quantities(event, condition.uom)
    elif subject in _SENSOR_FIELDS:
        yield from _sensor_values(event, subject, condition.uom)
    elif subject == "bizTransaction":
        yield from (one.biz_transaction for one in event.biz_transactions if one.type == condition.name)
    elif subject in {"source", "destination"}:
        parties = event.sources if subject == "source" else event.destinations
        yield from (party.id for party in parties if party.type == condition.name)
    else:
        yield from _simple(event, subject)


# ------------------------------------------------------------------------------------------- extensions


def _scopes(event: Event, scope: str) -> Iterator[Extensions]:
    if scope == "":
        yield event.extensions
    elif scope == "ILMD":
        yield getattr(event, "ilmd", Extensions())
    elif scope == "ERROR_DECLARATION":
        if event.error_declaration is not None:
            yield event.error_declaration.extensions
    elif scope == "readPoint":
        if event.read_point is not None:
            yield event.read_point.extensions
    elif scope == "bizLocation":
        if event.biz_location is not None:
            yield event.biz_location.extensions
    else:
        for element in event.sensor_elements:
            yield from _sensor_scopes(element, scope)


def _sensor_scopes(element: SensorElement, scope: str) -> Iterator[Extensions]:
    if scope == "SENSORELEMENT":
        yield element.extensions
    elif scope == "SENSORREPORT":
        yield from (report.extensions for report in element.reports)
    elif element.metadata is not None:
        yield element.metadata.extensions


def same_name(name: str, wanted: str) -> bool:
    """Whether an extension has a name; ``https://ns/x#field`` may mean namespace ``https://ns/x`` or ``…x#``.

    As ``urn:epcglobal:cbv:mda:field`` may mean namespace ``urn:epcglobal:cbv:mda`` or ``…mda:``.
    """
    return name == wanted or _ended_alike(name) == _ended_alike(wanted)


def _ended_alike(name: str) -> str:
    return name.replace("#}", "}").replace(":}", "}")


def extensions_of(event: Event, condition: Condition) -> Iterator[Extension]:
    """The extensions that a condition names: at the top of its scope, or with `inner` at any depth below."""
    for extensions in _scopes(event, condition.scope):
        for extension in extensions:
            candidates: Iterable[Extension] = [extension]
            if condition.inner:
                candidates = (below for child in extension.children for below in child.walk())
            yield from (one for one in candidates if same_name(one.name, condition.name))


# ------------------------------------------------------------------------------------------- comparing


def _as_number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _as_time(value: object) -> Time | None:
    if isinstance(value, Time):
        return value
    try:
        return Time(str(value))
    except EpcisError:
        return None


def _equal(found: object, wanted: Value) -> bool:
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(wanted, Decimal):
        return _as_number(found) == wanted
    if isinstance(wanted, Time):
        return _as_time(found) == wanted
    return str(found) == wanted


def _is_value(extension: Extension, wanted: Value) -> bool:
    """Whether an extension has a value: a number (not a text of digits) in any notation, an instant with any offset."""
    if _equal(extension.text, wanted):
        return True
    if not isinstance(wanted, str):
        return False
    if extension.kind is Kind.NUMBER:
        number = _as_number(wanted)
        return number is not None and number == _as_number(extension.text)
    if not (is_date_time(wanted) and is_date_time(extension.text)):
        return False
    moment = _as_time(wanted)
    return moment is not None and moment == _as_time(extension.text)


def _compares(operator: Operator, found: object, wanted: Value) -> bool:
    if operator is Operator.EQ:
        return _equal(found, wanted)
    one: Time | Decimal | None
    if isinstance(wanted, Time):
        one = _as_time(found)
        return one is not None and _ordered(operator, (one > wanted) - (one < wanted))
    number = _as_number(found)
    return (
        number is not None
        and isinstance(wanted, Decimal)
        and _ordered(operator, (number > wanted) - (number < wanted))
    )


def _ordered(operator: Operator, sign: int) -> bool:
    return {
        Operator.GT: sign > 0,
        Operator.GE: sign >= 0,
        Operator.LT: sign < 0,
        Operator.LE: sign <= 0,
    }[operator]


def _exists(event: Event, condition: Condition) -> bool:
    if condition.subject == "errorDeclaration":
        there = event.error_declaration is not None
    elif condition.subject == "sensorElementList":
        there = bool(event.sensor_elements)
    else:
        there = any(True for _ in extensions_of(event, condition))
    return there or condition.values == (False,)


def _attribute(event: Event, condition: Condition, master_data: MasterData) -> bool:
    ids = master_data.ids_of(event, condition.scope)
    if condition.operator is Operator.HASATTR:
        return any(master_data.values(one, str(name)) for one in ids for name in condition.values)
    return any(
        _equal(value, wanted)
        for one in ids
        for value in master_data.values(one, condition.name)
        for wanted in condition.values
    )


def meets(event: Event, condition: Condition, master_data: MasterData = NO_MASTER_DATA) -> bool:
    """Whether an event meets one condition."""
    operator, values = condition.operator, condition.values
    if operator is Operator.EXISTS:
        return _exists(event, condition)
    if condition.subject == "attribute":
        return _attribute(event, condition, master_data)
    if operator is Operator.MATCH:
        of = classes_of if condition.subject.lower().endswith("class") else epcs_of
        return any(
            matches_pattern(one, str(wanted)) for one in of(event, condition.subject) for wanted in values
        )
    if operator is Operator.WD:
        within = {below for wanted in values for below in master_data.within(str(wanted))}
        return any(name_of(str(one)) in within for one in _values(event, condition)) or _any_same(
            event, condition
        )
    if operator is Operator.EQ and condition.subject in _EQUATED:
        return _EQUATED[condition.subject](event, condition)
    found: Iterable[object] = _values(event, condition)
    return any(_compares(operator, one, wanted) for one in found for wanted in values)


def _any_same(event: Event, condition: Condition) -> bool:
    return any(
        same_identifier(str(one), str(wanted))
        for one in _values(event, condition)
        for wanted in condition.values
    )


def _any_value(event: Event, condition: Condition) -> bool:
    return any(
        _is_value(one, wanted) for one in extensions_of(event, condition) for wanted in condition.values
    )


_EQUATED: Final[dict[str, Callable[[Event, Condition], bool]]] = {
    **dict.fromkeys(_IDENTIFIERS, _any_same),
    "extension": _any_value,
}
"""Subjects of which several spellings are equal."""


def matches(event: Event, query: EventQuery, master_data: MasterData = NO_MASTER_DATA) -> bool:
    """Whether an event belongs to the answer of a query, apart from its limits.

    Args:
        event: any event.
        query: the query.
        master_data: for ``WD_`` (places within a place) and attributes of master data.
    """
    return all(meets(event, condition, master_data) for condition in query.conditions)


def order_value(event: Event, order_by: str) -> Time | Decimal | str | None:
    """The value by which an event is ordered; None where it lacks the field."""
    if order_by == "eventTime":
        return event.event_time
    if order_by == "recordTime":
        return event.record_time
    for extension in event.extensions:
        if same_name(extension.name, order_by):
            number = _as_number(extension.text)
            return number if number is not None else _as_time(extension.text) or extension.text
    return None
