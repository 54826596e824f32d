"""The table of query parameters: subject, operator and type of values."""

from typing import Final, Literal

from khcn.epcis import cbv

Shape = (
    Literal["uris", "texts", "actions", "types", "numbers", "time", "boolean", "number"] | cbv.CbvVocabulary
)


class Vocabularies:
    """Types of the parameters that have one in their name (``EQ_bizTransaction_po``)."""

    transaction: Final = cbv.BIZ_TRANSACTION_TYPE
    party: Final = cbv.SOURCE_DESTINATION_TYPE


NUMBERS_WITH_UNIT: Final = ("quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
"""Numbers that ``GE_value_CEL`` and the like compare."""

LISTED_SCOPES: Final = frozenset({"readPoint", "bizLocation"})
"""Scopes of extensions that may be asked for equality only."""

_COMPARED: Final = ("GT", "GE", "LT", "LE")
_MATCHED: Final = (
    "epc",
    "parentID",
    "inputEPC",
    "outputEPC",
    "anyEPC",
    "epcClass",
    "inputEPCClass",
    "outputEPCClass",
    "anyEPCClass",
)


def _table() -> dict[str, tuple[str, str, Shape]]:
    table: dict[str, tuple[str, str, Shape]] = {
        "eventType": ("EQ", "eventType", "types"),
        "EQ_action": ("EQ", "action", "actions"),
        "EQ_bizStep": ("EQ", "bizStep", cbv.BIZ_STEP),
        "EQ_disposition": ("EQ", "disposition", cbv.DISPOSITION),
        "EQ_persistentDisposition_set": ("EQ", "persistentDisposition_set", cbv.DISPOSITION),
        "EQ_persistentDisposition_unset": ("EQ", "persistentDisposition_unset", cbv.DISPOSITION),
        "EQ_errorReason": ("EQ", "errorReason", cbv.ERROR_REASON),
        "EQ_type": ("EQ", "type", cbv.MEASUREMENT_TYPE),
        "EQ_booleanValue": ("EQ", "booleanValue", "boolean"),
        "EXISTS_errorDeclaration": ("EXISTS", "errorDeclaration", "boolean"),
        "EXISTS_sensorElementList": ("EXISTS", "sensorElementList", "boolean"),
        "EQ_quantity": ("EQ", "quantity", "numbers"),
        "EQ_percRank": ("EQ", "percRank", "numbers"),
    }
    for name in ("readPoint", "bizLocation"):
        table[f"EQ_{name}"] = ("EQ", name, "uris")
        table[f"WD_{name}"] = ("WD", name, "uris")
    for name in (
        "transformationID",
        "eventID",
        "correctiveEventID",
        "deviceID",
        "dataProcessingMethod",
        "microorganism",
        "chemicalSubstance",
        "bizRules",
        "uriValue",
    ):
        table[f"EQ_{name}"] = ("EQ", name, "uris")
    for name in ("stringValue", "hexBinaryValue"):
        table[f"EQ_{name}"] = ("EQ", name, "texts")
    for name in _MATCHED:
        table[f"MATCH_{name}"] = ("MATCH", name, "uris")
    for name in ("eventTime", "recordTime", "errorDeclarationTime", "time", "startTime", "endTime"):
        table[f"GE_{name}"] = ("GE", name, "time")
        table[f"LT_{name}"] = ("LT", name, "time")
    # The query schema spells two names differently from the OpenAPI document and the standard.
    for operator in ("GE", "LT"):
        table[f"{operator}_errorDeclaration_Time"] = (operator, "errorDeclarationTime", "time")
    for name in ("quantity", "percRank"):
        for operator in _COMPARED:
            table[f"{operator}_{name}"] = (operator, name, "number")
    return table


FIXED: Final = _table()
"""Parameters by name: operator, subject, values."""
SETTINGS: Final = frozenset(
    {"orderBy", "orderDirection", "eventCountLimit", "maxEventCount", "perPage", "nextPageToken"}
)
"""Parameters that say how many events are answered and in which order, and select none."""
