"""Every problem of an open file as a workbook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.audit.events import log_download
from khcn.kernel.intake.batch_access import batch_or_404, is_plan_shown
from khcn.kernel.intake.changes.typed_pages import rows_named, typed_page_of
from khcn.kernel.intake.import_plan import FileChanged, IntakeRefused
from khcn.kernel.intake.previews import plan_for_answers
from khcn.kernel.ui.http import see_other, workbook
from khcn.kernel.ui.view_decorators import read_only

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request


@read_only
def batch_problems(request: Request, pk: int) -> HttpResponse:
    """Every problem of an open file as a workbook, to be worked through beside it: for those who see them on its page."""
    import xlsxwriter  # local: slow import

    batch = batch_or_404(request, pk)
    deny_unless(is_plan_shown(batch, request.actor))
    if batch.is_ended:
        return see_other(reverse("import-batch", args=[pk]))
    try:
        plan = plan_for_answers(batch, request.actor, request.today)
    except (FileChanged, IntakeRefused):  # the page says so
        return see_other(reverse("import-batch", args=[pk]))
    named = rows_named(typed_page := typed_page_of(batch))
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("Lỗi"))
    headings = [_("Trang tính"), _("Dòng"), _("Cột"), _("Ô"), _("Giá trị"), _("Sai ở đâu"), _("Cách sửa")]
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_row(0, 0, headings, bold)
    sheet.set_column(0, 4, 16)
    sheet.set_column(5, 6, 60)
    sheet.freeze_panes(1, 0)
    for place, each in enumerate(plan.problems, start=1):
        texts = (
            each.sheet,
            named([each.row]) if each.row else "",
            each.column,
            "" if typed_page else each.cell,
            each.value,
            each.message,
            each.remedy,
        )
        for column, text in enumerate(texts):
            sheet.write_string(place, column, str(text), wrap)
    book.close()
    name = f"loi-{batch.pk}.xlsx"
    log_download(name, at=request.at, text=batch.name)
    return workbook(stream.getvalue(), name)
