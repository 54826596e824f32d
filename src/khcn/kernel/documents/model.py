"""An official document as a value: what it says, never how it looks.

The layout (Decree 30/2020/NĐ-CP, Phụ lục I) belongs to the renderers. Everything is frozen and built of tuples, so that
a signed document can be stored, compared and hashed.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

Align: TypeAlias = Literal["left", "center", "right"]
Bullet: TypeAlias = Literal["", "-", "+"]

DEEPEST_HEADING: Final = 5
DEEPEST_INDENT: Final = 4
_LINK = re.compile(r"(?:https?://[^\s/]|mailto:[^\s@]+@|/(?!/)|#)\S*", re.IGNORECASE)


class UnprintableDocumentError(ValueError):
    """A document that cannot be printed as it stands; the message is for the person who edits it."""


class Mark(enum.StrEnum):
    """Why a piece of text is not a plain computed value. Shown on screen, never in print."""

    TYPED = "typed"
    OVERRIDE = "override"
    ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True, slots=True)
class Footnote:
    """The text of a footnote; it cannot hold another footnote."""

    runs: Runs

    def __post_init__(self) -> None:
        if any(run.note is not None for run in self.runs):
            raise UnprintableDocumentError(
                _("Một chú thích không chứa được chú thích khác: hãy đưa chú thích ra ngoài.")
            )


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. A line feed in it is a line break within the paragraph.

    `figure` is the code of the indicator that the text was computed from. `href` is an http(s) or mailto address, or
    a place within the application ("/…", "#…"), which is a link on screen only.
    """

    text: str
    bold: bool = False
    italic: bool = False
    figure: str | None = None
    href: str | None = None
    note: Footnote | None = None
    mark: Mark | None = None

    def __post_init__(self) -> None:
        if self.href is not None and not _LINK.fullmatch(self.href):
            message = _(
                "Liên kết “%(href)s” không dùng được trong văn bản: hãy ghi địa chỉ bắt đầu bằng https://, http://, "
                "mailto: hoặc “/”."
            )
            raise UnprintableDocumentError(message % {"href": self.href})


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 "A.", 2 "I.", 3 "1.", 4 "a)", 5 any deeper; `tail` is body text that goes on in the same line."""

    level: int
    label: str
    runs: Runs
    tail: Runs = ()

    def __post_init__(self) -> None:
        if not 1 <= self.level <= DEEPEST_HEADING:
            message = _("Đề mục “%(label)s” ở bậc %(level)d: chỉ có các bậc từ 1 đến %(deepest)d.")
            values = {"label": self.label, "level": self.level, "deepest": DEEPEST_HEADING}
            raise UnprintableDocumentError(message % values)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of body text, with an optional bullet and an indent in steps."""

    runs: Runs
    bullet: Bullet = ""
    indent: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.indent <= DEEPEST_INDENT:
            message = _("Đoạn văn thụt vào %(indent)d bậc: chỉ có các bậc từ 0 đến %(deepest)d.")
            raise UnprintableDocumentError(message % {"indent": self.indent, "deepest": DEEPEST_INDENT})


@dataclass(frozen=True, slots=True)
class DocumentColumn:
    """`width_mm` is a wish: columns together wider than the text are narrowed in proportion."""

    title: str
    width_mm: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with borders, column headings and an optional caption; each row has one cell for each column."""

    columns: tuple[DocumentColumn, ...]
    rows: tuple[tuple[Runs, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.columns:
            raise UnprintableDocumentError(
                _("Bảng “%(caption)s” không có cột nào.") % {"caption": self.caption}
            )
        for column in self.columns:
            if not 0 < column.width_mm < float("inf"):
                message = _("Cột “%(title)s” rộng %(width)s mm: độ rộng phải lớn hơn 0.")
                raise UnprintableDocumentError(message % {"title": column.title, "width": column.width_mm})
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                message = _(
                    "Bảng “%(caption)s”, dòng %(row)d có %(cells)d ô trong khi bảng có %(columns)d cột."
                )
                values = {
                    "caption": self.caption,
                    "row": number,
                    "cells": len(row),
                    "columns": len(self.columns),
                }
                raise UnprintableDocumentError(message % values)


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins on a new page."""


