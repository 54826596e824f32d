"""Official documents as PDF, set by Typst in the layout of Decree 30/2020/NĐ-CP, Phụ lục I.

The text goes to Typst as JSON, so that nothing in it can act as markup. The fonts come from one folder and from the
Typst wheel; the machine's own fonts are not looked at, so that every machine sets the same lines.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import re
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.documents import layout, printed_text
from khcn.kernel.documents.model import (
    A5,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    UnprintableDocumentError,
    is_letter,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typst

    from khcn.kernel.documents.model import Annex, Block, Blocks, OfficialDocument, Run, Runs

Json = dict[str, Any]

log = logging.getLogger(__name__)

FONT_FAMILY: Final = "Tinos"  # the metrics of Times New Roman
_FALLBACK_FAMILIES: Final = ("Libertinus Serif", "DejaVu Sans Mono")  # in the Typst wheel, for rare signs
_TEMPLATE: Final = Path(__file__).with_name("layout.typ")
_STAMP: Final = Path(__file__).with_name("stamp.typ")


class FontMissingError(RuntimeError):
    """The document font is not where the settings say."""


def render_pdf(document: OfficialDocument, fonts: Path) -> bytes:
    """The document as a tagged PDF in Vietnamese; equal documents give equal bytes under one version of Typst.

    Args:
        document: what to print; marks and links within the application are left out.
        fonts: folder that holds the four faces of Tinos, at any depth.

    Raises:
        FontMissingError: Tinos is not in `fonts`.
    """
    import typst  # local: slow import

    try:
        result = _compiled(document, fonts, tags=True)
    except typst.TypstError as fault:
        # Typst 0.15 cannot put tags round some links, such as one whose text cannot be seen.
        log.warning("printed without tags: %s", fault)
        result = _compiled(document, fonts, tags=False)
    return _content_of(result)


def _content_of(result: object) -> bytes:
    if not isinstance(result, bytes):
        raise UnprintableDocumentError(
            _("Không dựng được bản PDF: bộ dàn trang không trả về tệp. Hãy báo cho quản trị hệ thống.")
        )
    return result


def signature_place(document: OfficialDocument, fonts: Path) -> tuple[int, tuple[int, int, int, int]]:
    """Where the first signer signs in :func:`render_pdf`: the page, counted from 0, and the rectangle between capacity and name
    in points from the lower left corner of the page.
    """
    place = json.loads(_compiler(document, fonts).query("<signature-place>", field="value", one=True))
    measures = layout.measures_of(document.paper)
    left, top = round(place["x"]), round(measures.height_mm * 72 / 25.4 - place["y"])
    bottom = top - round(measures.signature_pt)
    return place["page"] - 1, (left, bottom, left + round(place["width"]), top)


def render_stamp(lines: Sequence[str], width_pt: int, height_pt: int, fonts: Path) -> bytes:
    """What is seen of an electronic signature: one page of that size with the lines in its middle, broken where they are long."""
    stamp = {
        "width": width_pt,
        "height": height_pt,
        "lines": [printed_text.printable(each) for each in lines],
        "fonts": [FONT_FAMILY, *_FALLBACK_FAMILIES],
    }
    return compile_template(_STAMP, {"stamp": json.dumps(stamp, ensure_ascii=False)}, fonts)


def compile_template(template: Path, inputs: dict[str, str], fonts: Path) -> bytes:
    """The PDF that a Typst template of an area makes of texts that arrive as data.

    Raises:
        FontMissingError: Tinos is not in `fonts`.
    """
    import typst  # local: slow import

    compiler = typst.Compiler(
        str(template), font_paths=_fonts(fonts), ignore_system_fonts=True, sys_inputs=inputs
    )
    return _content_of(compiler.compile(format="pdf"))


def _compiler(document: OfficialDocument, fonts: Path) -> typst.Compiler:
    import typst  # local: slow import

    return typst.Compiler(
        str(_TEMPLATE),
        font_paths=_fonts(fonts),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)},
    )


def _compiled(document: OfficialDocument, fonts: Path, *, tags: bool) -> object:
    compiler = _compiler(document, fonts)
    day = document.signed_on or dt.date(document.year, document.month, 1)
    stamp = dt.datetime.combine(day, dt.time(), dt.UTC)
    return compiler.compile(format="pdf", timestamp=stamp, pdf_tags=tags)


@functools.lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    import typst  # local: slow import

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    if FONT_FAMILY not in fonts.families():
        message = _(
            "Không thấy phông chữ %(family)s trong thư mục %(folder)s: hãy cài lại các gói giao diện rồi in lại."
        )
        raise FontMissingError(message % {"family": FONT_FAMILY, "folder": folder})
    return fonts


def _data(source: OfficialDocument) -> Json:
    """What `layout.typ` reads: measures, then the document in printing order, every text printable."""
    measures = layout.measures_of(source.paper)
    room_mm = measures.text_mm
    return {
        "layout": {
            **_MEASURES,
            "page-height": measures.height_mm,
            "top": measures.top_mm,
            "bottom": measures.bottom_mm,
            "left": measures.left_mm,
            "right": measures.right_mm,
            "head": measures.letterhead_mm,
            "foot": measures.foot_mm,
            "text": measures.text_pt,
            "table": measures.table_pt,
            "paragraph-gap": measures.paragraph_gap_pt,
            "line": measures.line_height,
            "front-gap": measures.front_gap_pt,
            "cell-gap": measures.cell_gap_pt,
            "signature": measures.signature_pt,
        },
        "fonts": [FONT_FAMILY, *_FALLBACK_FAMILIES],
        "title": printed_text.title(source),
        "author": printed_text.as_one_line(source.issuing_body),
        "kind": _text(source.kind, room_mm, bold=True),
        "subject": _subject(source),
        "letter": is_letter(source),
        "authority": _text(source.authority, room_mm, bold=True),
        "decides": printed_text.DECIDES if source.authority else "",
        "line-below-subject": layout.line_below_subject_mm(source),
        "head": _head(source),
        "addressees": printed_text.address_lines(source),
        "bases": [_runs(base, room_mm) for base in source.bases],
        "paper": source.paper.lower(),
        "blocks": _splitting(_blocks(source.blocks, room_mm), source.paper),
        "closing": _runs(printed_text.closing_runs(source), room_mm),
        "foot": {
            "recipients-word": printed_text.RECIPIENTS,
            "recipients-heading": printed_text.as_one_line(source.recipients_heading),
            "recipients": printed_text.recipient_lines(source),
            "capacity": [printed_text.as_one_line(text) for text in source.signer_capacity],
            "name": printed_text.as_one_line(source.signer_name),
            "co-capacity": [printed_text.as_one_line(text) for text in source.co_signer_capacity],
            "co-name": printed_text.as_one_line(source.co_signer_name),
        },
        "annexes": [_annex(annex) for annex in source.annexes],
        "page-foot": printed_text.as_one_line(source.page_foot),
    }


def _subject(source: OfficialDocument) -> str:
    measures = layout.measures_of(source.paper)
    if is_letter(source):
        text = printed_text.letter_subject(source)
        return _text(text, measures.letterhead_mm[0], size_pt=layout.LETTER_SUBJECT_PT)
    return _text(source.subject, measures.text_mm, bold=True)


def _splitting(blocks: list[Json], paper: str) -> list[Json]:
    """On the small page any row may be higher than what is left, and breaks."""
    for block in blocks:
        for row in block.get("rows", ()):
            row["split"] = row["split"] or paper == A5
    return blocks


def _head(source: OfficialDocument) -> Json:
    room_mm = layout.measures_of(source.paper).letterhead_mm[0]
    return {
        "governing": _text(source.governing_body, room_mm, size_pt=layout.BODY_NAME_PT),
        "issuing": _text(source.issuing_body, room_mm, size_pt=layout.BODY_NAME_PT, bold=True),
        "line-below-name": layout.line_below_name_mm(source),
        "nation": printed_text.NATIONAL_NAME,
        "motto": printed_text.MOTTO,
        "line-below-motto": layout.line_below_motto_mm(),
        "number": printed_text.number_line(source),
        "draft": printed_text.DRAFT if source.is_draft else "",
        "date": printed_text.date_line(source),
    }


def _annex(annex: Annex) -> Json:
    room_mm = layout.room_mm(annex)
    return {
        "label": printed_text.printable(annex.label),
        "title": _text(printed_text.annex_title(annex), room_mm, bold=True),
        "reference": _text(annex.reference, room_mm),
        "landscape": annex.landscape,
        "blocks": _blocks(annex.blocks, room_mm),
    }


def _blocks(blocks: Blocks, room_mm: float) -> list[Json]:
    return [
        {**_block(block, room_mm), "sticky": layout.stays_with_next(block, following)}
        for block, following in zip_longest(blocks, blocks[1:])
    ]


def _block(block: Block, room_mm: float) -> Json:
    match block:
        case Heading():
            title, tail = printed_text.heading_runs(block), printed_text.tail_runs(block)
            runs = _runs((*title, *tail), room_mm, bold=True)
            return {
                "block": "heading",
                "level": block.level,
                "runs": runs[: len(title)],
                "tail": runs[len(title) :],
            }
        case Paragraph():
            return {
                "block": "paragraph",
                "runs": _runs(printed_text.paragraph_runs(block), room_mm - block.indent * layout.INDENT_MM),
                "indent": block.indent,
            }
        case Table():
            return _table(block, room_mm)
        case PageBreak():
            return {"block": "page_break"}


def _table(table: Table, room_mm: float) -> Json:
    widths = layout.column_widths_mm(table.columns, room_mm)
    rooms = [layout.inner_mm(width) for width in widths]
    rows = zip(table.rows, layout.rows_that_may_split(table, room_mm), strict=True)
    return {
        "block": "table",
        "caption": _text(table.caption, room_mm, bold=True),
        "widths": widths,
        "aligns": [column.align for column in table.columns],
        "titles": [
            _text(column.title, room, size_pt=layout.TABLE_PT, bold=True)
            for column, room in zip(table.columns, rooms, strict=True)
        ],
        "rows": [
            {
                "cells": [
                    _runs(cell, room, size_pt=layout.TABLE_PT) for cell, room in zip(row, rooms, strict=True)
                ],
                "split": split,
            }
            for row, split in rows
        ],
    }


# Words are broken by the widths that they have on A4: letters of A5 are smaller, and no word of it is wider.
def _text(text: str, room_mm: float, *, size_pt: float = layout.TEXT_PT, bold: bool = False) -> str:
    return layout.with_breaks([(printed_text.printable(text), bold)], size_pt, room_mm)[0]


def _runs(runs: Runs, room_mm: float, *, size_pt: float = layout.TEXT_PT, bold: bool = False) -> list[Json]:
    texts = layout.with_breaks(
        [(printed_text.printable(run.text), bold or run.bold) for run in runs], size_pt, room_mm
    )
    return [_run(run, text) for run, text in zip(runs, texts, strict=True)]


def _run(run: Run, text: str) -> Json:
    return {
        "text": _UNIT_STROKE.sub("\\1/\u2060", text),  # as a unit it stays in one line
        "bold": run.bold,
        "italic": run.italic,
        "link": printed_text.printed_link(run),
        "note": None if run.note is None else _runs(run.note.runs, layout.TEXT_MM, size_pt=layout.NOTE_PT),
    }


_UNIT_STROKE: Final = re.compile(r"([²³]|\b(?:kg|kW|km|tấn|lít))/(?=\w)")  # of "m³/năm"
_MEASURES: Final[Json] = {
    "first-line": layout.FIRST_LINE_MM,
    "indent": layout.INDENT_MM,
    "letter-subject": layout.LETTER_SUBJECT_PT,
    "body-name": layout.BODY_NAME_PT,
    "motto": layout.MOTTO_PT,
    "number": layout.NUMBER_PT,
    "page-number-size": layout.PAGE_NUMBER_PT,
    "recipients-head": layout.RECIPIENTS_HEAD_PT,
    "recipients": layout.RECIPIENTS_PT,
    "note": layout.NOTE_PT,
    "page-foot-size": layout.PAGE_FOOT_PT,
    "cell-padding": layout.CELL_PADDING_MM,
}
