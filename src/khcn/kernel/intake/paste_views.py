"""A block pasted from Excel is an import without a file: read, assigned and previewed like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import ImportProblem, IntakeRefused, WorkbookRefused
from khcn.kernel.intake.list_views import list_page
from khcn.kernel.intake.readers.pasted_block import NAME, file_of_block
from khcn.kernel.intake.views import REFUSED
from khcn.kernel.intake.workflow import may_enter
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import AGAIN, preserves_form_input, with_own_transactions

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request


@preserves_form_input
@with_own_transactions
def paste(request: Request) -> HttpResponse:
    """Take in a block; one that cannot be read comes back with every reason, as it was pasted."""
    deny_unless(may_enter.test(request.actor, None))
    text = request.POST.get("pasted", "")
    if request.POST.get(AGAIN):
        return list_page(request, pasted=text)
    content = file_of_block(text)
    if not content:
        problem = ImportProblem(
            "",
            _("Chưa dán gì."),
            _("Trong Excel, chọn vùng ô kèm dòng tên cột, bấm Ctrl+C, rồi bấm Ctrl+V vào ô này."),
        )
        return list_page(request, [problem], REFUSED, text)
    try:
        batch = intake.upload(
            content=content,
            name=NAME,
            actor=request.actor,
            on=request.today,
            taken_over=bool(request.POST.get("taken_over")),
        )
    except WorkbookRefused as refusal:
        return list_page(request, refusal.problems, REFUSED, text)
    except Busy as busy:  # what was pasted stays on the page
        return list_page(request, [ImportProblem("", str(busy))], REFUSED, text)
    except IntakeRefused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return see_other(reverse("import-batch", args=[batch.pk]))
