"""Steps that were entered on the wrong record: the last one is taken back, with what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.utils.translation import gettext as _

from khcn.kernel.papers.models import Paper
from khcn.kernel.refusals import Refused
from khcn.kernel.steps_back import refuse_unless_may, take_back_step
from khcn.quality import rules
from khcn.quality.models import ConformityDeclaration, StateCheck, TraceabilitySupport
from khcn.quality.workflow import (
    ACCEPTED,
    CANCELLED,
    CHECK_FLOW,
    CONTRACTED,
    DECIDED,
    DECLARATION_FLOW,
    ENTERED,
    FINISHED,
    PLANNED,
    PUBLISHED,
    RECEIVED,
    REGISTERED,
    REPORTED,
    RETURNED,
    STOPPED,
    SUPPORT_FLOW,
    SURVEYED,
    TRAINED,
)

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import Workflow

_Step: TypeAlias = tuple[str, tuple[str, ...]]
# By the state that a step led to: the step that takes it back, and the columns that it had written.
_OF_CHECKS: Final[dict[str, _Step]] = {
    DECIDED: ("take_back_decision", ("decision_number", "decided_on")),
    FINISHED: ("take_back_finish", ("begun_on", "finished_on")),
    REPORTED: ("take_back_report", ("reported_on", "result")),
}
_CANCELLATION: Final = ("cancelled_on", "cancelling_reason")
_OF_DECLARATIONS: Final[dict[str, _Step]] = {
    ACCEPTED: ("take_back_notice", ("notice_number", "notified_on")),
    RETURNED: ("take_back_return", ("returned_on", "return_reason")),
}
_OF_SUPPORTS: Final[dict[str, _Step]] = {
    CONTRACTED: ("take_back_contract", ("contract_number", "contracted_on", "consultant")),
    SURVEYED: ("take_back_survey", ("surveyed_on",)),
    ENTERED: ("take_back_data", ("entered_on", "data_elements")),
    TRAINED: ("take_back_training", ("trained_on",)),
    PUBLISHED: ("take_back_publication", ("published_on",)),
}
# The day of each state of a support, the last one first: what was stopped goes back to the last of them.
_REACHED: Final = (
    (TRAINED, "trained_on"),
    (ENTERED, "entered_on"),
    (SURVEYED, "surveyed_on"),
    (CONTRACTED, "contracted_on"),
)
# Columns with a number that a paper of this system may have given: its withdrawal takes such a step back.
_NUMBERS: Final = ("decision_number", "notice_number")


def why_no_step(record: Any, *, actor: Actor, on: date) -> str:
    """Why no step is taken back; "" where there is one."""
    beginnings = (PLANNED, RECEIVED, REGISTERED)
    return _("Chưa có bước nào được ghi.") if record.state in beginnings else ""


def _take_back(
    flow: Workflow, record: Any, step: _Step | None, *, reason: str, actor: Actor, on: date
) -> None:
    refuse_unless_may(rules.quality_staff, record, actor)
    why_not = why_no_step(record, actor=actor, on=on)
    take_back_step(flow, record, step, why_not=why_not, numbers=_NUMBERS, reason=reason, actor=actor, on=on)


def take_back_check(*, check: StateCheck, reason: str, actor: Actor, on: date) -> StateCheck:
    """Take back the last step of a check, which is marked for ever.

    Raises ``Refused`` where a paper of this system brought the step about or prints it, and when a frozen report counts it.
    """
    step = _OF_CHECKS.get(check.state)
    if check.state == CANCELLED:
        decided = check.decided_on is not None
        name = "take_back_cancellation_of_decided" if decided else "take_back_cancellation"
        step = (name, _CANCELLATION)
    if check.state == REPORTED and (papers := _notices(check)):
        text = _("Kết quả kiểm tra đã có thông báo số %(numbers)s. Thu hồi thông báo trước.")
        raise Refused(text % {"numbers": papers}, code="notified")
    _take_back(CHECK_FLOW, check, step, reason=reason, actor=actor, on=on)
    return check


def _notices(check: StateCheck) -> str:
    """The numbers of the notices of the result that are in force."""
    papers = Paper.objects.in_force_for(StateCheck).filter(object_id=check.pk, kind="check-result")
    return ", ".join(each.number_text for each in papers.select_related("number"))


def take_back_declaration(
    *, declaration: ConformityDeclaration, reason: str, actor: Actor, on: date
) -> ConformityDeclaration:
    """Take back what was done with a declaration, which is marked for ever. Raises as `take_back_check`."""
    step = _OF_DECLARATIONS.get(declaration.state)
    _take_back(DECLARATION_FLOW, declaration, step, reason=reason, actor=actor, on=on)
    return declaration


def take_back_support(
    *, support: TraceabilitySupport, reason: str, actor: Actor, on: date
) -> TraceabilitySupport:
    """Take back the last step of a support, which is marked for ever. Raises as `take_back_check`."""
    step = _OF_SUPPORTS.get(support.state)
    if support.state == STOPPED:
        reached = next((state for state, day in _REACHED if getattr(support, day) is not None), REGISTERED)
        step = (f"take_back_stop_of_{reached}", ("stopped_on", "stopping_reason"))
    _take_back(SUPPORT_FLOW, support, step, reason=reason, actor=actor, on=on)
    return support
