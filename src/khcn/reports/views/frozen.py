"""What was signed, and what the records say since."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from khcn.kernel.indicators import registry
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui.view_decorators import read_only
from khcn.reports import rules
from khcn.reports.freezing.differences import differences
from khcn.reports.models import FrozenReport
from khcn.reports.views.access import figure_link_of, known, report_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request
    from khcn.reports.models import ReportInstance


@read_only
@known
def frozen(request: Request, pk: int) -> HttpResponse:
    """Number, day, hashes, files and figures of an approved report."""
    report = report_of(request, pk)
    frozen_report = get_object_or_404(
        FrozenReport.objects.defer("docx", "pdf", "html", "document"), instance=report
    )
    figures = [(each, shown(each.value)) for each in frozen_report.figures.defer("ids", "amounts")]
    context = {"report": report, "frozen": frozen_report, "figures": figures, "link": figure_link_of(report)}
    return render(request, "reports/frozen.html", context)


def shown(value: str) -> str:
    """A kept number as officials write it."""
    return format_number(Decimal(value))


@read_only
@known
def changes(request: Request, pk: int) -> HttpResponse:
    """ "Thay đổi sau khi chốt": figure by figure, record by record, with the cause."""
    report = report_of(request, pk)
    frozen_report = get_object_or_404(
        FrozenReport.objects.defer("docx", "pdf", "html", "document"), instance=report
    )
    rows = []
    for each in differences(frozen_report):
        model = registry[each.code].model if each.code in registry else None
        register = register_of(model) if model is not None and has_register(model) else None
        values = (shown(each.frozen_value), shown(each.now_value))
        rows.append((each, register, values))
    context = {
        "report": report,
        "frozen": frozen_report,
        "rows": rows,
        "link": figure_link_of(report),
        "replacement_url": _replacement_url(report) if rules.office.test(request.actor, None) else "",
    }
    return render(request, "reports/changes.html", context)


def _replacement_url(report: ReportInstance) -> str:
    """Where another report of the same period is made, to be sent in place of the signed one."""
    asked = {
        "form": report.form_version.code,
        "year": report.year,
        "window": f"{report.kind}:{report.number}",
        "variant_label": _("bản thay thế"),
    }
    return f"{reverse('reports:create')}?{urlencode(asked)}"
