"""Figures of planned work (part C of the periodic report), and of what came of it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.indicators import Basis, Indicator, Measure, Period, PeriodKind
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.planning.enums import ABOUT_TASKS, WorkKind
from khcn.planning.indicators import printed_lines
from khcn.planning.indicators.by_division import CENTRE, by_division
from khcn.planning.models import PlannedWork

if TYPE_CHECKING:
    from django.db.models import QuerySet

_LAST_MONTH = 12
_OfWork = partial(Indicator, owner="VP", line=lambda work: work.title)


def planned_until(period: Period) -> date:
    """The day after the time that the plans of a report are for: the next month or quarter, or what is left of the year; a report
    that ends in December plans the next one.
    """
    first = date(period.year, 1, 1)
    match period.kind:
        case PeriodKind.MONTH:
            return plus_months(first, period.number + 1)
        case PeriodKind.QUARTER:
            return plus_months(first, 3 * (period.number + 1))
    last = period.last_day
    return date(last.year + (2 if last.month == _LAST_MONTH else 1), 1, 1)


def _open(period: Period, **about: Any) -> QuerySet[Any]:
    """Planned before the window ended, and neither done nor given up by then; with ``due_day``, the last day that was in force when it
    ended: a later decision moves nothing of the window.
    """
    over = Q(completed_on__lt=period.end) | Q(dropped_on__lt=period.end)
    work = PlannedWork.objects.due_day_on(period.last_day)
    return work.filter(planned_on__lt=period.end, **about).exclude(over)


def _ahead(period: Period, **about: Any) -> QuerySet[Any]:
    """Open work for the time that part C speaks of, with what is late already."""
    return _open(period, due_day__lt=planned_until(period), **about)


def _all_ahead(period: Period) -> QuerySet[PlannedWork]:
    """By division, as a report lists it that has one part for all of them."""
    rows = _ahead(period).select_related("unit")
    return rows.order_by("unit__position", "unit_id", "due_day", "pk")


def _coordinated(period: Period, **about: Any) -> QuerySet[PlannedWork]:
    return _ahead(period, kind=WorkKind.COORDINATION, unit__code=CENTRE, **about)


def _once(rows: QuerySet[PlannedWork], whose: str = "task") -> QuerySet[PlannedWork]:
    return first_of_each(rows, whose, "planned_on")


def _listed(period: Period, **about: Any) -> QuerySet[PlannedWork]:
    """Work ahead that no figure of its kind counts: part C lists it by what it is called."""
    counted = Q(kind__in=ABOUT_TASKS, unit__code=CENTRE) | Q(
        kind__in=(WorkKind.IP_SUPPORT, WorkKind.TECHNOLOGY_CLASS, WorkKind.GI_CLASS)
    )
    return _ahead(period, **about).exclude(counted).select_related("unit").order_by("due_day", "pk")


def _completed_late(period: Period) -> QuerySet[PlannedWork]:
    """After the last day that was in force when it was done: what was put off later than that has never been."""
    return PlannedWork.objects.filter(period.covers("completed_on"), completed_on__gt=F("due_on"))


_OfPlans = partial(_OfWork, basis=Basis.STOCK, terms=("planning.work",))
PLANNED_WORK = (
    _OfPlans(
        "KH-01",
        _("Số doanh nghiệp, HTX dự kiến hỗ trợ tài sản trí tuệ"),
        partial(_ahead, kind=WorkKind.IP_SUPPORT),
        _("doanh nghiệp, HTX"),
        _(
            "Cộng số lượng của việc hỗ trợ tài sản trí tuệ đưa vào kế hoạch đến hết kỳ, chưa hoàn thành và chưa thôi thực hiện, quá hạn hoặc "
            "có hạn trong thời gian mà phương hướng nói tới: báo cáo tháng, quý là tháng sau, quý sau; báo cáo khác là phần còn lại của năm (kỳ "
            "kết thúc trong tháng 12: hết năm sau). Hạn là hạn có hiệu lực ngày cuối kỳ: lùi hạn sau ngày đó không đổi số của kỳ."
        ),
        measure=Measure("quantity"),
        figure_ids=("F198",),
    ),
    _OfPlans(
        "KH-02",
        _("Số lớp tập huấn đánh giá trình độ công nghệ dự kiến tổ chức"),
        partial(_ahead, kind=WorkKind.TECHNOLOGY_CLASS),
        _("lớp"),
        _(
            "Cộng số lớp của việc loại này còn phải làm trong thời gian mà phương hướng nói tới, kể cả việc đã quá hạn (như KH-01)."
        ),
        measure=Measure("quantity"),
        figure_ids=("F199",),
    ),
    _OfPlans(
        "KH-03",
        _("Số lớp tập huấn quản lý chỉ dẫn địa lý dự kiến tổ chức"),
        partial(_ahead, kind=WorkKind.GI_CLASS),
        _("lớp"),
        _(
            "Cộng số lớp của việc loại này còn phải làm trong thời gian mà phương hướng nói tới, kể cả việc đã quá hạn (như KH-01)."
        ),
        measure=Measure("quantity"),
        figure_ids=("F200",),
    ),
    _OfPlans(
        "KH-04",
        _("Số nhiệm vụ KH&CN Trung tâm dự kiến quyết toán"),
        lambda period: _once(_ahead(period, kind=WorkKind.SETTLEMENT, unit__code=CENTRE)),
        _("nhiệm vụ"),
        _(
            "Đếm nhiệm vụ KH&CN có việc quyết toán của Trung tâm còn phải làm trong thời gian mà phương hướng nói tới (như KH-01)."
        ),
        figure_ids=("F203",),
    ),
    _OfPlans(
        "KH-05",
        _("Số nhiệm vụ KH&CN Trung tâm dự kiến phối hợp triển khai"),
        lambda period: _once(_coordinated(period)),
        _("nhiệm vụ"),
        _(
            "Đếm nhiệm vụ KH&CN có việc phối hợp của Trung tâm còn phải làm trong thời gian mà phương hướng nói tới (như KH-01)."
        ),
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
        _all_ahead,
        _("việc"),
        _(
            "Đếm việc đưa vào kế hoạch đến hết kỳ, chưa hoàn thành và chưa thôi thực hiện, quá hạn hoặc có hạn trong thời gian mà phương hướng "
            "nói tới (như KH-01)."
        ),
        line=printed_lines.with_division,
    ),
    _OfWork(
        "KH-10",
        _("Số việc theo phương hướng đã hoàn thành"),
        lambda period: PlannedWork.objects.filter(period.covers("completed_on")),
        _("việc"),
        _("Đếm việc đưa vào kế hoạch có ngày hoàn thành trong kỳ, đúng hạn hay chậm."),
        line=printed_lines.achieved_of_planned,
        date_path="completed_on",
    ),
    _OfWork(
        "KH-11",
        _("Số việc theo phương hướng hoàn thành chậm"),
        _completed_late,
        _("việc"),
        _("Đếm trong số ở KH-10 những việc hoàn thành sau hạn có hiệu lực ngày hoàn thành."),
        date_path="completed_on",
    ),
    _OfPlans(
        "KH-12",
        _("Số việc theo phương hướng quá hạn chưa xong"),
        lambda period: _open(period, due_day__lt=period.last_day),
        _("việc"),
        _(
            "Đếm việc có hạn (hạn có hiệu lực ngày cuối kỳ) trước ngày cuối kỳ, đến ngày đó chưa hoàn thành và chưa thôi thực hiện."
        ),
    ),
    _OfWork(
        "KH-13",
        _("Số việc theo phương hướng thôi thực hiện"),
        lambda period: PlannedWork.objects.filter(period.covers("dropped_on")),
        _("việc"),
        _("Đếm việc đưa vào kế hoạch có ngày thôi thực hiện trong kỳ, kèm lý do."),
        line=printed_lines.dropped_with_reason,
        date_path="dropped_on",
    ),
    *by_division(
        (f"KH-{number}" for number in range(14, 21)),
        _("Số việc khác theo phương hướng"),
        _listed,
        _("việc"),
        _(
            "Đếm việc còn phải làm (như KH-09) mà các số liệu KH-01 đến KH-08 không đếm: việc khác, và việc quyết toán, phối hợp không do Trung tâm thực hiện."
        ),
        printed_lines.title_and_quantity,
        printed_lines.with_division,
    ),
    _OfWork(
        "KH-21",
        _("Số việc theo phương hướng đạt thấp hơn dự kiến"),
        lambda period: PlannedWork.objects.filter(period.covers("completed_on"), achieved__lt=F("quantity")),
        _("việc"),
        _("Đếm trong số ở KH-10 những việc có số lượng đạt được ít hơn số lượng dự kiến."),
        line=printed_lines.achieved_of_planned,
        date_path="completed_on",
    ),
    _OfPlans(
        "KH-22",
        _("Số nhiệm vụ cấp khác Trung tâm dự kiến phối hợp triển khai"),
        lambda period: _once(_coordinated(period).exclude(task__level__in=("national", "province"))),
        _("nhiệm vụ"),
        _("Đếm trong số ở KH-05 những nhiệm vụ không phải cấp quốc gia, cấp tỉnh."),
    ),
)
