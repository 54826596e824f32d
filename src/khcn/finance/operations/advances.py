"""Instalments of contracts, advances, and what of these is cleared: no part is above the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.finance.models import AdvanceClearance, AdvancePayment, ContractInstalment
from khcn.finance.operations.liquidated import OfTaskWriter, refuse_if_liquidated
from khcn.finance.operations.sums import Bound, SumWriter, budget_of, refuse_below
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from khcn.kernel.registers.writing import ValidationContext, Write

_BUDGET: Final = gettext_lazy("ngân sách nhà nước của nhiệm vụ")
OF_INSTALMENT: Final = Bound(
    AdvancePayment, "instalment", lambda each: each.amount, gettext_lazy("số tiền của đợt cấp")
)
OF_ADVANCE: Final = Bound(
    AdvanceClearance, "advance", lambda each: each.amount, gettext_lazy("số tiền tạm ứng")
)
# Of an instalment that is paid no more, what was advanced for it.
_INSTALMENTS: Final = Bound(
    ContractInstalment, "task", budget_of, _BUDGET, ended="dropped_on", rest=OF_INSTALMENT
)
_ADVANCES: Final = Bound(AdvancePayment, "task", budget_of, _BUDGET)


def _refuse_other_task(write: Write) -> None:
    """Raise ``Refused`` for a record whose parts would be of another task."""
    if write.is_new or "task" not in write.changed:
        return
    if AdvancePayment.objects.filter(instalment=write.record.pk).exists():
        text = _("Đợt cấp đã có khoản tạm ứng nên không đổi nhiệm vụ được.")
        raise Refused.about(text, "task", code="has_advances")


class InstalmentWriter(SumWriter):
    """What a contract provides for is not above the money of the task, nor below what was advanced for it."""

    def __init__(self) -> None:
        """That it is paid no more was decided."""
        super().__init__(ContractInstalment, [_INSTALMENTS], "dropped_on", parts={"amount": OF_INSTALMENT})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Less than was advanced; an end without its reason; another task."""
        row = write.record
        if (row.dropped_on is None) != (not row.drop_reason.strip()):
            text = _("Ngày không cấp nữa và lý do đi cùng nhau: ghi cả hai, hoặc để trống cả hai.")
            raise Refused.about(text, "dropped_on", "drop_reason", code="reason")
        _refuse_other_task(write)
        refuse_below(write, "amount", OF_INSTALMENT, context)


class AdvanceWriter(OfTaskWriter, SumWriter):
    """Advances are not above the money of the task, nor above their instalment; what was cleared of them is not above them."""

    def __init__(self) -> None:
        """They have been paid."""
        super().__init__(AdvancePayment, [_ADVANCES, OF_INSTALMENT], "paid_on", parts={"amount": OF_ADVANCE})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """An instalment of another task or one that is paid no more; less, or later, than what was cleared; out of a liquidated
        contract.
        """
        row = write.record
        if not write.is_new and "task" in write.changed:
            refuse_if_liquidated(write.before.task_id, "task")
        asked = write.is_new or write.changed & {"task", "instalment", "paid_on"}
        if asked and row.instalment is not None:
            if row.instalment.task != row.task:
                text = _("Đợt cấp này thuộc nhiệm vụ khác. Chọn lại đợt cấp.")
                raise Refused.about(text, "instalment", code="other_task")
            ended = row.instalment.dropped_on
            if ended is not None and row.paid_on >= ended:
                text = _("Đợt này không cấp nữa từ ngày %(day)s. Hãy xem lại ngày chi.")
                raise Refused.about(text % {"day": format_date(ended)}, "paid_on", code="dropped")
        refuse_below(write, "amount", OF_ADVANCE, context)
        if not write.is_new and "paid_on" in write.changed:
            first = AdvanceClearance.objects.filter(advance=row.pk).order_by("cleared_on").first()
            if first is not None and first.cleared_on < row.paid_on:
                text = _("Khoản này đã thanh toán ngày %(day)s. Hãy xem lại ngày chi.")
                raise Refused.about(text % {"day": format_date(first.cleared_on)}, "paid_on", code="order")


class ClearanceWriter(OfTaskWriter, SumWriter):
    """No more of an advance is cleared than was paid, and not before."""

    by_advance = True

    def __init__(self) -> None:
        """It has been cleared."""
        super().__init__(AdvanceClearance, [OF_ADVANCE], "cleared_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A day before the advance."""
        row = write.record
        if (
            write.is_new or write.changed & {"advance", "cleared_on"}
        ) and row.cleared_on < row.advance.paid_on:
            text = _("Tạm ứng chi ngày %(day)s. Hãy xem lại ngày thanh toán.")
            raise Refused.about(text % {"day": format_date(row.advance.paid_on)}, "cleared_on", code="order")
