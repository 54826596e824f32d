"""Steps that were entered on the wrong record: the last one is taken back, with what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.utils.translation import gettext as _

from khcn.inspection import rules
from khcn.inspection.models import AdministrativeViolation, FindingExecution, Inspection
from khcn.inspection.operations.corrections import why_no_step
from khcn.inspection.workflow import (
    ACCEPTED,
    BEGUN,
    CLOSED,
    CONCLUDED,
    DECIDED,
    EXECUTED,
    FINISHED,
    INSPECTION_FLOW,
    PETITION_FLOW,
    POSTPONED,
    REPORTED,
    SANCTIONED,
    VIOLATION_FLOW,
)
from khcn.kernel.steps_back import refuse_unless_may, take_back_step

if TYPE_CHECKING:
    from datetime import date

    from khcn.inspection.models import Petition
    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import Workflow

_Step: TypeAlias = tuple[str, tuple[str, ...]]
# By the state that a step led to: the step that takes it back, and the columns that it had written.
_OF_INSPECTIONS: Final[dict[str, _Step]] = {
    DECIDED: ("take_back_decision", ("decision_number", "decided_on")),
    BEGUN: ("take_back_begin", ("begun_on",)),
    FINISHED: ("take_back_finish", ("finished_on",)),
    REPORTED: ("take_back_report", ("reported_on", "result")),
    CONCLUDED: ("take_back_conclusion", ("conclusion_number", "concluded_on")),
}
_POSTPONEMENT: Final = ("postponed_on", "postponement_reason")
_OF_VIOLATIONS: Final[dict[str, _Step]] = {
    SANCTIONED: ("take_back_sanction", ("decision_number", "decided_on", "delivered_on")),
    EXECUTED: ("take_back_execution", ("executed_on", "paid")),
    CLOSED: ("take_back_closing", ("closed_on", "closing_reason")),
}
_END_OF_PETITION: Final = ("ended_on", "outcome")
# Columns with a number that a paper of this system may have given: its withdrawal takes such a step back.
_NUMBERS: Final = ("decision_number", "conclusion_number")


def why_step_stays(record: Any, *, actor: Actor, on: date) -> str:
    """Why no step is taken back; "" where there is one and nothing followed from it."""
    if why := why_no_step(record, actor=actor, on=on):
        return why
    executions = FindingExecution.objects.filter(finding__subject__inspection=record.pk)
    if isinstance(record, Inspection) and record.state == CONCLUDED and executions.exists():
        return _("Kiến nghị của kết luận đã ghi thực hiện. Xóa các lần thực hiện trước.")
    return ""


def take_back_inspection(*, inspection: Inspection, reason: str, actor: Actor, on: date) -> Inspection:
    """Take back the last step of an inspection, which is marked for ever.

    Raises ``Refused`` where a paper of this system brought the step about, and when a frozen report counts it.
    """
    if inspection.state == POSTPONED:
        decided = inspection.decided_on is not None
        name = "take_back_postponement_of_decided" if decided else "take_back_postponement"
        step: _Step | None = (name, _POSTPONEMENT)
    else:
        step = _OF_INSPECTIONS.get(inspection.state)
    _take_back(INSPECTION_FLOW, inspection, step, reason=reason, actor=actor, on=on)
    return inspection


def take_back_violation(
    *, violation: AdministrativeViolation, reason: str, actor: Actor, on: date
) -> AdministrativeViolation:
    """Take back the last step of a violation, which is marked for ever. Raises as `take_back_inspection`."""
    step = _OF_VIOLATIONS.get(violation.state)
    _take_back(VIOLATION_FLOW, violation, step, reason=reason, actor=actor, on=on)
    return violation


def take_back_petition(*, petition: Petition, reason: str, actor: Actor, on: date) -> Petition:
    """Take back the last step of a petition, which is marked for ever. Raises as `take_back_inspection`."""
    step: _Step = ("take_back_end", _END_OF_PETITION)
    if petition.state == ACCEPTED:
        step = ("take_back_acceptance", ("accepted_on",))
    elif petition.accepted_on is not None:
        step = ("take_back_end_of_accepted", _END_OF_PETITION)
    _take_back(PETITION_FLOW, petition, step, reason=reason, actor=actor, on=on)
    return petition


def _take_back(
    flow: Workflow, record: Any, step: _Step | None, *, reason: str, actor: Actor, on: date
) -> None:
    refuse_unless_may(rules.inspectors, record, actor)
    why_not = why_step_stays(record, actor=actor, on=on)
    take_back_step(flow, record, step, why_not=why_not, numbers=_NUMBERS, reason=reason, actor=actor, on=on)
