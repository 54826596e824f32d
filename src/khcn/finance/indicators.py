"""Figures about money, procurement and assets (part A.III.6 of the periodic report)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from khcn.finance.enums import DisposalForm, PackageKind
from khcn.finance.models import (
    AdvancePayment,
    BudgetEstimate,
    ContractInstalment,
    PaymentReduction,
    PriceAppraisal,
    ProcurementPlan,
    PublicAsset,
    TaskAsset,
    TenderPackage,
    YearSettlement,
)
from khcn.finance.models.advances import CLEARANCE, INSTALMENT
from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.kernel.indicators.first_rows import first_of_each

if TYPE_CHECKING:
    from django.db.models import QuerySet

Of = partial(Indicator, owner="VP")


def _task(row: Any) -> str:
    return str(row.task)


def _name(row: Any) -> str:
    return str(row.name)


ESTIMATES = (
    Of(
        "KHTC-01",
        _("Dự toán được giao của năm"),
        BudgetEstimate.objects.assigned_of,
        _("đồng"),
        _(
            "Cộng số tiền được giao của các dự toán năm báo cáo có ngày giao đến hết ngày cuối kỳ, mọi nguồn; dự toán đã điều chỉnh thì "
            "lấy số sau lần điều chỉnh cuối đến ngày đó."
        ),
        basis=Basis.STOCK,
        measure=Measure("current_amount"),
        line=lambda estimate: estimate.purpose,
    ),
)


def _appraised(period: Period) -> QuerySet[PriceAppraisal]:
    rows = PriceAppraisal.objects.filter(period.covers("appraised_on"), task__isnull=False)
    return first_of_each(rows, "task", "appraised_on").select_related("task")


APPRAISALS = (
    Of(
        "KHTC-02",
        _("Số đề tài, dự án được thẩm định giá mua sắm"),
        _appraised,
        _("dự án"),
        _(
            "Đếm nhiệm vụ KH&CN có chứng thư thẩm định giá ghi ngày trong kỳ; nhiệm vụ thẩm định giá nhiều lần đếm một lần. Không đếm "
            "mua sắm của Sở."
        ),
        basis=Basis.TOUCHED,
        line=_task,
        figure_ids=("F142",),
        date_path="appraised_on",
    ),
)
PLANS = (
    Of(
        "KHTC-03",
        _("Số kế hoạch lựa chọn nhà thầu của đề tài, dự án được phê duyệt"),
        lambda period: ProcurementPlan.objects.filter(period.covers("decided_on"), task__isnull=False),
        _("kế hoạch"),
        _("Đếm kế hoạch lựa chọn nhà thầu của nhiệm vụ KH&CN có ngày phê duyệt trong kỳ."),
        line=lambda plan: plan.title,
        date_path="decided_on",
    ),
)
# Kinds that no other figure counts.
_OTHERS = (PackageKind.MEASURING_EQUIPMENT, PackageKind.SUPPLIES, PackageKind.OTHER)
PACKAGES = (
    Of(
        "KHTC-04",
        _("Số gói thầu phần mềm, kiểm thử phần mềm đã chọn được nhà thầu"),
        lambda period: TenderPackage.objects.awarded_in(period, PackageKind.SOFTWARE),
        _("gói thầu"),
        _("Đếm gói thầu về phần mềm, kiểm thử phần mềm có ngày phê duyệt kết quả trong kỳ."),
        line=_name,
        date_path="awarded_on",
    ),
    Of(
        "KHTC-05",
        _("Số xe ô tô đã mua sắm"),
        lambda period: TenderPackage.objects.completed_in(period, PackageKind.CAR),
        _("xe"),
        _(
            "Cộng số lượng của các gói thầu mua xe ô tô có ngày hoàn thành trong kỳ. Không tính mua sắm của đề tài, dự án."
        ),
        measure=Measure("quantity"),
        line=_name,
        figure_ids=("F146",),
        date_path="completed_on",
    ),
    Of(
        "KHTC-06",
        _("Số tầng nhà làm việc đã sửa chữa"),
        lambda period: TenderPackage.objects.completed_in(period, PackageKind.BUILDING_REPAIR),
        _("tầng"),
        _(
            "Cộng số tầng (số lượng) của các gói sửa chữa nhà làm việc có ngày hoàn thành trong kỳ; nhà có nhiều gói ghi số tầng ở một "
            "gói. Không tính mua sắm của đề tài, dự án."
        ),
        measure=Measure("quantity"),
        line=_name,
        figure_ids=("F147",),
        date_path="completed_on",
    ),
    Of(
        "KHTC-07",
        _("Số gói mua sắm trang thiết bị hội trường, phòng làm việc đã hoàn thành"),
        lambda period: TenderPackage.objects.completed_in(period, PackageKind.OFFICE_EQUIPMENT),
        _("gói thầu"),
        _(
            "Đếm gói mua sắm trang thiết bị hội trường, phòng làm việc có ngày hoàn thành trong kỳ. Không tính mua sắm của đề tài, dự "
            "án."
        ),
        line=_name,
        date_path="completed_on",
    ),
    Of(
        "KHTC-15",
        _("Số gói thầu khác đã hoàn thành"),
        lambda period: TenderPackage.objects.completed_in(period, *_OTHERS),
        _("gói thầu"),
        _(
            "Đếm gói thầu thiết bị đo lường, vật tư và nội dung khác có ngày hoàn thành trong kỳ. Không tính mua sắm của đề tài, dự án."
        ),
        line=_name,
        date_path="completed_on",
    ),
)
PUBLIC_ASSETS = (
    Of(
        "KHTC-08",
        _("Số tài sản công đã gửi hồ sơ đề nghị bán"),
        lambda period: PublicAsset.objects.sent_in(period, DisposalForm.SALE),
        _("tài sản"),
        _("Đếm tài sản công của Sở có ngày gửi hồ sơ đề nghị bán trong kỳ, kể cả tài sản đã bán sau đó."),
        line=_name,
        figure_ids=("F148",),
        date_path="dossier_sent_on",
    ),
)
INSTALMENTS = (
    Of(
        "KHTC-09",
        _("Số đợt cấp kinh phí quá ngày theo hợp đồng"),
        lambda period: ContractInstalment.objects.unpaid(on=period.last_day).select_related("task"),
        _("đợt"),
        _(
            "Đếm đợt cấp theo hợp đồng mà đến ngày cuối kỳ đã quá ngày cấp, chưa tạm ứng đủ số tiền của đợt. Không tính đợt chưa đạt điều "
            "kiện cấp, đợt của nhiệm vụ đã dừng, chấm dứt hoặc thanh lý hợp đồng."
        ),
        basis=Basis.STOCK,
        line=_task,
        terms=(INSTALMENT,),
    ),
)


def _outstanding(period: Period) -> QuerySet[AdvancePayment]:
    return AdvancePayment.objects.open(on=period.last_day).select_related("task")


def _overdue(period: Period) -> QuerySet[AdvancePayment]:
    """Of the overdue advances the first of each task."""
    late = AdvancePayment.objects.overdue(on=period.last_day)
    return first_of_each(late, "task", "paid_on").select_related("task")


ADVANCES = (
    Of(
        "KHTC-10",
        _("Số tiền tạm ứng chưa thanh toán"),
        _outstanding,
        _("đồng"),
        _(
            "Cộng phần chưa thanh toán, chưa nộp trả đến ngày cuối kỳ của các khoản tạm ứng kinh phí nhiệm vụ KH&CN."
        ),
        basis=Basis.STOCK,
        measure=Measure("outstanding"),
        line=_task,
    ),
    Of(
        "KHTC-11",
        _("Số đề tài, dự án chậm thanh toán tạm ứng"),
        _overdue,
        _("đề tài, dự án"),
        _(
            "Đếm nhiệm vụ có khoản tạm ứng mà đến ngày cuối kỳ đã quá hạn thanh toán (hạn ghi ở hợp đồng, không ghi thì theo quy "
            "định), chưa thanh toán hết; nhiệm vụ có nhiều khoản đếm một lần."
        ),
        basis=Basis.STOCK,
        line=_task,
        terms=(CLEARANCE,),
    ),
)
SETTLEMENTS = (
    Of(
        "KHTC-12",
        _("Số hồ sơ quyết toán năm của đề tài, dự án được phê duyệt"),
        lambda period: YearSettlement.objects.filter(period.covers("approved_on")).select_related("task"),
        _("hồ sơ"),
        _(
            "Đếm hồ sơ quyết toán năm có ngày phê duyệt trong kỳ. Quyết toán toàn bộ nhiệm vụ được đếm ở KP-01."
        ),
        line=_task,
        date_path="approved_on",
    ),
)
REDUCTIONS = (
    Of(
        "KHTC-13",
        _("Số tiền giảm trừ, thu hồi của đề tài, dự án"),
        lambda period: PaymentReduction.objects.filter(period.covers("decided_on")).select_related("task"),
        _("đồng"),
        _(
            "Cộng số tiền giảm trừ, thu hồi của nhiệm vụ KH&CN theo văn bản ghi ngày trong kỳ, đã nộp hay chưa."
        ),
        measure=Measure("amount"),
        line=_task,
        date_path="decided_on",
    ),
)
TASK_ASSETS = (
    Of(
        "KHTC-14",
        _("Số tài sản của đề tài, dự án đã xử lý xong"),
        lambda period: TaskAsset.objects.filter(period.covers("handed_over_on")),
        _("tài sản"),
        _("Đếm tài sản của nhiệm vụ KH&CN có ngày bàn giao, xử lý xong trong kỳ."),
        line=_name,
        date_path="handed_over_on",
    ),
)
