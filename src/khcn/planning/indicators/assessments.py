"""Figures of strengths and shortcomings (part B of the periodic report)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator, Period
from khcn.planning.enums import AssessmentKind
from khcn.planning.indicators import printed_lines
from khcn.planning.indicators.by_division import by_division
from khcn.planning.models import Assessment

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _shortcomings(**about: Any) -> QuerySet[Assessment]:
    return Assessment.objects.filter(kind=AssessmentKind.SHORTCOMING, **about)


def _not_mended(period: Period, **about: Any) -> QuerySet[Assessment]:
    """In the order in which they were noted."""
    noted = _shortcomings(noted_on__lt=period.end, **about).exclude(mended_on__lt=period.end)
    return noted.select_related("unit").order_by("noted_on", "pk")


_OfAssessments = partial(Indicator, owner="VP", line=printed_lines.with_cause)
ASSESSMENTS = (
    _OfAssessments(
        "HC-01",
        _("Số hạn chế được nêu"),
        lambda period: _shortcomings().filter(period.covers("noted_on")),
        _("hạn chế"),
        _("Đếm hạn chế có ngày đánh giá trong kỳ, của mọi đơn vị."),
        date_path="noted_on",
    ),
    _OfAssessments(
        "HC-02",
        _("Số hạn chế chưa khắc phục xong"),
        lambda period: _not_mended(period).order_by("unit__position", "unit_id", "noted_on", "pk"),
        _("hạn chế"),
        _("Đếm hạn chế được nêu đến hết kỳ, của mọi đơn vị, mà đến hết kỳ chưa khắc phục xong."),
        basis=Basis.STOCK,
        line=printed_lines.of_division_with_cause,
    ),
    *by_division(
        (f"HC-{number:02}" for number in range(3, 10)),
        _("Số hạn chế chưa khắc phục xong"),
        _not_mended,
        _("hạn chế"),
        _("Đếm hạn chế được nêu đến hết kỳ mà đến hết kỳ chưa khắc phục xong (như HC-02)."),
        printed_lines.with_cause,
        printed_lines.of_division_with_cause,
    ),
    _OfAssessments(
        "HC-10",
        _("Số hạn chế đã khắc phục"),
        lambda period: _shortcomings().filter(period.covers("mended_on")),
        _("hạn chế"),
        _("Đếm hạn chế có ngày khắc phục xong trong kỳ, của mọi đơn vị."),
        line=printed_lines.mended_with_outcome,
        date_path="mended_on",
    ),
    _OfAssessments(
        "DGC-01",
        _("Số ưu điểm được nêu"),
        lambda period: (
            Assessment.objects.filter(period.covers("noted_on"), kind=AssessmentKind.STRENGTH)
            .select_related("unit")
            .order_by("unit__position", "unit_id", "pk")
        ),
        _("ưu điểm"),
        _(
            "Đếm ưu điểm có ngày đánh giá trong kỳ, của mọi đơn vị; ưu điểm chung của Sở ghi cho Ban Giám đốc."
        ),
        line=printed_lines.strength,
        date_path="noted_on",
    ),
)
