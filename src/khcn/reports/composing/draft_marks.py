"""Marks of typed figures in the Word and PDF files of a report that is not issued yet; the issued copy has none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from khcn.kernel.documents.model import Heading, Mark, Paragraph, Run, Table

if TYPE_CHECKING:
    from khcn.kernel.documents.model import Block, OfficialDocument, Runs

TYPED_OVER: Final = " [gõ thay]"


def with_draft_marks(document: OfficialDocument) -> OfficialDocument:
    """The document with words beside every value that was typed over a computed one."""
    annexes = tuple(replace(each, blocks=tuple(map(_block, each.blocks))) for each in document.annexes)
    return replace(document, blocks=tuple(map(_block, document.blocks)), annexes=annexes)


def _block(block: Block) -> Block:
    match block:
        case Heading():
            return replace(block, runs=_runs(block.runs), tail=_runs(block.tail))
        case Paragraph():
            return replace(block, runs=_runs(block.runs))
        case Table():
            return replace(block, rows=tuple(tuple(map(_runs, row)) for row in block.rows))
    return block


def _runs(runs: Runs) -> Runs:
    return tuple(map(_run, runs))


def _run(run: Run) -> Run:
    note = replace(run.note, runs=_runs(run.note.runs)) if run.note is not None else None
    text = f"{run.text}{TYPED_OVER}" if run.mark is Mark.OVERRIDE else run.text
    return replace(run, text=text, note=note)
