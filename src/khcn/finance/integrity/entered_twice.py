"""What is entered twice under two codes, and counted or added up twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Exists, OuterRef, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.finance.models import (
    AdvanceClearance,
    AdvancePayment,
    BudgetEstimate,
    PaymentReduction,
    ProcurementPlan,
    PublicAsset,
    TenderPackage,
)
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _entered_twice(rows: QuerySet[Any], *names: str) -> QuerySet[Any]:
    """Those of the rows before which another has the same in these columns."""
    same = {name: OuterRef(name) for name in names}
    return rows.filter(Exists(rows.filter(**same, pk__lt=OuterRef("pk"))))


@integrity_rule(
    "finance.same_estimate_twice",
    _("Một dự toán ghi hai lần"),
    explanation=_(
        "Cùng năm, nguồn, chương, khoản, nội dung và quyết định giao mà ghi hai mã thì số được giao cộng hai lần."
    ),
    remedy=_("Mở hai dự toán, đối chiếu quyết định giao; bỏ bước và xóa dự toán ghi trùng."),
    level=IntegrityLevel.WARNING,
)
def same_estimate_twice(_now: Moment) -> QuerySet[BudgetEstimate]:
    rows = BudgetEstimate.objects.filter(assigned_on__isnull=False)
    return _entered_twice(rows, "year", "source", "chapter", "item", "purpose", "decision_number")


@integrity_rule(
    "finance.same_clearance_twice",
    _("Một lần thanh toán tạm ứng ghi hai lần"),
    explanation=_(
        "Cùng khoản tạm ứng, ngày, số tiền và chứng từ mà ghi hai mã thì số chưa thanh toán tính thiếu."
    ),
    remedy=_("Mở hai lần thanh toán, đối chiếu chứng từ; xóa lần ghi trùng."),
    level=IntegrityLevel.WARNING,
)
def same_clearance_twice(_now: Moment) -> QuerySet[AdvanceClearance]:
    rows = AdvanceClearance.objects.all()
    return _entered_twice(rows, "advance", "kind", "cleared_on", "amount", "document_number")


@integrity_rule(
    "finance.same_reduction_twice",
    _("Một khoản giảm trừ, thu hồi ghi hai lần"),
    explanation=_("Cùng nhiệm vụ, ngày, số tiền và số văn bản mà ghi hai mã thì số giảm trừ cộng hai lần."),
    remedy=_("Mở hai khoản giảm trừ, đối chiếu văn bản; xóa khoản ghi trùng."),
    level=IntegrityLevel.WARNING,
)
def same_reduction_twice(_now: Moment) -> QuerySet[PaymentReduction]:
    rows = PaymentReduction.objects.all()
    return _entered_twice(rows, "task", "decided_on", "amount", "document_number", "content")


@integrity_rule(
    "finance.same_plan_twice",
    _("Một kế hoạch lựa chọn nhà thầu ghi hai lần"),
    explanation=_("Cùng tên, ngày và số quyết định phê duyệt mà ghi hai mã thì báo cáo đếm hai kế hoạch."),
    remedy=_("Mở hai kế hoạch, đối chiếu quyết định; chuyển gói thầu và xóa kế hoạch ghi trùng."),
    level=IntegrityLevel.WARNING,
)
def same_plan_twice(_now: Moment) -> QuerySet[ProcurementPlan]:
    rows = ProcurementPlan.objects.annotate(
        _task=Coalesce("task", Value(0), output_field=BigIntegerField())
    )  # none is the same as none
    return _entered_twice(rows, "_task", "title", "decided_on", "decision_number")


@integrity_rule(
    "finance.same_public_asset_twice",
    _("Một tài sản công phải xử lý ghi hai lần"),
    explanation=_("Cùng tên, hình thức và ngày gửi hồ sơ mà ghi hai mã thì báo cáo đếm hai tài sản."),
    remedy=_("Mở hai tài sản, đối chiếu hồ sơ; xóa tài sản ghi trùng."),
    level=IntegrityLevel.WARNING,
)
def same_public_asset_twice(_now: Moment) -> QuerySet[PublicAsset]:
    rows = PublicAsset.objects.filter(dossier_sent_on__isnull=False)
    return _entered_twice(rows, "name", "form", "dossier_sent_on")


@integrity_rule(
    "finance.same_advance_twice",
    _("Một khoản tạm ứng ghi hai lần"),
    explanation=_(
        "Cùng nhiệm vụ, ngày chi, số tiền và số chứng từ mà ghi hai mã thì số chưa thanh toán tính thừa."
    ),
    remedy=_("Mở hai khoản tạm ứng, đối chiếu chứng từ chi; xóa khoản ghi trùng."),
    level=IntegrityLevel.WARNING,
)
def same_advance_twice(_now: Moment) -> QuerySet[AdvancePayment]:
    return _entered_twice(AdvancePayment.objects.all(), "task", "paid_on", "amount", "voucher_number")


@integrity_rule(
    "finance.same_package_twice",
    _("Một gói thầu ghi hai lần"),
    explanation=_(
        "Cùng kế hoạch, tên gói thầu mà ghi hai mã thì số xe, số tầng, số gói trong báo cáo đếm thừa. Gói đã hủy không tính."
    ),
    remedy=_("Mở hai gói thầu, đối chiếu kế hoạch lựa chọn nhà thầu; xóa gói ghi trùng."),
    level=IntegrityLevel.WARNING,
)
def same_package_twice(_now: Moment) -> QuerySet[TenderPackage]:
    return _entered_twice(TenderPackage.objects.filter(cancelled_on__isnull=True), "plan", "name")
