"""Official documents as Word files, in the layout of Decree 30/2020/NĐ-CP, Phụ lục I."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from khcn.kernel.documents import layout, wording
from khcn.kernel.documents.model import Heading, PageBreak, Paragraph, Table
from khcn.kernel.documents.ooxml import (
    cell,
    grid,
    line,
    paragraph,
    related,
    row,
    rule,
    styled_run,
    text_run,
    twips,
    w,
)
from khcn.kernel.documents.ooxml_package import WordPackage, section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from khcn.kernel.documents.model import Annex, Block, Blocks, Footnote, OfficialDocument, Runs


def render_docx(document: OfficialDocument) -> bytes:
    """The document as a .docx: real footnotes, tables with a repeated head, page numbers on top from page 2.

    Equal documents give equal bytes under one version of zlib; `serial.fingerprint` is the hash that outlives such
    versions. Marks, and links within the application, are left out: they are for the screen.
    """
    return _Word(document).render()


class _Word:
    """One rendering; it holds what grows while the text is written: footnotes and links."""

    def __init__(self, document: OfficialDocument) -> None:
        self._source = document
        self._package = WordPackage(page_foot=wording.one_line(document.page_foot))
        self._notes: list[_Element] = [_separator("separator", -1), _separator("continuationSeparator", 0)]

    def render(self) -> bytes:
        source = self._source
        body = w(
            "body", *self._front(), *self._blocks(source.blocks, layout.TEXT_MM, hold=not source.closing)
        )
        if source.closing:
            body.append(self._paragraph("BodyText", wording.closing_runs(source), *_held()))
        body.extend(_foot(source))
        # Word wants a paragraph after a table; with annexes it also ends the section before
        ending = section(self._package, landscape=False, restart=False)
        for annex in source.annexes:
            body.append(paragraph("AfterTable", ending))
            body.extend(self._annex(annex))
            ending = section(self._package, landscape=annex.landscape, restart=True)
        if not source.annexes:
            body.append(paragraph("AfterTable"))
        body.append(ending)
        self._package.describe(
            title=wording.title(source),
            author=wording.one_line(source.issuing_body),
            created_on=source.signed_on or dt.date(source.year, source.month, 1),
        )
        return self._package.save(body, w("footnotes", *self._notes))

    def _front(self) -> Iterator[_Element]:
        source = self._source
        yield _head(source)
        yield line("Title", source.kind)
        yield line("Subtitle", source.subject)
        yield rule(layout.subject_rule_mm(source), layout.TEXT_MM)
        addressees = wording.address_lines(source)
        if len(addressees) == 1:
            yield line("Addressee", addressees[0])
        else:
            yield from (line("AddresseeList", text) for text in addressees[:-1])
            yield from (line("AddresseeLast", text) for text in addressees[-1:])
        for base in source.bases:
            yield self._paragraph("BodyText", base)

    def _annex(self, annex: Annex) -> Iterator[_Element]:
        yield line("AnnexLabel", annex.label)
        yield line("AnnexTitle", wording.annex_title(annex))
        yield line("AnnexReference", annex.reference)
        yield from self._blocks(annex.blocks, layout.room_mm(annex))

    def _blocks(self, blocks: Blocks, room_mm: float, *, hold: bool = False) -> Iterator[_Element]:
        """The blocks; with `hold` the last one stays on the page of what follows, which is the signature."""
        last = len(blocks) - 1
        for index, block in enumerate(blocks):
            yield from self._block(block, room_mm, hold=hold and index == last)

    def _block(self, block: Block, room_mm: float, *, hold: bool) -> Iterator[_Element]:
        match block:
            case Heading():
                yield self._heading(block)
            case Paragraph():
                indent = [w("ind", left=twips(block.indent * layout.INDENT_MM))] if block.indent else []
                yield self._paragraph(
                    "BodyText", wording.paragraph_runs(block), *(_held() if hold else []), *indent
                )
            case Table():
                yield from self._table(block, room_mm)
            case PageBreak():
                flat = w("spacing", before=0, after=0, line=20, lineRule="exact")
                yield paragraph("AfterTable", flat, runs=[w("r", w("br", type="page"))])

    def _heading(self, heading: Heading) -> _Element:
        free = [w("keepNext", val=0), w("keepLines", val=0)] if heading.tail else []
        element = self._paragraph(f"Heading{heading.level}", wording.heading_runs(heading), *free)
        element.extend(self._runs(wording.tail_runs(heading), reset=True))
        return element

    def _table(self, table: Table, room_mm: float) -> Iterator[_Element]:
        if table.caption:
            yield line("Caption", table.caption)
        widths = [twips(width) for width in layout.column_widths_mm(table.columns, room_mm)]
        titles = zip(widths, table.columns, strict=True)
        rows = [
            row(
                (cell(width, line("TableHead", column.title), middle=True) for width, column in titles),
                head=True,
            )
        ]
        for cells, may_split in zip(table.rows, layout.rows_that_may_split(table, room_mm), strict=True):
            content = (
                cell(width, self._paragraph("TableText", runs, w("jc", val=column.align)))
                for width, column, runs in zip(widths, table.columns, cells, strict=True)
            )
            rows.append(row(content, whole=not may_split))
        yield grid(widths, rows, ruled=True)
        yield paragraph("AfterTable")

    def _paragraph(self, style: str, runs: Runs, *properties: _Element) -> _Element:
        return paragraph(style, *properties, runs=self._runs(runs))

    def _runs(self, runs: Runs, *, reset: bool = False, in_note: bool = False) -> Iterator[_Element]:
        for run in runs:
            element = styled_run(run, reset=reset)
            address = wording.printed_link(run)
            yield (
                related(w("hyperlink", element), self._package.link(address, in_note=in_note))
                if address
                else element
            )
            if run.note is not None:
                yield self._note_mark(run.note)

    def _note_mark(self, note: Footnote) -> _Element:
        number = len(self._notes) - 1  # the two separators are -1 and 0
        mark = w("r", _superscript(), w("footnoteRef"))
        runs = [mark, text_run(" "), *self._runs(note.runs, in_note=True)]
        self._notes.append(w("footnote", paragraph("FootnoteText", runs=runs), id=number))
        return w("r", _superscript(), w("footnoteReference", id=number))


def _held() -> list[_Element]:
    return [w("keepNext"), w("keepLines")]


def _superscript() -> _Element:
    return w("rPr", w("rStyle", val="FootnoteReference"))


def _separator(tag: str, number: int) -> _Element:
    spacing = w("spacing", before=0, after=0, line=240, lineRule="auto")
    return w("footnote", w("p", w("pPr", spacing), w("r", w(tag))), type=tag, id=number)


def _head(source: OfficialDocument) -> _Element:
    """The letterhead: a table without borders, two columns, two rows."""
    widths = [twips(width) for width in layout.HEAD_MM]
    left = [
        line("GoverningBody", source.governing_body),
        line("IssuingBody", source.issuing_body),
        rule(layout.name_rule_mm(source), layout.HEAD_MM[0]),
    ]
    right = [
        line("NationalName", wording.NATIONAL_NAME),
        line("Motto", wording.MOTTO),
        rule(layout.motto_rule_mm(), layout.HEAD_MM[1]),
    ]
    number = [line("DocumentNumber", wording.number_line(source))]
    if source.is_draft:
        number.append(line("DraftNote", wording.DRAFT))
    rows = (
        row((cell(widths[0], *left), cell(widths[1], *right))),
        row((cell(widths[0], *number), cell(widths[1], line("PlaceAndDate", wording.date_line(source))))),
    )
    return grid(widths, rows, ruled=False)


def _foot(source: OfficialDocument) -> Iterator[_Element]:
    """Recipients on the left, signature on the right, never parted by a page break; under two signatures, the recipients."""
    widths = [twips(width) for width in layout.FOOT_MM]
    left = [line("RecipientsHead", wording.RECIPIENTS)] if source.recipients else []
    if source.recipients_heading:
        left.append(line("Recipients", source.recipients_heading))
    left += [line("Recipients", text) for text in wording.recipient_lines(source)]
    right = _signature(source.signer_capacity, source.signer_name)
    if not source.co_signer_capacity:
        both = cell(widths[0], *(left or [paragraph("Recipients")])), cell(widths[1], *right)
        yield grid(widths, [row(both)], ruled=False)
        return
    halves = [sum(widths) // 2] * 2
    co_signer = _signature(source.co_signer_capacity, source.co_signer_name)
    yield grid(halves, [row((cell(halves[0], *co_signer), cell(halves[1], *right)))], ruled=False)
    if left:
        yield paragraph("AfterTable")
        yield from left


def _signature(capacity: Iterable[str], name: str) -> list[_Element]:
    return [*(line("Signer", text) for text in capacity), line("SignerName", name)]
