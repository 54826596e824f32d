"""All faults of an event in one pass: those of the official JSON schema, with formats, and those that it misses.

The rules are those of GS1 (EPCIS 2.0 JSON schema, draft 07, of gs1/EPCIS 2b888be). Problems of severity FORM occur exactly
where that schema refuses a document (`tests/epcis/test_schema_verdicts.py` compares the two on mutated documents); those
of severity CONTENT go beyond it.
"""

from collections.abc import Mapping
from typing import Final

from khcn.epcis import cbv
from khcn.epcis.codec.json_binding.json_text import Json, pointer
from khcn.epcis.errors import Problem
from khcn.epcis.rules import value_checks as checks
from khcn.epcis.rules.identifiers import check_identifiers
from khcn.epcis.rules.packing import check_packing
from khcn.epcis.rules.value_checks import Check, Problems, add_problem, array, fields
from khcn.epcis.uri import is_uri


def _context_part(value: Json, path: str, found: Problems) -> None:
    if not isinstance(value, dict):
        checks.uri(value, path, found)


CONTEXT: Final = checks.either(array(_context_part, distinct=True), _context_part)

OFFSET: Final = checks.pattern(
    r"[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)", "độ lệch múi giờ, ví dụ +07:00", "a time zone offset", "OFFSET"
)
VERSION: Final = checks.pattern(r"\d+(\.\d+)*", "số phiên bản, ví dụ 2.0", "a version number", "VERSION")
UOM: Final = checks.pattern(r"[A-Z0-9]{2,3}", "mã đơn vị tính UN/ECE, ví dụ KGM", "a UN/ECE unit code", "UOM")
HEX: Final = checks.pattern(r"[A-Fa-f0-9]+", "dãy ký tự thập lục phân", "hexadecimal", "HEX")

BIZ_STEP: Final = checks.word(cbv.BIZ_STEP)
DISPOSITION: Final = checks.word(cbv.DISPOSITION)
_URIS: Final = array(checks.uri)
_EPCS: Final = array(checks.uri, distinct=True)

QUANTITIES: Final = array(
    fields({"epcClass": checks.uri, "quantity": checks.number, "uom": UOM}, ("epcClass",), checks.closed_name)
)
_TRANSACTION: Final = fields(
    {"type": checks.word(cbv.BIZ_TRANSACTION_TYPE), "bizTransaction": checks.uri},
    ("bizTransaction",),
    checks.closed_name,
)
_PARTY_TYPE: Final = checks.word(cbv.SOURCE_DESTINATION_TYPE)
_SOURCES: Final = array(
    fields({"type": _PARTY_TYPE, "source": checks.uri}, ("type", "source"), checks.closed_name)
)
_DESTINATIONS: Final = array(
    fields({"type": _PARTY_TYPE, "destination": checks.uri}, ("type", "destination"), checks.closed_name)
)
_PLACE_FIELDS: Final = fields({"id": checks.uri}, ("id",))


def _place(value: Json, path: str, found: Problems) -> None:
    if (
        isinstance(value, dict)
        and len(value) == 1
        and isinstance(value.get("id"), str)
        and checks.IS_URI_CACHED[value["id"]]
    ):
        return  # the usual case
    _PLACE_FIELDS(value, path, found)


_ILMD: Final = fields({}, (), checks.uri_name)
_ERROR: Final = fields(
    {
        "declarationTime": checks.time,
        "reason": checks.word(cbv.ERROR_REASON),
        "correctiveEventIDs": _URIS,
    },
    ("declarationTime",),
    checks.uri_name,
)
_DISPOSITION_SET: Final = array(DISPOSITION, fewest=1, distinct=True)
_DISPOSITION_FIELDS: Final = fields(
    {"set": _DISPOSITION_SET, "unset": _DISPOSITION_SET}, (), checks.closed_name
)


def _persistent_disposition(value: Json, path: str, found: Problems) -> None:
    _DISPOSITION_FIELDS(value, path, found)
    if isinstance(value, dict) and not value.keys() & {"set", "unset"}:
        add_problem(
            found,
            "REQUIRED",
            pointer(path, "set"),
            "Tình trạng lâu dài phải có “set” hoặc “unset”.",
            "a persistent disposition needs set or unset",
        )


