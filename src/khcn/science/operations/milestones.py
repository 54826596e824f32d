"""Verbs of milestones: record, register a result, put a slip right, take a wrong entry back."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.actors import acting
from khcn.kernel.fields.dated_links import put_versions_in_force, refuse_unless_in_force
from khcn.kernel.papers.printed_facts import refuse_change_of_printed
from khcn.kernel.registers.history_from_paper import refuse_writing_history
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, save_row
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.operations.certificate_numbers import lock_numbers
from khcn.science.operations.certificate_withdrawals import refuse_if_of_withdrawal
from khcn.science.operations.council_results import result_of
from khcn.science.operations.determinations import (
    give_back_proposals,
    left_undetermined,
    why_not_undetermined,
)
from khcn.science.operations.history import Histories, faults_of, history_of
from khcn.science.operations.meeting_quorum import RESULTS, keeping_quorum
from khcn.science.operations.meetings import meeting_of
from khcn.science.operations.milestone_rules import refusal_of, step_of, why_not_likely, why_not_named
from khcn.science.operations.order import place_in_day
from khcn.science.operations.task_access import TaskRefused, check_may_write, lock_tasks, move_versions
from khcn.science.operations.writers import TaskWriter, histories_of, tasks_of_rows
from khcn.science.queries import of_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from typing import Any

    from khcn.kernel.actors import Actor
    from khcn.reference.models import CodeListItem, LegalDocument

# What the form of a correction calls the day; the number is none of its inputs.
_INPUTS: Final = {"on": "reached_on", "number": "reached_on"}


class MilestoneWriter(TaskWriter):
    """A milestone that moves the main state must be allowed on its day, and leave later ones allowed."""

    rank = 1

    def lock(self, writes: Sequence[Write]) -> None:
        """The tasks of the rows, and the books that their numbers are of."""
        super().lock(writes)
        lock_numbers({each.record.on.year for each in writes if each.record.number})

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, TaskRefused]]:
        """New milestones by their days, each after those before it."""
        histories = histories_of(writes, context)
        for write in sorted(
            (each for each in writes if each.is_new), key=lambda each: place_in_day(step_of(each.record))
        ):
            history = histories.of(write.record.task)
            if (refused := refusal_of(write.record, history, context)) is not None:
                yield write, refused
            else:
                history.steps.append(step_of(write.record))
                history.results.append(result_of(write.record))
                if write.record.kind == MilestoneKind.CONTRACT_SIGNED and write.record.amount is not None:
                    history.contracted.append(write.record.amount)
        for write in (each for each in writes if not each.is_new):
            if "number" in write.changed and (why := why_not_named(write.record, context)):
                yield write, TaskRefused.about(why, "number")
            elif "grade" in write.changed and (why := _why_not_filled_in(write, histories)):
                yield write, TaskRefused.about(why, "grade")
            elif "amount" in write.changed and (
                why := why_not_likely(write.record, histories.of(write.record.task))
            ):
                yield write, TaskRefused.about(why, "amount", code="unlikely")

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """The tasks are other versions now."""
        move_versions({each.record.task_id for each in writes})

    def judging_outcome(
        self, writes: Sequence[Write], removed: Sequence[Any] = ()
    ) -> AbstractContextManager[None]:
        """By which meetings tasks have their results is known when all rows are written."""
        return keeping_quorum(partial(tasks_of_rows, writes, removed), kinds=RESULTS)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """A milestone is taken back with a reason, not deleted."""
        raise TaskRefused(
            _("Mốc đã ghi không xóa trực tiếp. Bấm “Bỏ mốc ghi nhầm” ở trang của mốc và ghi lý do."),
            code="owned",
        )

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was taken over from paper is taken back by those who may enter it."""
        if record.taken_over:
            refuse_writing_history(register_of(TaskMilestone), actor)

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Tasks whose remaining milestones are out of order, or rest on a determination that is gone."""
        yield from left_undetermined(removed)
        yield from faults_of({each["task_id"] for each in removed if each.get("task_id")})


def _why_not_filled_in(write: Write, histories: Histories) -> str:
    """Why an acceptance without a grade may not be given this one."""
    history, before = histories.of(write.record.task), result_of(write.before)
    if (why := history.why_not_step(step_of(write.record), without=step_of(write.before))) or (
        why := history.why_not_result(result_of(write.record), without=before)
    ):
        return why
    history.steps[history.steps.index(step_of(write.before))] = step_of(write.record)
    history.results[history.results.index(before)] = result_of(write.record)
    return ""


def record_milestone(  # noqa: PLR0913 -- a milestone's own columns
    *,
    task: ScienceTask,
    kind: MilestoneKind,
    reached_on: date,
    actor: Actor,
    on: date,
    document: LegalDocument | None = None,
    number: str = "",
    grade: CodeListItem | None = None,
    amount: int | None = None,
    amount_reason: str = "",
    note: str = "",
) -> TaskMilestone:
    """Record a dated fact. One that moves the main state must be allowed on that day, and leave later ones allowed.

    ``reached_on`` is the day of the fact, ``on`` the day it is entered; ``amount`` is in đồng. Raises
    :class:`TaskRefused` with the reason, and ``ValidationError`` for a grade that does not belong.
    """
    check_may_write(actor, task)
    milestone = TaskMilestone(
        task=task,
        kind=kind,
        on=reached_on,
        document=document,
        number=number,
        grade=grade,
        amount=amount,
        amount_reason=amount_reason,
        note=note,
    )
    milestone.full_clean()
    save_row(register_of(TaskMilestone), milestone, actor=actor, on=on)
    return milestone


def register_result(*, task: ScienceTask, number: str, on: date, actor: Actor, instead_of: str = "") -> None:
    """The certificate with this number was issued: its milestone, or the one of the certificate that it replaces.

    A replacement does not move the day on which the result was registered: it corrects what the certificate says and
    registers nothing again, so the term after the acceptance stays met as it was, and no report counts the result twice.
    The milestone shows the number in force; the pages of both papers have their own days. Raises :class:`TaskRefused`.
    """
    if not instead_of:
        record_milestone(
            task=task, kind=MilestoneKind.REGISTERED, reached_on=on, actor=actor, on=on, number=number
        )
        return
    check_may_write(actor, task)
    milestone = _registration(task, instead_of)
    milestone.number = number
    with acting(actor, _("thay thế giấy chứng nhận số %(number)s") % {"number": instead_of}):
        milestone.save()


def withdraw_registration(*, task: ScienceTask, number: str, notice: str, actor: Actor, on: date) -> None:
    """The certificate with this number was withdrawn on ``on`` by the notice of that number.

    The registration stays on record: until that day the result was registered, and reports of that time count it.
    """
    _registration(task, number)
    record_milestone(
        task=task,
        kind=MilestoneKind.DEREGISTERED,
        reached_on=on,
        actor=actor,
        on=on,
        number=notice,
        note=_("Thu hồi giấy chứng nhận số %(number)s.") % {"number": number},
    )


def _registration(task: ScienceTask, number: str) -> TaskMilestone:
    found = task.milestones.filter(kind=MilestoneKind.REGISTERED, number=number).last()
    if found is None:
        raise TaskRefused(
            _("Không thấy mốc cấp giấy chứng nhận số %(number)s của nhiệm vụ. Xem lại tab Sản phẩm.")
            % {"number": number}
        )
    return found


def correct_milestone(
    *,
    milestone: TaskMilestone,
    kind: MilestoneKind,
    reached_on: date,
    reason: str,
    actor: Actor,
    on: date,
    grade: CodeListItem | None = None,
) -> TaskMilestone:
    """Correct what was entered by a slip: the day or the grade, and the kind where the other one stands in the same place. The
    milestone is marked for ever.

    Raises :class:`TaskRefused` for another kind, when the other milestones would be out of order, when the milestone is the
    conclusion of a meeting and another day than that of a later decision is given, or when a frozen report or an issued paper
    depends on it; ``Refused`` when it was taken over from paper and the actor may not enter history.
    """
    meeting = meeting_of(milestone)
    is_unchanged = kind == milestone.kind and grade == milestone.grade
    # The decision may follow the meeting: then the milestone bears its day.
    if meeting is not None and not (is_unchanged and reached_on > meeting.held_on):
        raise TaskRefused(
            _(
                "Mốc này là kết quả của cuộc họp “%(meeting)s”. Ngày họp sửa bằng nút “Đính chính ngày họp” ở trang cuộc họp, "
                "xếp loại bằng nút “Đính chính xếp loại” ở dòng của nhiệm vụ trong cuộc họp; mốc được đính chính cùng lúc. Ở đây "
                "chỉ ghi được ngày quyết định sau ngày họp."
            )
            % {"meeting": meeting},
            code="owned",
        )
    with transaction.atomic(), keeping_quorum(lambda: {milestone.task_id}, kinds=RESULTS):
        return _correct(
            milestone=milestone,
            kind=kind,
            reached_on=reached_on,
            reason=reason,
            actor=actor,
            on=on,
            grade=grade,
        )


def correct_milestone_of_meeting(
    *,
    milestone: TaskMilestone,
    reached_on: date,
    reason: str,
    actor: Actor,
    on: date,
    grade: CodeListItem | None,
) -> TaskMilestone:
    """The same for the action that corrects the meeting along with it."""
    return _correct(
        milestone=milestone,
        kind=MilestoneKind(milestone.kind),
        reached_on=reached_on,
        reason=reason,
        actor=actor,
        on=on,
        grade=grade,
        with_meeting=True,
    )


def _correct(
    *,
    milestone: TaskMilestone,
    kind: MilestoneKind,
    reached_on: date,
    reason: str,
    actor: Actor,
    on: date,
    grade: CodeListItem | None,
    with_meeting: bool = False,
) -> TaskMilestone:
    check_may_write(actor, milestone.task)
    if milestone.taken_over:  # it may lack the steps before it, wherever the correction puts it
        refuse_writing_history(register_of(TaskMilestone), actor)
    with correcting(actor, reason):
        lock_tasks([milestone.task_id])
        with refuse_correction_if_relied_on(milestone):
            refuse_if_of_withdrawal(milestone)
            after = copy(milestone)
            after.kind, after.on, after.grade = kind, reached_on, grade
            put_versions_in_force(after)
            refuse_unless_in_force(after)
            lock_numbers({reached_on.year})
            refused = refusal_of(
                after,
                history_of(milestone.task),
                ValidationContext(actor, on),
                instead_of=milestone,
                with_meeting=with_meeting,
            )
            if refused is not None:
                names = (_INPUTS.get(name, name) for name in refused.fields)
                raise TaskRefused.about(str(refused), *names, code=refused.code)
            milestone.kind, milestone.on, milestone.grade = kind, reached_on, after.grade
            refuse_change_of_printed(milestone, TaskMilestone.objects.get(pk=milestone.pk))
            milestone.corrected = True
            milestone.full_clean()
            milestone.save()
            move_versions([milestone.task_id])
    return milestone


def correct_milestone_papers(
    *,
    milestone: TaskMilestone,
    reason: str,
    actor: Actor,
    on: date,
    document: LegalDocument | None = None,
    number: str = "",
    amount: int | None = None,
    amount_reason: str = "",
) -> TaskMilestone:
    """Correct document, number or amount of a milestone, which is marked for ever.

    Raises :class:`TaskRefused` for the number of an issued certificate, and ``Refused`` when a frozen report or an issued
    paper depends on the milestone, or when it was taken over from paper and the actor may not enter history.
    """
    check_may_write(actor, milestone.task)
    if milestone.taken_over:
        refuse_writing_history(register_of(TaskMilestone), actor)
    with correcting(actor, reason):
        lock_tasks([milestone.task_id])
        with refuse_correction_if_relied_on(milestone):
            refuse_if_of_withdrawal(milestone)
            if number != milestone.number and of_certificates([milestone.pk]):
                text = _("Số này do giấy chứng nhận đã cấp ghi. Muốn đổi thì thay thế hoặc thu hồi giấy đó.")
                raise TaskRefused.about(text, "number", code="owned")
            before, is_same_amount = result_of(milestone), amount == milestone.amount
            milestone.document, milestone.number, milestone.amount = document, number, amount
            milestone.amount_reason = amount_reason
            lock_numbers({milestone.on.year})
            history = history_of(milestone.task)
            if (why := why_not_named(milestone, ValidationContext(actor, on))) or (
                why := history.why_not_result(result_of(milestone), without=before)
            ):
                raise TaskRefused.about(why, "number")
            if not is_same_amount and (why := why_not_likely(milestone, history)):
                raise TaskRefused.about(why, "amount", code="unlikely")
            milestone.corrected = True
            milestone.full_clean()
            milestone.save()
            move_versions([milestone.task_id])
    return milestone


def remove_milestone(*, milestone: TaskMilestone, reason: str, actor: Actor, on: date) -> ScienceTask:
    """Take back a milestone that was entered by mistake; gives the task, which is marked as corrected.

    Raises :class:`TaskRefused` when a later milestone needs it, or a frozen report or an issued paper depends on it;
    ``Refused`` when it was taken over from paper and the actor may not enter history.
    """
    check_may_write(actor, milestone.task)
    register_of(TaskMilestone).writer.refuse_taking_back(milestone, actor=actor, on=on)
    with correcting(actor, reason):
        lock_tasks([milestone.task_id])
        with refuse_correction_if_relied_on(milestone):
            refuse_if_of_withdrawal(milestone)
            history = history_of(milestone.task)
            task = history.task
            if (why := history.why_not_remove(step_of(milestone))) or (
                why := history.why_not_result(without=result_of(milestone))
            ):
                raise TaskRefused(why, code="rule")
            if why := why_not_undetermined(milestone):
                raise TaskRefused(why, code="rule")
            give_back_proposals(milestone)
            milestone.delete()
            task.corrected = True
            task.save()
            move_versions([task.pk])
    return task
