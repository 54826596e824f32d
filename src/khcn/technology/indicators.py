"""Figures about technology and S&T information (part A.III.3 of the periodic report)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, IntegerField, Q, When
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.kernel.text.amounts_in_words import number_in_words
from khcn.technology.enums import MediaKind, PublicationKind, ScaleUnit, StatisticsKind
from khcn.technology.models import (
    EnterpriseCertificate,
    MediaItem,
    MediaPlan,
    PublicationDistribution,
    StatisticsReport,
    TechnologyOpinion,
    TransferContract,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

Of = partial(Indicator, owner="QLCN")


def _project_with_turn(opinion: Any) -> str:
    """The project, with which answer about it this one is where there was one before: a list does not name it twice alike."""
    name = str(opinion.project.name)
    if opinion.turn <= 1:
        return name
    return f"{name} (cho ý kiến lần thứ {number_in_words(opinion.turn)})"  # reports are in Vietnamese


def _project(opinion: Any) -> str:
    return str(opinion.project.name)


def _projects(period: Period) -> QuerySet[TechnologyOpinion]:
    """Of the answers of the window, the first about each project."""
    return first_of_each(TechnologyOpinion.objects.answered_in(period), "project", "answered_on")


def _projects_in(unit: ScaleUnit, period: Period) -> QuerySet[TechnologyOpinion]:
    return _projects(period).filter(project__scale_unit=unit).annotate(scale=F("project__scale"))


OPINIONS = (
    Of(
        "CN-01",
        _("Số lượt ý kiến về công nghệ dự án đầu tư"),
        lambda period: TechnologyOpinion.objects.answered_in(period).with_turn(),
        _("lượt"),
        _("Đếm ý kiến có ngày trả lời trong kỳ; một dự án được cho ý kiến hai lần thì đếm hai lượt."),
        line=_project_with_turn,
        figure_ids=("F059", "F062"),
        date_path="answered_on",
    ),
    Of(
        "CN-02",
        _("Số dự án đầu tư được cho ý kiến về công nghệ"),
        _projects,
        _("dự án"),
        _("Đếm dự án có ý kiến trả lời trong kỳ; dự án được cho ý kiến nhiều lượt đếm một lần."),
        basis=Basis.TOUCHED,
        line=_project,
        date_path="answered_on",
    ),
    Of(
        "CN-03",
        _("Công suất trạm xử lý nước của các dự án được cho ý kiến"),
        partial(_projects_in, ScaleUnit.CUBIC_METRES_A_DAY),
        _("m³/ngày đêm"),
        _("Cộng quy mô tính bằng m³/ngày đêm của các dự án ở CN-02, mỗi dự án một lần."),
        basis=Basis.TOUCHED,
        measure=Measure("scale"),
        line=_project,
        figure_ids=("F060",),
        date_path="answered_on",
    ),
    Of(
        "CN-04",
        _("Số trung tâm y tế được trang bị của các dự án được cho ý kiến"),
        partial(_projects_in, ScaleUnit.HEALTH_CENTRES),
        _("trung tâm y tế"),
        _("Cộng quy mô tính bằng số trung tâm y tế của các dự án ở CN-02, mỗi dự án một lần."),
        basis=Basis.TOUCHED,
        measure=Measure("scale"),
        line=_project,
        figure_ids=("F061",),
        date_path="answered_on",
    ),
    Of(
        "CN-07",
        _("Số lượt ý kiến về công nghệ trả lời quá hạn"),
        TechnologyOpinion.objects.answered_late_in,
        _("lượt"),
        _(
            "Đếm ý kiến ở CN-01 có ngày trả lời sau hạn: hạn ghi ở văn bản lấy ý kiến, không ghi thì theo quy định; tính cả tạm dừng, "
            "gia hạn đã ghi."
        ),
        line=_project,
        date_path="answered_on",
        untrue_words=(
            "trả lời đúng hạn",
            "không có ý kiến quá hạn",
            "không có ý kiến nào quá hạn",
            "không có lượt ý kiến quá hạn",
            "không có lượt ý kiến nào quá hạn",
        ),
    ),
)
CONTRACTS = (
    Of(
        "CN-05",
        _("Số hợp đồng chuyển giao công nghệ được đăng ký"),
        TransferContract.objects.registered_in,
        _("hợp đồng"),
        _(
            "Đếm hợp đồng có ngày cấp giấy chứng nhận đăng ký trong kỳ, kể cả hợp đồng đã hết hiệu lực sau đó."
        ),
        line=lambda contract: contract.technology,
        date_path="registered_on",
    ),
)
ENTERPRISES = (
    Of(
        "CN-06",
        _("Số giấy chứng nhận doanh nghiệp KH&CN đang có hiệu lực"),
        lambda period: EnterpriseCertificate.objects.in_force(on=period.last_day).select_related(
            "enterprise"
        ),
        _("giấy chứng nhận"),
        _("Đếm giấy chứng nhận doanh nghiệp KH&CN đã cấp, chưa chấm dứt vào ngày cuối kỳ."),
        basis=Basis.STOCK,
        line=lambda certificate: certificate.enterprise.name,
    ),
)


def _of_year_by(period: Period, kind: MediaKind) -> QuerySet[MediaItem]:
    """What was published until the last day of the plans of the year that were adopted by then."""
    plans = {"plan__year": period.year, "plan__agreed_on__lt": period.end}
    return MediaItem.objects.filter(**plans, kind=kind, published_on__lt=period.end)


def _published(period: Period, kind: MediaKind) -> QuerySet[MediaItem]:
    return MediaItem.objects.filter(period.covers("published_on"), kind=kind)


def _outside_plans(period: Period) -> QuerySet[MediaItem]:
    """Broadcasts of the window that the figure of the year's plans does not count: of none, or of the plan of another year."""
    of_other_year = Q(plan__isnull=True) | ~Q(plan__year=period.year)
    return _published(period, MediaKind.BROADCAST).filter(of_other_year)


