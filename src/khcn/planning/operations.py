"""Planned work that is put off or corrected; what came of it and of shortcomings: entered, and taken back where that was a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, refuse_to_come, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.steps_back import refuse_unless_may, write_correction
from khcn.kernel.text.dates import format_date
from khcn.planning import rules
from khcn.planning.enums import AssessmentKind
from khcn.planning.models import Assessment, PlannedWork

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.parties.models import OrgUnit


# ------------------------------------------------------------------------------------- planned work


def ended_work(keys: Collection[int]) -> set[int]:
    """Those of the pieces of work that are completed or dropped."""
    open_work = PlannedWork.objects.filter(
        pk__in=list(keys), completed_on__isnull=True, dropped_on__isnull=True
    )
    return set(keys) - set(open_work.values_list("pk", flat=True))


class WorkWriter(PastDayWriter):
    """Work whose outcome is on record stays, and so does what was planned before today: its division, which would be late, drops it
    with a reason.
    """

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """The next report counts what came of it."""
        if why := why_work_has_ended(record, actor=actor, on=on):
            raise Refused(why, code="ended")
        if not rules.planners.test(actor, record) and record.planned_on < on:
            text = _("Việc đã đưa vào kế hoạch thì không xóa: bấm “Ghi thôi thực hiện” kèm lý do.")
            raise Refused(text, code="planned")


def why_work_has_ended(work: PlannedWork, *, actor: Actor, on: date) -> str:
    """Why no outcome is entered; "" while the work is open."""
    if work.completed_on is not None:
        return _("Việc đã ghi hoàn thành.")
    return _("Việc đã ghi thôi thực hiện.") if work.dropped_on is not None else ""


def complete(
    *, work: PlannedWork, completed_on: date, achieved: int, result: str, actor: Actor, on: date
) -> PlannedWork:
    """The work is done; ``achieved`` of the planned quantity. Raises ``Refused`` for a day to come, or before it was planned."""
    refuse_unless_may(rules.outcome_writers, work, actor)
    if why := why_work_has_ended(work, actor=actor, on=on):
        raise Refused(why, code="ended")
    refuse_out_of_order(work, ("planned_on", "completed_on"), "completed_on", completed_on, on)
    write_step(work, actor=actor, completed_on=completed_on, achieved=achieved, result=result.strip())
    return work


def drop(*, work: PlannedWork, dropped_on: date, drop_reason: str, actor: Actor, on: date) -> PlannedWork:
    """The work is given up, with the reason. Raises ``Refused`` for a day to come, or before it was planned."""
    refuse_unless_may(rules.outcome_writers, work, actor)
    if why := why_work_has_ended(work, actor=actor, on=on):
        raise Refused(why, code="ended")
    refuse_out_of_order(work, ("planned_on", "dropped_on"), "dropped_on", dropped_on, on)
    write_step(work, actor=actor, dropped_on=dropped_on, drop_reason=drop_reason.strip())
    return work


def why_not_postponed(work: PlannedWork, *, actor: Actor, on: date) -> str:
    """Why the last day stays. What is late stays late: reports of the periods that have ended since count it so."""
    if why := why_work_has_ended(work, actor=actor, on=on):
        return why
    if work.due_on < on:
        return _(
            "Việc đã quá hạn ngày %(day)s nên không lùi hạn được. Ghi hoàn thành khi xong; hoặc ghi thôi thực hiện kèm lý do rồi thêm "
            "việc mới với hạn mới."
        ) % {"day": format_date(work.due_on)}
    return ""


def postpone(*, work: PlannedWork, due_on: date, reason: str, actor: Actor, on: date) -> PlannedWork:
    """Open work gets a later last day, as the leaders decided. Raises ``Refused`` for a day that is no later one, and for late work."""
    refuse_unless_may(rules.planners, work, actor)
    if why := why_not_postponed(work, actor=actor, on=on):
        raise Refused(why, code="ended")
    if due_on <= work.due_on:
        text = _("Hạn mới phải sau hạn đang có, ngày %(day)s.") % {"day": format_date(work.due_on)}
        raise Refused.about(text, "due_on", code="order")
    write_step(work, actor=actor, reason=reason, due_on=due_on)
    return work


def correct_plan(  # noqa: PLR0913 -- all that figures of plans count by
    *,
    work: PlannedWork,
    kind: str,
    unit: OrgUnit,
    task: Model | None,
    quantity: int,
    planned_on: date,
    due_on: date,
    reason: str,
    actor: Actor,
    on: date,
) -> PlannedWork:
    """The plan was entered by a slip. The record is marked for ever.

    Raises ``Refused`` for a plan to come, and when a frozen report counts it otherwise.
    """
    refuse_unless_may(rules.planners, work, actor)
    if why := why_work_has_ended(work, actor=actor, on=on):
        raise Refused(why, code="ended")
    refuse_to_come(planned_on, "planned_on", on)
    counted = {"kind": kind, "unit": unit, "task": task, "quantity": quantity}
    values = {**counted, "planned_on": planned_on, "due_on": due_on}
    write_correction(work, values, reason=reason, actor=actor, on=on)
    return work


def why_no_outcome(work: PlannedWork, *, actor: Actor, on: date) -> str:
    """Why there is no outcome to take back."""
    return (
        "" if why_work_has_ended(work, actor=actor, on=on) else _("Chưa ghi hoàn thành hay thôi thực hiện.")
    )


def take_back_outcome(*, work: PlannedWork, reason: str, actor: Actor, on: date) -> PlannedWork:
    """The outcome was entered by mistake: the work is open again."""
    refuse_unless_may(rules.outcome_writers, work, actor)
    if why := why_no_outcome(work, actor=actor, on=on):
        raise Refused(why, code="open")
    empty = {"completed_on": None, "achieved": None, "result": "", "dropped_on": None, "drop_reason": ""}
    write_correction(work, empty, reason=reason, actor=actor, on=on)
    return work


# ------------------------------------------------------------------------------------- assessments


def mended_assessments(keys: Collection[int]) -> set[int]:
    """Those of the shortcomings that are mended."""
    found = Assessment.objects.filter(pk__in=list(keys), mended_on__isnull=False)
    return set(found.values_list("pk", flat=True))


class AssessmentWriter(PastDayWriter):
    """A shortcoming that was mended stays."""

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was mended."""
        if record.mended_on is not None:
            raise Refused(_("Hạn chế đã ghi khắc phục nên không xóa được."), code="mended")


