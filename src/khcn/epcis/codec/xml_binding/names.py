"""Elements and namespaces of EPCIS XML, and the order that its schemas ask for."""

from typing import Final

EPCIS2: Final = "urn:epcglobal:epcis:xsd:2"
EPCIS1: Final = "urn:epcglobal:epcis:xsd:1"
QUERY2: Final = "urn:epcglobal:epcis-query:xsd:2"
QUERY1: Final = "urn:epcglobal:epcis-query:xsd:1"
SBDH: Final = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
OWN: Final = "urn:epcglobal:epcis"
XSD: Final = "http://www.w3.org/2001/XMLSchema"

DOCUMENTS: Final = {
    f"{{{EPCIS2}}}EPCISDocument": ("EPCISDocument", 2),
    f"{{{EPCIS1}}}EPCISDocument": ("EPCISDocument", 1),
    f"{{{QUERY2}}}EPCISQueryDocument": ("EPCISQueryDocument", 2),
    f"{{{QUERY1}}}EPCISQueryDocument": ("EPCISQueryDocument", 1),
}
WRAPPERS: Final = frozenset({"extension", "baseExtension"})
"""Elements that only hold what a later version of the schema added."""

HEAD: Final = (
    "eventTime",
    "recordTime",
    "eventTimeZoneOffset",
    "eventID",
    "errorDeclaration",
    "certificationInfo",
)
_WHY: Final = ("bizStep", "disposition", "readPoint", "bizLocation")
_PARTIES: Final = ("sourceList", "destinationList", "sensorElementList", "persistentDisposition")

ORDER: Final[dict[str, tuple[str, ...]]] = {
    "ObjectEvent": (
        *HEAD,
        "epcList",
        "action",
        *_WHY,
        "bizTransactionList",
        "quantityList",
        *_PARTIES,
        "ilmd",
    ),
    "AggregationEvent": (
        *HEAD,
        "parentID",
        "childEPCs",
        "action",
        *_WHY,
        "bizTransactionList",
        "childQuantityList",
        *_PARTIES,
    ),
    "TransactionEvent": (
        *HEAD,
        "bizTransactionList",
        "parentID",
        "epcList",
        "action",
        *_WHY,
        "quantityList",
        *_PARTIES,
    ),
    "TransformationEvent": (
        *HEAD,
        "inputEPCList",
        "inputQuantityList",
        "outputEPCList",
        "outputQuantityList",
        "transformationID",
        *_WHY,
        "bizTransactionList",
        *_PARTIES,
        "ilmd",
    ),
    "AssociationEvent": (
        *HEAD,
        "parentID",
        "childEPCs",
        "childQuantityList",
        "action",
        *_WHY,
        "bizTransactionList",
        *_PARTIES,
    ),
}
"""EPCIS 2.0 XSD, one sequence for each type of event."""

REQUIRED_IN_1: Final = {
    "ObjectEvent": "epcList",
    "AggregationEvent": "childEPCs",
    "TransactionEvent": "epcList",
}
"""Lists that EPCIS 1.x wants even when they are empty."""

_ADDED_LATER: Final = frozenset(
    {"eventID", "errorDeclaration", "certificationInfo", "sensorElementList", "persistentDisposition"}
)
_ADDED_IN_1_1: Final = frozenset(
    {"quantityList", "childQuantityList", "sourceList", "destinationList", "ilmd"}
)
WRAPPED_IN_1: Final = {
    "ObjectEvent": _ADDED_LATER | _ADDED_IN_1_1,
    "AggregationEvent": _ADDED_LATER | _ADDED_IN_1_1,
    "TransactionEvent": _ADDED_LATER | _ADDED_IN_1_1,
    "TransformationEvent": _ADDED_LATER,
    "AssociationEvent": frozenset[str](),
}
"""What came after EPCIS 1.0 and therefore stands in ``extension`` or ``baseExtension`` in a 1.x document."""

QUANTITY_ORDER: Final = ("epcClass", "quantity", "uom")

EPC_LISTS: Final = frozenset({"epcList", "childEPCs", "inputEPCList", "outputEPCList"})
QUANTITY_LISTS: Final = frozenset(
    {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}
)
NUMBERS: Final = frozenset(
    {"quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"}
)
