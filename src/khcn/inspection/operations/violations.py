"""Administrative violations: the minutes, the decision, and its execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.inspection import rules
from khcn.inspection.models import AdministrativeViolation
from khcn.inspection.operations.numbers import SANCTION_BOOK
from khcn.inspection.operations.subjects import refusal_of_parties
from khcn.inspection.workflow import RECORDED, SANCTIONED, VIOLATION_FLOW
from khcn.kernel.access.predicates import may_act
from khcn.kernel.papers.numbers_of_records import opened_records, refuse_taken_number
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, refuse_to_come, write_step
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_DAYS: Final = ("recorded_on", "decided_on", "delivered_on", "executed_on")


class ViolationWriter(PastDayWriter):
    """Minutes are about one offender; what was decided stays."""

    def __init__(self) -> None:
        """Minutes were made."""
        super().__init__("recorded_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """An organisation and a person at once, or none of them."""
        if why := refusal_of_parties(write.record):
            raise why

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one of which nothing was decided is deleted."""
        if record.state != RECORDED:
            state = VIOLATION_FLOW.by_value[record.state]
            raise Refused(
                _("Vụ việc ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label},
                code="decided",
            )


def decided_violations(keys: Collection[int]) -> set[int]:
    """Those of the violations about which was decided, and whose decision is not being replaced."""
    found = AdministrativeViolation.objects.filter(pk__in=list(keys)).exclude(state=RECORDED)
    return set(found.values_list("pk", flat=True)) - opened_records(AdministrativeViolation, keys)


def _refuse_sanction(violation: AdministrativeViolation, day: date, on: date) -> None:
    """Raise ``Refused`` for a day out of order, and without a fine: typed or by paper, it is asked."""
    refuse_out_of_order(violation, _DAYS, "decided_on", day, on)
    if violation.fine is None:
        raise Refused(_("Vụ việc chưa ghi mức phạt; phạt cảnh cáo thì ghi 0."), code="fine")


def record_sanction(
    *,
    violation: AdministrativeViolation,
    decision_number: str,
    decided_on: date,
    actor: Actor,
    on: date,
    delivered_on: date | None = None,
) -> AdministrativeViolation:
    """A decision that was signed on paper. Raises ``Refused`` for a taken number, a day out of order, and without a fine."""
    _refuse_sanction(violation, decided_on, on)
    if delivered_on is not None:
        _refuse_delivery(violation, delivered_on, decided_on, on)
    refuse_taken_number(SANCTION_BOOK, violation, decision_number, decided_on)
    write_step(
        violation,
        actor=actor,
        decision_number=decision_number.strip(),
        decided_on=decided_on,
        delivered_on=delivered_on,
    )
    return violation


def why_not_delivered(violation: AdministrativeViolation, *, actor: Actor, on: date) -> str:
    """Why no delivery of the decision is recorded; "" while it waits for that."""
    if violation.decided_on is None:
        return _("Vụ việc chưa có quyết định xử phạt để giao.")
    if violation.delivered_on is not None:
        return _("Đã ghi ngày giao quyết định. Ghi sai thì bấm “Đính chính xử phạt”.")
    return ""


def deliver(
    *, violation: AdministrativeViolation, delivered_on: date, actor: Actor, on: date
) -> AdministrativeViolation:
    """The offender has received the decision: the term of its execution begins. Raises ``Refused`` for a day out of order."""
    if not may_act(rules.inspectors, register_of(AdministrativeViolation), actor, violation):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện bước này."), code="not_permitted")
    if why := why_not_delivered(violation, actor=actor, on=on):
        raise Refused(why, code="delivered")
    _refuse_delivery(violation, delivered_on, violation.decided_on, on)
    write_step(violation, actor=actor, delivered_on=delivered_on)
    return violation


def _refuse_delivery(
    violation: AdministrativeViolation, day: date, decided_on: date | None, on: date
) -> None:
    refuse_to_come(day, "delivered_on", on)
    executed_on = violation.executed_on
    if (decided_on and day < decided_on) or (executed_on and day > executed_on):
        text = _("Ngày giao quyết định phải từ ngày ký đến ngày chấp hành xong. Hãy xem lại ngày.")
        raise Refused.about(text, "delivered_on", code="order")


def execute(
    *, violation: AdministrativeViolation, executed_on: date, paid: int, actor: Actor, on: date
) -> AdministrativeViolation:
    """The offender has done what the decision asks. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(violation, _DAYS, "executed_on", executed_on, on)
    write_step(violation, actor=actor, executed_on=executed_on, paid=paid)
    return violation


def close(
    *, violation: AdministrativeViolation, closed_on: date, reason: str, actor: Actor, on: date
) -> AdministrativeViolation:
    """No sanction is decided. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(violation, ("recorded_on", "closed_on"), "closed_on", closed_on, on)
    write_step(violation, actor=actor, reason=reason, closed_on=closed_on, closing_reason=reason.strip())
    return violation


def sanction(
    *, violation: AdministrativeViolation, number: str, actor: Actor, on: date, instead_of: str = ""
) -> None:
    """What the issue of the decision's paper brings about. One that replaces another corrects it: its day stays.

    Raises ``TransitionRefused`` where something else was decided, and ``Refused`` as `record_sanction` does.
    """
    if instead_of and violation.decision_number == instead_of:
        write_step(violation, actor=actor, decision_number=number)
        return
    _refuse_sanction(violation, on, on)
    with transaction.atomic():
        fire(VIOLATION_FLOW, violation, "sanction", actor=actor, on=on)
        write_step(violation, actor=actor, decision_number=number, decided_on=on)


def withdraw_sanction(*, violation: AdministrativeViolation, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the decision brings about. Raises ``Refused`` once it was executed."""
    if violation.decision_number != number:
        return
    if violation.state != SANCTIONED:
        raise Refused(_("Quyết định đã chấp hành xong nên không thu hồi được."), code="executed")
    note = _("Thu hồi quyết định số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(VIOLATION_FLOW, violation, "withdraw_sanction", actor=actor, on=on, note=note)
        write_step(
            violation, actor=actor, reason=note, decision_number="", decided_on=None, delivered_on=None
        )
