"""Instalments of contracts, advances, and what of these is cleared: no part is above the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.finance.enums import ClearanceKind
from khcn.finance.models import AdvanceClearance, AdvancePayment, ContractInstalment
from khcn.finance.operations.liquidated import OfTaskWriter, refuse_if_liquidated
from khcn.finance.operations.sums import Bound, SumWriter, budget_of, refuse_below
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from khcn.kernel.registers.writing import ValidationContext, Write


def returned() -> QuerySet[AdvanceClearance]:
    """What was paid back of advances: it may be advanced again."""
    return AdvanceClearance.objects.filter(kind=ClearanceKind.RETURNED)


_BUDGET: Final = gettext_lazy("ngân sách nhà nước của nhiệm vụ")
OF_INSTALMENT: Final = Bound(
    AdvancePayment,
    "instalment",
    lambda each: each.amount,
    gettext_lazy("số tiền của đợt cấp"),
    back=(returned, "advance"),
)
OF_ADVANCE: Final = Bound(
    AdvanceClearance, "advance", lambda each: each.amount, gettext_lazy("số tiền tạm ứng")
)
# Of an instalment that is paid no more, what was advanced for it.
_INSTALMENTS: Final = Bound(
    ContractInstalment, "task", budget_of, _BUDGET, ended="dropped_on", rest=OF_INSTALMENT
)
_ADVANCES: Final = Bound(AdvancePayment, "task", budget_of, _BUDGET, back=(returned, "advance"))


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
        """Its condition was met, or that it is paid no more was decided."""
        days = ("condition_met_on", "dropped_on")
        super().__init__(ContractInstalment, [_INSTALMENTS], *days, parts={"amount": OF_INSTALMENT})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Less than was advanced; an end without its reason, or before an advance; another task."""
        row = write.record
        if (row.dropped_on is None) != (not row.drop_reason.strip()):
            text = _("Ngày không cấp nữa và lý do đi cùng nhau: ghi cả hai, hoặc để trống cả hai.")
            raise Refused.about(text, "dropped_on", "drop_reason", code="reason")
        if row.dropped_on is not None and "dropped_on" in write.changed:
            last = AdvancePayment.objects.filter(instalment=row.pk).order_by("paid_on").last()
            if last is not None and last.paid_on >= row.dropped_on:
                text = _("Đợt này đã tạm ứng ngày %(day)s. Hãy xem lại ngày không cấp nữa.")
                raise Refused.about(text % {"day": format_date(last.paid_on)}, "dropped_on", code="order")
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

    by = "advance"

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

    def touched(
        self, writes: Sequence[Write], removed: Sequence[Any]
    ) -> list[tuple[Bound, str, dict[int, Any]]]:
        """Also what was paid back and may have been advanced again since."""
        before = [each.before for each in writes if each.before is not None]
        back = {row.advance_id: row for row in (*before, *removed) if row.kind == ClearanceKind.RETURNED}
        found = super().touched(writes, removed)
        advances = AdvancePayment.objects.in_bulk(list(back)).values() if back else ()
        for bound in (_ADVANCES, OF_INSTALMENT):
            keys = ((bound.key_of(each), back[each.pk]) for each in advances)
            found.append((bound, "amount", {key: row for key, row in keys if key is not None}))
        return found
