"""The terms of a report: to send it, and for each division to hand in its sections before.

The window of the regime gives the length: so many working days after the last day of the period. A replacement of a signed
report has none, because the report that it replaces was sent by that day.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.models import version_in_force
from khcn.kernel.deadlines import Answering, DeadlineKind, Follow, SubjectFacts, TermFacts
from khcn.kernel.deadlines.department_records import DepartmentRecords
from khcn.kernel.workflow import Category
from khcn.kernel.workflow.models import WorkflowStep
from khcn.reference.models import RegimeWindow
from khcn.reference.queries import term_to_send
from khcn.reports import rules
from khcn.reports.models import ReportInstance, ReportSection
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

OWNER: Final = "VP"
SEND, HAND_IN = "reports.send", "reports.hand_in"


def _steps(workflow: str, names: Collection[str], keys: Collection[int], on: date | None) -> dict[int, date]:
    """Of each record the day of the last of these steps that was taken by ``on``."""
    rows = WorkflowStep.objects.filter(workflow=workflow, name__in=names, object_id__in=keys).order_by("pk")
    return {key: day for key, day in rows.values_list("object_id", "effective_on") if on is None or day <= on}


def _terms_to_send(keys: Collection[int], on: date | None) -> dict[int, tuple[str, TermFacts]]:
    """Title and term of each report that has to be sent under its regime, in four queries."""
    reports = ReportInstance.objects.filter(pk__in=keys, replaces=None).select_related("form_version")
    rows = list(reports)
    windows: defaultdict[tuple[int, str, int], list[RegimeWindow]] = defaultdict(list)
    for each in RegimeWindow.objects.filter(regime__in={report.regime_id for report in rows}):
        windows[each.regime_id, each.kind, each.number].append(each)
    approved = _steps(REPORT_FLOW.name, ("approve",), keys, on)
    cancelled = _steps(REPORT_FLOW.name, ("cancel",), keys, on)
    found = {}
    for report in rows:
        last = report.period().last_day
        window = version_in_force(windows[report.regime_id, report.kind, report.number], on=last)
        if window is not None and report.pk not in cancelled:
            term = TermFacts(last, approved.get(report.pk), length=term_to_send(window))
            found[report.pk] = (str(report), term)
    return found


def report_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Facts of many reports; what happened after ``on`` has not happened yet."""
    return {
        pk: SubjectFacts(title, OWNER, {SEND: term}) for pk, (title, term) in _terms_to_send(keys, on).items()
    }


class _Section(NamedTuple):
    pk: int
    instance_id: int
    owner_code: str
    state: str


def section_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """One term for all sections of a division in a report, kept at the first of them: the division hands them in together,
    and the last one meets the term.
    """
    reports = ReportSection.objects.filter(pk__in=keys).values_list("instance_id", flat=True)
    rows = ReportSection.objects.filter(instance__in=set(reports)).order_by("instance", "position", "pk")
    groups: defaultdict[tuple[int, str], list[_Section]] = defaultdict(list)
    for each in map(_Section._make, rows.values_list(*_Section._fields)):
        groups[each.instance_id, each.owner_code].append(each)
    terms = _terms_to_send({instance for instance, _owner in groups}, on)
    every = [each.pk for group in groups.values() for each in group]
    days = _steps(SECTION_FLOW.name, ("hand_in",), every, on)
    asked = set(keys)
    found = {}
    for (instance, owner), group in groups.items():
        if group[0].pk in asked and instance in terms:
            title, term = terms[instance]
            own = TermFacts(term.counts_from, _handed_in_on(group, days), length=term.length)
            found[group[0].pk] = SubjectFacts(title, owner, {HAND_IN: own})
    return found


def _handed_in_on(sections: Sequence[_Section], days: Mapping[int, date]) -> date | None:
    """The day of the last of them, when none is left."""
    owed = SECTION_FLOW.values(Category.PREPARING)
    if any(each.state in owed or each.pk not in days for each in sections):
        return None
    return max(days[each.pk] for each in sections)


def _section_address(pk: int) -> str:
    return reverse("reports:of-section", args=[pk])


def _report_address(pk: int) -> str:
    return reverse("reports:detail", args=[pk])


# The regime sets the day, and no step of a report moves it: only cancelling ends it, and a new report of the period has it again.
_ANSWERING: Final = Answering(
    lambda actor, _term: bool(rules.office.test(actor, None) or rules.leader.test(actor, None)),
    _("Văn phòng, lãnh đạo Sở"),
)

REPORTS: Final = DepartmentRecords(ReportInstance, _report_address)
SECTIONS: Final = DepartmentRecords(ReportSection, _section_address)
SEND_KIND: Final = DeadlineKind(
    SEND,
    _("Gửi báo cáo"),
    report_facts,
    {
        ReportInstance._meta.label_lower: "pk",
        RegimeWindow._meta.label_lower: Follow("regime_id", "regime_id", is_law=True),
    },
    counts_days=True,
    answering=_ANSWERING,
    listed=False,  # ``work.report_work``
)
HAND_IN_KIND: Final = DeadlineKind(
    HAND_IN,
    _("Nộp các mục của báo cáo"),
    section_facts,
    {
        ReportSection._meta.label_lower: Follow("instance_id", "instance_id"),
        ReportInstance._meta.label_lower: Follow("pk", "instance_id"),
        RegimeWindow._meta.label_lower: Follow("regime_id", "instance__regime_id", is_law=True),
    },
    counts_days=True,
    answering=_ANSWERING,
    listed=False,  # ``work.report_work``
)
