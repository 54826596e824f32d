"""Cards of the home page about reports: here because neither the shell nor the report engine may know the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khcn.kernel.text.numbers import two_digits
from khcn.kernel.ui.home import Card
from khcn.kernel.workflow import Category
from khcn.reports.models import ReportInstance, ReportSection
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from khcn.kernel.ui.http import Request


def report_cards(request: Request) -> list[Card]:
    """Reports that are not finished, and how many of their sections one's own division still owes."""
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
