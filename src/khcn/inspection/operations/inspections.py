"""Inspections and checks: how they come in, and what each step brings about beside the new state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.inspection.enums import InspectionKind
from khcn.inspection.models import FindingExecution, Inspection
from khcn.inspection.operations.numbers import are_checks_only, conclusion_book, decision_book
from khcn.inspection.workflow import DECIDED, INSPECTION_FLOW, PLANNED
from khcn.kernel.papers.numbers_of_records import opened_records, refuse_taken_number
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_DAYS: Final = ("decided_on", "begun_on", "finished_on", "reported_on", "concluded_on")


def why_kind_has_ended(kind: str, day: date) -> str:
    """Why no inspection begins on a day: by the rule of that day there are checks only; "" while there are inspections."""
    if kind != InspectionKind.SPECIALISED_INSPECTION:
        return ""
    if not are_checks_only(day):
        return ""
    return _(
        "Ngày %(day)s không còn thanh tra chuyên ngành của Sở theo quy định. Hãy chọn “Kiểm tra chuyên ngành”."
    ) % {"day": format_date(day)}


class InspectionWriter(PastDayWriter):
    """What is planned is of a kind that there is on that day; what was decided stays."""

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Inspections on days on which there are checks only; those of before keep their name."""
        inspection = write.record
        if inspection.state != PLANNED or not (write.is_new or write.changed & {"kind", "planned_on"}):
            return
        if why := why_kind_has_ended(inspection.kind, inspection.planned_on):
            raise Refused.about(why, "kind", code="checks_only")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one with which nothing has been done is deleted."""
        if record.state != PLANNED:
            state = INSPECTION_FLOW.by_value[record.state]
            raise Refused(
                _("Cuộc thanh tra ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label},
                code="decided",
            )


def decided_inspections(keys: Collection[int]) -> set[int]:
    """Those of the inspections that were decided or postponed, and of which no paper is being replaced."""
    found = Inspection.objects.filter(pk__in=list(keys)).exclude(state=PLANNED)
    return set(found.values_list("pk", flat=True)) - opened_records(Inspection, keys)


def _refuse_decision(inspection: Inspection, day: date, on: date) -> None:
    """Raise ``Refused`` for a day to come, and for a kind that had ended by it: typed or by paper, it is asked."""
    refuse_out_of_order(inspection, _DAYS, "decided_on", day, on)
    if why := why_kind_has_ended(inspection.kind, day):
        raise Refused.about(why, "decided_on", code="checks_only")


def record_decision(
    *, inspection: Inspection, decision_number: str, decided_on: date, actor: Actor, on: date
) -> Inspection:
    """A decision that was signed on paper. Raises ``Refused`` for a taken number, a day to come, and a kind that has ended."""
    _refuse_decision(inspection, decided_on, on)
    refuse_taken_number(decision_book(decided_on), inspection, decision_number, decided_on)
    write_step(inspection, actor=actor, decision_number=decision_number.strip(), decided_on=decided_on)
    return inspection


def begin(*, inspection: Inspection, begun_on: date, actor: Actor, on: date) -> Inspection:
    """The decision was announced where the inspection takes place. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(inspection, _DAYS, "begun_on", begun_on, on)
    write_step(inspection, actor=actor, begun_on=begun_on)
    return inspection


def finish(*, inspection: Inspection, finished_on: date, actor: Actor, on: date) -> Inspection:
    """The team has left; the term of its report begins. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(inspection, _DAYS, "finished_on", finished_on, on)
    write_step(inspection, actor=actor, finished_on=finished_on)
    return inspection


def report(*, inspection: Inspection, reported_on: date, result: str, actor: Actor, on: date) -> Inspection:
    """The head of the team has reported; the term of the conclusion begins. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(inspection, _DAYS, "reported_on", reported_on, on)
    write_step(inspection, actor=actor, reported_on=reported_on, result=result.strip())
    return inspection


def record_conclusion(
    *, inspection: Inspection, conclusion_number: str, concluded_on: date, actor: Actor, on: date
) -> Inspection:
    """A conclusion that was signed on paper. Raises ``Refused`` for a taken number and a day out of order."""
    refuse_out_of_order(inspection, _DAYS, "concluded_on", concluded_on, on)
    refuse_taken_number(conclusion_book(concluded_on), inspection, conclusion_number, concluded_on)
    write_step(
        inspection, actor=actor, conclusion_number=conclusion_number.strip(), concluded_on=concluded_on
    )
    return inspection


