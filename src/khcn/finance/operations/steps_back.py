"""Steps that were entered on the wrong record: the last one is taken back, with what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.utils.translation import gettext as _

from khcn.finance import rules
from khcn.finance.models import (
    AdvanceReminder,
    BudgetAdjustment,
    BudgetAllocation,
    BudgetEstimate,
    TaskAsset,
    YearSettlement,
)
from khcn.finance.operations.liquidated import liquidated_on, why_liquidated
from khcn.finance.workflow import (
    APPROVED,
    ASSET_FLOW,
    ASSIGNED,
    DECIDED,
    ESTIMATE_FLOW,
    HANDED_OVER,
    PROPOSED,
    REMINDER_FLOW,
    RETURNED,
    SENT,
    SETTLEMENT_FLOW,
    SUBMITTED,
)
from khcn.kernel.papers.models import Paper
from khcn.kernel.refusals import Refused
from khcn.kernel.steps_back import refuse_unless_may, take_back_step

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.access.predicates import Predicate
    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import Workflow

_Step: TypeAlias = tuple[str, tuple[str, ...]]
_ASSIGNED: Final = ("decision_number", "assigned_on", "assigned_amount")
_SENT: Final[_Step] = ("take_back_sending", ("document_number", "sent_on"))
_DECIDED: Final = ("decision_number", "decided_on", "handling_form", "receiver")
# By the state that a step led to: the step that takes it back, and the columns that it had written.
_OF_SETTLEMENTS: Final[dict[str, _Step]] = {
    APPROVED: ("take_back_approval", ("approved_on", "approved_amount", "document_number")),
    RETURNED: ("take_back_return", ("returned_on", "return_reason")),
}
_NUMBERS: Final = ("document_number",)  # those that papers give
_OF_ASSETS: Final[dict[str, _Step]] = {
    PROPOSED: ("take_back_proposal", ("proposed_on",)),
    HANDED_OVER: ("take_back_hand_over", ("handed_over_on",)),
}


def _step_of(record: Any) -> _Step | None:
    """The step that leads back from the state of the record."""
    if isinstance(record, YearSettlement):
        return _OF_SETTLEMENTS.get(record.state)
    if isinstance(record, AdvanceReminder):
        return _SENT if record.state == SENT else None
    if isinstance(record, TaskAsset):
        if record.state == DECIDED:
            proposed = record.proposed_on is not None
            return ("take_back_decision_of_proposed" if proposed else "take_back_decision", _DECIDED)
        return _OF_ASSETS.get(record.state)
    if record.state == ASSIGNED:
        submitted = record.submitted_on is not None
        return ("take_back_assignment_of_submitted" if submitted else "take_back_assignment", _ASSIGNED)
    return ("take_back_submission", ("submitted_on",)) if record.state == SUBMITTED else None


def why_no_step(record: Any, *, actor: Actor, on: date) -> str:
    """Why no step is taken back; "" where there is one and nothing rests on it."""
    if _step_of(record) is None:
        return _("Chưa có bước nào được ghi.")
    if isinstance(record, AdvanceReminder):
        return ""
    if not isinstance(record, BudgetEstimate):
        day = liquidated_on({record.task_id}).get(record.task_id)
        return _why_by_paper(record) if day is None else why_liquidated(day)
    if BudgetAllocation.objects.filter(estimate=record.pk).exists():
        return _("Dự toán đã được phân bổ. Xóa các phân bổ trước.")
    if BudgetAdjustment.objects.filter(estimate=record.pk).exists():
        return _("Dự toán đã được điều chỉnh. Xóa các điều chỉnh trước.")
    return ""


def _why_by_paper(record: Any) -> str:
    """Why the hand-over of an asset is not taken back: minutes of this system are in force. "" for anything else."""
    if not isinstance(record, TaskAsset) or record.state != HANDED_OVER:
        return ""
    paper = Paper.objects.in_force_for(TaskAsset).filter(object_id=record.pk).first()
    if paper is None:
        return ""
    return _("Bàn giao theo “%(paper)s”. Mở biên bản, bấm “Thu hồi”.") % {"paper": paper}


def _take_back(who: Predicate, flow: Workflow, record: Any, *, reason: str, actor: Actor, on: date) -> None:
    refuse_unless_may(who, record, actor)
    step, why_not = _step_of(record), why_no_step(record, actor=actor, on=on)
    take_back_step(flow, record, step, why_not=why_not, numbers=_NUMBERS, reason=reason, actor=actor, on=on)


def take_back_estimate(*, estimate: BudgetEstimate, reason: str, actor: Actor, on: date) -> BudgetEstimate:
    """Take back the last step of an estimate, which is marked for ever.

    Raises ``Refused`` once something was allocated, and when a frozen report counts it.
    """
    _take_back(rules.finance_staff, ESTIMATE_FLOW, estimate, reason=reason, actor=actor, on=on)
    return estimate


def take_back_settlement(
    *, settlement: YearSettlement, reason: str, actor: Actor, on: date
) -> YearSettlement:
    """Take back what was done with a settlement, which is marked for ever. Raises ``Refused`` when a frozen report counts it, or where
    another dossier of the year came in.
    """
    others = YearSettlement.objects.filter(task=settlement.task_id, year=settlement.year).exclude(
        pk=settlement.pk
    )
    if settlement.state == RETURNED and others.exclude(state=RETURNED).exists():
        raise Refused(_("Nhiệm vụ đã có hồ sơ quyết toán khác của năm này."), code="another")
    _take_back(rules.finance_staff, SETTLEMENT_FLOW, settlement, reason=reason, actor=actor, on=on)
    return settlement


def take_back_asset(*, asset: TaskAsset, reason: str, actor: Actor, on: date) -> TaskAsset:
    """Take back the last step of an asset, which is marked for ever. Raises ``Refused`` when a frozen report counts it."""
    _take_back(rules.contract_staff, ASSET_FLOW, asset, reason=reason, actor=actor, on=on)
    return asset


def take_back_reminder(*, reminder: AdvanceReminder, reason: str, actor: Actor, on: date) -> AdvanceReminder:
    """Take back that a reminder was sent, which is marked for ever. Raises ``Refused`` where a letter of this system is in force."""
    _take_back(rules.finance_staff, REMINDER_FLOW, reminder, reason=reason, actor=actor, on=on)
    return reminder
