"""Verbs of amendments: what was decided about a running task, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.history_from_paper import refuse_writing_history
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, save_row
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import fire
from khcn.science.enums import AmendmentKind, PartnerRole
from khcn.science.models import AmendmentRequest, ScienceTask, TaskAmendment, TaskPartner
from khcn.science.models.amended import taking_effect
from khcn.science.operations.deciding_documents import refuse_without_document
from khcn.science.operations.extensions import refuse_beyond_limits, refuse_moving_a_passed_term
from khcn.science.operations.history import faults_of, history_of
from khcn.science.operations.next_steps import lacking
from khcn.science.operations.order import why_not_decided
from khcn.science.operations.task_access import TaskRefused, check_may_write, lock_tasks, move_versions
from khcn.science.operations.writers import TaskWriter, histories_of
from khcn.science.workflow import AMENDMENT_REQUEST_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.parties.models import Organisation, Person
    from khcn.reference.models import LegalDocument
    from khcn.science.models.amended import Amended
    from khcn.science.operations.history import TaskHistory


class AmendmentWriter(TaskWriter):
    """An amendment must be possible in the state of the day of its decision, and follow on the one before it."""

    rank = 2  # after the milestones of the same workbook, which decide in which state a task is

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """New amendments by the days of their decisions; fills in what was before."""
        histories = histories_of(writes, context)
        for write in sorted(
            (each for each in writes if each.is_new), key=lambda each: each.record.decided_on
        ):
            history = histories.of(write.record.task)
            if why := why_not_decided(write.record.decided_on, context.on):
                yield write, TaskRefused.about(why, "decided_on")
                continue
            try:
                history.refuse_amendment(write.record)
                refuse_beyond_limits(write.record, history.amendments, context)
                refuse_without_document(write.record, context)
                refuse_moving_a_passed_term(write.record, context)
            except Refused as refused:
                yield write, refused
            else:
                history.add_amendment(write.record)

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """The new investigator, host or budget becomes the task's, now or on the day of effect; a new partner takes the place
        of the old one.
        """
        new = sorted((each.record for each in writes if each.is_new), key=lambda each: each.decided_on)
        for amendment in new:
            if taking_effect(amendment.kind):
                if amendment.starts_on <= on:
                    _take_effect(amendment)
            elif amendment.kind == AmendmentKind.CHANGE_PARTNER and not amendment.taken_over:
                _replace_partner(amendment)
        move_versions({each.record.task_id for each in writes})

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """An amendment is taken back with a reason, and its effect with it."""
        raise TaskRefused(
            _(
                "Điều chỉnh đã ghi không xóa trực tiếp. Bấm “Bỏ điều chỉnh ghi nhầm” ở trang của điều chỉnh và ghi lý do."
            ),
            code="owned",
        )

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was taken over from paper is taken back by those who may enter it."""
        if record.taken_over:
            refuse_writing_history(register_of(TaskAmendment), actor)

    def consequences(self, removed: Sequence[Any]) -> set[tuple[str, int, str]]:
        """The task's investigator, host or budget, which the amendment changed, and the part of a partner that it ended."""
        task, partner = ScienceTask._meta.label_lower, TaskPartner._meta.label_lower
        found = {
            (task, each.task_id, amended.column) for each in removed for amended in taking_effect(each.kind)
        }
        for each in removed:
            if each.kind == AmendmentKind.CHANGE_PARTNER:
                found |= {(partner, part.pk, "to_on") for part in _ended_parts(each)}
        return found

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Tasks whose remaining amendments do not follow on each other, or that keep the effect of a removed one."""
        yield from _left_effects(removed)
        yield from faults_of({each["task_id"] for each in removed if each.get("task_id")})


def _take_effect(amendment: TaskAmendment) -> None:
    task = ScienceTask.objects.get(pk=amendment.task_id)
    for each in taking_effect(amendment.kind):
        if (after := getattr(amendment, each.after)) is not None:
            setattr(task, each.column, after)
    task.save()


_TAKING_EFFECT: Final = {kind: columns for kind in AmendmentKind if (columns := taking_effect(kind))}


def _followed(task: ScienceTask) -> tuple[Any, ...]:
    """What amendments write to the task."""
    return tuple(getattr(task, each.column) for columns in _TAKING_EFFECT.values() for each in columns)


def take_effect_by(*, on: date) -> None:
    """Changes of investigator, host and budget that were recorded before their day of effect, and have reached it by ``on``."""
    due = TaskAmendment.objects.in_force(on=on).filter(
        kind__in=list(_TAKING_EFFECT), effective_on__gt=F("decided_on")
    )
    for pk in due.order_by("task").values_list("task", flat=True).distinct():
        with transaction.atomic(), acting(SYSTEM, _("Điều chỉnh đến ngày có hiệu lực")):
            lock_tasks([pk])
            task = ScienceTask.objects.get(pk=pk)
            before = _followed(task)
            # Each takes the place of what it was to replace, so that nothing is done twice.
            for amendment in TaskAmendment.objects.in_force(on=on).filter(task=pk).in_order_of_effect():
                for each in taking_effect(amendment.kind):
                    after = getattr(amendment, each.after)
                    if after is not None and getattr(task, each.column) == getattr(amendment, each.before):
                        setattr(task, each.column, after)
            if before != _followed(task):
                task.save()


def _left_effects(removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
    """Tasks that still have the investigator, host or budget of a removed change: it took effect later than it was recorded."""
    for row in removed:
        for each in taking_effect(row.get("kind", "")):
            task = ScienceTask._base_manager.filter(pk=row["task_id"]).first()
            if task is not None and _has_left(task, row, each):
                yield (
                    task,
                    _("Điều chỉnh đã có hiệu lực. Bấm “Bỏ điều chỉnh ghi nhầm” ở trang của điều chỉnh."),
                )
                break


def _has_left(task: ScienceTask, row: Mapping[str, Any], amended: Amended) -> bool:
    """Has the task what only this removed change made of it?"""
    before, after = (
        row.get(TaskAmendment._meta.get_field(name).attname)  # type: ignore[union-attr]
        for name in (amended.before, amended.after)
    )
    column: Any = ScienceTask._meta.get_field(amended.column)
    if after in {None, before} or getattr(task, column.attname) != after:
        return False
    others = TaskAmendment._base_manager.filter(task=task, kind=row["kind"], **{amended.after: after})
    return not others.exists()


def _replace_partner(amendment: TaskAmendment) -> None:
    cooperating = TaskPartner.objects.filter(task=amendment.task_id, role=PartnerRole.COOPERATING)
    if amendment.old_organisation is not None:
        part = cooperating.get(organisation=amendment.old_organisation, to_on__isnull=True)
        part.to_on = amendment.starts_on
        part.save()
    assert amendment.new_organisation is not None  # noqa: S101 -- validated before the amendment was written
    TaskPartner.objects.create(
        task_id=amendment.task_id,
        organisation=amendment.new_organisation,
        role=PartnerRole.COOPERATING,
        from_on=amendment.starts_on,
    )


def amend_task(  # noqa: PLR0913 -- an amendment's own columns
    *,
    task: ScienceTask,
    kind: AmendmentKind,
    decided_on: date,
    actor: Actor,
    on: date,
    decision: LegalDocument | None = None,
    effective_on: date | None = None,
    new_end_on: date | None = None,
    new_person: Person | None = None,
    old_organisation: Organisation | None = None,
    new_organisation: Organisation | None = None,
    new_budget_total: int | None = None,
    new_budget_state: int | None = None,
    budget_reason: str = "",
    old_text: str = "",
    new_text: str = "",
    reason: str = "",
) -> TaskAmendment:
    """Record a typed change that was decided; what was before is taken from the task.

    An extension moves nothing but the deadline it names, and the deadline of the contract stays on record. A change of
    investigator, host or budget also makes the new one the task's, from its day of effect; a change of partner ends the old
    one's part and begins the new one's. Sums are in đồng; an empty state budget stays as it was; ``budget_reason`` says why a
    sum is far from the one before. Raises :class:`TaskRefused` with the reason.
    """
    check_may_write(actor, task)
    amendment = TaskAmendment(
        task=task,
        kind=kind,
        decided_on=decided_on,
        decision=decision,
        effective_on=effective_on,
        new_end_on=new_end_on,
        new_person=new_person,
        old_organisation=old_organisation,
        new_organisation=new_organisation,
        new_budget_total=new_budget_total,
        new_budget_state=new_budget_state,
        budget_reason=budget_reason,
        old_text=old_text,
        new_text=new_text,
        reason=reason,
    )
    amendment.clean_fields()  # the rest is validated along with the rules, which know what was before
    save_row(register_of(TaskAmendment), amendment, actor=actor, on=on)
    return amendment


def remove_amendment(*, amendment: TaskAmendment, reason: str, actor: Actor, on: date) -> ScienceTask:
    """Take back an amendment that was entered by mistake, with its effect; gives the task, marked as corrected.

    Only the latest of its kind: a later one depends on it. Raises :class:`TaskRefused`, also when a frozen report or an
    issued paper depends on it; ``Refused`` when it was taken over from paper and the actor may not enter history.
    """
    check_may_write(actor, amendment.task)
    register_of(TaskAmendment).writer.refuse_taking_back(amendment, actor=actor, on=on)
    with correcting(actor, reason):
        lock_tasks([amendment.task_id])
        with refuse_correction_if_relied_on(amendment):
            history = history_of(amendment.task)
            later = [
                each
                for each in history.amendments
                if each.kind == amendment.kind and each.decided_on > amendment.decided_on
            ]
            if later:
                raise TaskRefused(
                    _("Lần điều chỉnh ngày %(day)s dựa vào lần này. Hãy bỏ lần sau trước.")
                    % {"day": format_date(later[0].decided_on)},
                    code="rule",
                )
            task = history.task
            if amendment.starts_on <= on:
                _take_back_effect(amendment, history)
            if amendment.kind == AmendmentKind.CHANGE_PARTNER and not amendment.taken_over:
                _give_back_partner(amendment)
            _reopen_request(amendment, reason, actor=actor, on=on)
            amendment.delete()
            task.corrected = True
            task.save()
            move_versions([task.pk])
    return task


def _take_back_effect(amendment: TaskAmendment, history: TaskHistory) -> None:
    """The task has again what the amendments before this one made of it, or what this one says was before."""
    task = history.task
    columns = [each for each in taking_effect(amendment.kind) if getattr(amendment, each.after) is not None]
    others = [each for each in history.amendments if each.kind == amendment.kind and each.pk != amendment.pk]
    before = {each.column: _before_of(others, each, amendment) for each in columns}
    # What came from paper may not say what was before; then the present values stay.
    if amendment.taken_over and None in before.values():
        return
    lacked = lacking(task, history.steps)
    for name, value in before.items():
        setattr(task, name, value)
    if new := [each for each in lacking(task, history.steps) if each not in lacked]:
        raise TaskRefused(
            _("Không bỏ được điều chỉnh này: trước đó hồ sơ để trống. %(why)s") % {"why": new[0]}, code="rule"
        )


def _before_of(others: Sequence[TaskAmendment], amended: Amended, removed: TaskAmendment) -> Any:
    reported = [value for each in others if (value := getattr(each, amended.after)) is not None]
    return reported[-1] if reported else getattr(removed, amended.before)


def _reopen_request(amendment: TaskAmendment, reason: str, *, actor: Actor, on: date) -> None:
    """The request that the amendment came of waits for a decision again."""
    request = AmendmentRequest.objects.select_for_update().filter(amendment=amendment).first()
    if request is not None:
        fire(AMENDMENT_REQUEST_FLOW, request, "reopen", actor=actor, on=on, note=reason)
        request.amendment = None
        request.save()


def _give_back_partner(amendment: TaskAmendment) -> None:
    cooperating = TaskPartner.objects.filter(task=amendment.task_id, role=PartnerRole.COOPERATING)
    cooperating.filter(organisation=amendment.new_organisation, from_on=amendment.starts_on).delete()
    for part in _ended_parts(amendment):
        part.to_on = None
        part.save()


def _ended_parts(amendment: TaskAmendment) -> QuerySet[TaskPartner]:
    cooperating = TaskPartner.objects.filter(task=amendment.task_id, role=PartnerRole.COOPERATING)
    return cooperating.filter(organisation=amendment.old_organisation, to_on=amendment.starts_on)
