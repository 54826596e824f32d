"""What is written in the preview of a file: a cell that is corrected, and a value for all new rows where the file has no column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.audit.log_entries import LONGEST_REASON
from khcn.kernel.fields.workbook_cells import LONGEST
from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.intake.layouts.sheet_layouts import TYPED, FileReading, cell_key, new_rows_key
from khcn.kernel.intake.questions.file_answers import change_choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.import_plan import ImportPlan
    from khcn.kernel.intake.models import Batch

# One more than a cell of a workbook has: what is longer is refused where the cell is read, and not cut without a word.
_LONGEST: Final = LONGEST + 1

Cell = tuple[str, str]  # the name of the sheet, and the address of the cell


def correct_cells(*, batch: Batch, plan: ImportPlan, typed: Mapping[Cell, str], actor: Actor) -> int:
    """Read these texts in place of what the file says in cells that the preview names; gives how many differ from it.

    The file stays as it was; the choice is stored with it, and the log has what stood in the cell. Raises
    :class:`~.import_plan.IntakeRefused` for a cell that the preview does not offer, and for a file that is settled.
    """
    stored = {cell: _corrections(batch, cell[0]).get(cell[1]) for cell in typed}
    named = {(each.sheet, each.cell): each.written for each in plan.problems if each.written is not None}
    if set(typed) - set(named) - {cell for cell, text in stored.items() if text is not None}:
        raise IntakeRefused(_("Ô này không có gì phải sửa trong bản xem trước. Hãy xem lại bản xem trước."))
    changed = {
        cell: text.strip()[:_LONGEST]
        for cell, text in typed.items()
        if text.strip() != named.get(cell, stored[cell])
    }
    if changed:
        texts = [
            _("%(cell)s: “%(old)s” → “%(new)s”")
            % {"cell": cell, "old": named.get((sheet, cell), ""), "new": text}
            for (sheet, cell), text in changed.items()
        ]
        reason = _("Sửa ô của tệp %(name)s trong bản xem trước: %(cells)s") % {
            "name": batch.name,
            "cells": "; ".join(texts),
        }
        choices = {cell_key(*cell): f"{TYPED}{text}" for cell, text in changed.items()}
        change_choices(batch, lambda old: {**old, **choices}, actor, reason[:LONGEST_REASON])
        batch.refresh_from_db()
    return len(changed)


def drop_correction(*, batch: Batch, cell: Cell, actor: Actor) -> None:
    """Read again what the file says in a cell. Raises :class:`~.import_plan.IntakeRefused` for a file that is settled."""
    change_choices(batch, lambda old: {**old, cell_key(*cell): ""}, actor)
    batch.refresh_from_db()


def give_to_new_rows(
    *, batch: Batch, plan: ImportPlan, sheet: str, typed: Mapping[str, str], actor: Actor
) -> None:
    """Let the new rows of a sheet have these values, by field, where the sheet has no column; a record on file keeps its own.

    Of this file only. Raises :class:`~.import_plan.IntakeRefused` for a field that no new row lacks, and without a value.
    """
    lacking = {name for each in plan.sheets if each.sheet == sheet for name, _heading in each.missing}
    lacking |= set(FileReading.of(batch).of_new_rows(sheet))
    texts = {name: text.strip()[:_LONGEST] for name, text in typed.items() if text.strip()}
    if not texts or set(texts) - lacking:
        raise IntakeRefused(
            _("Chưa ghi giá trị cho dòng mới, hoặc tệp đã có giá trị này. Hãy xem lại bản xem trước.")
        )
    choices = {new_rows_key(sheet, name): f"{TYPED}{text}" for name, text in texts.items()}
    change_choices(batch, lambda old: {**old, **choices}, actor)
    batch.refresh_from_db()


def _corrections(batch: Batch, sheet: str) -> dict[str, str]:
    return FileReading.of(batch).corrections(sheet)
