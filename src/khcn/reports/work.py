"""What reports leave to do: sections to hand in, to take over, reports to compile, to submit, to approve."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.queries import with_pending_recomputation
from khcn.kernel.pdf_signatures.certificate import has_certificate
from khcn.kernel.ui.work_items import MOST, ProvidedItems, WorkItem
from khcn.kernel.workflow import Category
from khcn.reports import rules
from khcn.reports.deadlines import SEND
from khcn.reports.freezing.department_signing import may_seal
from khcn.reports.freezing.replacement import replacements
from khcn.reports.models import ReportInstance, ReportSection
from khcn.reports.models.department_signatures import ReportSignature
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
    terms = {pk: DeadlineStatus(row, on) for pk, row in terms_to_send(reports).items()}
    lines = [
        _line(report, step, terms.get(report.pk))
        for report in reports
        for step in _steps(report, sections[report.pk], actor)
    ]
    lines += unsigned
    return ProvidedItems(tuple(lines[:MOST]), max(len(lines) - MOST, 0))


def _line(report: ReportInstance, step: _Step, term: DeadlineStatus | None) -> WorkItem:
    """A step by the day on which the report has to be sent, which is the term of all its steps."""
    due_on = term.due_on if term is not None else None
    return WorkItem(
        what=step.what,
        title=str(report),
        url=step.url,
        due_on=due_on,
        due_text=term.due_text if term is not None else "",
        note=", ".join(text for text in (term.text, term.note) if text) if term is not None else "",
        icon="report",
        key=f"report {report.pk} {report.state} {step.name} {due_on or ''}",
    )


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


class _Step(NamedTuple):
    """What to do with a report, and where. ``name`` is that of the line in reminders."""

    name: str
    what: str
    url: str


def _steps(report: ReportInstance, sections: Sequence[ReportSection], actor: Actor) -> Iterator[_Step]:
    page = reverse("reports:detail", args=[report.pk])
    owed = [each for each in sections if each.state in SECTION_FLOW.values(Category.PREPARING)]
    if report.state == "drafting":
        mine = [each for each in owed if rules.of_own_division.test(actor, each)]
        if mine:
            first = reverse("reports:section", args=[report.pk, mine[0].key])
            yield _Step("write", _("Soạn và nộp %(count)d mục của báo cáo") % {"count": len(mine)}, first)
        handed_in = [each for each in sections if each.state == "handed_in"]
        if handed_in and rules.office.test(actor, None):
            yield _Step("accept", _("Nhận %(count)d mục các phòng đã nộp") % {"count": len(handed_in)}, page)
        if not owed and not handed_in and rules.office.test(actor, None):
            yield _Step("compile", _("Tổng hợp báo cáo"), page)
    elif report.state == "compiled" and rules.office.test(actor, None):
        yield _Step("submit", _("Trình duyệt báo cáo"), page)
    elif report.state == "submitted" and rules.leader.test(actor, None):
        yield _Step("approve", _("Duyệt báo cáo"), page)


def terms_to_send(reports: Sequence[ReportInstance]) -> dict[int, Deadline]:
    """The term by which each report has to be sent under its regime; reports whose regime has no such period have none."""
    keys = [report.pk for report in reports]
    rows = Deadline.objects.of_subject(ReportInstance._meta.label_lower, keys).filter(kind=SEND)
    return {row.subject_id: row for row in with_pending_recomputation(rows)}


def due_days(reports: Sequence[ReportInstance]) -> dict[int, date]:
    """The last day of these terms."""
    return {pk: row.due_on for pk, row in terms_to_send(reports).items() if row.due_on is not None}
