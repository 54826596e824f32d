"""Procurement plans and their packages: no package is above its plan, none is awarded before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.finance.models import ProcurementPlan, TenderPackage
from khcn.finance.operations.sums import Bound, SumWriter, refuse_below
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from khcn.kernel.registers.writing import ValidationContext, Write


# A package that was cancelled leaves its money to the next one.
OF_PLAN: Final = Bound(
    TenderPackage,
    "plan",
    lambda each: each.total_amount,
    gettext_lazy("tổng giá trị của kế hoạch"),
    "estimated_amount",
    ended="cancelled_on",
)


class ProcurementPlanWriter(SumWriter):
    """A plan was approved, for no less than its packages cost and not after one of them was awarded."""

    def __init__(self) -> None:
        """It was approved."""
        super().__init__(ProcurementPlan, [], "decided_on", parts={"total_amount": OF_PLAN})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Less than its packages; a day after the first award."""
        refuse_below(write, "total_amount", OF_PLAN, context)
        if write.is_new or "decided_on" not in write.changed:
            return
        packages = TenderPackage.objects.filter(plan=write.record.pk, awarded_on__lt=write.record.decided_on)
        if (first := packages.order_by("awarded_on").first()) is not None and first.awarded_on is not None:
            text = _("Kế hoạch có gói thầu đã phê duyệt kết quả ngày %(day)s. Hãy xem lại ngày phê duyệt.")
            raise Refused.about(text % {"day": format_date(first.awarded_on)}, "decided_on", code="order")


class PackageWriter(SumWriter):
    """Packages add up to no more than their plan; who is awarded one is named."""

    def __init__(self) -> None:
        """What happened to them has happened."""
        super().__init__(TenderPackage, [OF_PLAN], "awarded_on", "completed_on", "cancelled_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Completed and cancelled; an award without a contractor or amount, before the plan, or after the end of the tender."""
        row = write.record
        if row.cancelled_on is not None and row.completed_on is not None:
            text = _("Gói thầu đã hoàn thành thì không ghi hủy thầu.")
            raise Refused.about(text, "cancelled_on", code="completed")
        if row.awarded_on is None:
            return
        if row.contractor is None and row.method != "own_work":
            text = _("Đã phê duyệt kết quả thì chọn nhà thầu.")
            raise Refused.about(text, "contractor", code="no_contractor")
        if row.award_amount is None and row.method != "own_work":
            text = _("Đã phê duyệt kết quả thì ghi giá trúng thầu.")
            raise Refused.about(text, "award_amount", code="no_amount")
        if row.cancelled_on is not None and row.awarded_on > row.cancelled_on:
            text = _("Gói thầu đã hủy từ ngày %(day)s. Hãy xem lại ngày phê duyệt kết quả.")
            raise Refused.about(text % {"day": format_date(row.cancelled_on)}, "awarded_on", code="cancelled")
        if (write.is_new or write.changed & {"plan", "awarded_on"}) and row.awarded_on < row.plan.decided_on:
            text = _("Kế hoạch được phê duyệt ngày %(day)s. Hãy xem lại ngày phê duyệt kết quả.")
            raise Refused.about(text % {"day": format_date(row.plan.decided_on)}, "awarded_on", code="order")
