"""The list of reports, a new one, and the page of one report with its outline and its steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.text.fold import fold
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import read_only
from khcn.reference.models import ReportingRegime
from khcn.reports import operations, rules
from khcn.reports.board import board_for
from khcn.reports.checking.checks import run_checks
from khcn.reports.checking.text_checks import NOT_HANDED_IN
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.freezing.replacement import replacement_of
from khcn.reports.models import FormVersion, ReportInstance, ReportSection
from khcn.reports.operations.carrying import text_of_last_time
from khcn.reports.texts.period_words import period_words
from khcn.reports.views.access import (
    form_title,
    page,
    report_of,
    unit_names,
)
from khcn.reports.views.given_words import GivenWordsForm, words_form
from khcn.reports.views.inputs import CreateForm
from khcn.reports.views.offers import offers_of
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.indicators import Period, PeriodKind
    from khcn.kernel.ui.http import Request

DONE_SECTIONS = ("handed_in", "accepted", "taken_over")
STATE_LOOKS = {
    "drafting": "info",
    "compiled": "info",
    "submitted": "warn",
    "printing": "ok",
    "approved": "ok",
    "cancelled": "",
    "handed_in": "ok",
    "returned": "bad",
    "accepted": "ok",
    "taken_over": "ok",
}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of the list."""

    report: ReportInstance
    state: str
    look: str
    done: int
    total: int


@read_only
def report_list(request: Request) -> HttpResponse:
    """All reports, the latest period first; cancelled ones on request."""
    reports = ReportInstance.objects.visible_to(request.actor).select_related("form_version", "regime")
    with_cancelled = request.GET.get("cancelled") == "1"
    if not with_cancelled:
        reports = reports.exclude(state="cancelled")
    rows = [_row(report) for report in reports.prefetch_related("sections")]
    return render(
        request,
        "reports/list.html",
        {
            "rows": rows,
            "with_cancelled": with_cancelled,
            "may_create": rules.office.test(request.actor, None),
            "may_edit_forms": rules.can_edit_form.test(request.actor, None),
        },
    )


def _row(report: ReportInstance) -> ReportRow:
    sections = list(report.sections.all())
    done = sum(section.state in DONE_SECTIONS for section in sections)
    label = str(REPORT_FLOW.by_value[report.state].label)
    return ReportRow(report, label, STATE_LOOKS[report.state], done, len(sections))


@dataclass(frozen=True, slots=True)
class WindowChoice:
    """One period that can be reported, with its first and last day."""

    value: str
    name: str
    period: Period
    due_working_days: int
    existing: ReportInstance | None


def _windows(version: FormVersion, year: int) -> list[WindowChoice]:
    regime = ReportingRegime.objects.filter(code=version.form().regime).first()
    if regime is None:
        return []
    found = []
    for window in regime.windows_on(date(year, 6, 30)):
        period = window.period(year)
        existing = (
            ReportInstance.objects.filter(
                form_version__code=version.code, year=year, kind=window.kind, number=window.number, variant=""
            )
            .exclude(state="cancelled")
            .first()
        )
        value = f"{window.kind}:{window.number}"
        found.append(WindowChoice(value, period_words(period), period, window.due_working_days, existing))
    return sorted(found, key=lambda each: (each.period.end, each.period.start))


def _versions(codes_only: str = "") -> list[FormVersion]:
    """The newest version of each definition."""
    found: dict[str, FormVersion] = {}
    for version in FormVersion.objects.order_by("code", "-version"):
        found.setdefault(version.code, version)
    return [version for code, version in found.items() if not codes_only or code == codes_only]


@page
def create(request: Request) -> HttpResponse:
    """Choose a definition, a year and a window; a period that has its report already leads to it."""
    deny_unless(rules.office.test(request.actor, None))
    choices = _versions()
    data = request.POST if request.method == "POST" else request.GET
    version = _chosen(choices, data.get("form", ""), request.reporting.choice.kind)
    typed_year = data.get("year", "")
    year = int(typed_year) if typed_year.isdecimal() and len(typed_year) == 4 else request.reporting.year  # noqa: PLR2004
    windows = _windows(version, year) if version else []
    form = CreateForm(request.POST) if request.method == "POST" else CreateForm(initial={"year": year})
    existing = None
    usual = f"{version.form().period_kind.value}:1" if version and len(windows) != 1 else ""
    chosen = data.get("window") or usual or next((each.value for each in windows), "")
    words = _words(request, version, windows, chosen)
    if request.method == "POST" and version and form.is_valid() and (words is None or words.is_valid()):
        window = next((each for each in windows if each.value == form.cleaned_data["window"]), None)
        if window is None:
            form.add_error(
                "window",
                _("Chế độ báo cáo không có kỳ này trong năm %(year)d. Chọn một kỳ trong danh sách.")
                % {"year": year},
            )
        else:
            label = form.cleaned_data["variant_label"].strip()
            existing = window.existing if not label else _same(version, window, slugify(fold(label)))
            made = None if existing else _create(request, form, version, window, words)
            if made is not None:
                messages.success(request, _("Đã lập báo cáo. Các đơn vị có thể bắt đầu soạn mục của mình."))
                return see_other(reverse("reports:detail", args=[made.pk]))
    context = {
        "form": form,
        "words": words,
        "versions": [(each.code, form_title(each.title)) for each in choices],
        "version": version,
        "year": year,
        "windows": windows,
    }
    status = 409 if existing else 422 if form.is_bound else 200
    return render(
        request, "reports/create.html", {**context, "chosen": chosen, "existing": existing}, status=status
    )


