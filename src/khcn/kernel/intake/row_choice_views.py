"""The buttons of the preview that leave rows of a file out, or put them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import ngettext

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.intake import row_choices
from khcn.kernel.intake.batch_access import batch_or_404
from khcn.kernel.intake.import_plan import FileChanged, IntakeRefused
from khcn.kernel.intake.operations import keep_counts
from khcn.kernel.intake.previews import plan_for_answers
from khcn.kernel.intake.workflow import BATCH
from khcn.kernel.text.numbers import short_number
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import with_own_transactions
from khcn.kernel.workflow.engine import may_take

if TYPE_CHECKING:
    from django.http import HttpResponse


@with_own_transactions
def choose_row(request: Request, pk: int) -> HttpResponse:
    """The buttons of the preview that leave one row out, or put it back."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take(BATCH.by_name["confirm"], request.actor, batch))
    try:
        row_choices.choose_row(
            batch=batch,
            sheet=request.POST.get("sheet", ""),
            row=short_number(request.POST.get("row", "")) or 0,
            choice=request.POST.get("choice", ""),
            actor=request.actor,
        )
    except IntakeRefused as refused:
        messages.error(request, str(refused))
    else:
        keep_counts(batch=batch, actor=request.actor, on=request.today)
    return see_other(reverse("import-batch", args=[pk]))


@with_own_transactions
def leave_out_faulty_rows(request: Request, pk: int) -> HttpResponse:
    """The button of the preview that leaves out all rows with errors."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take(BATCH.by_name["confirm"], request.actor, batch))
    try:
        count = row_choices.leave_out_faulty_rows(
            batch=batch,
            plan=plan_for_answers(batch, request.actor, request.today),
            actor=request.actor,
        )
    except (FileChanged, IntakeRefused) as refused:
        messages.error(request, str(refused))
    else:
        text = ngettext(
            "Không đọc %(count)d dòng có lỗi. Bản xem trước đã tính lại.",
            "Không đọc %(count)d dòng có lỗi. Bản xem trước đã tính lại.",
            count,
        )
        messages.success(request, text % {"count": count})
        keep_counts(batch=batch, actor=request.actor, on=request.today)
    return see_other(reverse("import-batch", args=[pk]))
