"""The letters of one PDF or Word file. Runs in a process of its own (`khcn.kernel.bounded_process`)."""

from __future__ import annotations

import logging
import signal
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import docx
from docx.table import Table
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

    from pypdf import PageObject

MOST_TEXT: Final = 200_000  # letters of a file that are searched
MOST_SECTIONS: Final = 50  # of a Word file, whose headers and footers are read
# Seconds of work after which what was read so far is the answer; the limit of the process is above it.
MOST_SECONDS: Final = 12
PAGE_SECONDS: Final = (
    2.0  # of work on one page, which is left out when they are over; most take a fiftieth of one
)
AGAIN_SECONDS: Final = 0.2


class _PageTooLong(BaseException):
    """Of no kind that pypdf catches."""


def answer(request: bytes) -> bytes:
    """The text in UTF-8, "" for a file of pictures. The request is a line with the ending of the name, and the file."""
    logging.disable(logging.CRITICAL)  # pypdf tells of each oddity of a file
    kind, _end, content = request.partition(b"\n")
    parts = _of_pages(content) if kind == b".pdf" else _of_word(docx.Document(BytesIO(content)))
    return _beginning(parts).encode(errors="ignore")


def _beginning(parts: Iterable[str]) -> str:
    found, length, end = [], 0, time.process_time() + MOST_SECONDS
    for part in parts:
        found.append(part)
        length += len(part) + 1
        if length > MOST_TEXT or time.process_time() > end:
            break
    return " ".join(" ".join(found).replace("\0", " ").split())[:MOST_TEXT]


def _of_pages(content: bytes) -> Iterator[str]:
    for page in PdfReader(BytesIO(content), strict=False).pages:
        try:
            _end_after(PAGE_SECONDS)
            text = _of_page(page)
        except (Exception, _PageTooLong):  # noqa: BLE001 -- whatever is wrong with a page, the others can be read
            text = ""
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        yield text


def _of_page(page: PageObject) -> str:
    return page.extract_text()


def _end_after(seconds: float) -> None:
    """From then on raises :class:`_PageTooLong` in :func:`_of_page`, once the process has worked so many seconds more, again and again
    until the timer is stopped: an exception that is raised while an object is thrown away is lost.
    """
    signal.signal(signal.SIGPROF, _end_page)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_SECONDS)


def _end_page(_number: int, frame: FrameType | None) -> None:
    """Only while a page is read: to throw its objects away can take until the next signal, which comes after the end of the page."""
    while frame is not None:
        if frame.f_code is _of_page.__code__:
            raise _PageTooLong
        frame = frame.f_back


def _of_word(document: Any) -> Iterator[str]:
    """Headers and footers first: letters have their number there. Text boxes come after the text that they stand in."""
    for section in document.sections[:MOST_SECTIONS]:
        for part in (
            section.header,
            section.first_page_header,
            section.even_page_header,
            section.footer,
            section.first_page_footer,
            section.even_page_footer,
        ):
            if not part.is_linked_to_previous:  # there is one
                yield from _of_blocks(part)
                yield from _of_text_boxes(part.part.element)
    yield from _of_blocks(document)
    yield from _of_text_boxes(document.element)


def _of_blocks(container: Any) -> Iterator[str]:
    for part in container.iter_inner_content():
        if isinstance(part, Table):
            yield from (cell.text for row in part.rows for cell in row.cells)
        else:
            yield part.text


def _of_text_boxes(element: Any) -> Iterator[str]:
    """Word writes a box twice, the second time (Fallback) for its versions before 2010."""
    boxes = './/w:txbxContent[not(ancestor::*[local-name()="Fallback"])]//w:p'
    yield from (paragraph.text for paragraph in element.xpath(boxes))
