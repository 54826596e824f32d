""" "Ghi số khác": a typed value in the place of a computed one, with its reason, and taking it away again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.indicators import registry
from khcn.kernel.text.text_problem import TextProblem
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import preserves_form_input
from khcn.kernel.workflow.engine import TransitionRefused
from khcn.reports import operations
from khcn.reports.composing.sources import source_of
from khcn.reports.models import OverrideAspect
from khcn.reports.views.access import figure_link_of, page, report_of, section_of, typed_again
from khcn.reports.views.chips import occurrences_of
from khcn.reports.views.inputs import OverrideForm
from khcn.reports.views.sections import why_not_edit

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request
    from khcn.reports.models import ReportSection
    from khcn.reports.views.chips import PrintedOccurrence


@dataclass(frozen=True, slots=True)
class CellInput:
    """One row of a table of records: the other cells to know it by, and the last one to type over."""

    name: str
    cells: tuple[str, ...]
    computed: str
    typed: str


def _find(section: ReportSection, request: Request) -> PrintedOccurrence:
    asked = request.GET
    for each in occurrences_of(source_of(section.instance), section.key):
        found = each.occurrence
        if (found.code, found.kind.value, str(found.nth)) == (
            asked.get("code"),
            asked.get("aspect"),
            asked.get("nth"),
        ):
            return each
    raise Http404


@preserves_form_input
@page
def override(request: Request, pk: int, key: str) -> HttpResponse:
    """The form of one override; the place is named by ``code``, ``aspect`` and ``nth`` in the address."""
    report = report_of(request, pk)
    section = section_of(report, key)
    printed = _find(section, request)
    here = reverse("reports:section", args=[report.pk, section.key])
    if problem := why_not_edit(section, request):
        messages.error(request, problem)
        return see_other(here)
    data = request.POST if request.method == "POST" else None
    form = OverrideForm(data, aspect=printed.occurrence.kind.value, initial=_initial(printed))
    cells = _cells(printed, data or {})
    carries_out = request.method == "POST" and not typed_again(request)
    if carries_out and form.is_valid() and _set(request, section, printed, form, cells):
        messages.success(request, _("Đã ghi. Số này được đánh dấu “ghi đè” ở mọi nơi trên màn hình."))
        return see_other(f"{here}#so-lieu")
    context = {
        "report": report,
        "section": section,
        "printed": printed,
        "form": form,
        "cells": cells,
        "columns": _headings(printed),
        "link": figure_link_of(report)(printed.occurrence.code),
    }
    return render(request, "reports/override.html", context, status=422 if form.errors else 200)


def _initial(printed: PrintedOccurrence) -> dict[str, Any]:
    found = printed.occurrence
    typed = found.typed
    return {
        "value": printed.shown if found.kind is OverrideAspect.VALUE else "",
        "names": "\n".join(found.printed.names),
        "reason": typed.reason if typed else "",
    }


def _headings(printed: PrintedOccurrence) -> list[str]:
    return [str(each.heading) for each in registry[printed.occurrence.code].table]


def _cells(printed: PrintedOccurrence, data: Any) -> list[CellInput]:
    found = printed.occurrence
    if found.kind is not OverrideAspect.CELLS:
        return []
    rows = zip(found.computed.rows, found.printed.rows, strict=True)
    return [
        CellInput(f"cell-{number}", before[:-1], before[-1], data.get(f"cell-{number}", after[-1]))
        for number, (before, after) in enumerate(rows, start=1)
        if before
    ]


def _set(
    request: Request,
    section: ReportSection,
    printed: PrintedOccurrence,
    form: OverrideForm,
    cells: list[CellInput],
) -> bool:
    """Write the override; False when it was refused, with the reason on the form."""
    found = printed.occurrence
    content: dict[str, Any]
    match found.kind:
        case OverrideAspect.VALUE:
            content = {"value": form.cleaned_data["value"].strip()}
        case OverrideAspect.NAMES:
            names = [line.strip() for line in form.cleaned_data["names"].splitlines()]
            content = {"names": [name for name in names if name]}
        case OverrideAspect.CELLS:
            changed = {
                str(number): each.typed.strip()
                for number, each in enumerate(cells, start=1)
                if each.typed.strip() != each.computed.strip()
            }
            if not changed:
                form.add_error(None, _("Chưa ô nào khác với dữ liệu. Sửa ít nhất một ô, hoặc quay lại."))
                return False
            content = {"cells": changed}
    try:
        operations.set_override(
            section=section,
            code=found.code,
            nth=found.nth,
            aspect=found.kind.value,
            data=content,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            on=request.today,
        )
    except (operations.ReportRefused, TransitionRefused, TextProblem) as refusal:
        field = found.kind.value if found.kind.value in form.fields else None
        form.add_error(field, str(refusal))
        return False
    return True


@page
def clear(request: Request, pk: int, override_id: int) -> HttpResponse:
    """Back to the computed value."""
    report = report_of(request, pk)
    typed = get_object_or_404(report.overrides, pk=override_id)
    section = section_of(report, typed.section.key)
    here = reverse("reports:section", args=[report.pk, section.key])
    if request.method != "POST":
        return see_other(here)
    if problem := why_not_edit(section, request):
        messages.error(request, problem)
        return see_other(here)
    try:
        operations.clear_override(override=typed, actor=request.actor, on=request.today)
    except (operations.ReportRefused, TransitionRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã bỏ số ghi đè. Báo cáo in lại số tính từ dữ liệu."))
    return see_other(f"{here}#so-lieu")
