"""All that a report still says with the words of last time or of its form, on one page: read a section, confirm it with one click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render

from khcn.kernel.ui.view_decorators import read_only
from khcn.reports.composing.sources import source_of
from khcn.reports.forms.definition import fill
from khcn.reports.operations.carrying import text_of_last_time
from khcn.reports.views.access import report_of, unit_names
from khcn.reports.views.sections import mark_of, why_not_edit

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request
    from khcn.reports.checking.carried_texts import CarriedStatement
    from khcn.reports.models import ReportSection


@dataclass(frozen=True, slots=True)
class SectionOfLastTime:
    """One section with statements of last time or without any, and why this person cannot confirm that."""

    section: ReportSection
    title: str
    unit: str
    statements: list[CarriedStatement]
    mark: str
    why_not: str
    is_untouched: bool  # nobody has written in it


@read_only
def last_time(request: Request, pk: int) -> HttpResponse:
    """The statements by section, in the order of the report."""
    report = report_of(request, pk)
    names = unit_names(report.period().last_day)
    source = source_of(report)
    words = source.words
    untouched = {each.key for each in source.sections if each.is_untouched}
    found = [
        SectionOfLastTime(
            each,
            fill(each.title, words),
            names.get(each.owner_code, each.owner_code),
            statements,
            mark_of(each),
            why_not_edit(each, request),
            each.key in untouched,
        )
        for each in report.sections.all()
        if (statements := text_of_last_time(each)) or each.key in untouched
    ]
    context = {"report": report, "sections": found, "left": sum(len(each.statements) for each in found)}
    return render(request, "reports/last_time.html", context)
