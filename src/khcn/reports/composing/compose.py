"""A resolved report as an official document: what is typed and what was typed over is marked."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import override as language

from khcn.kernel.documents.model import (
    Align,
    Annex,
    Block,
    DocumentColumn,
    Footnote,
    Heading,
    Mark,
    OfficialDocument,
    Paragraph,
    Run,
    Runs,
    Table,
)
from khcn.kernel.documents.printed_text import annex_reference, capacity_lines
from khcn.kernel.text.language import in_vietnamese
from khcn.reports.composing.filled_tables import FilledTable
from khcn.reports.composing.printed_tables import filled_blocks
from khcn.reports.composing.printing import NOTHING
from khcn.reports.composing.report_parts import RecordRows, ReportLine, TypedRows
from khcn.reports.forms.definition import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.composing.report_parts import LinePart
    from khcn.reports.composing.resolve import Report, ResolvedSection
    from khcn.reports.composing.sources import ReportSource

TEXT_MM = 165
_NARROW_MM = 15
_SHORT_HEADING, _FEW_LETTERS = 5, 4  # of a column of running numbers
_NOTHING_HAPPENED = f"{NOTHING[:1].upper()}{NOTHING[1:]}"


@in_vietnamese
def compose(report: Report) -> OfficialDocument:
    """The document of a report, in Vietnamese whatever the language of the screen."""
    with language("vi"):
        return _document(report)


def _document(report: Report) -> OfficialDocument:
    source = report.source
    head = source.form.letterhead
    words = source.words
    day = source.day
    document = OfficialDocument(
        governing_body=fill(head.governing_body, source.words_of_letterhead),
        issuing_body=head.issuing_body,
        symbol=head.symbol,
        place=fill(head.place, source.words_of_letterhead),
        year=day.year,
        month=day.month,
        subject=fill(head.subject, words),
        blocks=tuple(
            block
            for section in report.sections
            if not section.source.annex
            for block in section_blocks(section)
        ),
        number=source.doc_number.partition("/")[0],
        signed_on=source.signed_on,
        kind=fill(head.kind, words),
        addressees=tuple(fill(each, words) for each in head.addressees),
        bases=tuple((Run(each),) for each in _openings(source)),
        closing=(Run(fill(head.closing, words)),) if head.closing else (),
        recipients=tuple(fill(each, words) for each in head.recipients),
        recipients_heading=head.recipients_heading,
        signer_capacity=tuple(line for each in head.signer_capacity for line in capacity_lines(each)),
        signer_name=source.signer_name or head.signer_name,
        is_draft=source.is_draft,
    )
    annexes = (_annex(section) for section in report.sections if section.source.annex)
    return _with_references(replace(document, annexes=tuple(annexes)), head.issuer)


def numbered(document: OfficialDocument, number: str, issuer: str) -> OfficialDocument:
    """A composed report under the number that it takes, with the words of its annexes that name the report by it."""
    return _with_references(replace(document, number=number.partition("/")[0]), issuer)


def _with_references(document: OfficialDocument, issuer: str) -> OfficialDocument:
    """Each annex with the words that tie it to the report (Decree 30/2020/NĐ-CP, Phụ lục I)."""
    reference = annex_reference(document, issuer)
    return replace(document, annexes=tuple(replace(each, reference=reference) for each in document.annexes))


def _openings(source: ReportSource) -> Iterator[str]:
    """The bases, which signed report this one takes the place of (Decree 30/2020/NĐ-CP, Điều 18.4), and the opening sentence."""
    head = source.form.letterhead
    yield from (source.base(each) for each in head.bases)
    if source.replaces:
        yield f"Báo cáo này thay thế Báo cáo {source.replaces}."
    if head.opening:
        yield fill(head.opening, source.words)


def _annex(section: ResolvedSection) -> Annex:
    """A section that is printed after the signature."""
    title = section.heading.text if section.heading else ""
    is_wide = any(isinstance(each, FilledTable) and each.table.landscape for each in section.blocks)
    blocks = tuple(section_blocks(section, headed=False))
    return Annex(section.source.label, title, "", blocks, landscape=is_wide)


def section_blocks(section: ResolvedSection, *, headed: bool = True) -> Iterator[Block]:
    """A section's heading and blocks; a heading that ends with ":" runs into its first plain paragraph."""
    blocks = list(section.blocks)
    if section.heading and headed:
        tail: Runs = ()
        first = blocks[0] if blocks else None
        if isinstance(first, ReportLine) and not first.bullet and section.heading.text.rstrip().endswith(":"):
            tail = _runs(first, section)
            blocks.pop(0)
        yield Heading(section.source.level, section.source.label, _runs(section.heading, section), tail)
        if section.source.typed and not section.blocks:
            yield Paragraph((Run(_NOTHING_HAPPENED),))
    for block in blocks:
        match block:
            case ReportLine():
                if runs := _runs(block, section):  # none where all of it is left out
                    yield Paragraph(runs, block.bullet)
            case TypedRows():
                yield _typed_table(block, section)
            case RecordRows():
                yield _record_table(block)
            case FilledTable():
                yield from filled_blocks(block, lambda line: _runs(line, section))


