"""The forms of the preview in which cells are corrected, new rows get what the file has no column for, and it is made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake import typed_cells
from khcn.kernel.intake.batch_access import batch_or_404, is_plan_shown
from khcn.kernel.intake.import_plan import FileChanged, IntakeRefused
from khcn.kernel.intake.plans.stored_plans import is_planned_in_background, request_plan
from khcn.kernel.intake.previews import plan_for_answers
from khcn.kernel.intake.workflow import BATCH
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import with_own_transactions
from khcn.kernel.workflow.engine import may_take

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request

_CELL: Final = "cell-"  # begins the name of an input; sheet and address follow
_NEW: Final = "new-"


@with_own_transactions
def correct_cells(request: Request, pk: int) -> HttpResponse:
    """Correct faulty cells; those that were left as they were change nothing. Or drop one correction."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take(BATCH.by_name["confirm"], request.actor, batch))
    count = 0
    try:
        if dropped := request.POST.get("drop", ""):
            sheet, _mark, cell = dropped.rpartition("!")
            typed_cells.drop_correction(batch=batch, cell=(sheet, cell), actor=request.actor)
            messages.success(request, _("Đã bỏ sửa ô %(cell)s, đọc lại như trong tệp.") % {"cell": cell})
        else:
            plan = plan_for_answers(batch, request.actor, request.today)
            shown = {(each.sheet, each.cell): each.written for each in plan.problems}
            typed: dict[tuple[str, str], str] = {}
            for name, texts in request.POST.lists():
                sheet, _mark, cell = name.removeprefix(_CELL).rpartition("!")
                if name.startswith(_CELL):  # of a cell with two problems the input that was changed counts
                    differing = [each for each in texts if each.strip() != shown.get((sheet, cell))]
                    typed[sheet, cell] = str((differing or texts)[0])
            count = typed_cells.correct_cells(batch=batch, plan=plan, typed=typed, actor=request.actor)
            text = ngettext(
                "Đã sửa %(count)d ô trong bản xem trước. Tệp đã tải lên giữ nguyên.",
                "Đã sửa %(count)d ô trong bản xem trước. Tệp đã tải lên giữ nguyên.",
                count,
            )
            if count:
                messages.success(request, text % {"count": count})
            else:
                messages.error(request, _("Chưa sửa ô nào. Ghi giá trị đúng vào ô có lỗi rồi bấm lại."))
    except (FileChanged, IntakeRefused) as refused:
        messages.error(request, str(refused))
    else:
        intake.keep_counts(batch=batch, actor=request.actor, on=request.today)
    return see_other(reverse("import-batch", args=[pk]))


@with_own_transactions
def give_to_new_rows(request: Request, pk: int) -> HttpResponse:
    """One value for all new rows of a sheet, for a required field that it has no column for."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take(BATCH.by_name["confirm"], request.actor, batch))
    typed = {
        name.removeprefix(_NEW): str(text) for name, text in request.POST.items() if name.startswith(_NEW)
    }
    try:
        typed_cells.give_to_new_rows(
            batch=batch,
            plan=plan_for_answers(batch, request.actor, request.today),
            sheet=request.POST.get("sheet", ""),
            typed=typed,
            actor=request.actor,
        )
    except (FileChanged, IntakeRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Đã ghi giá trị cho các dòng mới. Bản xem trước đã tính lại."))
        intake.keep_counts(batch=batch, actor=request.actor, on=request.today)
    return see_other(reverse("import-batch", args=[pk]))


@with_own_transactions
def plan_again(request: Request, pk: int) -> HttpResponse:
    """Have a long file read anew: for somebody else than its sender, or because registers have changed since."""
    batch = batch_or_404(request, pk)
    deny_unless(is_plan_shown(batch, request.actor))
    if not batch.is_ended and is_planned_in_background(batch.size, request.actor):
        request_plan(batch, request.actor, request.today)
    return see_other(reverse("import-batch", args=[pk]))
