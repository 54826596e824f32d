"""Writes extensions as XML elements and attributes, with the namespaces they need.

Names are written as they stand in the file, ``prefix:local``, and all namespaces are declared at the root in the end. A library
that looks up the namespace of each element among all that are declared takes time in their square.
"""

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement
from xml.sax.saxutils import escape

from lxml import etree

from khcn.epcis.cbv import MASTER_DATA, PREFIXES
from khcn.epcis.codec.json_binding.names import FreePrefixes
from khcn.epcis.errors import ConversionError
from khcn.epcis.extensions import Extension, Extensions, Kind, Shape
from khcn.epcis.uri import is_uri

SPACE: Final = "xml:space"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_LANGUAGE: Final = "lang"
"""The one attribute of XML itself that an own field may have: the language of its text."""
_XMLNS: Final = "http://www.w3.org/2000/xmlns/"
_OWN_PREFIXES: Final = frozenset({"xsi", "xsd", "epcis", "epcisq", "xml", "xmlns"})
_NCNAME: Final = re.compile(r"[^\W\d][\w.\-]*")
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STANDARD: Final = {uri: prefix for prefix, uri in PREFIXES.items()} | {MASTER_DATA: "cbvmda"}


def _type_of(extension: Extension) -> str | None:
    if extension.kind is Kind.NUMBER:
        return "xsd:integer" if extension.text.lstrip("-").isdigit() else "xsd:double"
    return "xsd:boolean" if extension.kind is Kind.BOOLEAN else None


def _checked(name: str) -> tuple[str, str]:
    namespace, _, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    if not _is_name(local):
        raise ConversionError(
            f"{name!r} cannot be an XML name; declare its prefix in @context, and nest no lists in lists"
        )
    if namespace == _XML:
        if local != _LANGUAGE:
            raise ConversionError(f"{name!r} has a meaning of its own in XML")
    elif namespace and not _is_namespace(namespace):
        raise ConversionError(f"{namespace!r} cannot be an XML namespace")
    return namespace, local


def _is_namespace(text: str) -> bool:
    """Whether a reader of XML takes a text as a namespace: libxml2 refuses some addresses that RFC 3986 allows (an empty port)."""
    if text == _XMLNS or not is_uri(text):
        return False
    try:
        etree.fromstring(f'<a xmlns:b="{escape(text)}"/>')
    except etree.XMLSyntaxError:
        return False
    return True


def _is_name(text: str) -> bool:
    """Whether XML takes a text as a name without a colon."""
    if not _NCNAME.fullmatch(text):
        return False
    try:
        etree.QName(text)
    except ValueError:
        return False
    return True


class ExtensionWriter:
    """Makes namespaced elements and collects their prefixes, so that they are declared once at the root."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._wanted = prefixes
        self._free = FreePrefixes(_OWN_PREFIXES)
        self._names: dict[tuple[str, str], str] = {}
        self.used: dict[str, str] = {}
        """Prefix by namespace."""
        self.uses_instance = False
        """Whether ``xsi`` has to be declared."""

    def _prefix(self, namespace: str, wanted: str) -> str:
        if namespace == _XML:  # is declared everywhere, and has no other prefix
            return "xml"
        known = self.used.get(namespace)
        if known is None:
            candidate = wanted or self._wanted.get(namespace) or _STANDARD.get(namespace) or "ns"
            known = self.used[namespace] = self._free.take(candidate if _is_name(candidate) else "ns")
        return known

    def name(self, name: str, prefix: str) -> str:
        """A name in Clark notation as it stands in the file; `prefix` is the one it had.

        Raises:
            ConversionError: the name is none in XML.
        """
        known = self._names.get((name, prefix))
        if known is None:
            namespace, local = _checked(name)
            known = f"{self._prefix(namespace, prefix)}:{local}" if namespace else local
            self._names[name, prefix] = known
        return known

    def instance(self, element: Element, name: str, value: str) -> None:
        """Set an attribute of XML schema instances: ``nil``, ``type``."""
        self.uses_instance = True
        element.set(f"xsi:{name}", value)

    def element(self, parent: Element, name: str, prefix: str) -> Element:
        """A child of any name in Clark notation.

        Raises:
            ConversionError: the name is none in XML.
        """
        if name.startswith(f"{{{_XML}}}"):
            raise ConversionError(f"{name!r} is a name of attributes in XML")
        return SubElement(parent, self.name(name, prefix))

    def attribute(self, element: Element, extension: Extension) -> None:
        name = self.name(extension.name, extension.prefix)
        if name in element.attrib:
            raise ConversionError(f"{extension.name!r} is a list, which an XML attribute cannot be")
        element.set(name, self.legal(extension.text))

    @staticmethod
    def legal(text: str) -> str:
        """Text that XML may hold.

        Raises:
            ConversionError: it has control characters.
        """
        if _ILLEGAL.search(text):
            raise ConversionError(f"{text[:40]!r} has characters that XML cannot hold")
        return text

    def extensions(self, parent: Element, found: Extensions, *, top: bool = False) -> None:
        """Extensions as children (or attributes) of `parent`.

        Args:
            parent: where they go.
            found: the extensions; empty lists leave no trace.
            top: directly in an element of EPCIS, where a name must have a namespace.

        Raises:
            ConversionError: a name has no XML form.
        """
        for extension in found:
            if extension.shape is Shape.EMPTY_LIST:
                continue
            if top and (extension.shape is Shape.ATTRIBUTE or not extension.namespace):
                raise ConversionError(f"the extension {extension.name!r} needs a namespace in XML")
            if extension.shape is Shape.ATTRIBUTE:
                self.attribute(parent, extension)
                continue
            self.value(self.element(parent, extension.name, extension.prefix), extension)

    def value(self, element: Element, extension: Extension) -> None:
        """Write the text, type and children of an extension into its element."""
        if extension.kind is Kind.NULL and extension.shape in {Shape.SINGLE, Shape.LISTED}:
            self.instance(element, "nil", "true")
        kind = _type_of(extension)
        if kind is not None:
            self.instance(element, "type", kind)
        if extension.text:
            element.text = self.legal(extension.text)
            if extension.text != extension.text.strip():
                element.set(SPACE, "preserve")
        self.extensions(element, extension.children)
