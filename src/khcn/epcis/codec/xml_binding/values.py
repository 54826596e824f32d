"""Converts XML element contents to JSON values: text, numbers, typed extensions, prefixes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Self

from lxml import etree

from khcn.epcis.cbv import PREFIXES
from khcn.epcis.codec.json_binding.decode_fields import TEXT
from khcn.epcis.codec.json_binding.json_text import Json
from khcn.epcis.codec.json_binding.names import FreePrefixes, canonical_namespace
from khcn.epcis.codec.xml_binding import names as xn

_FEW_ATTRIBUTES: Final = 64
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_TYPE: Final = f"{{{xn.XSI}}}type"
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_NUMBER: Final = 400  # signs: the smallest number of JSON, 5e-324, has 326 without an exponent
_NUMBER_TYPES: Final = frozenset({"integer", "int", "long", "short", "decimal", "double", "float"})
_NO_PREFIX: Final = frozenset({"xsi", "epcis", "epcisq", "epcismd", "sbdh", "urn", "http", "https", "xml"})
_OWN: Final = ("urn:epcglobal:epcis", xn.XSI)


def local(element: etree._Element) -> str:
    return parts_of(str(element.tag))[1]


def parts_of(clark: str) -> tuple[str, str]:
    """The namespace of a name and the rest of it.

    Never raises, as lxml's `QName` does for a name with a prefix that nothing declares: the parser reports such a name at the end of
    the document, and shows elements before that.
    """
    namespace, brace, name = clark.rpartition("}")
    return (namespace.removeprefix("{"), name) if brace else ("", clark)


def text(element: etree._Element) -> str:
    return (element.text or "").strip()


def with_wrapping(element: etree._Element, *, wrapped: bool = False) -> Iterator[tuple[etree._Element, bool]]:
    """Children, those in wrappers of later schema versions too, and whether each stands in a wrapper."""
    for child in element:
        if child.tag in xn.WRAPPERS:
            yield from with_wrapping(child, wrapped=True)
        else:
            yield child, wrapped


def children_of(element: etree._Element) -> Iterator[etree._Element]:
    """Children, with what stands in wrappers of later schema versions in the wrapper's place."""
    return (child for child, _ in with_wrapping(element))


def number(written: str | None) -> Json:
    """A number as in JSON; an invalid number stays text, to be reported by the rules."""
    stripped = (written or "").strip()
    if len(stripped) > _LONGEST_NUMBER or not _NUMBER.fullmatch(stripped):
        return stripped
    return int(stripped) if stripped.lstrip("+-").isdigit() else Decimal(stripped)


def put(tree: dict[str, Json], key: str, value: Json) -> None:
    """Set a field; a second value of one name makes it an array."""
    if key not in tree:
        tree[key] = value
    elif isinstance(tree[key], list):
        tree[key].append(value)
    else:
        tree[key] = [tree[key], value]


class Prefixes:
    """Prefixes for the JSON names of namespaced elements: those of the root, and those an event adds.

    `written` are the prefixes that the document has for its namespaces.
    """

    def __init__(
        self,
        written: Mapping[str, str],
        by_uri: dict[str, str],
        free: FreePrefixes,
        outer: Self | None = None,
    ) -> None:
        self._written = written
        self._by_uri = by_uri
        self._free = free
        self._outer = outer
        self._declared: dict[str, str] = {}

    @classmethod
    def of_root(cls, root: etree._Element, written: Mapping[str, str]) -> Self:
        standard = {canonical_namespace(uri): prefix for prefix, uri in PREFIXES.items()}
        made = cls(written, standard, FreePrefixes({*PREFIXES, *_NO_PREFIX}))
        for prefix, uri in root.nsmap.items():
            if prefix and prefix not in _NO_PREFIX and not uri.startswith(_OWN):
                made.declare(prefix, uri)
        return made

    def known(self, uri: str) -> str | None:
        """The prefix of a namespace, here or outside."""
        found = self._by_uri.get(uri)
        return self._outer.known(uri) if found is None and self._outer is not None else found

    def declare(self, wanted: str, uri: str) -> str:
        canonical = canonical_namespace(uri)
        known = self.known(canonical)
        if known is not None:
            if canonical != uri:
                self._declared[known] = uri
            return known
        prefix = self._free.take(wanted.replace("_", "-"))
        self._declared[prefix] = uri
        self._by_uri[canonical] = prefix
        return prefix

    def within(self) -> "Prefixes":
        return Prefixes(self._written, {}, self._free.within(), self)

    def added(self) -> dict[str, str]:
        """What has been declared at this level: for the document, or for one event."""
        return self._declared

    def _of(self, uri: str, prefix: str | None) -> str:
        return self.declare(prefix or "ns", uri)

    def name(self, element: etree._Element) -> str:
        """The JSON name of an element: ``prefix:local``, or plain where it has no namespace."""
        namespace, name = parts_of(str(element.tag))
        return f"{self._of(namespace, element.prefix)}:{name}" if namespace else name

    def attribute(self, clark: str) -> str:
        """The JSON name of an attribute."""
        namespace, name = parts_of(clark)
        return f"{self._of(namespace, self._written.get(namespace))}:{name}" if namespace else name


def _typed(element: etree._Element, written: str) -> Json:
    kind = (element.get(_TYPE) or "").rpartition(":")[2]
    if kind in _NUMBER_TYPES:
        return number(written)
    if kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(written, written)
    return written


def _attributes(element: etree._Element) -> Iterable[tuple[str, str]]:
    """Names and values. lxml looks for the value of each from the first attribute on, which is too slow for thousands."""
    if len(element.attrib) <= _FEW_ATTRIBUTES:
        return ((str(name), str(value)) for name, value in element.items())
    found: Any = element.xpath("@*")
    return ((str(each.attrname), str(each)) for each in found)


def extension(element: etree._Element, names: Prefixes) -> Json:
    """The value of an extension element: text, or an object of its children and ``@`` attributes."""
    attributes = {
        "@" + names.attribute(str(name)): str(value)
        for name, value in _attributes(element)
        if not str(name).startswith(f"{{{xn.XSI}}}") and name != _SPACE
    }
    if element.get(f"{{{xn.XSI}}}nil") == "true":
        return None
    written = element.text or "" if element.get(_SPACE) == "preserve" else text(element)
    if not attributes and not len(element):
        return _typed(element, written)
    tree: dict[str, Json] = dict(attributes)
    if written:
        tree[TEXT] = _typed(element, written)
    for child in element:
        put(tree, names.name(child), extension(child, names))
    return tree
