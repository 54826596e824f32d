"""Who has still to deliver what for a period: by division and register, and by division and section."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.indicators import IndicatorRegistry, registry
from khcn.kernel.registers.registry import has_register, register_of
from khcn.parties.models import OrgUnit
from khcn.reference.queries import send_by, working_calendar
from khcn.reports.checking.checks import run_checks
from khcn.reports.checking.text_checks import NOT_HANDED_IN
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.workflow import SECTION_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from khcn.kernel.indicators import Period
    from khcn.kernel.registers.spec import Register
    from khcn.reports.checking.findings import Finding
    from khcn.reports.composing.resolve import Report
    from khcn.reports.models import ReportInstance

Timing: TypeAlias = Literal["on_time", "late", "missing", "waiting"]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One register that the report counts: what arrived for the period, and when the last of it was entered (a later correction makes nothing late)."""

    unit_code: str
    unit_name: str
    register: str
    register_title: str
    list_url: str
    figures: tuple[str, ...]
    arrived: int
    last_entry_at: datetime | None
    timing: Timing
    findings: int

    @property
    def timing_label(self) -> str:
        return timing_label(self.timing)


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of the report."""

    key: str
    title: str
    unit_code: str
    unit_name: str
    state: str
    state_label: str
    handed_in_at: datetime | None
    timing: Timing
    findings: int

    @property
    def timing_label(self) -> str:
        return timing_label(self.timing)


@dataclass(frozen=True, slots=True)
class Board:
    """``due_problem`` says why ``due_on`` is missing, or only provisional while days off are not announced.

    ``findings`` of a register are those that name one of its figures; those of the sections and ``of_no_section`` (opening,
    closing, recipients) together are the ones of the page of contradictions.
    """

    period: Period
    due_on: date | None
    due_problem: str
    rows: tuple[BoardRow, ...]
    sections: tuple[SectionRow, ...]
    of_no_section: int = 0


def timing_label(timing: Timing) -> str:
    """For people."""
    return {
        "on_time": _("đúng hạn"),
        "late": _("muộn"),
        "missing": _("quá hạn, chưa có"),
        "waiting": _("chưa đến hạn"),
    }[timing]


def board_for(
    instance: ReportInstance,
    on: date,
    *,
    report: Report | None = None,
    findings: Sequence[Finding] | None = None,
) -> Board:
    """The board of a report as of a day; who has read its figures and checked them already gives both."""
    period = instance.period()
    due_on, problem = _due(instance)
    report = resolve(source_of(instance)) if report is None else report
    findings = run_checks(report) if findings is None else findings
    findings = [
        each for each in findings if each.code != NOT_HANDED_IN
    ]  # as the page of contradictions counts
    by_section = Counter(each.section_1 for each in findings)
    units = _unit_names(period.last_day)
    titles = {each.source.key: each.heading.text if each.heading else "" for each in report.sections}
    rows = registers_for(period, report.codes, on=on, due_on=due_on, findings=findings)
    sections = tuple(
        SectionRow(
            each.key,
            f"{each.label} {titles.get(each.key, '')}".strip(),
            each.owner_code,
            units.get(each.owner_code, each.owner_code),
            each.state,
            str(SECTION_FLOW.by_value[each.state].label),
            each.handed_in_at,
            _timing(
                each.handed_in_at if each.state in {"handed_in", "accepted", "taken_over"} else None,
                due_on,
                on,
            ),
            by_section[each.key],
        )
        for each in instance.sections.all()
    )
    of_no_section = len(findings) - sum(each.findings for each in sections)
    return Board(period, due_on, problem, rows, sections, of_no_section)


def registers_for(
    period: Period,
    codes: Iterable[str],
    *,
    on: date,
    due_on: date | None = None,
    findings: Sequence[Finding] = (),
    known: IndicatorRegistry = registry,
) -> tuple[BoardRow, ...]:
    """The registers behind these figures, by division; needs no report."""
    by_register: dict[Register, list[str]] = {}
    for code in codes:
        if code in known and has_register(model := known[code].model):
            by_register.setdefault(register_of(model), []).append(code)
    units = _unit_names(period.last_day)
    rows = [
        _row(register, tuple(bound), period, on, due_on, units, findings)
        for register, bound in by_register.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.unit_name, row.register_title)))


def _row(
    register: Register,
    codes: tuple[str, ...],
    period: Period,
    on: date,
    due_on: date | None,
    units: dict[str, str],
    findings: Sequence[Finding],
) -> BoardRow:
    records = register.model._base_manager.all()
    if register.date_field:
        records = records.filter(period.covers(register.date_field))
    seen = records.aggregate(arrived=Count("pk"), last=Max("created_at"))
    arrived, last = seen["arrived"], seen["last"]
    return BoardRow(
        register.owner,
        units.get(register.owner, register.owner),
        register.name,
        str(register.title),
        register.list_url(),
        codes,
        arrived,
        last,
        _timing(last if arrived else None, due_on, on),
        sum(not set(codes).isdisjoint(each.codes) for each in findings),
    )


def _timing(at: datetime | None, due_on: date | None, on: date) -> Timing:
    if at is None:
        return "missing" if due_on and on > due_on else "waiting"
    return "late" if due_on and timezone.localtime(at).date() > due_on else "on_time"


def _due(instance: ReportInstance) -> tuple[date | None, str]:
    """The cut-off day and the regime's working days after it."""
    period = instance.period()
    window = instance.regime.window(instance.kind, instance.number, on=period.last_day)
    if window is None:
        return None, _("Chế độ báo cáo không còn kỳ này trong danh mục.")
    found = send_by(window, period.last_day, calendar=working_calendar())
    if not found.provisional:
        return found.due_on, ""
    return found.due_on, _("Lịch nghỉ năm %(year)s chưa có thông báo chính thức, hạn là dự kiến.") % {
        "year": found.provisional[-1]
    }


def _unit_names(on: date) -> dict[str, str]:
    return dict(OrgUnit.objects.valid(on=on).values_list("code", "name"))