def _chosen(choices: list[FormVersion], code: str, kind: PeriodKind) -> FormVersion | None:
    """The definition asked for, else one for the kind of period the person works in, else the first."""
    asked = [each for each in choices if each.code == code]
    usual = [each for each in choices if each.form().period_kind is kind]
    return next(iter([*asked, *usual, *choices]), None)


def _same(version: FormVersion, window: WindowChoice, variant: str) -> ReportInstance | None:
    period = window.period
    found = ReportInstance.objects.filter(
        form_version__code=version.code,
        year=period.year,
        kind=period.kind.value,
        number=period.number,
        variant=variant,
    )
    return found.exclude(state="cancelled").first()


def _words(
    request: Request, version: FormVersion | None, windows: list[WindowChoice], chosen: str
) -> GivenWordsForm | None:
    """The fields of the own words of the form that will be in force at the end of the chosen window; None where it has none."""
    window = next((each for each in windows if each.value == chosen), None) or next(iter(windows), None)
    if version is None or window is None:
        return None
    valid = FormVersion.objects.in_force(version.code, on=window.period.last_day) or version
    made = words_form(valid.form(), window.period, request.POST if request.method == "POST" else None)
    return made if made.words else None


def _create(
    request: Request,
    form: CreateForm,
    version: FormVersion,
    window: WindowChoice,
    words: GivenWordsForm | None,
) -> ReportInstance | None:
    label = form.cleaned_data["variant_label"].strip()
    valid = FormVersion.objects.in_force(version.code, on=window.period.last_day) or version
    try:
        return operations.create_report(
            form_version=valid,
            kind=window.period.kind,
            year=window.period.year,
            number=window.period.number,
            variant=slugify(fold(label)),
            variant_label=label,
            given=words.given() if words else None,
            actor=request.actor,
            on=request.today,
        )
    except operations.ReportRefused as refusal:
        form.add_error(None, str(refusal))
        return None


@dataclass(frozen=True, slots=True)
class SectionLine:
    """One section in the outline."""

    section: ReportSection
    title: str
    unit: str
    state: str
    look: str
    overrides: int
    last_time: int  # sentences of an earlier report that nobody has changed or confirmed


@dataclass(frozen=True, slots=True)
class UnitShare:
    """How far one unit is."""

    code: str
    name: str
    done: int
    total: int


@read_only
def of_section(request: Request, pk: int) -> HttpResponse:
    """Where the term of a division's sections is met: the page of their report, with the sections of that division."""
    section = get_object_or_404(ReportSection.objects.select_related("instance"), pk=pk)
    report = report_of(request, section.instance_id)
    return redirect(
        f"{reverse('reports:detail', args=[report.pk])}?{urlencode({'unit': section.owner_code})}"
    )


@read_only
def detail(request: Request, pk: int) -> HttpResponse:
    """One report: how far it is, what can be done now, and its outline."""
    report = report_of(request, pk)
    resolved = resolve(source_of(report))
    names = unit_names(report.period().last_day)
    titles = {each.source.key: each.heading.text if each.heading else "" for each in resolved.sections}
    counts: dict[int, int] = {}
    for override in report.overrides:
        counts[override.section_id] = counts.get(override.section_id, 0) + 1
    lines = [
        SectionLine(
            section,
            titles.get(section.key, section.title),
            names.get(section.owner_code, section.owner_code),
            str(SECTION_FLOW.by_value[section.state].label),
            STATE_LOOKS[section.state],
            counts.get(section.pk, 0),
            len(text_of_last_time(section)),
        )
        for section in report.sections.all()
    ]
    unit = request.GET.get("unit", "")
    checked = run_checks(resolved)
    findings = [each for each in checked if each.code != NOT_HANDED_IN]
    context = {
        "report": report,
        "state": REPORT_FLOW.by_value[report.state].label,
        "look": STATE_LOOKS[report.state],
        "offers": offers_of(REPORT_FLOW, report, request),
        "lines": [line for line in lines if not unit or line.section.owner_code == unit],
        "shares": _shares(lines),
        "unit": unit,
        "done": sum(line.section.state in DONE_SECTIONS for line in lines),
        "total": len(lines),
        "board": board_for(report, request.today, report=resolved, findings=checked),
        "errors": sum(each.severity == "error" for each in findings),
        "findings": len(findings),
        "unfilled": len(resolved.source.unfilled),
        "left": sum(line.last_time for line in lines)
        + sum(each.is_untouched for each in resolved.source.sections),
        "frozen": report.is_frozen,
        "replacement": replacement_of(report),
    }
    return render(request, "reports/detail.html", context)


def _shares(lines: list[SectionLine]) -> list[UnitShare]:
    by_unit: dict[str, list[SectionLine]] = {}
    for line in lines:
        by_unit.setdefault(line.section.owner_code, []).append(line)
    return [
        UnitShare(code, own[0].unit, sum(line.section.state in DONE_SECTIONS for line in own), len(own))
        for code, own in by_unit.items()
    ]
