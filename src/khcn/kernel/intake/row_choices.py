"""Rows of one file that are left out, or put back, by choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.intake.layouts.sheet_layouts import ROW_READ, ROW_SKIPPED, row_key
from khcn.kernel.intake.questions.file_answers import change_choices

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.import_plan import ImportPlan
    from khcn.kernel.intake.models import Batch


def choose_row(*, batch: Batch, sheet: str, row: int, choice: str, actor: Actor) -> None:
    """Leave a row of an open file out (``"skip"``), put one back that was left out (``"read"``), or drop the choice ("").

    Only of this file: nothing is remembered for the next one. Raises :class:`~.import_plan.IntakeRefused`.
    """
    if choice not in {"", ROW_READ, ROW_SKIPPED} or row < 1:
        raise IntakeRefused(_("Không hiểu lựa chọn này cho dòng %(row)d.") % {"row": row})
    change_choices(batch, lambda choices: {**choices, row_key(sheet, row): choice}, actor)
    batch.refresh_from_db()


def leave_out_faulty_rows(*, batch: Batch, plan: ImportPlan, actor: Actor) -> int:
    """Leave out every row that an error of the preview is about, by one choice; gives how many. Each can be put back.

    Raises :class:`~.import_plan.IntakeRefused` where no error is about a row, and for a file that is settled.
    """
    rows = {(each.sheet, each.row) for each in plan.errors if each.is_about_row}
    if not rows:
        raise IntakeRefused(_("Không có lỗi nào của riêng một dòng. Hãy xem lại bản xem trước."))
    choices = {row_key(sheet, row): ROW_SKIPPED for sheet, row in rows if row is not None}
    reason = _("Không đọc %(count)d dòng có lỗi của tệp %(name)s") % {
        "count": len(rows),
        "name": batch.name,
    }
    change_choices(batch, lambda old: {**old, **choices}, actor, reason)
    batch.refresh_from_db()
    return len(rows)
