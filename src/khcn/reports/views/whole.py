"""The whole report: preview with every figure a link, contradictions, downloads."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.audit.events import log_download
from khcn.kernel.documents.html import STYLE_SHEET, render_html
from khcn.kernel.documents.serialization import from_dict
from khcn.kernel.refusals.shortened_lists import first_and_count
from khcn.kernel.text.fold import fold
from khcn.kernel.ui.http import download, see_other
from khcn.kernel.ui.view_decorators import read_only
from khcn.reports import rules
from khcn.reports.checking.checks import FIGURE_CHECKS, NOT_CHECKED, PRINTED_CHECKS, run_checks
from khcn.reports.checking.given_words import UNFILLED
from khcn.reports.checking.text_checks import NOT_HANDED_IN
from khcn.reports.composing.compose import compose
from khcn.reports.composing.draft_marks import with_draft_marks
from khcn.reports.composing.rendering import render as render_document
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.freezing.verifying import alterations
from khcn.reports.models.department_signatures import ReportSignature
from khcn.reports.operations.waiving import (
    contradictions,
    may_waive,
    waive_contradiction,
    waived_by_key,
    withdraw_waiver,
)
from khcn.reports.refusals import ReportRefused
from khcn.reports.views.access import figure_link_of, page, report_of, unit_names
from khcn.reports.views.anchors import places, with_anchors
from khcn.reports.views.figures import figures_workbook, present_figures, signed_figures, typed_values
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from khcn.kernel.ui.http import Request
    from khcn.reports.checking.findings import Finding
    from khcn.reports.composing.resolve import Report
    from khcn.reports.models import ReportInstance
    from khcn.reports.models.waived_contradictions import WaivedContradiction

log = logging.getLogger(__name__)

SIGNED = "signed"  # the PDF with the department's signature, of a report that has one
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SIGNED: "application/pdf",
}
_PART_OF = {
    "json": "document",
    "xlsx": "figures",
}  # what a download is made from, where it is no file of its own
_NAMED = 5  # of what was altered: a message is read
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with addresses of its two places."""

    finding: Finding
    link_1: str
    link_2: str
    figures: tuple[tuple[str, str], ...]  # code and address of the records of each figure that causes it
    key: str = ""  # of a contradiction, as the approval names it
    waived: WaivedContradiction | None = None


@read_only
def preview(request: Request, pk: int) -> HttpResponse:
    """The report as it stands, or as it was signed; each figure leads to the records that it counts."""
    report = report_of(request, pk)
    resolved = resolve(source_of(report))
    document = from_dict(report.frozen.document) if report.is_frozen else compose(resolved)
    html = with_anchors(render_html(document, figure_link_of(report), standalone=False), resolved)
    context = {
        "report": report,
        "html": html,
        "state": REPORT_FLOW.by_value[report.state].label,
    }
    return render(request, "reports/preview.html", context)


