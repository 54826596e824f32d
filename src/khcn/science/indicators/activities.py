"""Figures about what the division does around tasks: checks, workshops, models, sessions, evaluations, certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.kernel.text.dates import short_date
from khcn.reference.models import AdminUnit
from khcn.science.enums import CertificateKind, CheckKind, SessionKind, TaskLevel
from khcn.science.models import (
    EvaluationCampaign,
    OperationCertificate,
    PilotModel,
    ProgressCheck,
    ScienceTask,
    TaskWorkshop,
    WorkingSession,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.science.models.tasks import ScienceTaskQuerySet


def _checks(period: Period, *kinds: CheckKind) -> QuerySet[ProgressCheck]:
    return ProgressCheck.objects.filter(period.covers("checked_on"), kind__in=kinds).select_related("task")


def _check_line(check: ProgressCheck) -> str:
    return f"{check.task} ({short_date(check.checked_on)})"


CHECKS = (
    Indicator(
        "KT-01",
        _("Số lượt kiểm tra tiến độ định kỳ, đột xuất nhiệm vụ cấp tỉnh"),
        lambda period: _checks(period, CheckKind.PERIODIC, CheckKind.UNSCHEDULED).filter(
            task__level=TaskLevel.PROVINCE
        ),
        _("lượt"),
        _(
            "Đếm lượt kiểm tra định kỳ, đột xuất có ngày kiểm tra trong kỳ, của nhiệm vụ cấp tỉnh. Một nhiệm vụ kiểm tra ba "
            "lần là ba lượt; không đếm kiểm tra tiến độ kinh phí."
        ),
        line=_check_line,
        figure_ids=("F017",),
        owner="QLKH",
        date_path="checked_on",
    ),
    Indicator(
        "KT-02",
        _("Số lượt kiểm tra, thăm nắm tình hình nhiệm vụ không phải cấp tỉnh"),
        lambda period: _checks(period, CheckKind.PERIODIC, CheckKind.UNSCHEDULED, CheckKind.VISIT).exclude(
            task__level=TaskLevel.PROVINCE
        ),
        _("lượt"),
        _(
            "Đếm lượt kiểm tra định kỳ, đột xuất và lượt thăm, nắm tình hình trong kỳ, của nhiệm vụ cấp quốc gia, nông thôn "
            "miền núi, sở hữu trí tuệ và các nhiệm vụ khác không phải cấp tỉnh."
        ),
        line=_check_line,
        figure_ids=("F028",),
        owner="QLKH",
        date_path="checked_on",
    ),
    Indicator(
        "KP-03",
        _("Số đề tài, dự án được kiểm tra tiến độ kinh phí"),
        lambda period: first_of_each(_checks(period, CheckKind.FINANCE), "task", "checked_on"),
        _("đề tài, dự án"),
        _(
            "Đếm nhiệm vụ có lượt kiểm tra tiến độ kinh phí ghi ngày trong kỳ, mọi cấp; nhiệm vụ được kiểm tra nhiều lượt đếm một "
            "lần."
        ),
        basis=Basis.TOUCHED,
        line=lambda check: str(check.task),
        figure_ids=("F145",),
        owner="QLKH",
        date_path="checked_on",
    ),
)


def _with_workshop(period: Period) -> ScienceTaskQuerySet:
    return ScienceTask.objects.filter(
        pk__in=TaskWorkshop.objects.filter(period.covers("held_on")).values("task")
    )


WORKSHOPS = (
    Indicator(
        "HT-01",
        _("Số đề tài, dự án có hội thảo"),
        _with_workshop,
        _("đề tài, dự án"),
        _(
            "Đếm nhiệm vụ có ít nhất một hội thảo trong kỳ mà Sở phối hợp tổ chức hoặc tham dự; một nhiệm vụ có hai hội thảo "
            "vẫn tính một."
        ),
        basis=Basis.TOUCHED,
        figure_ids=("F018",),
        owner="QLKH",
    ),
)

PILOT_MODELS = (
    Indicator(
        "MH-01",
        _("Diện tích mô hình được đôn đốc triển khai"),
        lambda period: PilotModel.objects.filter(period.covers("urged_on"), area_ha__isnull=False),
        _("ha"),
        _(
            "Cộng diện tích các mô hình có ngày đôn đốc trong kỳ. Là diện tích phải triển khai, không phải diện tích đã hoàn "
            "thành; mô hình không ghi diện tích không nằm trong danh sách."
        ),
        measure=Measure("area_ha"),
        figure_ids=("F024",),
        owner="QLKH",
        date_path="urged_on",
    ),
)


def _places(period: Period) -> QuerySet[AdminUnit]:
    sessions = WorkingSession.objects.filter(
        period.covers("held_on"),
        kind__in=[SessionKind.DISTRICT, SessionKind.COMMUNE],
        admin_unit=OuterRef("pk"),
    )
    return AdminUnit.objects.filter(Exists(sessions))


SESSIONS = (
    Indicator(
        "LV-01",
        _("Số huyện, thành phố đã làm việc"),
        _places,
        _("huyện, thành phố"),
        _(
            "Đếm huyện, thành phố, từ 01/7/2025 là xã, phường, có ít nhất một buổi làm việc với Sở trong kỳ; làm việc hai buổi vẫn tính một."
        ),
        basis=Basis.TOUCHED,
        line=lambda unit: unit.full_name,
        figure_ids=("F047",),
        owner="QLKH",
    ),
    Indicator(
        "LV-02",
        _("Số cuộc làm việc với Phòng Kinh tế, Phòng Kinh tế - Hạ tầng"),
        lambda period: WorkingSession.objects.filter(
            period.covers("held_on"), kind=SessionKind.DISTRICT_OFFICES
        ),
        _("cuộc"),
        _(
            "Đếm cuộc làm việc chung với Phòng Kinh tế thành phố và Phòng Kinh tế - Hạ tầng các huyện trong kỳ."
        ),
        line=lambda session: session.topic,
        figure_ids=("F048",),
        owner="QLKH",
        date_path="held_on",
    ),
)

EVALUATIONS = (
    Indicator(
        "DG-01",
        _("Số năm của các đợt đánh giá sau nghiệm thu"),
        lambda period: EvaluationCampaign.objects.filter(period.covers("issued_on")).with_years(),
        _("năm"),
        _(
            "Cộng số năm nghiệm thu mà các đợt đánh giá có kế hoạch ban hành trong kỳ nhìn lại, tính cả năm đầu và năm cuối: "
            "2016–2022 là 7 năm."
        ),
        measure=Measure("years"),
        figure_ids=("F057",),
        owner="QLKH",
        date_path="issued_on",
    ),
)

CERTIFICATES = (
    Indicator(
        "TC-01",
        _("Số Giấy chứng nhận hoạt động cấp cho chi nhánh, văn phòng đại diện"),
        lambda period: OperationCertificate.objects.filter(
            period.covers("issued_on"), kind=CertificateKind.BRANCH
        ).select_related("holder"),
        _("giấy chứng nhận"),
        _("Đếm Giấy chứng nhận hoạt động KH&CN cấp cho chi nhánh, văn phòng đại diện có ngày cấp trong kỳ."),
        line=lambda certificate: certificate.holder.name,
        figure_ids=("F058",),
        owner="QLKH",
        date_path="issued_on",
    ),
    Indicator(
        "TC-02",
        _("Số Giấy chứng nhận hoạt động KH&CN đang có hiệu lực"),
        lambda period: OperationCertificate.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=period.last_day), issued_on__lte=period.last_day
        ).select_related("holder"),
        _("giấy chứng nhận"),
        _(
            "Đếm Giấy chứng nhận hoạt động KH&CN đã cấp và chưa hết hiệu lực vào ngày cuối kỳ, mọi hình thức cấp."
        ),
        basis=Basis.STOCK,
        line=lambda certificate: certificate.holder.name,
        owner="QLKH",
    ),
)
