"""Cards of the home page about reports and the system itself: here because neither the shell nor the report engine may know the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khcn.kernel.deadlines.models import DriftCheck
from khcn.kernel.deadlines.startup_checks import missing_rules
from khcn.kernel.jobs.heartbeat import SILENCE, last_heartbeat
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import two_digits
from khcn.kernel.ui.home_cards import Card
from khcn.kernel.workflow import Category
from khcn.reference.models import RuleParameter
from khcn.reports.models import ReportInstance, ReportSection
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW
from khcn.web.navigation import can_administer

if TYPE_CHECKING:
    from khcn.kernel.ui.http import Request


def report_cards(request: Request) -> list[Card]:
    """Reports that are not finished, and how many of their sections one's own division has still to write."""
    reports = ReportInstance.objects.visible_to(request.actor).filter(
        state__in=REPORT_FLOW.values(Category.PREPARING, Category.OPEN)
    )
    count, note = reports.count(), _("Không có báo cáo nào đang làm.")
    if count:
        owed = ReportSection.objects.filter(
            instance__in=reports,
            owner_code=request.actor.unit_code,
            state__in=SECTION_FLOW.values(Category.PREPARING),
        ).count()
        text = ngettext(
            "%(count)s mục của đơn vị bạn chưa nộp.", "%(count)s mục của đơn vị bạn chưa nộp.", owed
        )
        note = text % {"count": two_digits(owed)} if owed else _("Đơn vị bạn đã nộp đủ các mục.")
    return [Card(_("Báo cáo đang làm"), two_digits(count), reverse("reports:list"), note, "report")]


def system_cards(request: Request) -> list[Card]:
    """For the administrator: does background work run, do deadlines miss a rule, did the nightly comparison differ."""
    if not can_administer.test(request.actor, None):
        return []
    beat, now = last_heartbeat(), timezone.now()
    runs = beat is not None and now - beat < SILENCE
    at = timezone.localtime(beat).strftime("%H:%M %d/%m/%Y") if beat else _("chưa lần nào")
    note = _("Chạy gần nhất lúc %(at)s.") % {"at": at}
    if not runs:
        note += " " + _("Công việc nền không chạy: khởi động lại ./khcn serve hoặc ./khcn work.")
    found = [
        Card(
            _("Công việc nền"),
            _("đang chạy") if runs else _("đã dừng"),
            reverse("system-status"),
            note,
            "clock",
        )
    ]
    if missing := missing_rules(on=request.today):
        address = register_of(RuleParameter).list_url()
        found.append(
            Card(
                _("Tham số quy định còn thiếu"),
                two_digits(len(missing)),
                address,
                ", ".join(missing),
                "adjustments",
            )
        )
    drift = DriftCheck.objects.first()
    if drift is not None and drift.different:
        note = _("Đối chiếu ngày %(day)s, đã sửa lại.") % {
            "day": format_date(timezone.localtime(drift.at).date())
        }
        address = reverse("deadline-list")
        found.append(
            Card(_("Thời hạn sai lệch"), two_digits(drift.different), address, note, "alert-triangle")
        )
    return found
