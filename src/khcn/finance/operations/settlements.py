"""Settlements of years: received, approved or handed back; money that is reduced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.finance.models import PaymentRecovery, PaymentReduction, YearSettlement
from khcn.finance.operations.liquidated import OfTaskWriter
from khcn.finance.operations.numbers import NOTICE_BOOK
from khcn.finance.operations.sums import Bound, SumWriter, budget_of, refuse_below, total_of
from khcn.finance.workflow import SETTLEMENT_FLOW, SUBMITTED
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.papers.numbers_of_records import refuse_taken_number
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_money

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_DAYS: Final = ("submitted_on", "approved_on", "returned_on")


class SettlementWriter(OfTaskWriter, PastDayWriter):
    """A dossier has come in after its year began; one about which something was done stays."""

    def __init__(self) -> None:
        """It has come in."""
        super().__init__("submitted_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A year that had not begun when its dossier came in."""
        row = write.record
        if (write.is_new or write.changed & {"year", "submitted_on"}) and row.year > row.submitted_on.year:
            text = _("Hồ sơ nhận trước năm quyết toán. Hãy xem lại năm hoặc ngày nhận.")
            raise Refused.about(text, "year", code="year")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one that waits is deleted."""
        if record.state != SUBMITTED:
            state = SETTLEMENT_FLOW.by_value[record.state]
            text = _("Hồ sơ quyết toán ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label}
            raise Refused(text, code="decided")


def decided_settlements(keys: Collection[int]) -> set[int]:
    """Those of the dossiers that were approved or handed back."""
    found = YearSettlement.objects.filter(pk__in=list(keys)).exclude(state=SUBMITTED)
    return set(found.values_list("pk", flat=True))


def approve(
    *,
    settlement: YearSettlement,
    approved_on: date,
    approved_amount: int,
    actor: Actor,
    on: date,
    document_number: str = "",
) -> YearSettlement:
    """What was spent in the year is approved. Raises ``Refused`` for a day out of order, for a taken number, and for more than was
    reported or than the task has in all its years.
    """
    refuse_out_of_order(settlement, _DAYS, "approved_on", approved_on, on)
    if approved_amount > settlement.reported_amount:
        text = _("Số đề nghị quyết toán là %(amount)s. Hãy xem lại số được phê duyệt.")
        words = {"amount": format_money(settlement.reported_amount)}
        raise Refused.about(text % words, "approved_amount", code="above")
    if number := document_number.strip():
        refuse_taken_number(NOTICE_BOOK, settlement, number, approved_on)
    task = locked(type(settlement.task), settlement.task_id)
    total = total_of(YearSettlement, "task", settlement.task_id, "approved_amount", [settlement.pk])
    limit = budget_of(task)
    if limit is not None and total + approved_amount > limit:
        text = _("Các năm cộng lại %(total)s, lớn hơn ngân sách nhà nước của nhiệm vụ là %(limit)s.")
        words = {"total": format_money(total + approved_amount), "limit": format_money(limit)}
        raise Refused.about(text % words, "approved_amount", code="above_task")
    values: dict[str, Any] = {"approved_amount": approved_amount, "document_number": number}
    write_step(settlement, actor=actor, approved_on=approved_on, **values)
    return settlement


def hand_back(
    *, settlement: YearSettlement, returned_on: date, reason: str, actor: Actor, on: date
) -> YearSettlement:
    """The dossier goes back to the host, with the reason. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(settlement, ("submitted_on", "returned_on"), "returned_on", returned_on, on)
    write_step(settlement, actor=actor, reason=reason, returned_on=returned_on, return_reason=reason.strip())
    return settlement


def number_settlement(*, settlement: YearSettlement, number: str, actor: Actor) -> None:
    """The notice of the approval gives its number; one that replaces another gives the new one."""
    write_step(settlement, actor=actor, document_number=number)


def withdraw_notice(*, settlement: YearSettlement, number: str, actor: Actor) -> None:
    """The notice is withdrawn: the approval waits for another one, or is taken back."""
    if settlement.document_number == number:
        note = _("Thu hồi thông báo số %(number)s.") % {"number": number}
        write_step(settlement, actor=actor, reason=note, document_number="")


_OF_REDUCTION: Final = Bound(
    PaymentRecovery, "reduction", lambda each: each.amount, gettext_lazy("số tiền giảm trừ, thu hồi")
)


class ReductionWriter(OfTaskWriter, SumWriter):
    """No more is reduced than the task has, and no less than what is back."""

    def __init__(self) -> None:
        """It was decided."""
        bound = Bound(PaymentReduction, "task", budget_of, gettext_lazy("ngân sách nhà nước của nhiệm vụ"))
        super().__init__(PaymentReduction, [bound], "decided_on", parts={"amount": _OF_REDUCTION})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Less, or later, than what is back."""
        row = write.record
        refuse_below(write, "amount", _OF_REDUCTION, context)
        if not write.is_new and "decided_on" in write.changed:
            first = PaymentRecovery.objects.filter(reduction=row.pk).order_by("recovered_on").first()
            if first is not None and first.recovered_on < row.decided_on:
                text = _("Khoản này đã nộp ngày %(day)s. Hãy xem lại ngày văn bản.")
                raise Refused.about(
                    text % {"day": format_date(first.recovered_on)}, "decided_on", code="order"
                )


class RecoveryWriter(OfTaskWriter, SumWriter):
    """No more of a reduction comes back than it is, and not before."""

    by = "reduction"

    def __init__(self) -> None:
        """It has come back."""
        super().__init__(PaymentRecovery, [_OF_REDUCTION], "recovered_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A day before the reduction."""
        row = write.record
        if (
            write.is_new or write.changed & {"reduction", "recovered_on"}
        ) and row.recovered_on < row.reduction.decided_on:
            text = _("Văn bản giảm trừ, thu hồi ngày %(day)s. Hãy xem lại ngày nộp.")
            words = {"day": format_date(row.reduction.decided_on)}
            raise Refused.about(text % words, "recovered_on", code="order")