def record_concluded(
    *,
    inspection: Inspection,
    decision_number: str,
    conclusion_number: str,
    result: str,
    actor: Actor,
    on: date,
    **days: date,
) -> Inspection:
    """An inspection that was carried out on paper, with the days of its steps by the names of their columns.

    Raises ``Refused`` for taken numbers, days out of order, and a kind that had ended.
    """
    for name in _DAYS:
        refuse_out_of_order(inspection, _DAYS, name, days[name], on)
        setattr(inspection, name, days[name])
    if why := why_kind_has_ended(inspection.kind, days["decided_on"]):
        raise Refused.about(why, "decided_on", code="checks_only")
    for book, number, day in (
        (decision_book, decision_number, days["decided_on"]),
        (conclusion_book, conclusion_number, days["concluded_on"]),
    ):
        refuse_taken_number(book(day), inspection, number, day)
    write_step(
        inspection,
        actor=actor,
        decision_number=decision_number.strip(),
        conclusion_number=conclusion_number.strip(),
        result=result.strip(),
    )
    return inspection


def postpone(
    *, inspection: Inspection, postponed_on: date, reason: str, actor: Actor, on: date
) -> Inspection:
    """An inspection of the plan is not carried out this year. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(inspection, ("decided_on", "postponed_on"), "postponed_on", postponed_on, on)
    write_step(
        inspection,
        actor=actor,
        reason=reason,
        postponed_on=postponed_on,
        postponement_reason=reason.strip(),
    )
    return inspection


# ------------------------------------------------------------------------------------------ by papers


def decide(*, inspection: Inspection, number: str, actor: Actor, on: date, instead_of: str = "") -> None:
    """What the issue of the decision's paper brings about. One that replaces another corrects it: its day stays.

    Raises ``TransitionRefused`` where the inspection was decided otherwise, and ``Refused`` as `record_decision` does.
    """
    if instead_of and inspection.decision_number == instead_of:
        write_step(inspection, actor=actor, decision_number=number)
        return
    _refuse_decision(inspection, on, on)
    with transaction.atomic():
        fire(INSPECTION_FLOW, inspection, "decide", actor=actor, on=on)
        write_step(inspection, actor=actor, decision_number=number, decided_on=on)


def withdraw_decision(*, inspection: Inspection, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the decision brings about. Raises ``Refused`` once it was announced."""
    if inspection.decision_number != number:
        return
    if inspection.state != DECIDED:
        raise Refused(
            _("Quyết định đã công bố hoặc cuộc thanh tra đã chuyển nên không thu hồi được quyết định."),
            code="begun",
        )
    note = _("Thu hồi quyết định số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(INSPECTION_FLOW, inspection, "withdraw_decision", actor=actor, on=on, note=note)
        write_step(inspection, actor=actor, reason=note, decision_number="", decided_on=None)


def conclude(*, inspection: Inspection, number: str, actor: Actor, on: date, instead_of: str = "") -> None:
    """What the issue of the conclusion's paper brings about. One that replaces another corrects it: its day stays.

    Raises ``TransitionRefused`` where nothing was reported, and ``Refused`` for a day out of order.
    """
    if instead_of and inspection.conclusion_number == instead_of:
        write_step(inspection, actor=actor, conclusion_number=number)
        return
    refuse_out_of_order(inspection, _DAYS, "concluded_on", on, on)
    with transaction.atomic():
        fire(INSPECTION_FLOW, inspection, "conclude", actor=actor, on=on)
        write_step(inspection, actor=actor, conclusion_number=number, concluded_on=on)


def withdraw_conclusion(*, inspection: Inspection, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the conclusion brings about: another one is waited for. Raises ``Refused`` once it is being executed."""
    if inspection.conclusion_number != number:
        return
    if FindingExecution.objects.filter(finding__subject__inspection=inspection).exists():
        text = _(
            "Kiến nghị của kết luận đã ghi thực hiện nên không thu hồi được kết luận. Hãy thay thế kết luận, hoặc xóa các lần thực hiện."
        )
        raise Refused(text, code="executed")
    note = _("Thu hồi kết luận số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(INSPECTION_FLOW, inspection, "withdraw_conclusion", actor=actor, on=on, note=note)
        write_step(inspection, actor=actor, reason=note, conclusion_number="", concluded_on=None)