@read_only
def style_sheet(request: Request) -> HttpResponse:
    """How official documents look on screen; the same file that standalone documents carry inside."""
    response = HttpResponse(STYLE_SHEET.read_bytes(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@read_only
def check(request: Request, pk: int) -> HttpResponse:
    """Contradictions by severity, each with its two places, its two values and the remedy."""
    report = report_of(request, pk)
    resolved = resolve(source_of(report))
    findings = run_checks(resolved)
    link = figure_link_of(report)
    keys = _keys(findings, resolved)
    waived = waived_by_key(report)
    found = [
        ShownFinding(
            each,
            *places(each, resolved),
            tuple((code, link(code)) for code in each.codes),
            keys.get(each, ""),
            waived.get(keys.get(each, "")),
        )
        for each in findings
        if each.code != NOT_HANDED_IN
    ]
    groups = [(name, [each for each in found if each.finding.severity == name]) for name in SEVERITIES]
    context = {
        "report": report,
        "groups": [group for group in groups if group[1]],
        "count": len(found),
        "checked": [each.title for each in (*PRINTED_CHECKS, *FIGURE_CHECKS)],
        "not_checked": NOT_CHECKED,
        "may_waive": may_waive(report, request.actor),
        "unfilled": UNFILLED,
        "owed": _owed(report, {each.section_1 for each in findings if each.code == NOT_HANDED_IN}),
    }
    return render(request, "reports/check.html", context)


def _keys(findings: list[Finding], resolved: Report) -> dict[Finding, str]:
    """The key of each contradiction. It is that of the Vietnamese finding, whatever the language of the page."""
    errors = [each for each in findings if each.severity == "error"]
    if get_language() == "vi":
        return {each: each.key for each in errors}
    return {each: other.key for each, other in zip(errors, contradictions(resolved), strict=False)}


@page
def waive(request: Request, pk: int, key: str) -> HttpResponse:
    """The office lets a contradiction stand with a reason, or takes the reason back."""
    report = report_of(request, pk)
    here = reverse("reports:check", args=[report.pk])
    if request.method != "POST":
        return see_other(here)
    deny_unless(rules.office.test(request.actor, None))
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("do") == "withdraw":
            withdraw_waiver(instance=report, key=key, actor=request.actor)
            messages.success(request, _("Đã bỏ chấp nhận mâu thuẫn."))
        else:
            waive_contradiction(
                instance=report,
                report=resolve(source_of(report)),
                key=key,
                reason=reason,
                actor=request.actor,
            )
            messages.success(request, _("Đã chấp nhận mâu thuẫn, lý do lưu cùng báo cáo."))
    except ReportRefused as refusal:
        messages.error(request, str(refusal))
        if reason.strip():
            messages.info(request, _("Lý do đã gõ: %(note)s") % {"note": reason})
    return see_other(here)


def _owed(report: ReportInstance, keys: set[str]) -> list[tuple[str, list[str]]]:
    """Sections that are not handed in, by unit: people to call, not contradictions."""
    names = unit_names(report.period().last_day)
    found: dict[str, list[str]] = {}
    for section in report.sections.all():
        if section.key in keys:
            found.setdefault(names.get(section.owner_code, section.owner_code), []).append(section.key)
    return list(found.items())


@read_only
def file(request: Request, pk: int, format_name: str) -> HttpResponse:
    """A file to save: the signed bytes when the report is frozen, else made now from the data."""
    report = report_of(request, pk)
    if format_name not in TYPES or (format_name == SIGNED and not _has_signed_file(report)):
        raise Http404
    if report.state == "printing" and format_name not in {"json", "xlsx"}:
        messages.warning(request, _("Báo cáo đã duyệt, tệp đang được in và sẽ xong trong ít phút."))
        return see_other(reverse("reports:frozen", args=[report.pk]))
    if report.is_frozen and (problem := _why_not_downloaded(request, report, format_name)):
        messages.error(request, problem)
        return see_other(f"{reverse('reports:frozen', args=[report.pk])}?{urlencode({'asked': format_name})}")
    content = _signed(report, format_name) if report.is_frozen else _made_now(report, format_name)
    name = f"{file_name(report)}{'-da-ky.pdf' if format_name == SIGNED else f'.{format_name}'}"
    log_download(name, at=request.at, text=str(report))
    return download(content, name, TYPES[format_name])


def _why_not_downloaded(request: Request, report: ReportInstance, format_name: str) -> str:
    """What was altered outside the program, named; "" where nothing was, or where the person has read it and the file asked for is
    as it was signed.
    """
    found = alterations(report.frozen)
    if not found.words:
        return ""
    part = _PART_OF.get(format_name, format_name)
    if found.spoils(part):
        log.error("frozen report %s: %s is not what was signed", report.pk, format_name)
        text = _(
            "Tệp này không còn đúng như khi ký nên không tải về được: %(what)s. Giữ nguyên máy chủ và báo quản trị hệ thống chạy kiểm tra nhật ký."
        )
        return text % {"what": first_and_count(found.words, _NAMED)}
    if request.GET.get("anyway") == "1":
        return ""
    log.error(
        "frozen report %s: altered beside %s: %s", report.pk, format_name, "; ".join(found.words)[:2000]
    )
    text = _(
        "Tệp này còn đúng như khi ký, nhưng có chỗ bị sửa ngoài chương trình: %(what)s. Giữ nguyên máy chủ và báo quản trị hệ thống chạy kiểm tra nhật ký."
    )
    return text % {"what": first_and_count(found.words, _NAMED)}


def _has_signed_file(report: ReportInstance) -> bool:
    return ReportSignature.objects.filter(report__instance=report).exclude(pdf_sha256="").exists()


def _made_now(report: ReportInstance, format_name: str) -> bytes:
    resolved = resolve(source_of(report))
    if format_name == "xlsx":
        tables = compose(resolved) if resolved.source.form.tables else None
        return figures_workbook(present_figures(resolved), typed_values(resolved), tables)
    document = compose(resolved)
    return render_document(
        with_draft_marks(document) if format_name in {"docx", "pdf"} else document, format_name
    )


def _signed(report: ReportInstance, format_name: str) -> bytes:
    """What was signed, whatever the data say now."""
    frozen = report.frozen
    match format_name:
        case "signed":
            return bytes(ReportSignature.objects.get(report=frozen).pdf or b"")
        case "docx" | "pdf":
            return bytes(getattr(frozen, format_name))
        case "html":
            return str(frozen.html).encode()
        case "json":
            return render_document(from_dict(frozen.document), "json")
        case _:
            tables = from_dict(frozen.document) if report.form.tables else None
            return figures_workbook(signed_figures(frozen), typed_values(resolve(source_of(report))), tables)


def file_name(report: ReportInstance) -> str:
    """Name of a download in plain letters: "bao-cao-9-thang-dau-nam-2023-du-thao"."""
    words = fold(str(report)).replace("/", "-").split()
    if not report.is_frozen:
        words.append(fold(_("dự thảo")).replace(" ", "-"))
    return "-".join("".join(letter for letter in word if letter.isalnum() or letter == "-") for word in words)
