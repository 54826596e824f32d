"""Amounts that are parts of others, days in order, states beside their steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext_lazy as _

from khcn.finance.models import (
    AdvanceClearance,
    AdvancePayment,
    AdvanceReminder,
    BudgetAdjustment,
    BudgetAllocation,
    BudgetEstimate,
    ContractInstalment,
    PaymentRecovery,
    PaymentReduction,
    ProcurementPlan,
    TaskAsset,
    TenderPackage,
    YearSettlement,
)
from khcn.finance.operations.advances import OF_INSTALMENT
from khcn.finance.workflow import (
    APPROVED,
    ASSET_FLOW,
    ASSIGNED,
    DECIDED,
    ESTIMATE_FLOW,
    HANDED_OVER,
    REMINDER_FLOW,
    RETURNED,
    SETTLEMENT_FLOW,
)
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.workflow.query_expressions import records_beside_their_steps

if TYPE_CHECKING:
    from django.db.models import QuerySet

BY_STEPS: Final = _("Trạng thái chỉ đổi theo bước; khác nhau là có thay đổi ngoài chương trình.")
TAKE_BACK: Final = _("Mở bản ghi, xem nhật ký; bấm “Bỏ bước ghi nhầm” rồi ghi lại bước với số, ngày đúng.")


@integrity_rule(
    "finance.estimate_beside_steps",
    _("Trạng thái dự toán khác nơi bước cuối cùng dẫn đến"),
    explanation=BY_STEPS,
    remedy=TAKE_BACK,
)
def estimate_beside_steps(_now: Moment) -> QuerySet[BudgetEstimate]:
    return records_beside_their_steps(ESTIMATE_FLOW, BudgetEstimate.objects.all())


@integrity_rule(
    "finance.settlement_beside_steps",
    _("Trạng thái quyết toán năm khác nơi bước cuối cùng dẫn đến"),
    explanation=BY_STEPS,
    remedy=TAKE_BACK,
)
def settlement_beside_steps(_now: Moment) -> QuerySet[YearSettlement]:
    return records_beside_their_steps(SETTLEMENT_FLOW, YearSettlement.objects.all())


@integrity_rule(
    "finance.asset_beside_steps",
    _("Trạng thái tài sản của nhiệm vụ khác nơi bước cuối cùng dẫn đến"),
    explanation=BY_STEPS,
    remedy=TAKE_BACK,
)
def asset_beside_steps(_now: Moment) -> QuerySet[TaskAsset]:
    return records_beside_their_steps(ASSET_FLOW, TaskAsset.objects.all())


@integrity_rule(
    "finance.reminder_beside_steps",
    _("Trạng thái đôn đốc thanh toán tạm ứng khác nơi bước cuối cùng dẫn đến"),
    explanation=BY_STEPS,
    remedy=TAKE_BACK,
)
def reminder_beside_steps(_now: Moment) -> QuerySet[AdvanceReminder]:
    return records_beside_their_steps(REMINDER_FLOW, AdvanceReminder.objects.all())


@integrity_rule(
    "finance.assignment_of_estimate",
    _("Dự toán đã giao mà thiếu ngày, số tiền; hoặc ghi ngày giao mà chưa giao"),
    explanation=_(
        "Dự toán được giao được cộng theo ngày giao; thiếu ngày thì số tiền biến mất khỏi báo cáo."
    ),
    remedy=TAKE_BACK,
)
def assignment_of_estimate(_now: Moment) -> QuerySet[BudgetEstimate]:
    lacking = Q(assigned_on__isnull=True) | Q(assigned_amount__isnull=True)
    return BudgetEstimate.objects.filter(
        (Q(state=ASSIGNED) & lacking) | (~Q(state=ASSIGNED) & Q(assigned_on__isnull=False))
    )


@integrity_rule(
    "finance.allocated_above_assigned",
    _("Dự toán phân bổ nhiều hơn số được giao"),
    explanation=_("Các phân bổ cộng lại không vượt số tiền được giao; một trong các số tiền sai."),
    remedy=_("Mở dự toán, đối chiếu quyết định giao và các phân bổ."),
)
def allocated_above_assigned(now: Moment) -> QuerySet[BudgetEstimate]:
    rows = BudgetEstimate.objects.with_current(on=now.on).annotate(_parts=Sum("allocations__amount"))
    return rows.filter(_parts__gt=Coalesce(F("current_amount"), 0))


@integrity_rule(
    "finance.adjusted_before_assigned",
    _("Điều chỉnh dự toán chưa được giao, hoặc điều chỉnh trước ngày giao"),
    explanation=_("Được giao rồi mới điều chỉnh; một trong hai ngày ghi nhầm."),
    remedy=_("Mở điều chỉnh và dự toán, đối chiếu hai ngày với quyết định."),
)
def adjusted_before_assigned(_now: Moment) -> QuerySet[BudgetAdjustment]:
    before = Q(estimate__assigned_on__isnull=True) | Q(adjusted_on__lt=F("estimate__assigned_on"))
    return BudgetAdjustment.objects.filter(before)


@integrity_rule(
    "finance.allocated_before_assigned",
    _("Phân bổ trước ngày giao dự toán"),
    explanation=_("Được giao rồi mới phân bổ; một trong hai ngày ghi nhầm."),
    remedy=_("Mở phân bổ và dự toán, đối chiếu hai ngày với quyết định."),
    level=IntegrityLevel.WARNING,
)
def allocated_before_assigned(_now: Moment) -> QuerySet[BudgetAllocation]:
    return BudgetAllocation.objects.filter(allocated_on__lt=F("estimate__assigned_on"))


@integrity_rule(
    "finance.allocated_to_one",
    _("Phân bổ không ghi nhiệm vụ hoặc đơn vị nào, hoặc ghi cả hai"),
    explanation=_(
        "Mỗi phân bổ là của một nhiệm vụ hoặc của một phòng, đơn vị; ghi cả hai thì số tiền thuộc về hai nơi."
    ),
    remedy=_("Mở phân bổ, đối chiếu quyết định; chọn một trong hai."),
)
def allocated_to_one(_now: Moment) -> QuerySet[BudgetAllocation]:
    return BudgetAllocation.objects.filter(
        Q(task__isnull=True, unit__isnull=True) | Q(task__isnull=False, unit__isnull=False)
    )


@integrity_rule(
    "finance.package_completed_and_cancelled",
    _("Gói thầu vừa ghi hoàn thành vừa ghi hủy"),
    explanation=_(
        "Gói đã hủy mà ghi ngày hoàn thành thì vẫn được đếm vào báo cáo; một trong hai ngày ghi nhầm."
    ),
    remedy=_("Mở gói thầu, đối chiếu hợp đồng; xóa ngày ghi nhầm."),
)
def package_completed_and_cancelled(_now: Moment) -> QuerySet[TenderPackage]:
    return TenderPackage.objects.filter(completed_on__isnull=False, cancelled_on__isnull=False)


@integrity_rule(
    "finance.advanced_above_instalment",
    _("Tạm ứng nhiều hơn số tiền của đợt cấp"),
    explanation=_(
        "Các khoản tạm ứng của một đợt cộng lại, trừ số đã nộp trả, không vượt số tiền của đợt theo hợp đồng."
    ),
    remedy=_("Mở đợt cấp, đối chiếu hợp đồng và các khoản tạm ứng."),
)
def advanced_above_instalment(_now: Moment) -> QuerySet[ContractInstalment]:
    parts = OF_INSTALMENT.counted()
    totals = (
        AdvancePayment.objects.filter(instalment__isnull=False)
        .values("instalment")
        .annotate(_parts=Sum(parts))
    )
    above = totals.filter(_parts__gt=F("instalment__amount"))
    return ContractInstalment.objects.filter(pk__in=above.values("instalment"))


@integrity_rule(
    "finance.advance_of_other_task",
    _("Khoản tạm ứng theo đợt cấp của nhiệm vụ khác"),
    explanation=_("Đợt cấp và khoản tạm ứng thuộc cùng một hợp đồng; khác nhau thì hạn của đợt tính nhầm."),
    remedy=_("Mở khoản tạm ứng, chọn lại đợt cấp hoặc nhiệm vụ."),
)
def advance_of_other_task(_now: Moment) -> QuerySet[AdvancePayment]:
    return AdvancePayment.objects.filter(instalment__isnull=False).exclude(task=F("instalment__task"))


@integrity_rule(
    "finance.cleared_above_advance",
    _("Thanh toán nhiều hơn số tiền tạm ứng"),
    explanation=_("Các lần thanh toán cộng lại không vượt số đã chi; số chưa thanh toán thành số âm."),
    remedy=_("Mở khoản tạm ứng, đối chiếu chứng từ chi và các lần thanh toán."),
)
def cleared_above_advance(_now: Moment) -> QuerySet[AdvancePayment]:
    return AdvancePayment.objects.annotate(_parts=Sum("clearances__amount")).filter(_parts__gt=F("amount"))


@integrity_rule(
    "finance.cleared_before_advance",
    _("Thanh toán trước ngày chi tạm ứng"),
    explanation=_("Chi rồi mới thanh toán; một trong hai ngày ghi nhầm."),
    remedy=_("Mở lần thanh toán và khoản tạm ứng, đối chiếu hai ngày với chứng từ."),
)
def cleared_before_advance(_now: Moment) -> QuerySet[AdvanceClearance]:
    return AdvanceClearance.objects.filter(cleared_on__lt=F("advance__paid_on"))


@integrity_rule(
    "finance.recovered_above_reduction",
    _("Nộp, giảm trừ nhiều hơn số tiền phải giảm trừ, thu hồi"),
    explanation=_("Các lần nộp cộng lại không vượt số tiền của văn bản; một trong các số tiền sai."),
    remedy=_("Mở khoản giảm trừ, đối chiếu văn bản và chứng từ các lần nộp."),
)
def recovered_above_reduction(_now: Moment) -> QuerySet[PaymentReduction]:
    return PaymentReduction.objects.annotate(_parts=Sum("recoveries__amount")).filter(_parts__gt=F("amount"))


@integrity_rule(
    "finance.recovered_before_reduction",
    _("Nộp, giảm trừ trước ngày văn bản"),
    explanation=_("Có văn bản rồi mới nộp; một trong hai ngày ghi nhầm."),
    remedy=_("Mở lần nộp và khoản giảm trừ, đối chiếu hai ngày với chứng từ."),
)
def recovered_before_reduction(_now: Moment) -> QuerySet[PaymentRecovery]:
    return PaymentRecovery.objects.filter(recovered_on__lt=F("reduction__decided_on"))


@integrity_rule(
    "finance.advanced_above_budget",
    _("Tạm ứng của nhiệm vụ cộng lại lớn hơn ngân sách nhà nước của nhiệm vụ"),
    explanation=_(
        "Kinh phí của nhiệm vụ có thể được điều chỉnh giảm sau khi đã tạm ứng; phần vượt phải thu hồi, hoặc một số tiền ghi nhầm. Số đã "
        "nộp trả không tính."
    ),
    remedy=_("Mở nhiệm vụ, thẻ “Kinh phí”; đối chiếu quyết định điều chỉnh, các khoản tạm ứng và giảm trừ."),
    level=IntegrityLevel.WARNING,
)
def advanced_above_budget(_now: Moment) -> QuerySet[AdvancePayment]:
    totals = AdvancePayment.objects.values("task").annotate(_parts=Sum(OF_INSTALMENT.counted()))
    above = totals.filter(_parts__gt=Coalesce(F("task__budget_state"), F("task__budget_total")))
    return AdvancePayment.objects.filter(task__in=above.values("task"))


@integrity_rule(
    "finance.decision_of_settlement",
    _("Quyết toán năm đã phê duyệt, trả lại mà thiếu ngày, số tiền; hoặc ghi ngày mà trạng thái khác"),
    explanation=_("Quyết toán được đếm theo ngày phê duyệt; trạng thái và ngày nói hai điều khác nhau."),
    remedy=TAKE_BACK,
)
def decision_of_settlement(_now: Moment) -> QuerySet[YearSettlement]:
    lacking = Q(approved_on__isnull=True) | Q(approved_amount__isnull=True)
    return YearSettlement.objects.filter(
        (Q(state=APPROVED) & lacking)
        | (~Q(state=APPROVED) & Q(approved_on__isnull=False))
        | Q(state=RETURNED, returned_on__isnull=True)
        | (~Q(state=RETURNED) & Q(returned_on__isnull=False))
    )


@integrity_rule(
    "finance.settlement_of_year_to_come",
    _("Hồ sơ quyết toán năm nhận trước năm quyết toán"),
    explanation=_("Năm chưa đến thì chưa có gì để quyết toán; ghi nhầm năm hoặc ngày nhận."),
    remedy=_("Mở hồ sơ quyết toán, đối chiếu năm và ngày nhận."),
    level=IntegrityLevel.WARNING,
)
def settlement_of_year_to_come(_now: Moment) -> QuerySet[YearSettlement]:
    return YearSettlement.objects.annotate(_received=ExtractYear("submitted_on")).filter(
        year__gt=F("_received")
    )


@integrity_rule(
    "finance.packages_above_plan",
    _("Các gói thầu cộng lại lớn hơn tổng giá trị kế hoạch lựa chọn nhà thầu"),
    explanation=_("Giá các gói không vượt tổng giá trị được phê duyệt; một trong các số tiền sai."),
    remedy=_("Mở kế hoạch, đối chiếu quyết định phê duyệt và giá các gói thầu."),
)
def packages_above_plan(_now: Moment) -> QuerySet[ProcurementPlan]:
    part = Q(packages__cancelled_on__isnull=True)
    rows = ProcurementPlan.objects.annotate(_parts=Sum("packages__estimated_amount", filter=part))
    return rows.filter(_parts__gt=F("total_amount"))


@integrity_rule(
    "finance.package_before_plan",
    _("Gói thầu phê duyệt kết quả trước ngày phê duyệt kế hoạch, hoặc không có nhà thầu"),
    explanation=_(
        "Kế hoạch được phê duyệt rồi mới chọn nhà thầu; kết quả nào cũng nêu nhà thầu, trừ tự thực hiện."
    ),
    remedy=_("Mở gói thầu, đối chiếu quyết định phê duyệt kết quả; ghi nhà thầu, sửa ngày."),
    level=IntegrityLevel.WARNING,
)
def package_before_plan(_now: Moment) -> QuerySet[TenderPackage]:
    nobody = Q(awarded_on__isnull=False, contractor__isnull=True) & ~Q(method="own_work")
    return TenderPackage.objects.filter(nobody | Q(awarded_on__lt=F("plan__decided_on")))


@integrity_rule(
    "finance.handling_of_asset",
    _("Tài sản đã có quyết định xử lý mà thiếu số, ngày, hình thức; hoặc đã xong mà thiếu ngày"),
    explanation=_("Hạn bàn giao tính từ ngày quyết định; thiếu ngày thì hợp đồng mãi không thanh lý được."),
    remedy=TAKE_BACK,
)
def handling_of_asset(_now: Moment) -> QuerySet[TaskAsset]:
    decided = Q(state__in=(DECIDED, HANDED_OVER))
    lacking = Q(decided_on__isnull=True) | Q(decision_number="") | Q(handling_form="")
    return TaskAsset.objects.filter(
        (decided & lacking)
        | (~decided & Q(decided_on__isnull=False))
        | Q(state=HANDED_OVER, handed_over_on__isnull=True)
        | (~Q(state=HANDED_OVER) & Q(handed_over_on__isnull=False))
    )
