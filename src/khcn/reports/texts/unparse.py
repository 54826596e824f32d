"""From nodes back to text, in the one canonical form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.reports.texts.nodes import (
    Aspect,
    Block,
    ChoiceMark,
    Figure,
    Inlines,
    Note,
    NoteMark,
    Paragraph,
    RecordTable,
    Text,
    TypedTable,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TO_ESCAPE = str.maketrans({sign: f"\\{sign}" for sign in "\\*[{|"})


def unparse(blocks: Iterable[Block]) -> str:
    """The text of blocks, in canonical form."""
    lines: list[str] = []
    before: Block | None = None
    for block in blocks:
        if isinstance(block, TypedTable) and isinstance(before, TypedTable):
            lines.append("")  # two tables in a row would read as one
        lines.extend(_block_lines(block))
        before = block
    return "\n".join(lines)


def _block_lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(inlines, ""):
            yield _inline_text(inlines)
        case Paragraph(inlines, bullet):
            yield f"{bullet} {_inline_text(inlines)}"
        case RecordTable(code):
            yield f"[{code}:{Aspect.TABLE}]"
        case Note(key, inlines):
            yield f"[^{key}]: {_inline_text(inlines)}"
        case TypedTable(head, rows):
            yield _row_line(head)
            yield "|" + "---|" * len(head)
            yield from map(_row_line, rows)


def _row_line(cells: Iterable[Inlines]) -> str:
    return "|" + "|".join(f" {_inline_text(cell)} " for cell in cells) + "|"


def _inline_text(inlines: Inlines) -> str:
    done = ""
    bold = italic = False
    for inline in inlines:
        if isinstance(inline, NoteMark):
            done += f"[^{inline.key}]"
            continue
        if isinstance(inline, ChoiceMark):
            done += f"{_stars(bold=bold, italic=italic)}{{{{{inline.name}}}}}"
            bold = italic = False
            continue
        done += _stars(bold=bold != inline.bold, italic=italic != inline.italic)
        bold, italic = inline.bold, inline.italic
        done += _mark_text(inline, done)
    return done + _stars(bold=bold, italic=italic)


def _mark_text(inline: Text | Figure | Variable, before: str) -> str:
    match inline:
        case Text(text):
            # A sign that would read as a bullet at the start, or make a note line of a note mark
            reads_otherwise = text[0] in "-+–" if not before else text[0] == ":" and before.endswith("]")
            return "\\" * reads_otherwise + text.translate(_TO_ESCAPE)
        case Figure(code, aspect):
            return f"[{code}:{aspect}]" if aspect else f"[{code}]"
        case Variable(name):
            return f"{{{{{name}}}}}"


def _stars(*, bold: bool, italic: bool) -> str:
    return "*" * (2 * bold + italic)
