"""On which days a report can have been signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.text.dates import format_date
from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from datetime import date

    from khcn.reports.models import ReportInstance


def refuse_day_of_signing(report: ReportInstance, day: date, *, on: date) -> None:
    """Nobody has signed tomorrow, nor before the data end, nor before the text stood as it is signed.

    A report that was handed in on Friday, signed on Saturday and is approved here on Monday keeps its Saturday. No
    number of days is allowed on top: what was written after the signature is not what was signed.

    Raises:
        ReportRefused: the day is none of these, with the sentence at ``signed_on``.
    """
    last_day = report.period().last_day
    # The latest of all bounds: what a sentence names, no other rule refuses.
    earliest = max(last_day, min(_changed_on(report), on))
    if day > on:
        text = _("Ngày ký %(day)s sau ngày hôm nay. Ghi ngày đã ký, không sau ngày %(limit)s.")
        limit = on
    elif day < last_day:
        text = _("Ngày ký %(day)s trước ngày cuối kỳ số liệu. Ghi ngày ký từ ngày %(limit)s.")
        limit = earliest
    elif day < earliest:
        text = _(
            "Ngày ký %(day)s trước lần sửa, trình gần nhất của báo cáo: nội dung này lúc đó chưa có. "
            "Ghi ngày ký từ ngày %(limit)s."
        )
        limit = earliest
    else:
        return
    message = text % {"day": format_date(day), "limit": format_date(limit)}
    raise ReportRefused.about(message, "signed_on", code="day_of_signing")


def _changed_on(report: ReportInstance) -> date:
    """The day on which the report, a section or a typed figure was written last."""
    found = report.sections.aggregate(sections=Max("updated_at"), overrides=Max("overrides__updated_at"))
    latest = max(each for each in (report.updated_at, *found.values()) if each is not None)
    return timezone.localtime(latest).date()
