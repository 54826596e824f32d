"""Planned work that is put off or corrected; what came of it and of shortcomings: entered, and taken back where that was a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, refuse_to_come, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.kernel.steps_back import refuse_unless_may, write_correction
from khcn.kernel.text.dates import format_date
from khcn.planning import rules
from khcn.planning.enums import AssessmentKind
from khcn.planning.models import Assessment, PlannedWork, PlannedWorkPostponement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write
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
    _refuse_before_postponement(work, "completed_on", completed_on)
    write_step(work, actor=actor, completed_on=completed_on, achieved=achieved, result=result.strip())
    return work


def drop(*, work: PlannedWork, dropped_on: date, drop_reason: str, actor: Actor, on: date) -> PlannedWork:
    """The work is given up, with the reason. Raises ``Refused`` for a day to come, or before it was planned."""
    refuse_unless_may(rules.outcome_writers, work, actor)
    if why := why_work_has_ended(work, actor=actor, on=on):
        raise Refused(why, code="ended")
    refuse_out_of_order(work, ("planned_on", "dropped_on"), "dropped_on", dropped_on, on)
    _refuse_before_postponement(work, "dropped_on", dropped_on)
    write_step(work, actor=actor, dropped_on=dropped_on, drop_reason=drop_reason.strip())
    return work


def _refuse_before_postponement(work: PlannedWork, name: str, day: date) -> None:
    """Raise ``Refused`` for an outcome before the day on which the work was put off: what is over is not put off."""
    last = _last_postponement(work)
    if last is not None and day < last.decided_on:
        text = _(
            "Việc được lùi hạn theo quyết định ngày %(day)s, sau ngày này. Xem lại ngày; lần lùi hạn ghi nhầm thì bấm “Bỏ lần lùi hạn ghi "
            "nhầm” trước."
        )
        raise Refused.about(text % {"day": format_date(last.decided_on)}, name, code="order")


# ------------------------------------------------------------------------------------- postponements


def _last_postponement(work: PlannedWork) -> PlannedWorkPostponement | None:
    if work._state.adding:  # the same workbook brings it
        return None
    return PlannedWorkPostponement.objects.filter(work=work).order_by("new_due_on").last()


def _is_late(due_on: date) -> str:
    return _(
        "Việc đã quá hạn ngày %(day)s nên không lùi hạn được. Ghi hoàn thành khi xong; hoặc ghi thôi thực hiện kèm lý do rồi thêm "
        "việc mới với hạn mới."
    ) % {"day": format_date(due_on)}


def why_not_postponed(work: PlannedWork, *, actor: Actor, on: date) -> str:
    """Why the last day stays. What is late stays late: reports of the periods that have ended since count it so."""
    if why := why_work_has_ended(work, actor=actor, on=on):
        return why
    return _is_late(work.due_on) if work.due_on < on else ""


# By work, what the rows before say: its last day, and when that was decided.
_PUT_OFF: Final = "planning.put_off"


class PostponementWriter(PastDayWriter):
    """Postponements of a piece of work follow one another: each begins with the day to which the one before it led."""

    rank = 1  # after the work of the same workbook

    def __init__(self) -> None:
        """It has been decided."""
        super().__init__("decided_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The work: what ends it waits."""
        locked_all(PlannedWork, {each.record.work_id for each in writes if each.record.work_id})

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """In the order in which they were decided, each seen after those before it."""
        ordered = sorted(writes, key=lambda each: (each.record.decided_on, each.record.new_due_on))
        yield from super().validate(ordered, context)

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Of work that has ended or was late by then, and what does not follow on the postponement before it."""
        if not write.is_new:
            return
        row, work = write.record, write.record.work
        due_days = context.seen.setdefault(_PUT_OFF, {})
        due_on, decided_before = due_days.get(work.pk or id(work)) or _due_day_and_decision(work)
        _refuse_of_ended_work(row, context)
        if row.old_due_on != due_on:
            text = _("Hạn đang có của việc là ngày %(day)s.") % {"day": format_date(due_on)}
            raise Refused.about(text, "old_due_on", code="order")
        if row.decided_on < decided_before:
            text = _(
                "Ngày quyết định đứng trước ngày %(day)s, là ngày của kế hoạch hoặc của lần lùi hạn trước."
            )
            raise Refused.about(text % {"day": format_date(decided_before)}, "decided_on", code="order")
        if due_on < row.decided_on:
            raise Refused.about(_is_late(due_on), "decided_on", code="ended")
        due_days[work.pk or id(work)] = row.new_due_on, row.decided_on

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """The new day becomes that of the work."""
        new = [each.record for each in writes if each.is_new]
        for row in sorted(new, key=lambda each: each.new_due_on):
            work = PlannedWork.objects.get(pk=row.work_id)
            work.due_on = row.new_due_on
            work.save()

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """It is taken back with a reason, and the day of the work with it."""
        text = _(
            "Lần lùi hạn đã ghi không xóa trực tiếp. Bấm “Bỏ lần lùi hạn ghi nhầm” ở trang của công việc và ghi lý do."
        )
        raise Refused(text, code="owned")

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """What the action asks that takes it back."""
        if why := why_work_has_ended(record.work, actor=actor, on=on):
            raise Refused(why, code="ended")

    def consequences(self, removed: Sequence[Any]) -> set[tuple[str, int, str]]:
        """The day of the work."""
        return {(PlannedWork._meta.label_lower, each.work_id, "due_on") for each in removed}

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Work that a later postponement had put off from the day that was removed."""
        keys = {each["work_id"] for each in removed if each.get("work_id")}
        text = _("Việc đã được lùi hạn tiếp. Bỏ lần lùi hạn sau trước.")
        for work in PlannedWork.objects.filter(pk__in=keys).due_otherwise():
            yield work, text