_SENSOR_METADATA: Final = fields(
    {
        "time": checks.time,
        "deviceID": checks.uri,
        "deviceMetadata": checks.uri,
        "rawData": checks.uri,
        "startTime": checks.time,
        "endTime": checks.time,
        "dataProcessingMethod": checks.uri,
        "bizRules": checks.uri,
    },
    (),
    checks.uri_name,
)
_SENSOR_REPORT: Final = fields(
    {
        "type": checks.word(cbv.MEASUREMENT_TYPE),
        "exception": checks.word(cbv.SENSOR_ALERT),
        "component": checks.word(cbv.COMPONENT),
        "time": checks.time,
        "booleanValue": checks.boolean,
        "hexBinaryValue": HEX,
        "stringValue": checks.text,
        "uom": checks.text,
    }
    | dict.fromkeys(
        (
            "deviceID",
            "deviceMetadata",
            "rawData",
            "dataProcessingMethod",
            "bizRules",
            "microorganism",
            "chemicalSubstance",
            "coordinateReferenceSystem",
            "uriValue",
        ),
        checks.uri,
    )
    | dict.fromkeys(
        ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), checks.number
    ),
    ("type",),
    checks.uri_name,
)
_SENSOR_ELEMENTS: Final = array(
    fields(
        {"sensorMetadata": _SENSOR_METADATA, "sensorReport": array(_SENSOR_REPORT, fewest=1)},
        ("sensorReport",),
        checks.uri_name,
    )
)

_COMMON: Final[Mapping[str, Check]] = {
    "@context": CONTEXT,
    "type": checks.text,
    "eventTime": checks.time,
    "recordTime": checks.time,
    "eventTimeZoneOffset": OFFSET,
    "eventID": checks.uri,
    "certificationInfo": checks.either(_URIS, checks.uri),
    "errorDeclaration": _ERROR,
}
_WHY: Final[Mapping[str, Check]] = {
    "bizStep": BIZ_STEP,
    "disposition": DISPOSITION,
    "readPoint": _place,
    "bizLocation": _place,
    "bizTransactionList": array(_TRANSACTION),
    "sourceList": _SOURCES,
    "destinationList": _DESTINATIONS,
    "sensorElementList": _SENSOR_ELEMENTS,
}
_ACTION: Final[Mapping[str, Check]] = {"action": checks.one_of(cbv.ACTIONS)}
_ALWAYS: Final = ("eventTime", "eventTimeZoneOffset")
_PACKED: Final[Mapping[str, Check]] = {
    "parentID": checks.uri,
    "childEPCs": _URIS,
    "childQuantityList": QUANTITIES,
}
_LASTING: Final[Mapping[str, Check]] = {"persistentDisposition": _persistent_disposition}


def _not_lasting(value: Json, path: str, found: Problems) -> None:
    """In XML too, where the XSD takes it: in these events it is not clear which objects it is about (EPCIS 2.0, 7.3.6.2.2)."""
    add_problem(
        found,
        "PERSISTENT_DISPOSITION",
        path,
        "Tình trạng lâu dài (persistentDisposition) chỉ được ghi trong ObjectEvent và TransformationEvent. Gửi nó bằng một "
        "ObjectEvent riêng về các mã đó.",
        "persistentDisposition may only be in an ObjectEvent or a TransformationEvent",
    )


_NOT_LASTING: Final[Mapping[str, Check]] = {"persistentDisposition": _not_lasting}
EVENTS: Final[dict[str, Check]] = {
    "ObjectEvent": fields(
        {
            **_COMMON,
            **_WHY,
            **_ACTION,
            **_LASTING,
            "epcList": _EPCS,
            "quantityList": QUANTITIES,
            "ilmd": _ILMD,
        },
        (*_ALWAYS, "action"),
        checks.uri_name,
    ),
    "AggregationEvent": fields(
        {**_COMMON, **_WHY, **_ACTION, **_NOT_LASTING, **_PACKED}, (*_ALWAYS, "action"), checks.uri_name
    ),
    "AssociationEvent": fields(
        {**_COMMON, **_WHY, **_ACTION, **_NOT_LASTING, **_PACKED},
        (*_ALWAYS, "action", "parentID"),
        checks.uri_name,
    ),
    "TransactionEvent": fields(
        {
            **_COMMON,
            **_WHY,
            **_ACTION,
            **_NOT_LASTING,
            "parentID": checks.uri,
            "epcList": _URIS,
            "quantityList": QUANTITIES,
            "bizTransactionList": array(_TRANSACTION, fewest=1),
        },
        (*_ALWAYS, "action", "bizTransactionList"),
        checks.uri_name,
    ),
    "TransformationEvent": fields(
        {
            **_COMMON,
            **_WHY,
            **_LASTING,
            "inputEPCList": _EPCS,
            "inputQuantityList": QUANTITIES,
            "outputEPCList": _EPCS,
            "outputQuantityList": QUANTITIES,
            "transformationID": checks.uri,
            "ilmd": _ILMD,
        },
        _ALWAYS,
        checks.uri_name,
    ),
}


