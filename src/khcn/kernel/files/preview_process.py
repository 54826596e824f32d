"""One page of a stored file as a picture with its text, or the text of a Word file. Runs in a process of its own.

Nothing of the file goes on but drawn points and letters: no script, no link, no font.
"""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import docx
import orjson
import typst
from docx.table import Table
from pyhanko.pdf_utils.reader import PdfFileReader

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDEST, TALLEST, PPI = (
    750,
    1500,
    96,
)  # points, points, points of the screen to an inch: 1,000 wide on the screen
MOST_TEXT: Final = 200_000  # letters of a Word file that are shown
_PAGE: Final = """
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#context {
  let drawn = image("/NAME", format: "KIND", PAGE)
  let size = measure(drawn)
  let by = calc.min(WIDESTpt / size.width, TALLESTpt / size.height)
  image("/NAME", format: "KIND", PAGE width: size.width * by, height: size.height * by)
}
"""


def answer(request: bytes) -> bytes:
    """JSON, and after a line break the PNG if there is one. The request is a line of JSON (``kind``, ``page``), and the file."""
    line, _end, content = request.partition(b"\n")
    kind, page = (asked := orjson.loads(line))["kind"], asked["page"]
    if kind == "docx":
        return orjson.dumps(_words(content))
    pages = _pages(content) if kind == "pdf" else 1
    page = min(max(page, 1), pages)
    return orjson.dumps({"pages": pages, "page": page}) + b"\n" + _drawn(content, kind, page)


def _pages(content: bytes) -> int:
    return int(PdfFileReader(BytesIO(content), strict=False).root["/Pages"]["/Count"])


def _drawn(content: bytes, kind: str, page: int) -> bytes:
    """Typst takes files by their names: this one has a name in the memory of the process, and ends with it."""
    place = os.memfd_create("file")
    with os.fdopen(place, "wb") as file:
        file.write(content)
        file.flush()
        source = _PAGE.replace("PAGE", f"page: {page}," if kind == "pdf" else "")
        values = {"NAME": place, "KIND": kind, "WIDEST": WIDEST, "TALLEST": TALLEST}
        for word, value in values.items():
            source = source.replace(word, str(value))
        made = typst.Compiler(source.encode(), root="/proc/self/fd").compile(format="png", ppi=PPI)
    if not isinstance(made, bytes):
        raise TypeError("not one page")
    return made


def _words(content: bytes) -> dict[str, Any]:
    """The text of a Word file in its order: paragraphs, and rows of tables."""
    left = MOST_TEXT
    blocks: list[dict[str, Any]] = []
    for block in _blocks(docx.Document(BytesIO(content))):
        left -= (
            len(block["text"]) if "text" in block else sum(len(cell) for row in block["rows"] for cell in row)
        )
        if left < 0:
            return {"blocks": blocks, "is_cut": True}
        blocks.append(block)
    return {"blocks": blocks, "is_cut": False}


def _blocks(document: Any) -> Iterator[dict[str, Any]]:
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield {"rows": [[cell.text for cell in row.cells] for row in part.rows]}
        elif part.text.strip():
            yield {"text": part.text, "is_heading": part.style.name.startswith("Heading")}
