"""Figures of planned work and of shortcomings (parts B and C of the periodic report)."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.planning.enums import AssessmentKind, WorkKind
from khcn.planning.models import Assessment, PlannedWork

if TYPE_CHECKING:
    from django.db.models import QuerySet

CENTRE = "TTUD"
_OfWork = partial(Indicator, owner="VP", line=lambda work: work.title)


def _open(period: Period, **about: Any) -> QuerySet[PlannedWork]:
    """Planned before the window ended, and neither done nor given up by then."""
    over = Q(completed_on__lt=period.end) | Q(dropped_on__lt=period.end)
    return PlannedWork.objects.filter(planned_on__lt=period.end, **about).exclude(over)


def _ahead(period: Period, **about: Any) -> QuerySet[PlannedWork]:
    """Open work for the time that part C speaks of: the rest of the year; a report that ends in December plans the next one."""
    year = plus_months(period.end, 1).year
    return _open(period, due_on__lt=date(year + 1, 1, 1), **about)


def _coordinated(period: Period, **about: Any) -> QuerySet[PlannedWork]:
    return _ahead(period, kind=WorkKind.COORDINATION, unit__code=CENTRE, **about)


def _once(rows: QuerySet[PlannedWork], whose: str = "task") -> QuerySet[PlannedWork]:
    return first_of_each(rows, whose, "planned_on")


_OfPlans = partial(_OfWork, basis=Basis.STOCK)
PLANNED_WORK = (
    _OfPlans(
        "KH-01",
        _("Số doanh nghiệp, HTX dự kiến hỗ trợ tài sản trí tuệ"),
        partial(_ahead, kind=WorkKind.IP_SUPPORT),
        _("doanh nghiệp, HTX"),
        _(
            "Cộng số lượng của việc hỗ trợ tài sản trí tuệ đưa vào kế hoạch đến hết kỳ, chưa hoàn thành và chưa thôi thực hiện, quá hạn hoặc "
            "có hạn trong thời gian còn lại của năm (kỳ kết thúc trong tháng 12: đến hết năm sau)."
        ),
        measure=Measure("quantity"),
        figure_ids=("F198",),
    ),
    _OfPlans(
        "KH-02",
        _("Số lớp tập huấn đánh giá trình độ công nghệ dự kiến tổ chức"),
        partial(_ahead, kind=WorkKind.TECHNOLOGY_CLASS),
        _("lớp"),
        _("Cộng số lớp của việc loại này còn phải làm trong thời gian còn lại của năm (như KH-01)."),
        measure=Measure("quantity"),
        figure_ids=("F199",),
    ),
    _OfPlans(
        "KH-03",
        _("Số lớp tập huấn quản lý chỉ dẫn địa lý dự kiến tổ chức"),
        partial(_ahead, kind=WorkKind.GI_CLASS),
        _("lớp"),
        _("Cộng số lớp của việc loại này còn phải làm trong thời gian còn lại của năm (như KH-01)."),
        measure=Measure("quantity"),
        figure_ids=("F200",),
    ),
    _OfPlans(
        "KH-04",
        _("Số nhiệm vụ KH&CN Trung tâm dự kiến quyết toán"),
        lambda period: _once(_ahead(period, kind=WorkKind.SETTLEMENT, unit__code=CENTRE)),
        _("nhiệm vụ"),
        _(
            "Đếm nhiệm vụ KH&CN có việc quyết toán của Trung tâm còn phải làm trong thời gian còn lại của năm."
        ),
        figure_ids=("F203",),
    ),
    _OfPlans(
        "KH-05",
        _("Số nhiệm vụ KH&CN Trung tâm dự kiến phối hợp triển khai"),
        lambda period: _once(_coordinated(period)),
        _("nhiệm vụ"),
        _("Đếm nhiệm vụ KH&CN có việc phối hợp của Trung tâm còn phải làm trong thời gian còn lại của năm."),
        figure_ids=("F205",),
    ),
    _OfPlans(
        "KH-06",
        _("Số nhiệm vụ cấp quốc gia Trung tâm dự kiến phối hợp triển khai"),
        lambda period: _once(_coordinated(period, task__level="national")),
        _("nhiệm vụ"),
        _("Đếm trong số ở KH-05 những nhiệm vụ cấp quốc gia."),
        figure_ids=("F206",),
    ),
    _OfPlans(
        "KH-07",
        _("Số nhiệm vụ cấp tỉnh Trung tâm dự kiến phối hợp triển khai"),
        lambda period: _once(_coordinated(period, task__level="province")),
        _("nhiệm vụ"),
        _("Đếm trong số ở KH-05 những nhiệm vụ cấp tỉnh."),
        figure_ids=("F207",),
    ),
    _OfPlans(
        "KH-08",
        _("Số đơn vị chủ trì mà Trung tâm dự kiến phối hợp"),
        lambda period: _once(_coordinated(period, task__host__isnull=False), "task__host"),
        _("đơn vị"),
        _("Đếm tổ chức chủ trì của các nhiệm vụ ở KH-05; tổ chức chủ trì nhiều nhiệm vụ đếm một lần."),
        figure_ids=("F204",),
    ),
    _OfPlans(
        "KH-09",
        _("Số việc còn phải làm theo phương hướng"),
        _ahead,
        _("việc"),
        _(
            "Đếm việc đưa vào kế hoạch đến hết kỳ, chưa hoàn thành và chưa thôi thực hiện, quá hạn hoặc có hạn trong thời gian còn lại của năm (kỳ "
            "kết thúc trong tháng 12: đến hết năm sau)."
        ),
    ),
    _OfWork(
        "KH-10",
        _("Số việc theo phương hướng đã hoàn thành"),
        lambda period: PlannedWork.objects.filter(period.covers("completed_on")),
        _("việc"),
        _("Đếm việc đưa vào kế hoạch có ngày hoàn thành trong kỳ, đúng hạn hay chậm."),
        date_path="completed_on",
    ),
    _OfWork(
        "KH-11",
        _("Số việc theo phương hướng hoàn thành chậm"),
        lambda period: PlannedWork.objects.filter(
            period.covers("completed_on"), completed_on__gt=F("due_on")
        ),
        _("việc"),
        _("Đếm trong số ở KH-10 những việc hoàn thành sau hạn."),
        date_path="completed_on",
    ),
    _OfPlans(
        "KH-12",
        _("Số việc theo phương hướng quá hạn chưa xong"),
        lambda period: _open(period, due_on__lt=period.last_day),
        _("việc"),
        _("Đếm việc có hạn trước ngày cuối kỳ, đến ngày đó chưa hoàn thành và chưa thôi thực hiện."),
        terms=("planning.work",),
    ),
    _OfWork(
        "KH-13",
        _("Số việc theo phương hướng thôi thực hiện"),
        lambda period: PlannedWork.objects.filter(period.covers("dropped_on")),
        _("việc"),
        _("Đếm việc đưa vào kế hoạch có ngày thôi thực hiện trong kỳ, kèm lý do."),
        date_path="dropped_on",
    ),
)


def _shortcomings() -> QuerySet[Assessment]:
    return Assessment.objects.filter(kind=AssessmentKind.SHORTCOMING)


_OfAssessments = partial(Indicator, owner="VP", line=lambda assessment: assessment.statement)
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
        lambda period: _shortcomings().filter(noted_on__lt=period.end).exclude(mended_on__lt=period.end),
        _("hạn chế"),
        _("Đếm hạn chế được nêu đến hết kỳ, của mọi đơn vị, mà đến hết kỳ chưa khắc phục xong."),
        basis=Basis.STOCK,
    ),
)