def why_not_mended(assessment: Assessment, *, actor: Actor, on: date) -> str:
    """Why it is not mended; "" for a shortcoming that is open."""
    if assessment.kind != AssessmentKind.SHORTCOMING:
        return _("Ưu điểm thì không có gì phải khắc phục.")
    return _("Hạn chế đã ghi khắc phục.") if assessment.mended_on is not None else ""


def mend(*, assessment: Assessment, mended_on: date, outcome: str, actor: Actor, on: date) -> Assessment:
    """The shortcoming is mended. Raises ``Refused`` for a day to come, or before it was noted."""
    refuse_unless_may(rules.outcome_writers, assessment, actor)
    if why := why_not_mended(assessment, actor=actor, on=on):
        raise Refused(why, code="not_open")
    refuse_out_of_order(assessment, ("noted_on", "mended_on"), "mended_on", mended_on, on)
    write_step(assessment, actor=actor, mended_on=mended_on, outcome=outcome.strip())
    return assessment


def why_not_reopened(assessment: Assessment, *, actor: Actor, on: date) -> str:
    """Why there is nothing to take back."""
    return _("Chưa ghi khắc phục.") if assessment.mended_on is None else ""


def reopen(*, assessment: Assessment, reason: str, actor: Actor, on: date) -> Assessment:
    """It was said to be mended by mistake."""
    refuse_unless_may(rules.outcome_writers, assessment, actor)
    if why := why_not_reopened(assessment, actor=actor, on=on):
        raise Refused(why, code="open")
    values = {"mended_on": None, "outcome": ""}
    write_correction(assessment, values, reason=reason, actor=actor, on=on)
    return assessment
