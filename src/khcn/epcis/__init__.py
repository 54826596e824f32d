"""EPCIS 2.0 in Python: read, check, hash, convert and query supply chain events. See README.md beside this file.

A plain library: no web framework, no database. The names below are the ones most callers need; the modules hold the
rest (`ids` for GS1 identifiers, `codec` for formats, `rules` for checks, `query` and `store` for questions).
"""

from khcn.epcis.codec.json_binding.encode import encode_document as to_json_value
from khcn.epcis.codec.json_binding.json_text import dumps as _dumps
from khcn.epcis.codec.limits import Limits
from khcn.epcis.codec.xml_binding.document_writer import dumps as to_xml
from khcn.epcis.errors import (
    ConversionError,
    DocumentError,
    EpcisError,
    IdentifierError,
    Problem,
    QueryError,
    Severity,
)
from khcn.epcis.event_hash import event_hash, ignored_fields, pre_hash
from khcn.epcis.master_data import MasterData
from khcn.epcis.model import (
    AggregationEvent,
    AssociationEvent,
    Document,
    Event,
    ExtendedEvent,
    ObjectEvent,
    TransactionEvent,
    TransformationEvent,
)
from khcn.epcis.query.conditions import EventQuery
from khcn.epcis.query.matching import matches
from khcn.epcis.query.parsing import parse as parse_query
from khcn.epcis.query.parsing import parse_query_string
from khcn.epcis.reader import Frame, Outcome, check, format_of, load, read, read_frame
from khcn.epcis.store import EventStore, InMemoryStore
from khcn.epcis.times import Time


def to_json(document: Document, *, indent: bool = False) -> bytes:
    """A document as EPCIS 2.0 JSON-LD in UTF-8."""
    return _dumps(to_json_value(document), indent=indent)


__all__ = [
    "AggregationEvent",
    "AssociationEvent",
    "ConversionError",
    "Document",
    "DocumentError",
    "EpcisError",
    "Event",
    "EventQuery",
    "EventStore",
    "ExtendedEvent",
    "Frame",
    "IdentifierError",
    "InMemoryStore",
    "Limits",
    "MasterData",
    "ObjectEvent",
    "Outcome",
    "Problem",
    "QueryError",
    "Severity",
    "Time",
    "TransactionEvent",
    "TransformationEvent",
    "check",
    "event_hash",
    "format_of",
    "ignored_fields",
    "load",
    "matches",
    "parse_query",
    "parse_query_string",
    "pre_hash",
    "read",
    "read_frame",
    "to_json",
    "to_json_value",
    "to_xml",
]
