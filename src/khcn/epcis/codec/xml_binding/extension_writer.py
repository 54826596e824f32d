"""Writes extensions as XML elements and attributes, with the namespaces they need."""

import re
from typing import Final

from lxml import etree

from khcn.epcis.cbv import MASTER_DATA, PREFIXES
from khcn.epcis.codec.json_binding.names import free_prefix
from khcn.epcis.codec.xml_binding import names as xn
from khcn.epcis.errors import ConversionError
from khcn.epcis.extensions import Extension, Extensions, Kind, Shape
from khcn.epcis.uri import is_uri

SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_NCNAME: Final = re.compile(r"[^\W\d][\w.\-]*")
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STANDARD: Final = {uri: prefix for prefix, uri in PREFIXES.items()} | {MASTER_DATA: "cbvmda"}


def _type_of(extension: Extension) -> str | None:
    if extension.kind is Kind.NUMBER:
        return "xsd:integer" if extension.text.lstrip("-").isdigit() else "xsd:double"
    return "xsd:boolean" if extension.kind is Kind.BOOLEAN else None


class ExtensionWriter:
    """Makes namespaced elements and collects their prefixes, so that they are declared once at the root."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._wanted = prefixes
        self.used: dict[str, str] = {}
        """Prefix by namespace."""

    def _prefix(self, namespace: str, wanted: str) -> str:
        known = self.used.get(namespace)
        if known is None:
            candidate = wanted or self._wanted.get(namespace) or _STANDARD.get(namespace) or "ns"
            if not _NCNAME.fullmatch(candidate):
                candidate = "ns"
            known = self.used[namespace] = free_prefix(
                candidate, {*self.used.values(), "xsi", "xsd", "epcis"}
            )
        return known

    def _checked(self, name: str) -> tuple[str, str]:
        namespace, _, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
        if not _NCNAME.fullmatch(local):
            raise ConversionError(
                f"{name!r} cannot be an XML name; declare its prefix in @context, and nest no lists in lists"
            )
        if namespace and not is_uri(namespace):
            raise ConversionError(f"{namespace!r} cannot be an XML namespace")
        return namespace, local

    def element(self, parent: etree._Element, name: str, prefix: str) -> etree._Element:
        """A child of any name in Clark notation.

        Raises:
            ConversionError: the name is none in XML.
        """
        namespace, local = self._checked(name)
        if not namespace:
            return etree.SubElement(parent, local)
        return etree.SubElement(parent, name, nsmap={self._prefix(namespace, prefix): namespace})

    def attribute(self, element: etree._Element, extension: Extension) -> None:
        namespace, _ = self._checked(extension.name)
        if namespace:
            self._prefix(namespace, extension.prefix)
        if element.get(extension.name) is not None:
            raise ConversionError(f"{extension.name!r} is a list, which an XML attribute cannot be")
        element.set(extension.name, self.legal(extension.text))

    @staticmethod
    def legal(text: str) -> str:
        """Text that XML may hold.

        Raises:
            ConversionError: it has control characters.
        """
        if _ILLEGAL.search(text):
            raise ConversionError(f"{text[:40]!r} has characters that XML cannot hold")
        return text

    def extensions(self, parent: etree._Element, found: Extensions, *, top: bool = False) -> None:
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

    def value(self, element: etree._Element, extension: Extension) -> None:
        """Write the text, type and children of an extension into its element."""
        if extension.kind is Kind.NULL and extension.shape in {Shape.SINGLE, Shape.LISTED}:
            element.set(f"{{{xn.XSI}}}nil", "true")
        kind = _type_of(extension)
        if kind is not None:
            element.set(f"{{{xn.XSI}}}type", kind)
        if extension.text:
            element.text = self.legal(extension.text)
            if extension.text != extension.text.strip():
                element.set(SPACE, "preserve")
        self.extensions(element, extension.children)
