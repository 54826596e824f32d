"""Page set-up of a .docx: size, orientation, margins, page numbers, and which header and footer it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.documents import layout
from khcn.kernel.documents.model import A4, A5
from khcn.kernel.documents.ooxml_elements import docx_element, twips, with_relation

if TYPE_CHECKING:
    from lxml.etree import _Element

    from khcn.kernel.documents.ooxml_package import DocxPackage


def section_element(package: DocxPackage, *, landscape: bool, restart: bool, paper: str = A4) -> _Element:
    """Page set-up of one part of the document: its paper, page number on top except on its first page."""
    measures = layout.measures_of(paper)
    width, height = twips(layout.PAGE_MM[0]), twips(measures.height_mm)
    size = (
        docx_element("pgSz", w=height, h=width, orient="landscape")
        if landscape
        else docx_element("pgSz", w=width, h=height, orient="landscape")
        if paper == A5
        else docx_element("pgSz", w=width, h=height)
    )
    margins = docx_element(
        "pgMar",
        top=twips(measures.top_mm),
        right=twips(measures.right_mm),
        bottom=twips(measures.bottom_mm),
        left=twips(measures.left_mm),
        header=twips(min(layout.PAGE_NUMBER_MM, measures.top_mm / 2)),
        footer=twips(min(layout.PAGE_NUMBER_MM, measures.bottom_mm / 2)),
        gutter=0,
    )
    numbers = [docx_element("pgNumType", start=1)] if restart else []
    pages = ("default", "first") if package.footer else ()
    return docx_element(
        "sectPr",
        with_relation(docx_element("headerReference", type="default"), package.header),
        with_relation(docx_element("headerReference", type="first"), package.first_header),
        *(with_relation(docx_element("footerReference", type=each), package.footer) for each in pages),
        docx_element("type", val="nextPage"),
        size,
        margins,
        *numbers,
        docx_element("titlePg"),
    )
