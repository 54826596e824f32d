"""State checks: how they come in, and what each step brings about beside the new state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.papers.department_books import DECISIONS
from khcn.kernel.papers.numbers_of_records import (
    declare_numbers,
    is_number_of_paper,
    opened_records,
    refuse_taken_number,
)
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.steps_back import refuse_unless_may
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import fire
from khcn.quality import rules
from khcn.quality.enums import METROLOGY_TOPICS, QUALITY_TOPICS, CheckField
from khcn.quality.models import StateCheck
from khcn.quality.workflow import CHECK_FLOW, DECIDED, PLANNED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

declare_numbers({DECISIONS: (StateCheck, "decision_number", "decided_on")})

_DAYS: Final = ("decided_on", "begun_on", "finished_on", "reported_on")


class CheckWriter(PastDayWriter):
    """What is looked at belongs to the field; what was decided stays."""

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A topic of the other field."""
        _refuse_topic_of_other_field(write.record)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one with which nothing has been done is deleted."""
        if record.state != PLANNED:
            state = CHECK_FLOW.by_value[record.state]
            raise Refused(
                _("Cuộc kiểm tra ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label},
                code="decided",
            )


def _refuse_topic_of_other_field(check: StateCheck) -> None:
    others = QUALITY_TOPICS if check.field == CheckField.METROLOGY else METROLOGY_TOPICS
    if check.topic in others:
        text = _("Đối tượng quản lý không thuộc lĩnh vực đã chọn. Hãy chọn lại một trong hai ô.")
        raise Refused.about(text, "topic", code="topic")


def begun_checks(keys: Collection[int]) -> set[int]:
    """Those of the checks that were decided or given up."""
    found = StateCheck.objects.filter(pk__in=list(keys)).exclude(state=PLANNED)
    return set(found.values_list("pk", flat=True))


def decided_checks(keys: Collection[int]) -> set[int]:
    """Those of the checks that were decided or given up, and whose decision is not being replaced."""
    return begun_checks(keys) - opened_records(StateCheck, keys, book=DECISIONS)


def record_decision(
    *, check: StateCheck, decision_number: str, decided_on: date, actor: Actor, on: date
) -> StateCheck:
    """A decision that was signed on paper. Raises ``Refused`` for a taken number and a day to come."""
    refuse_out_of_order(check, _DAYS, "decided_on", decided_on, on)
    refuse_taken_number(DECISIONS, check, decision_number, decided_on)
    write_step(check, actor=actor, decision_number=decision_number.strip(), decided_on=decided_on)
    return check


def _refuse_other_days(check: StateCheck, begun_on: date, finished_on: date) -> None:
    """Raise ``Refused`` where a place was checked before the check began or after it was over."""
    days = check.subjects.filter(checked_on__isnull=False).values_list("checked_on", flat=True)
    if any(day is not None and not begun_on <= day <= finished_on for day in days):
        text = _("Có cơ sở ghi ngày kiểm tra ngoài thời gian của cuộc. Hãy xem lại ngày của cuộc, của cơ sở.")
        raise Refused.about(text, "begun_on", "finished_on", code="subject_days")


def _refuse_before_decision(check: StateCheck, begun_on: date) -> None:
    """Raise ``Refused`` for a day before the one that the decision of this system names: notice and decision would contradict."""
    if begun_on < check.planned_on and is_number_of_paper(check, check.decision_number):
        text = _(
            "Quyết định số %(number)s ghi thời gian kiểm tra từ ngày %(day)s. Xem lại ngày bắt đầu, hoặc lập quyết định thay thế."
        )
        words = {"number": check.decision_number, "day": format_date(check.planned_on)}
        raise Refused.about(text % words, "begun_on", code="before_decision")


def finish(*, check: StateCheck, begun_on: date, finished_on: date, actor: Actor, on: date) -> StateCheck:
    """All places were checked; the term of the report begins. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(check, _DAYS, "begun_on", begun_on, on)
    check.begun_on = begun_on
    refuse_out_of_order(check, _DAYS, "finished_on", finished_on, on)
    _refuse_before_decision(check, begun_on)
    _refuse_other_days(check, begun_on, finished_on)
    write_step(check, actor=actor, finished_on=finished_on)
    return check


def report(*, check: StateCheck, reported_on: date, result: str, actor: Actor, on: date) -> StateCheck:
    """The head of the team has reported. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(check, _DAYS, "reported_on", reported_on, on)
    write_step(check, actor=actor, reported_on=reported_on, result=result.strip())
    return check


def record_carried_out(
    *, check: StateCheck, decision_number: str, result: str, actor: Actor, on: date, **days: date
) -> StateCheck:
    """A check that was carried out on paper, with the days of its steps by the names of their columns.

    Raises ``Refused`` for a taken number and days out of order.
    """
    for name in _DAYS:
        refuse_out_of_order(check, _DAYS, name, days[name], on)
        setattr(check, name, days[name])
    _refuse_other_days(check, days["begun_on"], days["finished_on"])
    refuse_taken_number(DECISIONS, check, decision_number, days["decided_on"])
    write_step(check, actor=actor, decision_number=decision_number.strip(), result=result.strip())
    return check


def cancel(*, check: StateCheck, cancelled_on: date, reason: str, actor: Actor, on: date) -> StateCheck:
    """The check does not take place, with the reason. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(check, ("decided_on", "cancelled_on"), "cancelled_on", cancelled_on, on)
    write_step(check, actor=actor, reason=reason, cancelled_on=cancelled_on, cancelling_reason=reason.strip())
    return check


def why_no_topic(check: StateCheck, *, actor: Actor, on: date) -> str:
    """Why the topic is not corrected: it is still changed in the form."""
    return _("Cuộc kiểm tra chưa có quyết định: sửa ngay ở trang của cuộc.") if check.state == PLANNED else ""


def correct_topic(*, check: StateCheck, topic: str, reason: str, actor: Actor, on: date) -> StateCheck:
    """Correct what a check that was decided looks at, which is in no paper. The record is marked for ever.

    Raises ``Refused`` for a topic of the other field, and when a frozen report counts the check elsewhere.
    """
    refuse_unless_may(rules.quality_staff, check, actor)
    if why := why_no_topic(check, actor=actor, on=on):
        raise Refused(why, code="planned")
    with correcting(actor, reason), refuse_contradicting_what_was_signed([check]):
        check.topic, check.corrected = topic, True
        _refuse_topic_of_other_field(check)
        check.full_clean(exclude={"state"})
        check.save()
    return check


# ------------------------------------------------------------------------------------------ by papers


def decide(*, check: StateCheck, number: str, actor: Actor, on: date, instead_of: str = "") -> None:
    """What the issue of the decision's paper brings about. One that replaces another corrects it: its day stays.

    Raises ``TransitionRefused`` where the check was decided otherwise.
    """
    if instead_of and check.decision_number == instead_of:
        write_step(check, actor=actor, decision_number=number)
        return
    with transaction.atomic():
        fire(CHECK_FLOW, check, "decide", actor=actor, on=on)
        write_step(check, actor=actor, decision_number=number, decided_on=on)


def withdraw_decision(*, check: StateCheck, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the decision brings about. Raises ``Refused`` once the check is over."""
    if check.decision_number != number:
        return
    if check.state != DECIDED:
        text = _("Cuộc kiểm tra đã xong hoặc không kiểm tra nữa nên không thu hồi được quyết định.")
        raise Refused(text, code="finished")
    note = _("Thu hồi quyết định số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(CHECK_FLOW, check, "withdraw_decision", actor=actor, on=on, note=note)
        write_step(check, actor=actor, reason=note, decision_number="", decided_on=None)