def _title(row: Any) -> str:
    return str(row.title)


MEDIA = (
    Of(
        "TTKH-01",
        _("Số phát sóng đã thực hiện theo kế hoạch của năm"),
        partial(_of_year_by, kind=MediaKind.BROADCAST),
        _("số"),
        _(
            "Đếm số phát sóng thuộc các kế hoạch ở TTKH-02, phát từ đầu kế hoạch đến ngày cuối kỳ; ngoài kế hoạch ở TTKH-09."
        ),
        basis=Basis.STOCK,
        line=_title,
        figure_ids=("F065",),
    ),
    Of(
        "TTKH-09",
        _("Số phát sóng ngoài kế hoạch của năm"),
        _outside_plans,
        _("số"),
        _(
            "Đếm số phát sóng trong kỳ không thuộc kế hoạch nào hoặc thuộc kế hoạch của năm khác, như số phát cuối tháng 12 sau khi hết "
            "năm báo cáo."
        ),
        line=_title,
        date_path="published_on",
    ),
    Of(
        "TTKH-03",
        _("Số tin, bài cung cấp cho Bản tin xây dựng đảng"),
        partial(_published, kind=MediaKind.PARTY_BULLETIN),
        _("tin, bài"),
        _("Đếm tin, bài cho Bản tin xây dựng đảng có ngày đăng trong kỳ."),
        line=_title,
        figure_ids=("F067",),
        date_path="published_on",
    ),
    Of(
        "TTKH-04",
        _("Số tin, bài trên trang thông tin điện tử của Sở"),
        partial(_published, kind=MediaKind.WEB),
        _("tin, bài"),
        _(
            "Đếm tin, bài trên trang thông tin điện tử có ngày đăng trong kỳ; theo nội dung thì lọc ở danh sách."
        ),
        line=_title,
        date_path="published_on",
    ),
)


def _plans_of_year(period: Period) -> QuerySet[MediaPlan]:
    """Plans adopted by the last day. Of one that was given up by then only what was published counts: another takes its place."""
    rows = MediaPlan.objects.filter(
        year=period.year, kind=MediaKind.BROADCAST, agreed_on__lt=period.end
    ).with_done(on=period.last_day)
    counted = Case(When(ended_on__lt=period.end, then="done"), default="planned", output_field=IntegerField())
    return rows.annotate(counted=counted).filter(counted__gt=0)


PLANS = (
    Of(
        "TTKH-02",
        _("Số phát sóng theo kế hoạch của năm"),
        _plans_of_year,
        _("số"),
        _(
            "Cộng số lượng của các kế hoạch phát sóng của năm báo cáo, đã ban hành đến ngày cuối kỳ; kế hoạch đã thôi thực hiện thì tính "
            "số đã phát."
        ),
        basis=Basis.STOCK,
        measure=Measure("counted"),
        line=lambda plan: plan.name,
        figure_ids=("F066",),
    ),
)


def _farm_calendars(period: Period) -> QuerySet[PublicationDistribution]:
    rows = PublicationDistribution.objects.filter(
        period.covers("handed_out_on"), publication__kind=PublicationKind.FARM_CALENDAR
    )
    return rows.select_related("publication")


DISTRIBUTIONS = (
    Of(
        "TTKH-05",
        _("Số cuốn Nông lịch của năm đã cấp"),
        lambda period: _farm_calendars(period).filter(publication__year=period.year),
        _("cuốn"),
        _("Cộng số cuốn Nông lịch của năm báo cáo có ngày cấp trong kỳ; Nông lịch của năm khác ở TTKH-06."),
        measure=Measure("copies"),
        line=lambda distribution: distribution.recipients,
        figure_ids=("F068",),
        date_path="handed_out_on",
    ),
    Of(
        "TTKH-06",
        _("Số cuốn Nông lịch của năm khác đã cấp"),
        lambda period: _farm_calendars(period).exclude(publication__year=period.year),
        _("cuốn"),
        _("Cộng số cuốn Nông lịch của năm khác năm báo cáo có ngày cấp trong kỳ."),
        measure=Measure("copies"),
        line=lambda distribution: distribution.recipients,
        date_path="handed_out_on",
    ),
)


def _statistics(period: Period, kind: StatisticsKind) -> QuerySet[StatisticsReport]:
    return StatisticsReport.objects.filter(period.covers("submitted_on"), kind=kind)


STATISTICS = (
    Of(
        "TTKH-07",
        _("Số báo cáo thống kê KH&CN của năm trước đã gửi"),
        lambda period: _statistics(period, StatisticsKind.REPORT).filter(year=period.year - 1),
        _("báo cáo"),
        _(
            "Đếm báo cáo thống kê về số liệu của năm trước năm báo cáo, có ngày gửi trong kỳ; không đếm cuộc điều tra."
        ),
        line=lambda report: report.name,
        figure_ids=("F069",),
        date_path="submitted_on",
    ),
    Of(
        "TTKH-08",
        _("Số cuộc điều tra thống kê KH&CN hoàn thành"),
        lambda period: _statistics(period, StatisticsKind.SURVEY),
        _("cuộc"),
        _("Đếm cuộc điều tra thống kê có ngày gửi kết quả trong kỳ, số liệu của năm nào cũng đếm."),
        line=lambda report: report.name,
        date_path="submitted_on",
    ),
)
