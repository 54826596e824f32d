"""What reports put on the home page for a role: those that wait for the leader, and for the office who has still to deliver what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import two_digits
from khcn.kernel.ui.home_cards import HomeLine, HomeList
from khcn.kernel.workflow import Category
from khcn.reports import rules
from khcn.reports.models import ReportInstance, ReportSection
from khcn.reports.views.access import unit_names
from khcn.reports.work import due_days
from khcn.reports.workflow import SECTION_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.ui.http import Request

_MOST: Final = 3  # reports of which a page lists what is missing


def report_lists(request: Request) -> list[HomeList]:
    """The lists of the actor's role, without those that would be empty."""
    leads, compiles = rules.leader.test(request.actor, None), rules.office.test(request.actor, None)
    if not leads and not compiles:
        return []
    states = [*(["submitted"] if leads else []), *(["drafting"] if compiles else [])]
    opened = ReportInstance.objects.visible_to(request.actor).filter(state__in=states)
    reports = list(opened.select_related("form_version", "regime")[: 4 * _MOST])
    if not reports:
        return []
    due, on = due_days(reports), request.reporting.work_day
    waiting = [each for each in reports if each.state == "submitted"]
    drafting = [each for each in reports if each.state == "drafting"][:_MOST]
    return [*_waiting(waiting, due, on), *_owing(drafting, due, on)]


def _waiting(reports: Sequence[ReportInstance], due: dict[int, date], on: date) -> Iterator[HomeList]:
    if not reports:
        return
    title = ngettext("%(count)s báo cáo chờ duyệt", "%(count)s báo cáo chờ duyệt", len(reports))
    yield HomeList(
        title % {"count": two_digits(len(reports))},
        reverse("reports:list"),
        tuple(
            HomeLine(str(each), reverse("reports:approve", args=[each.pk]), _("Duyệt"), *_when(each, due, on))
            for each in reports
        ),
        "signature",
        "warn",
    )


def _owing(reports: Sequence[ReportInstance], due: dict[int, date], on: date) -> Iterator[HomeList]:
    """One list for each report: the divisions with sections that are not handed in, by one query for all."""
    owed = Count("pk", filter=Q(state__in=SECTION_FLOW.values(Category.PREPARING)))
    rows = ReportSection.objects.filter(instance__in=reports).order_by("instance", "owner_code")
    counted = list(rows.values_list("instance", "owner_code").annotate(owed=owed, total=Count("pk")))
    names = unit_names(on) if reports else {}
    for report in reports:
        page = reverse("reports:detail", args=[report.pk])
        lines = tuple(
            HomeLine(
                names.get(code, code),
                f"{page}?{urlencode({'unit': code})}",
                _("%(owed)d/%(total)d mục chưa nộp") % {"owed": left, "total": total},
            )
            for instance, code, left, total in counted
            if instance == report.pk and left
        )
        if lines:
            note, tone = _when(report, due, on)
            title = _("%(report)s: ai còn nợ") % {"report": report}
            yield HomeList(f"{title} ({note})" if note else title, page, lines, "report", tone)


def _when(report: ReportInstance, due: dict[int, date], on: date) -> tuple[str, str]:
    day = due.get(report.pk)
    if day is None:
        return "", ""
    return _("gửi trước hết ngày %(day)s") % {"day": format_date(day)}, "bad" if on > day else ""