Block: TypeAlias = Heading | Paragraph | Table | PageBreak
Blocks: TypeAlias = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """One "Phụ lục": own pages, numbered from 1 again (NĐ 30/2020, Phụ lục I, II.III).

    `label` is "Phụ lục" or "Phụ lục II"; `reference` is the line "(Kèm theo Báo cáo số …)".
    """

    label: str
    title: str
    reference: str
    blocks: Blocks
    landscape: bool = False


A4: Final = "A4"
A5: Final = "A5"
PAPERS: Final = (A4, A5)
LETTER: Final = "CÔNG VĂN"


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """A document of a state body, from the letterhead to the annexes.

    While `signed_on` is None the day stays blank and `year` and `month` are printed. An empty `number` leaves room for
    the clerk to write it. Lines within `governing_body` and `issuing_body` are separated by line feeds. `page_foot` is one
    small line in the bottom margin of every page. With `co_signer_capacity` two people sign, as minutes are signed (NĐ
    30/2020, mẫu 1.10): that one on the left, the signer on the right, and the recipients stand below. `paper` is A4, or A5
    lying on its side for receipts and slips: as wide as A4, half as high.

    With `authority`, such as "GIÁM ĐỐC SỞ …", it is a decision (mẫu 1.2): who decides stands above the bases, and
    "QUYẾT ĐỊNH:" below them. The kind `LETTER` is not printed (mẫu 1.5): its subject stands below the number.
    """

    governing_body: str
    issuing_body: str
    symbol: str
    place: str
    year: int
    month: int
    subject: str
    blocks: Blocks
    number: str = ""
    signed_on: dt.date | None = None
    kind: str = "BÁO CÁO"
    addressees: tuple[str, ...] = ()
    bases: tuple[Runs, ...] = ()
    closing: Runs = ()
    recipients: tuple[str, ...] = ()
    recipients_heading: str = ""
    signer_capacity: tuple[str, ...] = ()
    signer_name: str = ""
    annexes: tuple[Annex, ...] = ()
    is_draft: bool = False
    page_foot: str = ""
    co_signer_capacity: tuple[str, ...] = ()
    co_signer_name: str = ""
    paper: str = A4
    authority: str = ""

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            message = _("Không in được trên khổ giấy “%(paper)s”: chọn A4 hoặc A5.")
            raise UnprintableDocumentError(message % {"paper": self.paper})
        if not (1 <= self.month <= 12 and 1945 <= self.year <= 9999):  # noqa: PLR2004 - months; the state's first year
            message = _("Văn bản ghi tháng %(month)d năm %(year)d: hãy ghi một tháng có trong lịch.")
            raise UnprintableDocumentError(message % {"month": self.month, "year": self.year})


def is_letter(document: OfficialDocument) -> bool:
    """Whether it is an official letter (công văn), of which the kind is not printed."""
    return document.kind.strip().upper() == LETTER


def figures(document: OfficialDocument) -> tuple[tuple[str, str], ...]:
    """Every bound figure as (indicator code, text as in the document), in reading order, footnotes at their mark."""
    return tuple((run.figure, run.text) for run in iter_runs(document) if run.figure is not None)


def iter_runs(document: OfficialDocument) -> Iterator[Run]:
    """All runs in reading order; the runs of a footnote come right after the run that carries its mark."""
    for base in document.bases:
        yield from _with_notes(base)
    for block in document.blocks:
        yield from _block_runs(block)
    yield from _with_notes(document.closing)
    for annex in document.annexes:
        for block in annex.blocks:
            yield from _block_runs(block)


def _block_runs(block: Block) -> Iterator[Run]:
    match block:
        case Heading():
            yield from _with_notes(block.runs)
            yield from _with_notes(block.tail)
        case Paragraph():
            yield from _with_notes(block.runs)
        case Table():
            for row in block.rows:
                for cell in row:
                    yield from _with_notes(cell)
        case PageBreak():
            pass


def _with_notes(runs: Iterable[Run]) -> Iterator[Run]:
    for run in runs:
        yield run
        if run.note is not None:
            yield from run.note.runs
