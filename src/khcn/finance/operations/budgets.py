"""Estimates: submitted, assigned, adjusted, divided among tasks and units."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.finance.models import BudgetAdjustment, BudgetAllocation, BudgetEstimate
from khcn.finance.operations.sums import Bound, SumWriter, excesses
from khcn.finance.workflow import ASSIGNED, DRAFTED, ESTIMATE_FLOW
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_money

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_DAYS: Final = ("submitted_on", "assigned_on")


class EstimateWriter(PastDayWriter):
    """An estimate that was submitted or assigned stays."""

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one that is being drawn up is deleted."""
        if record.state != DRAFTED:
            state = ESTIMATE_FLOW.by_value[record.state]
            text = _("Dự toán ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label}
            raise Refused(text, code="submitted")


def decided_estimates(keys: Collection[int]) -> set[int]:
    """Those of the estimates that were submitted or assigned."""
    found = BudgetEstimate.objects.filter(pk__in=list(keys)).exclude(state=DRAFTED)
    return set(found.values_list("pk", flat=True))


def submit(*, estimate: BudgetEstimate, submitted_on: date, actor: Actor, on: date) -> BudgetEstimate:
    """The estimate went to who decides. Raises ``Refused`` for a day to come."""
    refuse_out_of_order(estimate, _DAYS, "submitted_on", submitted_on, on)
    write_step(estimate, actor=actor, submitted_on=submitted_on)
    return estimate


def assign(
    *,
    estimate: BudgetEstimate,
    decision_number: str,
    assigned_on: date,
    assigned_amount: int,
    actor: Actor,
    on: date,
) -> BudgetEstimate:
    """The money is assigned. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(estimate, _DAYS, "assigned_on", assigned_on, on)
    values: dict[str, Any] = {"decision_number": decision_number.strip(), "assigned_amount": assigned_amount}
    write_step(estimate, actor=actor, assigned_on=assigned_on, **values)
    return estimate


def current_amount(estimate: BudgetEstimate) -> int | None:
    """What is assigned, as adjusted last; None before it is assigned."""
    last = BudgetAdjustment.objects.filter(estimate=estimate.pk).order_by("adjusted_on").last()
    return estimate.assigned_amount if last is None else last.amount


_ALLOCATIONS: Final = Bound(BudgetAllocation, "estimate", current_amount, gettext_lazy("số tiền được giao"))


class AdjustmentWriter(PastDayWriter):
    """What is assigned is not cut below what is allocated."""

    def __init__(self) -> None:
        """It has been decided."""
        super().__init__("adjusted_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The estimates: nothing is allocated meanwhile."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        locked_all(BudgetEstimate, {row.estimate_id for row in rows} - {None})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """What is not assigned, or was not by that day."""
        row = write.record
        if not (write.is_new or write.changed & {"estimate", "adjusted_on"}):
            return
        if row.estimate.state != ASSIGNED:
            text = _(
                "Dự toán chưa được giao nên chưa điều chỉnh được. Bấm “Ghi quyết định giao dự toán” trước."
            )
            raise Refused.about(text, "estimate", code="not_assigned")
        if row.adjusted_on <= row.estimate.assigned_on:
            text = _("Dự toán được giao ngày %(day)s. Hãy xem lại ngày điều chỉnh.")
            words = {"day": format_date(row.estimate.assigned_on)}
            raise Refused.about(text % words, "adjusted_on", code="order")

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """The last adjustment of an estimate, whichever that is by then, covers what is allocated, or is not further below it."""
        rows = [*removed, *(row for each in writes for row in (each.record, each.before) if row is not None)]
        touched = {row.estimate_id: row for row in rows}
        before = excesses(_ALLOCATIONS, touched)
        with super().judging_outcome(writes, removed):
            yield
        for key, (total, limit) in excesses(_ALLOCATIONS, touched).items():
            was, allowed = before.get(key, (0, 0))
            if total - limit > max(0, was - allowed):
                text = _(
                    "Đã phân bổ %(total)s, lớn hơn dự toán sau điều chỉnh là %(limit)s. Hãy xem lại số tiền."
                )
                words = {"total": format_money(total), "limit": format_money(limit)}
                raise Refused.about(text % words, "amount", code="below_parts").at(touched[key])


class AllocationWriter(SumWriter):
    """Parts of what was assigned: no more than that, and not before."""

    def __init__(self) -> None:
        """They have been allocated."""
        super().__init__(BudgetAllocation, [_ALLOCATIONS], "allocated_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A part for nobody or for two, of what is not assigned, or before it was."""
        row = write.record
        if (row.task is None) == (row.unit is None):
            text = _("Chọn một nhiệm vụ hoặc một phòng, đơn vị, không chọn cả hai.")
            raise Refused.about(text, "task", "unit", code="whose")
        if not (write.is_new or write.changed & {"estimate", "allocated_on"}):
            return
        if row.estimate.state != ASSIGNED:
            text = _("Dự toán chưa được giao nên chưa phân bổ được. Bấm “Ghi quyết định giao dự toán” trước.")
            raise Refused.about(text, "estimate", code="not_assigned")
        if row.allocated_on < row.estimate.assigned_on:
            text = _("Dự toán được giao ngày %(day)s. Hãy xem lại ngày phân bổ.")
            words = {"day": format_date(row.estimate.assigned_on)}
            raise Refused.about(text % words, "allocated_on", code="order")
