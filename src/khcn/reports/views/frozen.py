"""What was signed, and what the records say since."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.indicators import registry
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import asks_again, read_only, with_own_transactions
from khcn.reports import operations, rules
from khcn.reports.freezing.department_signing import may_sign_report, sign_report_now, signature_of
from khcn.reports.freezing.differences import differences, not_compared
from khcn.reports.freezing.replacement import replacement_of
from khcn.reports.models import FrozenReport
from khcn.reports.views.access import figure_link_of, page, report_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request


@read_only
def frozen(request: Request, pk: int) -> HttpResponse:
    """Number, day, hashes, files and figures of an approved report."""
    report = report_of(request, pk)
    frozen_report = get_object_or_404(
        FrozenReport.objects.defer("docx", "pdf", "html", "document"), instance=report
    )
    signature = signature_of(frozen_report)
    figures = [(each, shown(each.value)) for each in frozen_report.figures.defer("ids", "amounts")]
    context = {
        "report": report,
        "replacement": replacement_of(report),
        "frozen": frozen_report,
        "signature": signature,
        "may_sign": may_sign_report(request.actor, frozen_report),
        "figures": figures,
        "link": figure_link_of(report),
        "asked": request.GET.get("asked", ""),
    }
    return render(request, "reports/frozen.html", context)


@asks_again
@with_own_transactions
def sign(request: Request, pk: int) -> HttpResponse:
    """Put the department's signature on the PDF now."""
    report = report_of(request, pk)
    frozen_report = get_object_or_404(FrozenReport.objects.defer("docx", "pdf", "html"), instance=report)
    try:
        sign_report_now(frozen=frozen_report, actor=request.actor, at=request.at)
    except NotPermitted:
        raise PermissionDenied from None
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã ký số. Bản PDF đã ký ở phần “Tệp đã ký”."))
    return see_other(reverse("reports:frozen", args=[report.pk]))


def shown(value: str) -> str:
    """A kept number as officials write it."""
    return format_number(Decimal(value))


@read_only
def changes(request: Request, pk: int) -> HttpResponse:
    """What the records say against what was signed, figure by figure, record by record, with the cause.

    A replacement that is not signed yet is compared with the report that it is to replace.
    """
    report = report_of(request, pk)
    signed = report if report.is_frozen else report.replaces
    frozen_report = get_object_or_404(
        FrozenReport.objects.defer("docx", "pdf", "html", "document"), instance=signed
    )
    rows = []
    for each in differences(frozen_report):
        model = registry[each.code].model if each.code in registry else None
        register = register_of(model) if model is not None and has_register(model) else None
        values = (shown(each.frozen_value), shown(each.now_value))
        rows.append((each, register, values))
    replacement = replacement_of(report)
    context = {
        "report": report,
        "replacement": replacement,
        "frozen": report.is_frozen,
        "rows": rows,
        "not_compared": not_compared(frozen_report),
        "link": figure_link_of(report),
        "may_replace": report.is_frozen and not replacement and rules.office.test(request.actor, None),
    }
    return render(request, "reports/changes.html", context)


@page
def replace(request: Request, pk: int) -> HttpResponse:
    """Make the replacement of a signed report; its page comes next."""
    report = report_of(request, pk)
    deny_unless(rules.office.test(request.actor, None))
    if request.method != "POST":
        return see_other(reverse("reports:changes", args=[report.pk]))
    try:
        made = operations.replace_report(signed=report, actor=request.actor, on=request.today)
    except operations.ReportRefused as refusal:
        messages.error(request, str(refusal))
        return see_other(
            reverse("reports:changes" if report.is_frozen else "reports:detail", args=[report.pk])
        )
    messages.success(request, _("Đã lập bản thay thế."))
    return see_other(reverse("reports:detail", args=[made.pk]))
