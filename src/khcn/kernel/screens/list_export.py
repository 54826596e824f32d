"""The list of a register as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.audit.events import log_download
from khcn.kernel.screens.export_columns import columns_only_shown
from khcn.kernel.screens.list_filters import SEARCH
from khcn.kernel.screens.list_views import filtered_rows
from khcn.kernel.screens.requested_record import day_of_list, register_or_404, requested_day
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.ui.http import Request, workbook
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only
from khcn.kernel.workbooks.export import export_name, export_workbook
from khcn.kernel.workbooks.printed_pages import head_with_day

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.registers.spec import Register
    from khcn.kernel.screens.list_filters import FilterResult


@open_to_outside_accounts
@read_only
def record_export(request: Request, area: str, slug: str) -> HttpResponse:
    """The filtered list as a workbook that can be imported again; columns that no form takes are only shown."""
    register = register_or_404(request, area, slug, "export")
    within = register.visible(request.actor, "export").values("pk")
    filtered = filtered_rows(request, register)
    rows = filtered.records.filter(pk__in=within).order_by(*register.order, "pk")
    # As of the day of the list, so that list and workbook agree; the headings of these columns say which day it is.
    day = day_of_list(request, register)
    shown = columns_only_shown(register, register.rows(request.actor, day), day)
    content = export_workbook(register, rows, _head_of_export(request, register, filtered), shown)
    name = export_name(register)
    log_download(name, at=request.at, text=request.GET.urlencode())
    return workbook(content, name)


@in_vietnamese
def _head_of_export(request: Request, register: Register, filtered: FilterResult) -> str:
    """What the workbook lists, by which filter, and the day of the export.

    The day of the list, where it is another one, is named where it has to do with the choice of rows; headings of columns name it as well.
    """
    conditions = [f"{chip.label}: {chip.text}" for chip in filtered.chips]
    if text := request.GET.get(SEARCH):
        conditions.insert(0, _("Có chữ “%(text)s”") % {"text": text})
    day = requested_day(request, register)
    if day != request.today and any(chip.name in register.derived_filters for chip in filtered.chips):
        conditions.append(_("tình trạng ngày %(day)s") % {"day": format_date(day)})
    return head_with_day([capfirst(str(register.title)), *conditions], request.today)
