"""Official documents as Word files, in the layout of Decree 30/2020/NĐ-CP, Phụ lục I."""

from __future__ import annotations

import datetime as dt
from itertools import zip_longest
from typing import TYPE_CHECKING

from khcn.kernel.documents import layout, printed_text
from khcn.kernel.documents.model import A5, Heading, PageBreak, Paragraph, Table, is_letter
from khcn.kernel.documents.ooxml_elements import (
    cell_element,
    docx_element,
    drawn_line_element,
    paragraph_element,
    row_element,
    run_element,
    table_element,
    text_element,
    text_paragraph_element,
    twips,
    with_relation,
)
from khcn.kernel.documents.ooxml_package import DocxPackage
from khcn.kernel.documents.ooxml_page_setup import section_element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from khcn.kernel.documents.model import Annex, Block, Blocks, Footnote, OfficialDocument, Runs


def render_docx(document: OfficialDocument) -> bytes:
    """The document as a .docx: real footnotes, tables with a repeated head, page numbers on top from page 2.

    Equal documents give equal bytes under one version of zlib; `serialization.fingerprint` is the hash that survives such
    versions. Marks, and links within the application, are left out: they are for the screen.
    """
    return _DocxRenderer(document).render()


class _DocxRenderer:
    """One rendering; it holds what grows while the text is written: footnotes and links."""

    def __init__(self, document: OfficialDocument) -> None:
        self._source = document
        self._measures = layout.measures_of(document.paper)
        self._package = DocxPackage(self._measures, page_foot=printed_text.as_one_line(document.page_foot))
        self._notes: list[_Element] = [_separator("separator", -1), _separator("continuationSeparator", 0)]

    def render(self) -> bytes:
        source = self._source
        body = docx_element(
            "body",
            *self._front(),
            *self._blocks(source.blocks, self._measures.text_mm, hold=not source.closing),
        )
        if source.closing:
            body.append(self._paragraph("BodyText", printed_text.closing_runs(source), *_keep_with_next()))
        body.extend(_foot(source))
        # Word wants a paragraph after a table; with annexes it also ends the section before
        ending = section_element(self._package, landscape=False, restart=False, paper=source.paper)
        for annex in source.annexes:
            body.append(paragraph_element("AfterTable", ending))
            body.extend(self._annex(annex))
            ending = section_element(self._package, landscape=annex.landscape, restart=True)
        if not source.annexes:
            body.append(paragraph_element("AfterTable"))
        body.append(ending)
        self._package.describe(
            title=printed_text.title(source),
            author=printed_text.as_one_line(source.issuing_body),
            created_on=source.signed_on or dt.date(source.year, source.month, 1),
        )
        return self._package.save(body, docx_element("footnotes", *self._notes))

    def _front(self) -> Iterator[_Element]:
        source = self._source
        yield _head(source)
        addressees = printed_text.address_lines(source)
        if not is_letter(source):
            yield text_paragraph_element("Title", source.kind)
            yield text_paragraph_element("Subtitle", source.subject)
            # "Kính gửi" brings its own distance to the drawn line; without it the text would touch the line.
            after_pt = 0 if addressees else 2 * self._measures.paragraph_gap_pt
            yield drawn_line_element(
                layout.line_below_subject_mm(source), self._measures.text_mm, after_pt=after_pt
            )
        if len(addressees) == 1:
            yield text_paragraph_element("Addressee", addressees[0])
        else:
            yield from (text_paragraph_element("AddresseeList", text) for text in addressees[:-1])
            yield from (text_paragraph_element("AddresseeLast", text) for text in addressees[-1:])
        if source.authority:
            yield text_paragraph_element("Authority", source.authority)
        for base in source.bases:
            yield self._paragraph("BodyText", base)
        if source.authority:
            yield text_paragraph_element("Authority", printed_text.DECIDES)

    def _annex(self, annex: Annex) -> Iterator[_Element]:
        yield text_paragraph_element("AnnexLabel", annex.label)
        yield text_paragraph_element("AnnexTitle", printed_text.annex_title(annex))
        yield text_paragraph_element("AnnexReference", annex.reference)
        yield from self._blocks(annex.blocks, layout.room_mm(annex))

    def _blocks(self, blocks: Blocks, room_mm: float, *, hold: bool = False) -> Iterator[_Element]:
        """The blocks; with `hold` the last one stays on the page of what follows, which is the signature."""
        for block, following in zip_longest(blocks, blocks[1:]):
            sticky = layout.stays_with_next(block, following) or (hold and following is None)
            yield from self._block(block, room_mm, hold=sticky)

    def _block(self, block: Block, room_mm: float, *, hold: bool) -> Iterator[_Element]:
        match block:
            case Heading():
                yield self._heading(block)
            case Paragraph():
                indent = (
                    [docx_element("ind", left=twips(block.indent * layout.INDENT_MM))] if block.indent else []
                )
                yield self._paragraph(
                    "BodyText",
                    printed_text.paragraph_runs(block),
                    *(_keep_with_next() if hold else []),
                    *indent,
                )
            case Table():
                yield from self._table(block, room_mm)
            case PageBreak():
                flat = docx_element("spacing", before=0, after=0, line=20, lineRule="exact")
                yield paragraph_element(
                    "AfterTable", flat, runs=[docx_element("r", docx_element("br", type="page"))]
                )

    def _heading(self, heading: Heading) -> _Element:
        free = [docx_element("keepNext", val=0), docx_element("keepLines", val=0)] if heading.tail else []
        element = self._paragraph(f"Heading{heading.level}", printed_text.heading_runs(heading), *free)
        element.extend(self._runs(printed_text.tail_runs(heading), reset=True))
        return element

    def _table(self, table: Table, room_mm: float) -> Iterator[_Element]:
        if table.caption:
            yield text_paragraph_element("Caption", table.caption)
        widths = [twips(width) for width in layout.column_widths_mm(table.columns, room_mm)]
        titles = zip(widths, table.columns, strict=True)
        rows = [
            row_element(
                (
                    cell_element(width, text_paragraph_element("TableHead", column.title), middle=True)
                    for width, column in titles
                ),
                repeated=True,
            )
        ]
        for cells, may_split in zip(table.rows, layout.rows_that_may_split(table, room_mm), strict=True):
            content = (
                cell_element(width, self._paragraph("TableText", runs, docx_element("jc", val=column.align)))
                for width, column, runs in zip(widths, table.columns, cells, strict=True)
            )
            rows.append(row_element(content, whole=not (may_split or self._source.paper == A5)))
        yield table_element(widths, rows, bordered=True)
        yield paragraph_element("AfterTable")

    def _paragraph(self, style: str, runs: Runs, *properties: _Element) -> _Element:
        return paragraph_element(style, *properties, runs=self._runs(runs))

    def _runs(self, runs: Runs, *, reset: bool = False, in_note: bool = False) -> Iterator[_Element]:
        for run in runs:
            element = run_element(run, reset=reset)
            address = printed_text.printed_link(run)
            yield (
                with_relation(
                    docx_element("hyperlink", element), self._package.link(address, in_note=in_note)
                )
                if address
                else element
            )
            if run.note is not None:
                yield self._note_mark(run.note)

    def _note_mark(self, note: Footnote) -> _Element:
        number = len(self._notes) - 1  # the two separators are -1 and 0
        mark = docx_element("r", _superscript(), docx_element("footnoteRef"))
        runs = [mark, text_element(" "), *self._runs(note.runs, in_note=True)]
        self._notes.append(docx_element("footnote", paragraph_element("FootnoteText", runs=runs), id=number))
        return docx_element("r", _superscript(), docx_element("footnoteReference", id=number))