def _own_type(value: Json, path: str, found: Problems) -> None:
    if isinstance(value, str) and not is_uri(value):
        add_problem(
            found,
            "EVENT_TYPE",
            path,
            f"Không có loại sự kiện “{checks.shown(value)}”. Dùng một trong năm loại của EPCIS 2.0, hoặc URI riêng.",
            f"{checks.shown(value)!r} is neither an event type of EPCIS nor a URI of one's own",
        )


_PACKING: Final = frozenset({"AggregationEvent", "AssociationEvent"})
_EXTENDED: Final = fields({**_COMMON, "type": _own_type}, _ALWAYS)


def _filled(tree: Mapping[str, Json], name: str) -> bool:
    """Whether a list exists and is not empty; a value that is not a list is reported elsewhere."""
    value = tree.get(name)
    return value is not None and value != []


def _objects(tree: Mapping[str, Json], path: str, found: Problems) -> None:
    """An event must name an object."""
    kind, action = tree["type"], tree.get("action")
    if kind == "ObjectEvent":
        has_objects = (
            tree.get("epcList") is not None
            or _filled(tree, "quantityList")
            or (_filled(tree, "sensorElementList") and tree.get("readPoint") is not None)
        )
        missing = "epcList"
    elif kind == "TransactionEvent":
        has_objects = (
            tree.get("epcList") is not None or _filled(tree, "quantityList") or action in ("DELETE", None)
        )
        missing = "epcList"
    elif kind == "TransformationEvent":
        _transformed(tree, path, found)
        return
    else:
        has_objects = (
            _filled(tree, "childEPCs") or _filled(tree, "childQuantityList") or action in ("DELETE", None)
        )
        missing = "childEPCs"
    if not has_objects:
        add_problem(
            found,
            "NO_OBJECTS",
            pointer(path, missing),
            f"Sự kiện không nêu đối tượng nào. Ghi “{missing}” hoặc danh sách số lượng.",
            f"the event names no objects: give {missing} or quantities",
        )


def _transformed(tree: Mapping[str, Json], path: str, found: Problems) -> None:
    inputs = _filled(tree, "inputEPCList") or _filled(tree, "inputQuantityList")
    outputs = _filled(tree, "outputEPCList") or _filled(tree, "outputQuantityList")
    if (inputs and outputs) or ("transformationID" in tree and (inputs or outputs)):
        return
    missing = "outputEPCList" if inputs else "inputEPCList"
    add_problem(
        found,
        "NO_OBJECTS",
        pointer(path, missing),
        "Sự kiện chế biến phải có đầu vào và đầu ra, hoặc có transformationID với một trong hai.",
        "a transformation needs inputs and outputs, or a transformationID and one of the two",
    )


def check_event(tree: Json, path: str = "", *, identifiers: bool = True) -> list[Problem]:
    """All faults of one event.

    Args:
        tree: the event's plain JSON value.
        path: JSON pointer of the event in its document.
        identifiers: look for faults of severity CONTENT too.
    """
    found: Problems = []
    if not isinstance(tree, dict):
        fields({})(tree, path, found)
        return found
    if "type" not in tree:
        fields({}, ("type",))(tree, path, found)
        return found
    kind = tree["type"]
    if not isinstance(kind, str):
        checks.text(kind, pointer(path, "type"), found)
        return found
    check = EVENTS.get(kind)
    if check is None:
        _EXTENDED(tree, path, found)
        return found
    check(tree, path, found)
    _objects(tree, path, found)
    if kind == "ObjectEvent" and "ilmd" in tree and tree.get("action") in ("OBSERVE", "DELETE"):
        add_problem(
            found,
            "ILMD",
            pointer(path, "ilmd"),
            "Dữ liệu gốc của lô (ilmd) chỉ được ghi khi action là ADD.",
            "ilmd may only be with action ADD",
        )
    if identifiers:
        check_identifiers(tree, path, found)
        if kind in _PACKING:
            check_packing(tree, path, found)
    return found
