"""Decisions about members of staff: what they need, how they are entered, corrected and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.papers.department_books import DECISIONS
from khcn.kernel.papers.numbers_of_records import opened_records, refuse_number_of_paper
from khcn.kernel.past_days import PastDayWriter, refuse_to_come, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.steps_back import refuse_unless_may, write_correction
from khcn.kernel.workflow.engine import fire
from khcn.office import rules
from khcn.office.enums import APPOINTMENTS, OF_PROVINCE, DecisionLevel, PersonnelEventKind
from khcn.office.models import PersonnelEvent
from khcn.office.operations.numbers import refuse_given_number
from khcn.office.operations.steps import refuse_before
from khcn.office.workflow import DECIDED, DROPPED, PERSONNEL_FLOW, PREPARED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_OF_OFFICES: Final = (*APPOINTMENTS, PersonnelEventKind.END_OF_OFFICE)
# By the state that a step led to: the step that takes it back, and what it had written.
_BACK: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    DECIDED: ("take_back_decision", {"decision_number": "", "decided_on": None}),
    DROPPED: ("take_back_drop", {}),
}


class PersonnelWriter(PastDayWriter):
    """An event names what its kind needs; what was decided stays."""

    def __init__(self) -> None:
        """A notice was given."""
        super().__init__("noticed_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """An appointment to no post, a raise of which nobody knows when the next one is due."""
        event = write.record
        if event.kind in _OF_OFFICES and not event.position:
            raise Refused.about(_("Bổ nhiệm, thôi giữ chức vụ thì chọn chức vụ."), "position")
        if event.kind == PersonnelEventKind.SALARY_RAISE and not event.salary_group:
            text = _("Nâng bậc lương thì chọn nhóm: lần nâng sau tính theo nhóm này.")
            raise Refused.about(text, "salary_group")
        if (
            event.kind in APPOINTMENTS
            and event.position in OF_PROVINCE
            and event.level == DecisionLevel.DEPARTMENT
        ):
            text = _("Giám đốc, Phó Giám đốc Sở do cấp trên bổ nhiệm. Chọn cấp quyết định.")
            raise Refused.about(text, "level")
        if event.decided_on is not None and event.noticed_on is not None:
            refuse_before(event.decided_on, "noticed_on", event.noticed_on)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one of which nothing was decided is deleted."""
        if record.state != PREPARED:
            state = PERSONNEL_FLOW.by_value[record.state]
            text = _("Biến động nhân sự đang ở trạng thái “%(state)s” nên không xóa được.")
            raise Refused(text % {"state": state.label}, code="decided")


def decided_events(keys: Collection[int]) -> set[int]:
    """Those of the events about which was decided, and whose decision is not being replaced."""
    found = PersonnelEvent.objects.filter(pk__in=list(keys)).exclude(state=PREPARED)
    return set(found.values_list("pk", flat=True)) - opened_records(PersonnelEvent, keys)


def _refuse_day(event: PersonnelEvent, day: date, on: date) -> None:
    """Raise ``Refused`` for a day to come or before the notice."""
    refuse_to_come(day, "decided_on", on)
    refuse_before(day, "decided_on", event.noticed_on)


def _check(event: PersonnelEvent, number: str, day: date, on: date) -> None:
    """Raise ``Refused`` for a day out of order, and for a number that the book gave to something else."""
    _refuse_day(event, day, on)
    if event.level == DecisionLevel.DEPARTMENT:
        refuse_given_number(DECISIONS, event, "decision_number", number, day)


def record_decision(
    *, event: PersonnelEvent, decision_number: str, decided_on: date, actor: Actor, on: date
) -> PersonnelEvent:
    """A decision that was signed on paper. Raises ``Refused`` for a day out of order, and for a number given to something else."""
    _check(event, decision_number, decided_on, on)
    write_step(event, actor=actor, decision_number=decision_number.strip(), decided_on=decided_on)
    return event


def decide(*, event: PersonnelEvent, number: str, actor: Actor, on: date, instead_of: str = "") -> None:
    """What the issue of a decision's paper brings about. One that replaces another corrects it: its day stays.

    Raises ``Refused`` as `record_decision` does, for a day out of order.
    """
    if instead_of and event.decision_number == instead_of:
        write_step(event, actor=actor, decision_number=number)
        return
    _refuse_day(event, on, on)
    with transaction.atomic():
        fire(PERSONNEL_FLOW, event, "decide", actor=actor, on=on)
        write_step(event, actor=actor, decision_number=number, decided_on=on)


def withdraw_decision(*, event: PersonnelEvent, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the paper brings about: the event waits for another decision."""
    if event.decision_number != number:
        return
    note = _("Thu hồi quyết định số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(PERSONNEL_FLOW, event, "withdraw_decision", actor=actor, on=on, note=note)
        write_step(event, actor=actor, reason=note, decision_number="", decided_on=None)


def why_event_without_step(event: PersonnelEvent, *, actor: Actor, on: date) -> str:
    """Why there is nothing to take back; "" once something was decided."""
    return _("Chưa có bước nào được ghi.") if event.state == PREPARED else ""


def take_back_event(*, event: PersonnelEvent, reason: str, actor: Actor, on: date) -> PersonnelEvent:
    """Take back a step that was entered on the wrong event, which is marked for ever.

    Raises ``Refused`` where a paper of this system decided, and when a frozen report counts the event.
    """
    refuse_unless_may(rules.office_staff, event, actor)
    if why := why_event_without_step(event, actor=actor, on=on):
        raise Refused(why, code="no_step")
    refuse_number_of_paper(event, event.decision_number)
    name, values = _BACK[event.state]
    write_correction(event, values, reason=reason, actor=actor, on=on, step=(PERSONNEL_FLOW, name))
    return event


def why_not_corrected(event: PersonnelEvent, *, actor: Actor, on: date) -> str:
    """Why there is no decision to correct."""
    return "" if event.state == DECIDED else _("Chưa ghi quyết định để đính chính.")


def correct_decision(
    *, event: PersonnelEvent, decision_number: str, decided_on: date, reason: str, actor: Actor, on: date
) -> PersonnelEvent:
    """Correct number and day of a decision that was typed. Raises as `take_back_event`, and for a day out of order."""
    refuse_unless_may(rules.office_staff, event, actor)
    if why := why_not_corrected(event, actor=actor, on=on):
        raise Refused(why, code="no_step")
    refuse_number_of_paper(event, event.decision_number)
    _check(event, decision_number, decided_on, on)
    values = {"decision_number": decision_number.strip(), "decided_on": decided_on}
    write_correction(event, values, reason=reason, actor=actor, on=on)
    return event