def _keep_with_next() -> list[_Element]:
    return [docx_element("keepNext"), docx_element("keepLines")]


def _superscript() -> _Element:
    return docx_element("rPr", docx_element("rStyle", val="FootnoteReference"))


def _separator(tag: str, number: int) -> _Element:
    spacing = docx_element("spacing", before=0, after=0, line=240, lineRule="auto")
    return docx_element(
        "footnote",
        docx_element("p", docx_element("pPr", spacing), docx_element("r", docx_element(tag))),
        type=tag,
        id=number,
    )


def _head(source: OfficialDocument) -> _Element:
    """The letterhead: a table without borders, two columns, two rows."""
    measures = layout.measures_of(source.paper)
    widths = [twips(width) for width in measures.letterhead_mm]
    left = [
        text_paragraph_element("GoverningBody", source.governing_body),
        text_paragraph_element("IssuingBody", source.issuing_body),
        drawn_line_element(layout.line_below_name_mm(source), measures.letterhead_mm[0]),
    ]
    right = [
        text_paragraph_element("NationalName", printed_text.NATIONAL_NAME),
        text_paragraph_element("Motto", printed_text.MOTTO),
        drawn_line_element(layout.line_below_motto_mm(), measures.letterhead_mm[1]),
    ]
    number = [text_paragraph_element("DocumentNumber", printed_text.number_line(source))]
    if source.is_draft:
        number.append(text_paragraph_element("DraftNote", printed_text.DRAFT))
    if is_letter(source):
        number.append(text_paragraph_element("LetterSubject", printed_text.letter_subject(source)))
    rows = (
        row_element((cell_element(widths[0], *left), cell_element(widths[1], *right))),
        row_element(
            (
                cell_element(widths[0], *number),
                cell_element(
                    widths[1], text_paragraph_element("PlaceAndDate", printed_text.date_line(source))
                ),
            )
        ),
    )
    return table_element(widths, rows, bordered=False)


def _foot(source: OfficialDocument) -> Iterator[_Element]:
    """Recipients on the left, signature on the right, never separated by a page break; under two signatures, the recipients."""
    widths = [twips(width) for width in layout.measures_of(source.paper).foot_mm]
    left = [text_paragraph_element("RecipientsHead", printed_text.RECIPIENTS)] if source.recipients else []
    if source.recipients_heading:
        left.append(text_paragraph_element("Recipients", source.recipients_heading))
    left += [text_paragraph_element("Recipients", text) for text in printed_text.recipient_lines(source)]
    right = _signature(source.signer_capacity, source.signer_name)
    if not source.co_signer_capacity:
        both = (
            cell_element(widths[0], *(left or [paragraph_element("Recipients")])),
            cell_element(widths[1], *right),
        )
        yield table_element(widths, [row_element(both)], bordered=False)
        return
    halves = [sum(widths) // 2] * 2
    co_signer = _signature(source.co_signer_capacity, source.co_signer_name)
    yield table_element(
        halves,
        [row_element((cell_element(halves[0], *co_signer), cell_element(halves[1], *right)))],
        bordered=False,
    )
    if left:
        yield paragraph_element("AfterTable")
        yield from left


def _signature(capacity: Iterable[str], name: str) -> list[_Element]:
    return [
        *(text_paragraph_element("Signer", text) for text in capacity),
        text_paragraph_element("SignerName", name),
    ]
