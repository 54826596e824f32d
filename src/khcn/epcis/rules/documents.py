"""Faults of whole documents: the frame, the master data, and each event by `khcn.epcis.rules.events`."""

import re
from typing import Final

from khcn.epcis.codec.json_binding.json_text import Json
from khcn.epcis.codec.xml_binding.event_reader import Reading
from khcn.epcis.errors import Problem
from khcn.epcis.rules import value_checks as checks
from khcn.epcis.rules.events import CONTEXT, VERSION, check_event
from khcn.epcis.rules.value_checks import Check, Problems, array, fields


def _attribute_value(value: Json, path: str, found: Problems) -> None:
    if isinstance(value, bool | list) or value is None:
        checks.add_problem(
            found,
            "TYPE",
            path,
            "Giá trị thuộc tính phải là số, chuỗi ký tự hoặc đối tượng { … }.",
            "an attribute must be a number, a string or an object",
        )


_RECORD: Final = fields(
    {
        "id": checks.uri,
        "attributes": array(fields({"id": checks.uri, "attribute": _attribute_value}, ("id",))),
        "children": array(checks.uri),
    },
    ("id",),
)
VOCABULARIES: Final = array(fields({"type": checks.uri, "vocabularyElementList": array(_RECORD)}, ("type",)))
_HEADER: Final = fields({"epcisMasterData": fields({"vocabularyList": VOCABULARIES})}, (), checks.uri_name)


class _Frame:
    """The checks of documents and query documents; the check of the events is a parameter."""

    def __init__(self, event: Check) -> None:
        events = array(event)
        results = fields(
            {"eventList": events, "vocabularyList": VOCABULARIES}, ("eventList",), checks.uri_name
        )
        query = fields(
            {"queryName": checks.text, "subscriptionID": checks.text, "resultsBody": results},
            ("queryName", "resultsBody"),
            checks.uri_name,
        )
        common: dict[str, Check] = {
            "@context": CONTEXT,
            "type": checks.text,
            "id": checks.uri,
            "schemaVersion": VERSION,
            "creationDate": checks.time,
        }
        self.document = fields(
            {
                **common,
                "instanceIdentifier": checks.text,
                "sender": checks.text,
                "receiver": checks.text,
                "epcisHeader": _HEADER,
                "epcisBody": fields({"eventList": events}, ("eventList",)),
            },
            ("@context", "type", "schemaVersion", "creationDate", "epcisBody"),
            checks.uri_name,
        )
        self.query_document = fields(
            {**common, "epcisBody": fields({"queryResults": query}, ("queryResults",), checks.uri_name)},
            ("@context", "type", "epcisBody"),
            checks.uri_name,
        )


def _form(value: Json, path: str, found: Problems) -> None:
    found.extend(check_event(value, path, identifiers=False))


def _all(value: Json, path: str, found: Problems) -> None:
    found.extend(check_event(value, path))


_FORM: Final = _Frame(_form)
_ALL: Final = _Frame(_all)
_EMPTY: Final = _Frame(checks.anything)
_NEEDS_CONTEXT: Final = fields({}, ("@context",))
_CONTEXT_OF_EVENT: Final = fields({"@context": CONTEXT}, ("@context",))


def _check(tree: Json, frame: _Frame, found: Problems) -> bool:
    """Add the faults of a document; returns whether it is a document and not a single event."""
    kind = tree.get("type") if isinstance(tree, dict) else None
    if kind == "EPCISDocument":
        frame.document(tree, "", found)
    elif kind == "EPCISQueryDocument":
        frame.query_document(tree, "", found)
    else:
        return False
    return True


def check_document(tree: Json, *, identifiers: bool = True) -> list[Problem]:
    """All faults of a document, a query document or a single event, in the order of the document.

    Args:
        tree: the plain JSON value; of an XML document, what `codec.xml_binding.document_reader.read` gives.
        identifiers: look for faults of severity CONTENT too (check digits, instances and classes).
    """
    found: Problems = []
    if not _check(tree, _ALL if identifiers else _FORM, found):
        found.extend(check_event(tree, "", identifiers=identifiers))  # with its context, where it has one
        if _has_type(tree):
            _NEEDS_CONTEXT(tree, "", found)
    return found


def check_frame(tree: Json) -> list[Problem]:
    """The faults of a document that lie outside its events; of a single event, those of its context, which is the document's."""
    found: Problems = []
    if not _check(tree, _EMPTY, found) and _has_type(tree):
        _CONTEXT_OF_EVENT(tree, "", found)
    return found


def _has_type(tree: Json) -> bool:
    return isinstance(tree, dict) and tree.get("type") is not None


_REPORT_TYPE: Final = re.compile(r"/sensorReport/\d+/type")


def only_in_json(problem: Problem) -> bool:
    """Whether the JSON schema asks for something that the XML schema does not.

    Names are judged by namespaces in XML (`codec.xml_binding.event_reader`), which also knows a business header in query documents;
    lists may repeat an EPC, and a sensor report may lack its type.
    """
    return problem.code in {"FIELD_NAME", "DUPLICATE_ITEM"} or (
        problem.code == "REQUIRED" and _REPORT_TYPE.search(problem.path) is not None
    )


def check_xml(reading: Reading, *, identifiers: bool = True) -> list[Problem]:
    """All faults of an XML document: those of its form, then those of its content."""
    found = check_document(reading.tree, identifiers=identifiers)
    return [*reading.problems, *(problem for problem in found if not only_in_json(problem))]
