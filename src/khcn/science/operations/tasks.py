"""Verbs of tasks themselves: what may be edited beside what is on record of them, and how a slip is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.papers.printed_facts import refuse_change_of_printed
from khcn.kernel.registers.look_alike_codes import refuse_look_alike
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import RowWriter, Write
from khcn.kernel.text.dates import format_date
from khcn.science.enums import AmendmentKind, TaskLevel
from khcn.science.models import ScienceTask
from khcn.science.models.amended import AMENDED
from khcn.science.models.events import ACCEPTANCES
from khcn.science.operations.extensions import refuse_far_dossier_day
from khcn.science.operations.history import TaskHistory, faults_of, history_of
from khcn.science.operations.next_steps import lacking
from khcn.science.operations.order import why_not_begun_in
from khcn.science.operations.task_access import TaskRefused, check_may_write, lock_tasks
from khcn.science.operations.writers import shared_histories
from khcn.science.queries import with_decisions, with_milestones

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext
    from khcn.science.models import TaskAmendment

# The amendments that begin with what a column of the task says.
_AMENDED_BY: dict[str, tuple[AmendmentKind, ...]] = {
    "host": (AmendmentKind.CHANGE_HOST,),
    "principal_investigator": (AmendmentKind.CHANGE_PI,),
    "budget_total": (AmendmentKind.CHANGE_BUDGET,),
    "budget_state": (AmendmentKind.CHANGE_BUDGET,),
    "planned_end_on": (AmendmentKind.EXTEND_DURATION, AmendmentKind.EXTEND_SUBMISSION),
    "planned_dossier_on": (AmendmentKind.EXTEND_SUBMISSION,),
}
_DEADLINES: Final = frozenset({"planned_end_on", "planned_dossier_on"})
# The columns of a task that the rules of its milestones and amendments read.
_RULED: Final = frozenset({"level", "start_year", "planned_start_on", *_AMENDED_BY})


class ScienceTaskWriter(RowWriter):
    """A task keeps to what is on record of it: its milestones and amendments stay such as its rules allow."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody records a milestone by the task as it was."""
        lock_tasks({each.record.pk for each in writes if each.record.pk is not None})

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, TaskRefused]]:
        """Changed tasks against their own records; those of the same workbook are then validated by the changed task."""
        for write in (each for each in writes if each.is_new):
            if why := why_not_begun_in(write.record):
                yield write, TaskRefused.about(why, "start_year")
        for write in () if context.restoring else writes:
            try:
                refuse_far_dossier_day(
                    write.record, _DEADLINES if write.is_new else write.changed, context.seen
                )
            except TaskRefused as refused:
                yield write, refused
        touched = [each for each in writes if not each.is_new and each.changed & _RULED]
        histories = shared_histories(context, (each.before for each in touched))
        for write in touched:
            history = histories.of(write.before)
            try:
                _refuse_amended(history, _amended_names(history, write))
                _refuse_unfit(history, write.record, write.changed & _RULED)
            except TaskRefused as refused:
                yield write, refused
            else:
                history.task = write.record

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Tasks that were set back to a level or year which their milestones do not allow."""
        yield from faults_of({each["id"] for each in removed if each.get("id")})


def _amended_names(history: TaskHistory, write: Write) -> list[str]:
    """The changed columns, but for an empty deadline that is filled in with a day before those it was extended to."""
    return [
        name
        for name in sorted(write.changed & _AMENDED_BY.keys())
        if getattr(write.before, ScienceTask._meta.get_field(name).attname) is not None  # type: ignore[union-attr]
        or name not in _DEADLINES
        or any(
            each.new_end_on is not None and each.new_end_on <= getattr(write.record, name)
            for each in history.amendments
            if each.kind in _AMENDED_BY[name]
        )
    ]


def correct_task(
    *, task: ScienceTask, reason: str, actor: Actor, on: date, **particulars: Any
) -> ScienceTask:
    """Correct the particulars of a task with milestones or amendments; it is marked for ever, and the log has the reason.

    Raises :class:`TaskRefused` when the task would contradict its own milestones or amendments, and ``Refused`` when a paper
    in force prints what is changed, when a term that has passed would be moved by who does not answer for it, or when a
    frozen report would count the task otherwise.
    """
    check_may_write(actor, task)
    with correcting(actor, reason):
        stored: ScienceTask = locked(ScienceTask, task.pk)
        if why_not := why_not_correct(stored, actor=actor, on=on):
            raise TaskRefused(why_not)
        changed = {name: value for name, value in particulars.items() if getattr(stored, name) != value}
        history = history_of(stored)
        before = history.task
        _refuse_amended(history, changed)
        for name, value in changed.items():
            setattr(stored, name, value)
        _refuse_unfit(history, stored, changed)
        refuse_far_dossier_day(stored, changed.keys(), {})
        stored.corrected = True
        stored.full_clean()
        refuse_change_of_printed(stored, before)
        refuse_look_alike(register_of(ScienceTask), Write(stored, before, frozenset(changed)), actor)
        with refuse_contradicting_what_was_signed([stored]):
            stored.save()
    return stored


def _is_amended(name: str, amendment: TaskAmendment) -> bool:
    """Is the amendment about this column? One of a budget may leave a sum out."""
    if amendment.kind not in _AMENDED_BY.get(name, ()):
        return False
    after = {each.column: getattr(amendment, each.after) for each in AMENDED[amendment.kind]}
    return after.get(name, amendment) is not None


def _refuse_amended(history: TaskHistory, names: Collection[str]) -> None:
    """What an amendment changed or began with is no slip of the task any more: the amendment says what was before."""
    found = (
        (each, wrong)
        for each in history.amendments
        if (wrong := [name for name in names if _is_amended(name, each)])
    )
    amendment, wrong = next(found, (None, []))
    if amendment is None:
        return
    text = _("“%(kind)s” ngày %(day)s đã ghi dựa vào nội dung này. Bỏ điều chỉnh ghi nhầm đó trước.") % {
        "kind": amendment.get_kind_display(),
        "day": format_date(amendment.decided_on),
    }
    raise TaskRefused.about(text, *wrong)


def _refuse_unfit(history: TaskHistory, changed: ScienceTask, names: Collection[str]) -> None:
    """Raise :class:`TaskRefused` for what the changed task would be against; what was so before is not its fault."""
    before = [*history.violations(), *lacking(history.task, history.steps)]
    after = [*TaskHistory(changed, history.steps).violations(), *lacking(changed, history.steps)]
    if new := [each for each in after if each not in before]:
        text = _("Không sửa được: %(why)s Hãy xem lại nội dung sửa, hoặc đính chính mốc đó trước.") % {
            "why": new[0]
        }
        raise TaskRefused.about(text, *(name for name in names if name in _RULED))
    # Only the national level has an acceptance of its own; what was decided at another one stays what it is.
    at_national = TaskLevel.NATIONAL in {history.task.level, changed.level}
    if "level" in names and at_national and _was_accepted(history):
        text = _(
            "Nhiệm vụ đã có mốc nghiệm thu hoặc kết luận của hội đồng nghiệm thu nên không đổi cấp được giữa cấp quốc gia và cấp "
            "khác: kết quả đó là của cấp đã ghi. Nếu cấp ghi nhầm thì bỏ mốc nghiệm thu và xóa dòng của nhiệm vụ trong cuộc họp, "
            "sửa cấp, rồi ghi lại."
        )
        raise TaskRefused.about(text, "level")
    wrong = [name for name in ("start_year", "planned_start_on") if name in names]
    if wrong and (why := why_not_begun_in(changed)):
        raise TaskRefused.about(why, *wrong)


def _was_accepted(history: TaskHistory) -> bool:
    """Has an acceptance, passed or failed, been recorded or decided?"""
    return any(each.kind in ACCEPTANCES for each in history.steps) or any(
        each.is_decided and each.council == CouncilKind.ACCEPTANCE for each in history.decisions
    )


def why_not_correct(task: ScienceTask, *, actor: Actor, on: date) -> str:
    """Why a task is not changed by a correction but simply changed; "" when something is on record of it."""
    if with_milestones([task.pk]) or with_decisions([task.pk]):
        return ""
    return _("Nhiệm vụ chưa có mốc hay điều chỉnh nào: sửa trực tiếp bằng nút “Sửa”.")
