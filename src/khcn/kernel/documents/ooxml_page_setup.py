"""Page set-up of a .docx: size, orientation, margins, page numbers, and which header and footer it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.documents import layout
from khcn.kernel.documents.ooxml_elements import twips, with_relation, word_element

if TYPE_CHECKING:
    from lxml.etree import _Element

    from khcn.kernel.documents.ooxml_package import WordPackage


def section_element(package: WordPackage, *, landscape: bool, restart: bool) -> _Element:
    """Page set-up of one part of the document: A4, page number on top except on its first page."""
    width, height = (twips(side) for side in layout.PAGE_MM)
    size = (
        word_element("pgSz", w=height, h=width, orient="landscape")
        if landscape
        else word_element("pgSz", w=width, h=height)
    )
    margins = word_element(
        "pgMar",
        top=twips(layout.TOP_MM),
        right=twips(layout.RIGHT_MM),
        bottom=twips(layout.BOTTOM_MM),
        left=twips(layout.LEFT_MM),
        header=twips(layout.PAGE_NUMBER_MM),
        footer=twips(layout.PAGE_NUMBER_MM),
        gutter=0,
    )
    numbers = [word_element("pgNumType", start=1)] if restart else []
    pages = ("default", "first") if package.footer else ()
    return word_element(
        "sectPr",
        with_relation(word_element("headerReference", type="default"), package.header),
        with_relation(word_element("headerReference", type="first"), package.first_header),
        *(with_relation(word_element("footerReference", type=each), package.footer) for each in pages),
        word_element("type", val="nextPage"),
        size,
        margins,
        *numbers,
        word_element("titlePg"),
    )
