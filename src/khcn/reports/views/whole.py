"""The whole report: preview with every figure a link, contradictions, downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from khcn.kernel.documents.html import STYLE_SHEET, render_html
from khcn.kernel.documents.model import Mark, iter_runs
from khcn.kernel.text.fold import fold
from khcn.kernel.ui.http import download, reading
from khcn.reports.checks import run_checks
from khcn.reports.compose import compose
from khcn.reports.rendering import render as render_document
from khcn.reports.resolve import resolve
from khcn.reports.sources import source_of
from khcn.reports.views.access import figure_link_of, known, report_of
from khcn.reports.views.anchors import places, with_anchors
from khcn.reports.views.figures import figures_workbook
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from khcn.kernel.ui.http import Request
    from khcn.reports.findings import Finding
    from khcn.reports.models import ReportInstance

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with addresses of its two places."""

    finding: Finding
    link_1: str
    link_2: str


@reading
@known
def preview(request: Request, pk: int) -> HttpResponse:
    """The report as it stands, for reading and for finding the records behind each figure."""
    report = report_of(request, pk)
    resolved = resolve(source_of(report))
    document = compose(resolved)
    html = with_anchors(render_html(document, figure_link_of(report), standalone=False), resolved)
    marks = {run.mark for run in iter_runs(document)}
    context = {
        "report": report,
        "html": html,
        "has_typed": Mark.TYPED in marks,
        "has_override": Mark.OVERRIDE in marks,
        "has_illustrative": Mark.ILLUSTRATIVE in marks,
        "state": REPORT_FLOW.by_value[report.state].label,
    }
    return render(request, "reports/preview.html", context)


@reading
def style_sheet(request: Request) -> HttpResponse:
    """How official documents look on screen; the same file that standalone documents carry inside."""
    response = HttpResponse(STYLE_SHEET.read_bytes(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@reading
@known
def check(request: Request, pk: int) -> HttpResponse:
    """Contradictions by severity, each with its two places, its two values and the remedy."""
    report = report_of(request, pk)
    resolved = resolve(source_of(report))
    found = [Shown(each, *places(each, resolved)) for each in run_checks(resolved)]
    groups = [(name, [each for each in found if each.finding.severity == name]) for name in SEVERITIES]
    context = {"report": report, "groups": [group for group in groups if group[1]], "count": len(found)}
    return render(request, "reports/check.html", context)


@reading
@known
def file(request: Request, pk: int, format_name: str) -> HttpResponse:
    """A file to save: the signed bytes when the report is frozen, else made now from the data."""
    report = report_of(request, pk)
    if format_name not in TYPES:
        raise Http404
    content = _frozen_bytes(report, format_name) if report.is_frozen else None
    if content is None:
        resolved = resolve(source_of(report))
        if format_name == "xlsx":
            content = figures_workbook(report, resolved)
        else:
            content = render_document(compose(resolved), format_name)
    return download(content, f"{file_name(report)}.{format_name}", TYPES[format_name])


def _frozen_bytes(report: ReportInstance, format_name: str) -> bytes | None:
    frozen = report.frozen
    match format_name:
        case "docx" | "pdf":
            return bytes(getattr(frozen, format_name))
        case "html":
            return frozen.html.encode()
        case _:
            return None


def file_name(report: ReportInstance) -> str:
    """Name of a download in plain letters: "bao-cao-9-thang-dau-nam-2023-du-thao"."""
    words = fold(str(report)).replace("/", "-").split()
    if not report.is_frozen:
        words.append(fold(_("dự thảo")).replace(" ", "-"))
    return "-".join("".join(letter for letter in word if letter.isalnum() or letter == "-") for word in words)
