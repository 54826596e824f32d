"""What a milestone must satisfy: one that is recorded, and one that takes the place of what was entered by a slip.

A correction is both the removal of what was entered and the recording of something else. So whatever is asked of a new
milestone is asked here, of a corrected one too. Its kind is what removals ask about: who recorded a wrong kind takes the
milestone back, with all that this asks and brings about, and records another one. Only kinds that stand in the same place,
which later milestones rest on in the same way, take the place of each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.numbers import format_money
from khcn.reference.models import CodeListItem
from khcn.science.enums import MilestoneKind
from khcn.science.models.events import ACCEPTANCES
from khcn.science.operations.certificate_numbers import why_not_numbered
from khcn.science.operations.certificate_withdrawals import why_not_withdrawn
from khcn.science.operations.council_results import result_of
from khcn.science.operations.determinations import why_not_before_proposals
from khcn.science.operations.liquidation import why_not_liquidated
from khcn.science.operations.next_steps import why_not_complete
from khcn.science.operations.order import why_not_on_day
from khcn.science.operations.task_access import TaskRefused
from khcn.science.queries import TaskStep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from khcn.kernel.registers.writing import ValidationContext
    from khcn.science.models import TaskMilestone
    from khcn.science.operations.history import TaskHistory

_SCALES: Final = "science.scales"
# Kinds of one place in the life of a task.
_OF_ONE_PLACE: Final = (frozenset(ACCEPTANCES), frozenset({MilestoneKind.STOPPED, MilestoneKind.TERMINATED}))


def step_of(milestone: TaskMilestone) -> TaskStep:
    """A milestone as the replay of the workflow sees it."""
    failing = milestone.grade is not None and milestone.grade.fails
    return TaskStep(milestone.on, milestone.kind, milestone.taken_over, failing)


def refusal_of(
    milestone: TaskMilestone,
    history: TaskHistory,
    context: ValidationContext,
    *,
    instead_of: TaskMilestone | None = None,
    with_meeting: bool = False,
) -> TaskRefused | None:
    """Why the task may not have this milestone, new or ``instead_of`` one on record; None when it may.

    ``with_meeting``: the meeting that gave it is corrected along with it, so it is compared with that one afterwards.
    """
    for why, name, code in _asked(milestone, history, context, instead_of, with_meeting=with_meeting):
        if why:
            return TaskRefused.about(why, name, code=code)
    return None


def _asked(
    milestone: TaskMilestone,
    history: TaskHistory,
    context: ValidationContext,
    instead_of: TaskMilestone | None,
    *,
    with_meeting: bool,
) -> Iterator[tuple[str, str, str]]:
    """One question after the other: why not or "", about which column, and a word for programs."""
    step, result, before = step_of(milestone), result_of(milestone), None
    yield why_not_on_day(history.task, step.on, context.on), "on", "rule"
    if instead_of is not None:
        before = step_of(instead_of)
        yield why_not_instead(step, before), "kind", "other_kind"
    if not step.taken_over and (before is None or before.kind != step.kind):
        yield why_not_complete(history.task, step.kind), "kind", "incomplete"
    if not step.taken_over and (before is None or before.kind != step.kind or step.on < before.on):
        yield why_not_liquidated(history.task, step.kind, on=step.on), "kind", "unsettled"
    yield history.why_not_step(step, without=before), "kind", "rule"
    yield why_not_named(milestone, context), "number", "rule"
    if before is not None and step.on < before.on:
        yield why_not_before_proposals(milestone), "on", "rule"
    yield _why_not_graded(milestone, context), "grade", "rule"
    if instead_of is None or (instead_of.kind, instead_of.amount) != (milestone.kind, milestone.amount):
        yield why_not_likely(milestone, history), "amount", "unlikely"
    if not with_meeting:
        reported = result_of(instead_of) if instead_of is not None else None
        why = history.why_not_result(result, without=reported)
        yield why, "grade" if step.kind in ACCEPTANCES else "kind", "rule"


def why_not_named(milestone: TaskMilestone, context: ValidationContext) -> str:
    """Why a milestone may not bear its number, or needs one."""
    return why_not_numbered(milestone, context.seen) or why_not_withdrawn(milestone)


def why_not_likely(milestone: TaskMilestone, history: TaskHistory) -> str:
    """What the amount of a contract or a settlement is above, unless a reason is given; "" when it is not. Papers may be
    older than the budget on record.
    """
    amount, task = milestone.amount, history.task
    is_asked = milestone.kind in {MilestoneKind.CONTRACT_SIGNED, MilestoneKind.SETTLED}
    if amount is None or not is_asked or milestone.amount_reason.strip() or milestone.taken_over:
        return ""
    contract = max(history.contracted, default=amount)
    # A budget that was raised later is not in the contract but in its appendix.
    is_raised = any(each.new_budget_total is not None for each in history.amendments)
    if task.budget_total is not None and amount > task.budget_total:
        above = _("tổng kinh phí của nhiệm vụ là %(amount)s") % {"amount": format_money(task.budget_total)}
    elif milestone.kind == MilestoneKind.SETTLED and amount > contract and not is_raised:
        above = _("số tiền hợp đồng là %(amount)s") % {"amount": format_money(contract)}
    else:
        return ""
    return _(
        "Số tiền %(amount)s lớn hơn %(above)s. Hãy xem lại số tiền; nếu đúng thì ghi lý do ở ô “Lý do số tiền vượt kinh phí”."
    ) % {"amount": format_money(amount), "above": above}


def why_not_instead(step: TaskStep, before: TaskStep) -> str:
    """Why a milestone is not corrected to one of this kind."""
    if step.kind == before.kind or any({step.kind, before.kind} <= kinds for kinds in _OF_ONE_PLACE):
        return ""
    return _(
        "Không đính chính mốc “%(before)s” thành “%(step)s” được. Nếu chọn nhầm mốc thì bấm “Bỏ mốc ghi nhầm” rồi ghi mốc đúng."
    ) % {"before": MilestoneKind(before.kind).label, "step": MilestoneKind(step.kind).label}


def _why_not_graded(milestone: TaskMilestone, context: ValidationContext) -> str:
    """Why an acceptance by the province needs a grade: there was a scale on its day. Papers may not tell the grade."""
    if milestone.kind != MilestoneKind.ACCEPTED_PROVINCE or milestone.grade_id or milestone.taken_over:
        return ""
    scales: dict[date, bool] = context.seen.setdefault(_SCALES, {})
    if milestone.on not in scales:
        scale = CodeListItem.objects.filter(code_list="acceptance_grade")
        scales[milestone.on] = scale.valid(on=milestone.on).exists()
    return _("Nghiệm thu cấp tỉnh phải có xếp loại. Hãy chọn xếp loại.") if scales[milestone.on] else ""
