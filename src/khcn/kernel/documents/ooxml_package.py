"""The .docx package around the text: parts, relations, properties; equal content gives equal bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Final

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.package import OpcPackage
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from khcn.kernel.documents.ooxml_elements import (
    docx_element,
    preserved_text_element,
    text_paragraph_element,
)
from khcn.kernel.documents.ooxml_styles import FONT_TABLE, SETTINGS, styles

if TYPE_CHECKING:
    from lxml.etree import _Element

    from khcn.kernel.documents.layout import PaperMeasures

_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LONGEST_PROPERTY: Final = 255  # python-docx refuses longer ones


def part(name: str, content_type: str, package: OpcPackage) -> Part:
    """An empty part of the package, such as “/word/styles.xml”."""
    # python-docx annotates its own subclass of OpcPackage here, and uses nothing but the base
    return Part(PackURI(f"/word/{name}.xml"), content_type, b"", package)  # type: ignore[arg-type]


class DocxPackage:
    """The parts of a .docx; `links` are added while the text is being built."""

    def __init__(self, measures: PaperMeasures, *, page_foot: str = "") -> None:
        self._package = OpcPackage()
        self._document = part("document", CONTENT_TYPE.WML_DOCUMENT_MAIN, self._package)
        self._notes = part("footnotes", CONTENT_TYPE.WML_FOOTNOTES, self._package)
        self._package.relate_to(self._document, RELATIONSHIP_TYPE.OFFICE_DOCUMENT)
        self._document.relate_to(self._notes, RELATIONSHIP_TYPE.FOOTNOTES)
        look = styles(measures, foot=bool(page_foot))
        self._add("styles", CONTENT_TYPE.WML_STYLES, RELATIONSHIP_TYPE.STYLES, look.encode())
        self._add("settings", CONTENT_TYPE.WML_SETTINGS, RELATIONSHIP_TYPE.SETTINGS, SETTINGS.encode())
        self._add("fontTable", CONTENT_TYPE.WML_FONT_TABLE, RELATIONSHIP_TYPE.FONT_TABLE, FONT_TABLE.encode())
        self.first_header = self._add_header("header1", docx_element("p"))
        self.header = self._add_header("header2", _page_number())
        self.footer = self._add_footer(page_foot) if page_foot else ""

    def link(self, address: str, *, in_note: bool) -> str:
        source = self._notes if in_note else self._document
        return source.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)

    def describe(self, *, title: str, author: str, created_on: dt.date) -> None:
        """Core properties; nothing of the machine or its user goes in, and the date is that of the document."""
        properties = self._package.core_properties
        properties.title = title[:_LONGEST_PROPERTY]
        properties.author = properties.last_modified_by = author[:_LONGEST_PROPERTY]
        properties.language = "vi-VN"
        properties.revision = 1
        properties.created = properties.modified = dt.datetime.combine(created_on, dt.time(), dt.UTC)

    def save(self, body: _Element, notes: _Element) -> bytes:
        self._document._blob = _serialised(docx_element("document", body))  # noqa: SLF001 - Part has no setter
        self._notes._blob = _serialised(notes)  # noqa: SLF001 - the same
        buffer = io.BytesIO()
        self._package.save(buffer)
        return without_times(buffer)

    def _add(self, name: str, content_type: str, relation: str, blob: bytes) -> str:
        added = part(name, content_type, self._package)
        added._blob = blob  # noqa: SLF001 - Part has no setter
        return self._document.relate_to(added, relation)

    def _add_header(self, name: str, paragraph: _Element) -> str:
        paragraph.insert(0, docx_element("pPr", docx_element("pStyle", val="Header")))
        blob = _serialised(docx_element("hdr", paragraph))
        return self._add(name, CONTENT_TYPE.WML_HEADER, RELATIONSHIP_TYPE.HEADER, blob)

    def _add_footer(self, text: str) -> str:
        blob = _serialised(docx_element("ftr", text_paragraph_element("Footer", text)))
        return self._add("footer1", CONTENT_TYPE.WML_FOOTER, RELATIONSHIP_TYPE.FOOTER, blob)


def _page_number() -> _Element:
    return docx_element(
        "p",
        docx_element("r", docx_element("fldChar", fldCharType="begin")),
        docx_element("r", preserved_text_element("instrText", " PAGE ")),
        docx_element("r", docx_element("fldChar", fldCharType="separate")),
        docx_element("r", preserved_text_element("t", "2")),
        docx_element("r", docx_element("fldChar", fldCharType="end")),
    )


def _serialised(element: _Element) -> bytes:
    return etree.tostring(element, encoding="UTF-8", xml_declaration=True, standalone=True)


def without_times(package: io.BytesIO) -> bytes:
    """The same zip with one fixed time in every entry, so that equal documents have equal bytes."""
    result = io.BytesIO()
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=_ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return result.getvalue()
