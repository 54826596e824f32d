"""What is expected for a period, by division and register: arrived, on time or late, still in disagreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from khcn.kernel.ui.view_decorators import read_only
from khcn.reports.board import board_for
from khcn.reports.models import ReportInstance
from khcn.reports.views.access import figure_link_of, report_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request


@read_only
def board(request: Request, pk: int | None = None) -> HttpResponse:
    """The board of one report; without one, of the newest report of the chosen year."""
    reports = ReportInstance.objects.visible_to(request.actor).exclude(state="cancelled")
    report: ReportInstance | None
    if pk is not None:
        report = report_of(request, pk)
    else:
        choice = request.reporting.choice
        found = reports.filter(year=choice.year).select_related("form_version", "regime")
        same = found.filter(kind=choice.kind.value, number=choice.number)
        report = (
            same.order_by("variant", "-pk").first() or found.order_by("-end_on", "variant", "-pk").first()
        )
    context: dict[str, Any] = {"report": report, "others": list(reports.select_related("form_version")[:30])}
    if report is not None:
        shown = board_for(report, request.today)
        units: dict[str, list[object]] = {}
        for row in shown.rows:
            units.setdefault(row.unit_name or row.unit_code, []).append(row)
        context |= {"board": shown, "units": units, "link": figure_link_of(report)}
    return render(request, "reports/board.html", context)