def _due_day_and_decision(work: PlannedWork) -> tuple[date, date]:
    """The last day of work, and the day on which that was decided."""
    last = _last_postponement(work)
    return work.due_on, work.planned_on if last is None else last.decided_on


def _refuse_of_ended_work(row: PlannedWorkPostponement, context: ValidationContext) -> None:
    """Raise ``Refused`` where the work has ended or is late; of one from paper, where it had ended when it was put off."""
    work = row.work
    if not row.taken_over:
        if why := why_not_postponed(work, actor=context.actor, on=context.on):
            raise Refused(why, code="ended")
        return
    ended_on = work.completed_on or work.dropped_on
    if ended_on is not None and ended_on < row.decided_on:
        text = _("Việc đã kết thúc ngày %(day)s, trước ngày quyết định lùi hạn.")
        raise Refused.about(text % {"day": format_date(ended_on)}, "decided_on", code="order")


def postpone(
    *, work: PlannedWork, decided_on: date, new_due_on: date, reason: str, actor: Actor, on: date
) -> PlannedWorkPostponement:
    """Open work gets a later last day, as the leaders decided on a day. Reports of periods that ended before it ask the day before.

    Raises ``Refused`` for a day that is no later one, for work that is late, and for a decision to come or before the one before it.
    """
    refuse_unless_may(rules.planners, work, actor)
    row = PlannedWorkPostponement(
        work=work,
        decided_on=decided_on,
        old_due_on=work.due_on,
        new_due_on=new_due_on,
        reason=reason.strip(),
    )
    row.clean_fields()
    row.clean()
    save_row(register_of(PlannedWorkPostponement), row, actor=actor, on=on)
    return row


def why_not_put_back(work: PlannedWork, *, actor: Actor, on: date) -> str:
    """Why there is no postponement to take back."""
    if why := why_work_has_ended(work, actor=actor, on=on):
        return why
    return _("Việc chưa lùi hạn lần nào.") if _last_postponement(work) is None else ""


def take_back_postponement(*, work: PlannedWork, reason: str, actor: Actor, on: date) -> PlannedWork:
    """The last postponement was entered by mistake: the work has the day before it again, and is marked for ever.

    Raises ``Refused`` when a frozen report counts the work by it.
    """
    refuse_unless_may(rules.planners, work, actor)
    if why := why_not_put_back(work, actor=actor, on=on):
        raise Refused(why, code="not_postponed")
    [last] = PlannedWorkPostponement.objects.filter(work=work).order_by("-new_due_on")[:1]
    with correcting(actor, reason), refuse_contradicting_what_was_signed([work, last]):
        last.delete()
        work.due_on = last.old_due_on
        work.corrected = True
        work.full_clean()
        work.save()
    return work


# ------------------------------------------------------------------------------------- slips of plans


def _refuse_against_postponements(work: PlannedWork, planned_on: date, due_on: date) -> None:
    """Raise ``Refused`` for a plan that does not go with the decisions by which it was put off."""
    first = PlannedWorkPostponement.objects.filter(work=work).order_by("new_due_on").first()
    if first is None:
        return
    day = {"day": format_date(first.decided_on)}
    if due_on != work.due_on:
        text = _(
            "Việc đã lùi hạn theo quyết định ngày %(day)s. Hạn ghi nhầm thì bấm “Bỏ lần lùi hạn ghi nhầm” trước, rồi đính chính và lùi hạn "
            "lại."
        )
        raise Refused.about(text % day, "due_on", code="postponed")
    if planned_on > first.decided_on:
        text = _("Việc đã lùi hạn theo quyết định ngày %(day)s, trước ngày này.")
        raise Refused.about(text % day, "planned_on", code="order")


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

    Raises ``Refused`` for a plan to come, for what the decisions are against by which it was put off, and when a frozen report counts
    it otherwise.
    """
    refuse_unless_may(rules.planners, work, actor)
    if why := why_work_has_ended(work, actor=actor, on=on):
        raise Refused(why, code="ended")
    refuse_to_come(planned_on, "planned_on", on)
    _refuse_against_postponements(work, planned_on, due_on)
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
