"""Steps with a whole report: compile, submit, return, and the approval that signs what its page showed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.documents.html import render_html
from khcn.kernel.numbering.operations import NumberRefused
from khcn.kernel.pdf_signatures.certificate import has_certificate
from khcn.kernel.refusals import Stale
from khcn.kernel.refusals.shown_content import FIELD as SHOWN_FIELD
from khcn.kernel.refusals.shown_content import shown_content_text
from khcn.kernel.text.dates import format_date
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import asks_again
from khcn.kernel.workflow.engine import OfferedTransition, TransitionRefused
from khcn.reports import operations
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.freezing.shown_report import shown_parts
from khcn.reports.operations.waiving import contradictions, waived_by_key
from khcn.reports.views.access import figure_link_of, operating_page, page, report_of
from khcn.reports.views.inputs import ApproveForm, NoteForm
from khcn.reports.views.offers import offers_of
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request
    from khcn.reports.models import ReportInstance

STEPS = {
    "compile": operations.compile_report,
    "submit": operations.submit_report,
    "withdraw": operations.withdraw_report,
    "reopen": operations.reopen_report,
}
STEPS_WITH_NOTE = {"return": operations.return_report, "cancel": operations.cancel_report}


def _offer(request: Request, report: ReportInstance, name: str) -> OfferedTransition | None:
    """The step as it is offered now; None after saying why it is not."""
    offers = offers_of(REPORT_FLOW, report, request)
    offer = next((each for each in offers if each.transition.name == name), None)
    if offer is None or not offer.allowed:
        label = REPORT_FLOW.by_value[report.state].label
        reason = offer.why_not if offer else _("Báo cáo đang ở trạng thái “%(state)s”.") % {"state": label}
        messages.error(request, reason)
        return None
    return offer


@page
def step(request: Request, pk: int, name: str) -> HttpResponse:
    """Take one step with the whole report; steps that need a reason first ask for it."""
    report = report_of(request, pk)
    back = reverse("reports:detail", args=[report.pk])
    offer = _offer(request, report, name)
    if offer is None:
        return see_other(back)
    if name in STEPS_WITH_NOTE:
        return _with_note(request, report, name, str(offer.transition.label))
    if request.method == "POST":
        try:
            STEPS[name](instance=report, actor=request.actor, on=request.today)
        except (operations.ReportRefused, TransitionRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Đã thực hiện bước “%(step)s”.") % {"step": offer.transition.label})
    return see_other(back)


def _with_note(request: Request, report: ReportInstance, name: str, label: str) -> HttpResponse:
    form = NoteForm(request.POST or None)
    if form.is_valid():
        try:
            STEPS_WITH_NOTE[name](
                instance=report, note=form.cleaned_data["note"], actor=request.actor, on=request.today
            )
        except (operations.ReportRefused, TransitionRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã thực hiện bước “%(step)s”.") % {"step": label})
            return see_other(reverse("reports:detail", args=[report.pk]))
    context = {"report": report, "form": form, "label": label, "name": name}
    return render(request, "reports/note.html", context, status=422 if form.is_bound else 200)


@asks_again
@operating_page
def approve(request: Request, pk: int) -> HttpResponse:
    """Number, sign and freeze; asks for the day, the name and, while there are contradictions, the reason."""
    report = report_of(request, pk)
    if _offer(request, report, "approve") is None:
        return see_other(reverse("reports:detail", args=[report.pk]))
    resolved = resolve(source_of(report))
    findings = contradictions(resolved)
    waived = waived_by_key(report)
    form = ApproveForm(
        request.POST or None,
        day=request.today,
        name=report.form.letterhead.signer_name or str(getattr(request.user, "full_name", "")),
        contradictions=[each for each in findings if each.key not in waived],
        may_have_signature=has_certificate(),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_valid():
        try:
            operations.approve_report(
                instance=report,
                **form.of_the_paper(),
                waivers=form.waivers(),
                actor=request.actor,
                on=request.today,
                shown=request.POST.get(SHOWN_FIELD, ""),
            )
        except Stale as stale:
            form.add_error(None, str(stale))
            report, status = report_of(request, pk), HTTPStatus.CONFLICT
            resolved = resolve(source_of(report))
            findings = contradictions(resolved)
        except (operations.ReportRefused, NumberRefused, TransitionRefused) as refusal:
            form.add_error("signed_on" if "signed_on" in refusal.fields else None, str(refusal))
        else:
            report.refresh_from_db()
            messages.success(
                request,
                _("Đã duyệt. Báo cáo số %(number)s ký ngày %(day)s, số liệu đã chốt.")
                % {"number": report.doc_number, "day": format_date(report.signed_on or request.today)},
            )
            return see_other(reverse("reports:frozen", args=[report.pk]))
    # While a person corrects an input, the digest stays that of what they opened.
    opened = request.POST.get(SHOWN_FIELD, "") if status == HTTPStatus.UNPROCESSABLE_ENTITY else None
    document = compose(resolved)
    context = {
        "report": report,
        "form": form,
        "findings": findings,
        "waived": [(each, waived[each.key]) for each in findings if each.key in waived],
        "shown": shown_content_text(shown_parts(report, resolved, document)) if opened is None else opened,
        "html": render_html(document, figure_link_of(report), standalone=False),
    }
    return render(request, "reports/approve.html", context, status=status)
