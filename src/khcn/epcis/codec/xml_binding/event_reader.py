"""Reads events in EPCIS XML 2.0 and 1.x into the plain values that the same document has in JSON.

The differences between the two bindings are handled here: wrappers of later versions (``extension``), words of the CBV
as URN or URI, attributes of sensor reports, typed extension values (``xsi:type``). Faults of the XML form, such as a
wrong order of elements, are collected here; faults of the contents are found by `khcn.epcis.rules` in the result.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from khcn.epcis import cbv
from khcn.epcis.codec.json_binding.json_text import Json, pointer
from khcn.epcis.codec.xml_binding import names as xn
from khcn.epcis.codec.xml_binding.values import (
    Prefixes,
    children_of,
    extension,
    local,
    number,
    parts_of,
    put,
    text,
    with_wrapping,
)
from khcn.epcis.errors import Problem

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"

_WORDS: Final = {
    "bizStep": cbv.BIZ_STEP,
    "disposition": cbv.DISPOSITION,
    "reason": cbv.ERROR_REASON,
}
_ATTRIBUTE_WORDS: Final = {
    "type": cbv.MEASUREMENT_TYPE,
    "exception": cbv.SENSOR_ALERT,
    "component": cbv.COMPONENT,
}


@dataclass(slots=True)
class Reading:
    """The JSON form of an XML document, its version (1 or 2; 0: a bare event), and the faults of its XML form."""

    tree: dict[str, Json]
    version: int
    problems: list[Problem] = field(default_factory=list)


class EventReader:
    """Reads events; `version` is that of the document, 0 for a bare event."""

    def __init__(self, root: etree._Element, prefixes: Mapping[str, str]) -> None:
        self.names = Prefixes.of_root(root, prefixes)
        self.problems: list[Problem] = []
        self.version = 0

    def problem(self, code: str, path: str, vi: str, en: str) -> None:
        self.problems.append(Problem(code, path, vi, en))

    # ------------------------------------------------------------------------------ parts of events

    def foreign(
        self,
        element: etree._Element,
        tree: dict[str, Json],
        names: Prefixes,
        path: str,
        *,
        wrapped: bool = False,
    ) -> None:
        """A child element that EPCIS does not define, into `tree`; it needs a namespace, or a wrapper in 1.x."""
        tag = str(element.tag)
        if not tag.startswith("{") and not (wrapped and self.version == 1):
            self.problem(
                "UNKNOWN_ELEMENT",
                pointer(path, tag),
                f"EPCIS không có phần tử <{tag}> ở đây. Trường mở rộng phải có không gian tên riêng.",
                f"EPCIS has no element <{tag}> here; extensions need a namespace",
            )
        put(tree, names.name(element), extension(element, names))

    def place(self, element: etree._Element, names: Prefixes, path: str) -> Json:
        tree: dict[str, Json] = {}
        for child, wrapped in with_wrapping(element):
            if child.tag == "id":
                tree["id"] = text(child)
            else:
                self.foreign(child, tree, names, path, wrapped=wrapped)
        return tree

    def quantities(self, element: etree._Element, path: str) -> list[Json]:
        found: list[Json] = []
        for item in element:
            where = pointer(path, len(found))
            self.order(item, xn.QUANTITY_ORDER, where)
            found.append(
                {
                    local(child): number(child.text) if child.tag == "quantity" else text(child)
                    for child in item
                    if child.get(f"{{{xn.XSI}}}nil") != "true"
                }
            )
        return found

    @staticmethod
    def typed(element: etree._Element, name: str, vocabulary: cbv.CbvVocabulary) -> list[Json]:
        found: list[Json] = []
        for child in element:
            kind = child.get("type")
            entry: dict[str, Json] = {} if kind is None else {"type": vocabulary.bare(kind.strip())}
            entry[name] = text(child)
            found.append(entry)
        return found

    def error_declaration(self, element: etree._Element, names: Prefixes, path: str) -> Json:
        tree: dict[str, Json] = {}
        for child, wrapped in with_wrapping(element):
            if child.tag == "correctiveEventIDs":
                tree["correctiveEventIDs"] = [text(item) for item in child]
            elif child.tag in {"declarationTime", "reason"}:
                word = _WORDS.get(str(child.tag))
                tree[str(child.tag)] = word.bare(text(child)) if word else text(child)
            else:
                self.foreign(child, tree, names, path, wrapped=wrapped)
        return tree

    def attributes(self, element: etree._Element, names: Prefixes, path: str) -> dict[str, Json]:
        """Attributes of sensor metadata and reports, which are fields in JSON."""
        tree: dict[str, Json] = {}
        for name, value in element.items():
            key = str(name)
            if key.startswith("{"):
                if not key.startswith(f"{{{xn.XSI}}}"):
                    tree[names.attribute(key)] = str(value)
            elif key in xn.NUMBERS:
                tree[key] = number(str(value))
            elif key == "booleanValue":
                tree[key] = {"true": True, "1": True, "false": False, "0": False}.get(
                    str(value).strip(), str(value)
                )
            elif key in _ATTRIBUTE_WORDS:
                tree[key] = _ATTRIBUTE_WORDS[key].bare(str(value).strip())
            else:
                tree[key] = str(value)
        for child in children_of(element):
            self.foreign(child, tree, names, path)
        return tree

    def sensor(self, element: etree._Element, names: Prefixes, path: str) -> Json:
        tree: dict[str, Json] = {}
        for child, wrapped in with_wrapping(element):
            if child.tag == "sensorMetadata":
                tree["sensorMetadata"] = self.attributes(child, names, pointer(path, "sensorMetadata"))
            elif child.tag == "sensorReport":
                reports: list[Json] = tree.setdefault("sensorReport", [])
                reports.append(self.attributes(child, names, f"{path}/sensorReport/{len(reports)}"))
            else:
                self.foreign(child, tree, names, path, wrapped=wrapped)
        return tree

    @staticmethod
    def dispositions(element: etree._Element) -> Json:
        tree: dict[str, Json] = {}
        for child in element:
            tree.setdefault(local(child), []).append(cbv.DISPOSITION.bare(text(child)))
        return {name: _once(words) for name, words in tree.items()}

    def part(self, element: etree._Element, names: Prefixes, path: str) -> Json:
        """The JSON value of one known child of an event."""
        tag = str(element.tag)
        if tag in xn.EPC_LISTS:
            value: Json = _once(text(item) for item in element)
        elif tag in xn.QUANTITY_LISTS:
            value = self.quantities(element, path)
        elif tag in {"readPoint", "bizLocation"}:
            value = self.place(element, names, path)
        elif tag == "bizTransactionList":
            value = self.typed(element, "bizTransaction", cbv.BIZ_TRANSACTION_TYPE)
        elif tag in {"sourceList", "destinationList"}:
            value = self.typed(element, tag.removesuffix("List"), cbv.SOURCE_DESTINATION_TYPE)
        elif tag == "persistentDisposition":
            value = self.dispositions(element)
        elif tag == "errorDeclaration":
            value = self.error_declaration(element, names, path)
        elif tag == "sensorElementList":
            value = [self.sensor(item, names, f"{path}/{at}") for at, item in enumerate(children_of(element))]
        elif tag == "ilmd":
            value = {}
            for child, wrapped in with_wrapping(element):
                self.foreign(child, value, names, path, wrapped=wrapped)
        else:
            value = _WORDS[tag].bare(text(element)) if tag in _WORDS else text(element)
        return value

    # ------------------------------------------------------------------------------ events

    def order(self, element: etree._Element, wanted: tuple[str, ...], path: str) -> None:
        """Report the first known child that stands before one that the schema puts earlier."""
        furthest = -1
        foreign: str | None = None
        for child in element:
            tag = str(child.tag)
            if tag in xn.WRAPPERS:
                continue
            if tag not in wanted:
                foreign = tag
                continue
            place = wanted.index(tag)
            if place < furthest or foreign is not None:
                later = foreign or wanted[furthest]
                self.problem(
                    "ELEMENT_ORDER",
                    pointer(path, tag),
                    f"Phần tử <{tag}> đứng sai thứ tự. Đặt nó trước <{later}>.",
                    f"<{tag}> must come before <{later}>",
                )
                return
            furthest = place

    def event(self, element: etree._Element, path: str) -> dict[str, Json]:
        names = self.names.within()
        namespace, _name = parts_of(str(element.tag))
        extended = bool(namespace) and not namespace.startswith(xn.OWN)
        kind = names.name(element) if extended else local(element)
        tree: dict[str, Json] = {"type": kind}
        if kind == "QuantityEvent":
            return self.quantity_event(element, names, path)
        known = xn.HEAD if extended else xn.ORDER.get(kind)
        if known is None:
            self.problem(
                "EVENT_TYPE",
                pointer(path, "type"),
                f"Không có loại sự kiện “{kind}”. Dùng một trong năm loại của EPCIS 2.0.",
                f"there is no event type {kind!r}",
            )
            known = ()
        self.order(element, known, path)
        late = xn.WRAPPED_IN_1.get(kind, frozenset()) if self.version == 1 else frozenset()
        for child, wrapped in with_wrapping(element):
            tag = str(child.tag)
            if tag in late and not wrapped:
                self.unwrapped(tag, path)
            if tag in known:
                if tag in tree:
                    self.repeated(tag, path)
                tree[tag] = self.part(child, names, pointer(path, tag))
            else:
                self.foreign(child, tree, names, path, wrapped=wrapped)
        missing = xn.REQUIRED_IN_1.get(kind)
        if self.version == 1 and missing and missing not in tree:
            self.problem(
                "REQUIRED",
                pointer(path, missing),
                f"Thiếu phần tử <{missing}>; EPCIS 1.2 cần có, kể cả khi rỗng.",
                f"EPCIS 1.x requires <{missing}>, even if empty",
            )
        added = names.added()
        if added:
            tree["@context"] = [{prefix: uri} for prefix, uri in added.items()]
        return tree

    def repeated(self, tag: str, path: str) -> None:
        self.problem(
            "DUPLICATE_ELEMENT",
            pointer(path, tag),
            f"Phần tử <{tag}> có hai lần trong một sự kiện. Giữ lại một.",
            f"<{tag}> stands twice in one event",
        )

    def unwrapped(self, tag: str, path: str) -> None:
        wrapper = "baseExtension" if tag in {"eventID", "errorDeclaration"} else "extension"
        self.problem(
            "ELEMENT_ORDER",
            pointer(path, tag),
            f"Ở EPCIS 1.2, <{tag}> phải nằm trong <{wrapper}>.",
            f"in EPCIS 1.x <{tag}> must stand in <{wrapper}>",
        )

    def quantity_event(self, element: etree._Element, names: Prefixes, path: str) -> dict[str, Json]:
        """A QuantityEvent of EPCIS 1.0 is an observation of a quantity (EPCIS 1.2, 7.4.4: deprecated so)."""
        tree: dict[str, Json] = {"type": "ObjectEvent", "action": "OBSERVE"}
        quantity: dict[str, Json] = {}
        for child in children_of(element):
            tag = str(child.tag)
            if tag == "epcClass":
                quantity["epcClass"] = text(child)
            elif tag == "quantity":
                quantity["quantity"] = number(child.text)
            elif tag in xn.ORDER["ObjectEvent"]:
                tree[tag] = self.part(child, names, pointer(path, tag))
            else:
                self.foreign(child, tree, names, path)
        tree["quantityList"] = [quantity]
        return tree

    def events(self, event_list: etree._Element, path: str) -> list[Json]:
        found: list[Json] = []
        for element in _unwrapped(event_list):
            found.append(self.event(element, pointer(path, len(found))))
        return found


def _once(texts: Iterable[str]) -> list[str]:
    """A list that is a set in EPCIS: what XML repeats is in JSON once, as its schema asks."""
    return list(dict.fromkeys(texts))


def _unwrapped(event_list: etree._Element) -> Iterator[etree._Element]:
    for element in event_list:
        if element.tag in xn.WRAPPERS:
            yield from _unwrapped(element)
        else:
            yield element