def _runs(line: ReportLine, section: ResolvedSection) -> Runs:
    runs: list[Run] = []
    for piece in line.pieces:
        if piece.occurrence is not None and piece.occurrence.is_left_out:
            continue
        if piece.kind != "note":
            runs.append(_run(piece, typed=section.source.typed and not line.is_heading))
            continue
        note = Footnote(_runs(section.notes[piece.note], section))
        last = runs.pop() if runs and runs[-1].note is None else Run("")
        runs.append(Run(last.text, last.bold, last.italic, figure=last.figure, note=note, mark=last.mark))
    return tuple(runs)


def _run(piece: LinePart, *, typed: bool) -> Run:
    occurrence = piece.occurrence
    if occurrence is None:
        mark = Mark.TYPED if typed and piece.kind == "typed" else None
        return Run(piece.text, piece.bold, piece.italic, mark=mark)
    mark = Mark.OVERRIDE if occurrence.typed else None
    return Run(piece.text, piece.bold, piece.italic, figure=occurrence.code, mark=mark)


def _typed_table(table: TypedRows, section: ResolvedSection) -> Table:
    columns = tuple(
        DocumentColumn(cell.text, width, _alignment(width))
        for cell, width in zip(table.head, _typed_widths(table), strict=True)
    )
    return Table(columns, tuple(tuple(_runs(cell, section) for cell in row) for row in table.rows))


def _typed_widths(table: TypedRows) -> Iterator[float]:
    """Millimetres of each column: little for running numbers, of the rest more for what has more text.

    By the square root of its letters: a cell with four times the text is twice as wide and twice as high.
    """
    texts = [[row[place].text for row in table.rows] for place in range(len(table.head))]
    letters = [
        0 if len(head.text) <= _SHORT_HEADING and all(len(each) <= _FEW_LETTERS for each in cells)
        else max(len(head.text), sum(map(len, cells)) / max(len(cells), 1), _FEW_LETTERS)
        for head, cells in zip(table.head, texts, strict=True)
    ]  # fmt: skip
    shares = sum(math.sqrt(each) for each in letters)
    room = TEXT_MM - _NARROW_MM * letters.count(0)
    for each in letters:
        yield room * math.sqrt(each) / shares if each else _NARROW_MM


def _alignment(width_mm: float) -> Align:
    return "center" if width_mm <= _NARROW_MM else "left"


def _record_table(table: RecordRows) -> Table:
    columns = tuple(
        DocumentColumn(str(each.heading), each.width_mm, _alignment(each.width_mm)) for each in table.columns
    )
    occurrence = table.occurrence
    rows = []
    for number, row in enumerate(occurrence.printed.rows):
        before = occurrence.computed.rows[number]
        rows.append(
            tuple(
                (Run(text, mark=Mark.OVERRIDE if text != computed else None),)
                for text, computed in zip(row, before, strict=True)
            )
        )
    if not rows:
        empty = ["", _NOTHING_HAPPENED] if len(columns) > 1 else [_NOTHING_HAPPENED]
        rows = [tuple((Run(text),) for text in (empty + [""] * len(columns))[: len(columns)])]
    return Table(columns, tuple(rows))
