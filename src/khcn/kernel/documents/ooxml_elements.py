"""WordprocessingML elements, and the few shapes an official document is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.oxml.ns import nsmap
from lxml import etree

from khcn.kernel.documents import layout
from khcn.kernel.documents.printed_text import printable, unbroken_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.etree import _Element

    from khcn.kernel.documents.model import Run

_W: Final = nsmap["w"]
_R: Final = nsmap["r"]
_NAMESPACES: Final = {"w": _W, "r": _R}
_XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_LINE_WEIGHT: Final = 6  # eighths of a point
_EMPTY_LINE: Final = 40  # height of the empty line whose border is drawn, in twips


def docx_element(tag: str, *children: _Element, **attributes: str | int) -> _Element:
    """`<w:tag w:name="value">children</w:tag>`."""
    element = etree.Element(f"{{{_W}}}{tag}", nsmap=_NAMESPACES)
    for name, value in attributes.items():
        element.set(f"{{{_W}}}{name}", str(value))
    element.extend(children)
    return element


def preserved_text_element(tag: str, content: str) -> _Element:
    """`<w:tag>` around text whose spaces count."""
    element = docx_element(tag)
    element.text = content
    element.set(_XML_SPACE, "preserve")
    return element


def with_relation(element: _Element, relation: str) -> _Element:
    """`element` with r:id, the name of a relation of its part."""
    element.set(f"{{{_R}}}id", relation)
    return element


def twips(millimetres: float) -> int:
    """Millimetres in twentieths of a point, the unit of lengths in WordprocessingML."""
    return round(millimetres / 25.4 * 1440)


def text_element(content: str, *properties: _Element) -> _Element:
    """A run of text; line feeds become line breaks."""
    element = docx_element("r", docx_element("rPr", *properties)) if properties else docx_element("r")
    for index, line in enumerate(printable(content).split("\n")):
        if index:
            element.append(docx_element("br"))
        for place, part in enumerate(unbroken_parts(line)):
            if place:
                element.append(docx_element("noBreakHyphen"))
            if part:
                element.append(preserved_text_element("t", part))
    return element


def run_element(run: Run, *, reset: bool = False) -> _Element:
    """`run` with its own look; with `reset`, what it does not set is switched off rather than left to the style."""
    properties: list[_Element] = []
    for wanted, tags in ((run.bold, ("b", "bCs")), (run.italic, ("i", "iCs"))):
        if wanted:
            properties += [docx_element(tag) for tag in tags]
        elif reset:
            properties += [docx_element(tag, val=0) for tag in tags]
    return text_element(run.text, *properties)


def paragraph_element(style: str, *properties: _Element, runs: Iterable[_Element] = ()) -> _Element:
    """`<w:p>`: a paragraph of a style, with further properties and its runs."""
    return docx_element("p", docx_element("pPr", docx_element("pStyle", val=style), *properties), *runs)


def text_paragraph_element(style: str, content: str, *properties: _Element) -> _Element:
    """A paragraph of a style with one text in it."""
    return paragraph_element(style, *properties, runs=[text_element(content)])


def drawn_line_element(length_mm: float, room_mm: float, *, after_pt: float = 0) -> _Element:
    """A centred line of the given length: the top border of an empty paragraph, which no program moves or loses."""
    side = max(twips((room_mm - length_mm) / 2), 0)
    return paragraph_element(
        "Normal",
        docx_element("keepNext"),
        docx_element("pBdr", docx_element("top", val="single", sz=_LINE_WEIGHT, space=0, color="000000")),
        docx_element(
            "spacing", before=2 * _EMPTY_LINE, after=round(after_pt * 20), line=_EMPTY_LINE, lineRule="exact"
        ),
        docx_element("ind", left=side, right=side),
    )


def table_element(widths: Sequence[int], rows: Iterable[_Element], *, bordered: bool) -> _Element:
    """A table of fixed column widths in twips."""
    properties = [docx_element("tblW", w=sum(widths), type="dxa"), docx_element("jc", val="center")]
    padding = 0
    if bordered:
        sides = ("top", "left", "bottom", "right", "insideH", "insideV")
        properties.append(
            docx_element(
                "tblBorders",
                *(docx_element(side, val="single", sz=4, space=0, color="000000") for side in sides),
            )
        )
        padding = twips(layout.CELL_PADDING_MM)
    properties += [
        docx_element("tblLayout", type="fixed"),
        docx_element(
            "tblCellMar",
            docx_element("left", w=padding, type="dxa"),
            docx_element("right", w=padding, type="dxa"),
        ),
    ]
    columns = docx_element("tblGrid", *(docx_element("gridCol", w=width) for width in widths))
    return docx_element("tbl", docx_element("tblPr", *properties), columns, *rows)


def row_element(cells: Iterable[_Element], *, whole: bool = True, repeated: bool = False) -> _Element:
    """A row; kept on one page when `whole`, repeated on each page (column headings) when `repeated`."""
    properties = [docx_element("cantSplit")] * whole + [docx_element("tblHeader")] * repeated
    return docx_element("tr", *([docx_element("trPr", *properties)] if properties else []), *cells)


def cell_element(width: int, *paragraphs: _Element, middle: bool = False) -> _Element:
    """`<w:tc>`: a table cell, its width in twips; `middle` centres its content vertically."""
    align = [docx_element("vAlign", val="center")] if middle else []
    return docx_element(
        "tc", docx_element("tcPr", docx_element("tcW", w=width, type="dxa"), *align), *paragraphs
    )
