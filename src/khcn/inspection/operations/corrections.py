"""Slips in what the steps of inspections, violations and petitions have entered."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.inspection import rules
from khcn.inspection.models import FindingExecution
from khcn.inspection.operations.inspections import why_kind_has_ended
from khcn.inspection.operations.numbers import conclusion_book, decision_book, sanction_book
from khcn.inspection.workflow import PLANNED, RECEIVED, RECORDED
from khcn.kernel.papers.numbers_of_records import refuse_number_of_paper, refuse_taken_number
from khcn.kernel.papers.printed_facts import refuse_change_of_printed
from khcn.kernel.past_days import refuse_out_of_order
from khcn.kernel.refusals import Refused
from khcn.kernel.steps_back import refuse_unless_may, write_correction
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from khcn.inspection.models import AdministrativeViolation, Inspection, Petition
    from khcn.kernel.actors import Actor

# In order; a record has the days of one of the sequences.
_INSPECTION_DAYS: Final = (
    ("decided_on", "begun_on", "finished_on", "reported_on", "concluded_on"),
    ("decided_on", "postponed_on"),
)
_VIOLATION_DAYS: Final = (
    ("recorded_on", "decided_on", "delivered_on", "executed_on"),
    ("recorded_on", "closed_on"),
)
_PETITION_DAYS: Final = (("received_on", "accepted_on", "ended_on"),)
# The columns of a number and of its day, with what finds the book that gives it on a day.
_INSPECTION_NUMBERS: Final = (
    (decision_book, "decision_number", "decided_on"),
    (conclusion_book, "conclusion_number", "concluded_on"),
)
_VIOLATION_NUMBERS: Final = ((sanction_book, "decision_number", "decided_on"),)
_BEGINNINGS: Final = (PLANNED, RECORDED, RECEIVED)


def why_no_step(record: Any, *, actor: Actor, on: date) -> str:
    """Why there is nothing to correct; "" once a step was taken."""
    return _("Chưa có bước nào được ghi để đính chính.") if record.state in _BEGINNINGS else ""


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def _refuse_other_steps(before: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        if _is_empty(value) != _is_empty(before[name]):
            text = _("Chỉ đính chính điều đã ghi: không xóa và không ghi thêm một bước ở đây.")
            raise Refused.about(text, name, code="step")


def _refuse_days(record: Any, days: Sequence[tuple[str, ...]], on: date) -> None:
    for sequence in days:
        for name in sequence:
            if (value := getattr(record, name)) is not None:
                refuse_out_of_order(record, sequence, name, value, on)


def _correct(
    record: Any,
    values: Mapping[str, Any],
    *,
    days: Sequence[tuple[str, ...]],
    numbers: Sequence[tuple[Callable[[date], str], str, str]],
    reason: str,
    actor: Actor,
    on: date,
    emptied: tuple[str, ...] = (),
) -> None:
    """Write the values, of which ``emptied`` may be taken away."""
    refuse_unless_may(rules.inspectors, record, actor)
    if why := why_no_step(record, actor=actor, on=on):
        raise Refused(why, code="no_step")
    before, earlier = {name: getattr(record, name) for name in values}, copy(record)
    changed = {name: value for name, value in values.items() if value != before[name]}
    _refuse_other_steps(before, {name: value for name, value in changed.items() if name not in emptied})
    for _book_of, number, day in numbers:
        if changed.keys() & {number, day}:
            refuse_number_of_paper(record, getattr(earlier, number))
    for name, value in changed.items():
        setattr(record, name, value)
    _refuse_days(record, days, on)
    for book_of, number, day in numbers:
        if changed.keys() & {number, day}:
            of_day = getattr(record, day)
            refuse_taken_number(book_of(of_day), record, getattr(record, number), of_day)
    # Of a paper in force, only what it prints waits for its replacement: other days and results are corrected at once.
    refuse_change_of_printed(record, earlier)
    write_correction(record, {}, reason=reason, actor=actor, on=on)


def _refuse_conclusion_after_executions(inspection: Inspection, concluded_on: date | None) -> None:
    executions = FindingExecution.objects.filter(finding__subject__inspection=inspection.pk)
    first = executions.order_by("done_on").values_list("done_on", flat=True).first()
    if first is not None and concluded_on is not None and first < concluded_on:
        text = _("Kiến nghị của kết luận đã ghi thực hiện ngày %(day)s: ngày kết luận không thể sau ngày đó.")
        raise Refused.about(text % {"day": format_date(first)}, "concluded_on", code="executed")


def correct_inspection(
    *, inspection: Inspection, reason: str, actor: Actor, on: date, **values: Any
) -> Inspection:
    """Correct numbers, days and results of the steps taken, by the names of their columns. The record is marked for ever.

    Raises ``Refused`` for days out of order, taken numbers, what a paper of this system gave or prints, and when a frozen report
    would count it otherwise.
    """
    if values.get("decided_on") and (why := why_kind_has_ended(inspection.kind, values["decided_on"])):
        raise Refused.about(why, "decided_on", code="checks_only")
    _refuse_conclusion_after_executions(inspection, values.get("concluded_on"))
    _correct(
        inspection, values, days=_INSPECTION_DAYS, numbers=_INSPECTION_NUMBERS,
        reason=reason, actor=actor, on=on,
    )  # fmt: skip
    return inspection


def correct_violation(
    *, violation: AdministrativeViolation, reason: str, actor: Actor, on: date, **values: Any
) -> AdministrativeViolation:
    """Correct the fine, and numbers and days of the steps taken; a delivery that was entered by mistake is taken away while the
    decision is not carried out. The record is marked for ever. Raises as `correct_inspection`.
    """
    was_delivered = violation.delivered_on is not None and violation.executed_on is None
    emptied = ("delivered_on",) if was_delivered and not values.get("delivered_on") else ()
    _correct(
        violation, values, days=_VIOLATION_DAYS, numbers=_VIOLATION_NUMBERS,
        reason=reason, actor=actor, on=on, emptied=emptied,
    )  # fmt: skip
    return violation


def correct_petition(*, petition: Petition, reason: str, actor: Actor, on: date, **values: Any) -> Petition:
    """Correct days and outcome of the steps taken. The record is marked for ever. Raises as `correct_inspection`."""
    _correct(petition, values, days=_PETITION_DAYS, numbers=(), reason=reason, actor=actor, on=on)
    return petition
