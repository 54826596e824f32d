"""Reads the frame of an EPCIS XML document: header, master data, body, query results."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from khcn.epcis.codec.json_binding.json_text import Json, fault, pointer
from khcn.epcis.codec.limits import DEFAULT_LIMITS, Limits
from khcn.epcis.codec.xml_binding import names as xn
from khcn.epcis.codec.xml_binding.event_reader import CONTEXT, EventReader, Reading
from khcn.epcis.codec.xml_binding.parsing import parse
from khcn.epcis.codec.xml_binding.values import children_of, extension, local, put, text

if TYPE_CHECKING:
    from khcn.epcis.errors import Problem

_SBDH: Final = f"{{{xn.SBDH}}}"
_RESULTS_ORDER: Final = ("queryName", "subscriptionID", "resultsBody")
_EVENTS: Final = (*xn.ORDER, "QuantityEvent")
_EVENT_LISTS: Final = {("EventList", "EPCISBody"), ("EventList", "resultsBody", "QueryResults", "EPCISBody")}
_ROOT_ATTRIBUTES: Final = frozenset({"schemaVersion", "creationDate", "id"})


class _DocumentReader(EventReader):
    """Reads a document; its events may be read while it is still being parsed."""

    def __init__(self, root: etree._Element, prefixes: Mapping[str, str]) -> None:
        super().__init__(root, prefixes)
        self.kind, self.version = xn.DOCUMENTS.get(str(root.tag), ("", 0))
        self._ahead: dict[etree._Element, tuple[dict[str, Json], list[Problem]]] = {}

    def read_ahead(self, element: etree._Element) -> None:
        """Read an event whose index in the document is not known yet."""
        others, self.problems = self.problems, []
        try:
            self._ahead[element] = super().event(element, ""), self.problems
        finally:
            self.problems = others

    def event(self, element: etree._Element, path: str) -> dict[str, Json]:
        ahead = self._ahead.pop(element, None)
        if ahead is None:
            return super().event(element, path)
        tree, problems = ahead
        self.problems.extend(replace(problem, path=path + problem.path) for problem in problems)
        return tree

    def header(self, element: etree._Element, tree: dict[str, Json]) -> None:
        header: dict[str, Json] = {}
        for child in children_of(element):
            if child.tag == "EPCISMasterData":
                header["epcisMasterData"] = {
                    "vocabularyList": [
                        self.vocabulary(item) for listed in child.findall("VocabularyList") for item in listed
                    ]
                }
            else:
                if child.tag == f"{_SBDH}StandardBusinessDocumentHeader":
                    self.business_header(child, tree)
                put(header, self.names.name(child), extension(child, self.names))
        tree["epcisHeader"] = header

    @staticmethod
    def business_header(element: etree._Element, tree: dict[str, Json]) -> None:
        """Sender, receiver and instance identifier, which EPCIS 2.0 JSON has as fields of its own."""
        for key, path in (
            ("sender", f"{_SBDH}Sender/{_SBDH}Identifier"),
            ("receiver", f"{_SBDH}Receiver/{_SBDH}Identifier"),
            ("instanceIdentifier", f"{_SBDH}DocumentIdentification/{_SBDH}InstanceIdentifier"),
        ):
            found = element.find(path)
            if found is not None:
                tree[key] = text(found)

    def vocabulary(self, element: etree._Element) -> Json:
        tree: dict[str, Json] = {}
        if element.get("type") is not None:
            tree["type"] = str(element.get("type"))
        for child in children_of(element):
            if child.tag == "VocabularyElementList":
                tree["vocabularyElementList"] = [self.record(item) for item in child]
            else:
                self.foreign(child, tree, self.names, "/epcisHeader", wrapped=True)
        return tree

    def record(self, element: etree._Element) -> Json:
        tree: dict[str, Json] = {}
        if element.get("id") is not None:
            tree["id"] = str(element.get("id"))
        attributes: list[Json] = []
        for child in children_of(element):
            if child.tag == "attribute":
                value = extension(child, self.names)
                if isinstance(value, dict):
                    value.pop("@id", None)
                    if value.keys() <= {"#text"}:
                        value = value.get("#text", "")
                attributes.append({"id": str(child.get("id")), "attribute": value})
            elif child.tag == "children":
                tree["children"] = [text(item) for item in child]
            else:
                self.foreign(child, tree, self.names, "/epcisHeader", wrapped=True)
        if attributes:
            tree["attributes"] = attributes
        return tree

    def results(self, element: etree._Element, path: str) -> Json:
        """Query results: the name of the query, the subscription, and the events or vocabularies."""
        tree: dict[str, Json] = {}
        self.order(element, _RESULTS_ORDER, path)
        for child in children_of(element):
            if child.tag in {"queryName", "subscriptionID"}:
                tree[str(child.tag)] = text(child)
            elif child.tag == "resultsBody":
                tree["resultsBody"] = self.results_body(child, pointer(path, "resultsBody"))
            elif child.tag != "EPCISHeader":
                self.foreign(child, tree, self.names, path)
        return tree

    def results_body(self, element: etree._Element, path: str) -> Json:
        body: dict[str, Json] = {"eventList": []}
        for child in children_of(element):
            if child.tag == "EventList":
                body["eventList"] = self.events(child, pointer(path, "eventList"))
            elif child.tag == "VocabularyList":
                body["vocabularyList"] = [self.vocabulary(item) for item in child]
            else:
                self.foreign(child, body, self.names, path)
        return body

    def body(self, element: etree._Element, *, query: bool) -> Json:
        tree: dict[str, Json] = {}
        for child in children_of(element):
            if local(child) == "QueryResults":
                if not str(child.tag).startswith("{"):
                    self.problem(
                        "UNKNOWN_ELEMENT",
                        "/epcisBody/queryResults",
                        "<QueryResults> phải thuộc không gian tên epcis-query.",
                        "<QueryResults> must be in the namespace of EPCIS queries",
                    )
                tree["queryResults"] = self.results(child, "/epcisBody/queryResults")
            elif child.tag == "EventList" and not query:
                tree["eventList"] = self.events(child, "/epcisBody/eventList")
            elif query:
                self.problem(
                    "NOT_RESULTS",
                    pointer("/epcisBody", local(child)),
                    f"Tài liệu truy vấn chứa <{local(child)}>, không phải kết quả truy vấn.",
                    f"the query document holds <{local(child)}>, not query results",
                )
            else:
                self.foreign(child, tree, self.names, "/epcisBody")
        if not query:
            tree.setdefault("eventList", [])
        return tree

    def document(self, root: etree._Element, kind: str) -> dict[str, Json]:
        query = kind == "EPCISQueryDocument"
        tree: dict[str, Json] = {"type": kind}
        for name, value in root.items():
            key = str(name)
            if key in _ROOT_ATTRIBUTES:
                tree[key] = str(value)
            elif not key.startswith(f"{{{xn.XSI}}}"):
                tree["@" + self.names.attribute(key)] = str(value)
        loose: list[etree._Element] = []
        for child in children_of(root):
            if child.tag == "EPCISHeader":
                self.header(child, tree)
            elif child.tag == "EPCISBody":
                tree["epcisBody"] = self.body(child, query=query)
            elif child.tag in {"queryName", "subscriptionID", "resultsBody"}:
                loose.append(child)
            else:
                self.foreign(child, tree, self.names, "")
        if loose and "epcisBody" not in tree:
            self.problem(
                "REQUIRED",
                "/epcisBody",
                "Thiếu <EPCISBody>: kết quả truy vấn phải nằm trong <EPCISBody><QueryResults>.",
                "query results must stand in <EPCISBody><QueryResults>",
            )
            tree["epcisBody"] = {"queryResults": self.results(root, "/epcisBody/queryResults")}
            for key in [key for key in tree["epcisBody"]["queryResults"] if key in tree]:
                del tree["epcisBody"]["queryResults"][key]
        return tree


def _document_round(event: etree._Element) -> etree._Element | None:
    """The root of the document in whose event list an element is; None where it is elsewhere."""
    above = list(event.iterancestors())
    while above and above[0].tag in xn.WRAPPERS:
        above.pop(0)
    places = tuple("QueryResults" if local(each) == "QueryResults" else str(each.tag) for each in above[:-1])
    return above[-1] if places in _EVENT_LISTS and str(above[-1].tag) in xn.DOCUMENTS else None


def read(data: bytes | str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """An XML document (or a bare event) as JSON has it.

    Raises:
        DocumentError: not XML, a hostile document, or a root element that is neither a document nor an event.
    """
    begun: list[_DocumentReader] = []
    prefixes: dict[str, str] = {}

    def take(element: etree._Element) -> bool:
        top = _document_round(element)
        if top is None:
            return False
        if not begun:
            begun.append(_DocumentReader(top, prefixes))
        try:
            begun[0].read_ahead(element)
        except ValueError:  # an undeclared prefix: the parser reports it at the end of the document
            return False
        return True

    root = parse(data, limits, tags=_EVENTS, take=take, prefixes=prefixes)
    reader = begun[0] if begun else _DocumentReader(root, prefixes)
    if reader.kind:
        tree = reader.document(root, reader.kind)
    elif str(root.tag) in _EVENTS:
        tree = reader.event(root, "")
        context = [*([declared] if (declared := reader.names.added()) else []), *tree.pop("@context", [])]
        tree = {"type": tree.pop("type"), "@context": [CONTEXT, *context], **tree}
        return Reading(tree, 0, reader.problems)
    else:
        raise fault(
            "ROOT",
            "",
            f"Phần tử gốc <{local(root)}> không phải tài liệu EPCIS 1.2 hay 2.0.",
            f"the root element {str(root.tag)!r} is no EPCIS document",
        )
    declared = reader.names.added()
    tree["@context"] = [CONTEXT, declared] if declared else [CONTEXT]
    return Reading(tree, reader.version, reader.problems)
