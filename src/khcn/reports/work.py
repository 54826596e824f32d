"""What reports leave to do: sections to hand in, to take over, reports to compile, to submit, to approve."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.dated.models import version_in_force
from khcn.kernel.pdf_signatures.certificate import has_certificate
from khcn.kernel.text.dates import format_date
from khcn.kernel.ui.work_items import MOST, ProvidedItems, WorkItem
from khcn.kernel.workflow import Category
from khcn.reference.models import RegimeWindow
from khcn.reference.queries import send_by, working_calendar
from khcn.reports import rules
from khcn.reports.department_signatures import ReportSignature
from khcn.reports.freezing.department_signing import may_seal
from khcn.reports.freezing.replacement import replacements
from khcn.reports.models import ReportInstance, ReportSection
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor


def report_work(actor: Actor, on: date) -> ProvidedItems:
    """Steps of open reports whose turn it is for this actor, one line for each report and step."""
    opened = ReportInstance.objects.visible_to(actor).filter(
        state__in=REPORT_FLOW.values(Category.PREPARING, Category.OPEN)
    )
    reports = list(opened.select_related("form_version", "regime")[:MOST])
    unsigned = _unsigned(actor)
    if not reports:
        return ProvidedItems(unsigned)
    sections: defaultdict[int, list[ReportSection]] = defaultdict(list)
    for section in ReportSection.objects.filter(instance__in=reports).defer("text"):
        sections[section.instance_id].append(section)
    due = due_days(reports)
    lines = [
        WorkItem(
            what=what,
            title=str(report),
            url=url,
            due_on=due.get(report.pk),
            due_text=format_date(due[report.pk]) if report.pk in due else "",
            icon="report",
            key=f"report {report.pk} {report.state} {url}",
        )
        for report in reports
        for what, url in _steps(report, sections[report.pk], actor)
    ]
    lines += unsigned
    return ProvidedItems(tuple(lines[:MOST]), max(len(lines) - MOST, 0))


def _unsigned(actor: Actor) -> tuple[WorkItem, ...]:
    """Approved reports on which certificate or token failed, for those who keep the seal."""
    if not may_seal(actor) or not has_certificate():
        return ()
    failed = ReportSignature.objects.exclude(fault="").values("report")
    replaced = replacements().filter(frozen__isnull=False).values("replaces")
    reports = ReportInstance.objects.filter(frozen__in=failed).exclude(pk__in=replaced)
    return tuple(
        WorkItem(
            what=_("Xử lý báo cáo chưa ký số được"),
            title=str(report),
            url=reverse("reports:frozen", args=[report.pk]),
            icon="report",
            key=f"report {report.pk} unsigned",
        )
        for report in reports.select_related("form_version")[:MOST]
    )


def _steps(
    report: ReportInstance, sections: Sequence[ReportSection], actor: Actor
) -> Iterator[tuple[str, str]]:
    page = reverse("reports:detail", args=[report.pk])
    owed = [each for each in sections if each.state in SECTION_FLOW.values(Category.PREPARING)]
    if report.state == "drafting":
        mine = [each for each in owed if rules.of_own_division.test(actor, each)]
        if mine:
            first = reverse("reports:section", args=[report.pk, mine[0].key])
            yield _("Soạn và nộp %(count)d mục của báo cáo") % {"count": len(mine)}, first
        handed_in = [each for each in sections if each.state == "handed_in"]
        if handed_in and rules.office.test(actor, None):
            yield _("Nhận %(count)d mục các phòng đã nộp") % {"count": len(handed_in)}, page
        if not owed and not handed_in and rules.office.test(actor, None):
            yield _("Tổng hợp báo cáo"), page
    elif report.state == "compiled" and rules.office.test(actor, None):
        yield _("Trình duyệt báo cáo"), page
    elif report.state == "submitted" and rules.leader.test(actor, None):
        yield _("Duyệt báo cáo"), page


def due_days(reports: Sequence[ReportInstance]) -> dict[int, date]:
    """The day by which each report has to be sent under its regime; reports whose regime has no such period have none."""
    windows = RegimeWindow.objects.filter(regime__in={report.regime_id for report in reports})
    by_period = defaultdict(list)
    for each in windows:
        by_period[each.regime_id, each.kind, each.number].append(each)
    calendar = working_calendar()
    found = {}
    for report in reports:
        last = report.period().last_day
        window = version_in_force(by_period[report.regime_id, report.kind, report.number], on=last)
        due_on = send_by(window, last, calendar=calendar).due_on if window is not None else None
        if due_on is not None:
            found[report.pk] = due_on
    return found
