"""Verbs of proposals: one task is made of one or many of them, or they are not taken up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actors import acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.registers.look_alike_codes import refuse_look_alike
from khcn.kernel.registers.models import Attachment
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import RowWriter, Write
from khcn.kernel.text.dates import format_date
from khcn.science.enums import ManagingSide, MilestoneKind, TaskType
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.models.proposals import ProposalOutcome
from khcn.science.operations.determinations import undetermined_task
from khcn.science.operations.milestones import record_milestone
from khcn.science.operations.task_access import TaskRefused, check_may_write, lock_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext
    from khcn.reference.models import LegalDocument
    from khcn.science.models import TaskProposal


class ProposalWriter(RowWriter):
    """A proposal that became a task came in by the determination of the task, and is for the year of the task."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody corrects the determination of these tasks meanwhile."""
        lock_tasks({each.record.task_id for each in writes if each.record.task_id})

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, TaskRefused]]:
        """Changed proposals. What is entered with its task is history, and may say otherwise."""
        for write in (each for each in writes if not each.is_new and each.record.task_id):
            proposal = write.record
            if "received_on" in write.changed and _is_received_late(proposal):
                yield write, TaskRefused.about(_received_late(proposal), "received_on")
            elif "for_year" in write.changed and proposal.for_year != proposal.task.start_year:
                text = _(
                    "Đề xuất đã thành nhiệm vụ thực hiện từ năm %(year)s. Nếu năm của nhiệm vụ sai thì bấm “Đính chính nhiệm vụ” ở "
                    "trang nhiệm vụ trước."
                ) % {"year": proposal.task.start_year}
                yield write, TaskRefused.about(text, "for_year")


def _is_received_late(proposal: TaskProposal) -> bool:
    determined = TaskMilestone.objects.filter(task=proposal.task_id, kind=MilestoneKind.DETERMINED)
    return determined.filter(on__lt=proposal.received_on).exists()


def _received_late(proposal: TaskProposal) -> str:
    return _("Đề xuất “%(proposal)s” nhận ngày %(day)s, sau ngày xác định nhiệm vụ.") % {
        "proposal": proposal.title,
        "day": format_date(proposal.received_on),
    }


def determine_task_from_proposals(  # noqa: PLR0913 -- what a council fixes about a task
    *,
    proposals: Sequence[TaskProposal],
    code: str,
    title: str,
    task_type: TaskType,
    determined_on: date,
    actor: Actor,
    on: date,
    mode: str = "",
    short_name: str = "",
    document: LegalDocument | None = None,
) -> ScienceTask:
    """Make one task of one or many proposals, determined on ``determined_on``; the first proposal gives level, year and field.
    A task with this code that is not determined, such as one whose determination was taken back, becomes the task.

    Every proposal keeps the task it became: the first as determined, the others as merged into it. Raises
    :class:`TaskRefused` when a proposal has an outcome already, was received later, or is for another year.
    """
    check_may_write(actor, None)
    _check_proposals(proposals, determined_on)
    lead = proposals[0]
    with acting(actor), transaction.atomic():
        typed = {"title": title, "task_type": task_type, "short_name": short_name, "mode": mode}
        task = undetermined_task(code, typed)
        if task is None:
            task = ScienceTask(
                **typed,
                code=code,
                level=lead.level,
                managing_side=ManagingSide.PROVINCE,
                start_year=lead.for_year,
                field_group=lead.field_group,
            )
            task.full_clean()
            refuse_look_alike(register_of(ScienceTask), Write(task), actor)
            task.save()
        record_milestone(
            task=task,
            kind=MilestoneKind.DETERMINED,
            reached_on=determined_on,
            actor=actor,
            on=on,
            document=document,
        )
        for proposal in proposals:
            proposal.task = task
            proposal.outcome = ProposalOutcome.DETERMINED if proposal is lead else ProposalOutcome.MERGED
            proposal.full_clean()
            proposal.save()
    return task


def _check_proposals(proposals: Sequence[TaskProposal], on: date) -> None:
    if not proposals:
        raise TaskRefused(_("Hãy chọn ít nhất một đề xuất đặt hàng."))
    for proposal in proposals:
        named = {
            "proposal": proposal.title,
            "year": proposal.for_year,
        }
        if proposal.outcome != ProposalOutcome.OPEN:
            raise TaskRefused(
                _("Đề xuất “%(proposal)s” đã có kết quả xem xét. Hãy bỏ đề xuất này khỏi danh sách.") % named
            )
        if proposal.received_on > on:
            raise TaskRefused(_received_late(proposal))
        if proposal.for_year != proposals[0].for_year:
            raise TaskRefused(
                _(
                    "Đề xuất “%(proposal)s” là cho năm %(year)s, khác năm %(lead_year)s của đề xuất chính “%(lead)s”."
                )
                % {**named, "lead_year": proposals[0].for_year, "lead": proposals[0].title}
            )


def reject_proposal(*, proposal: TaskProposal, reason: str, actor: Actor, on: date) -> TaskProposal:
    """The proposal is not taken into the list; the proposer reads the reason, and it goes to the notes. Raises :class:`TaskRefused`."""
    check_may_write(actor, None)
    if proposal.outcome != ProposalOutcome.OPEN:
        raise TaskRefused(why_not_open(proposal, actor=actor, on=on))
    proposal.outcome, proposal.answer = ProposalOutcome.REJECTED, reason.strip()
    proposal.note = "\n".join(filter(None, (proposal.note, reason.strip())))
    with acting(actor):
        proposal.save()
    return proposal


def why_not_open(proposal: TaskProposal, *, actor: Actor, on: date) -> str:
    """Why a proposal is not decided on any more; "" while it is under consideration."""
    if proposal.outcome == ProposalOutcome.OPEN:
        return ""
    return _("Đề xuất đã có kết quả xem xét: %(outcome)s.") % {"outcome": proposal.get_outcome_display()}


def why_not_reconsider(proposal: TaskProposal, *, actor: Actor, on: date) -> str:
    """Why a rejection is not taken back: there is none, or a paper was put on record after it; "" when it is a mere slip."""
    if proposal.outcome != ProposalOutcome.REJECTED:
        return _("Đề xuất không có kết quả “Không đưa vào danh mục”.")
    later = Attachment.objects.filter(model=proposal._meta.label_lower, object_id=proposal.pk)
    if (rejected_at := _rejected_at(proposal)) is not None:
        later = later.filter(created_at__gt=rejected_at)
    if (paper := later.order_by("pk").first()) is not None:
        return _(
            "Sau kết quả này đã có văn bản “%(paper)s” ở tệp đính kèm. Nếu văn bản đó không phải là văn bản trả lời về kết quả thì "
            "gỡ tệp rồi làm lại."
        ) % {"paper": paper}
    return ""


def _rejected_at(proposal: TaskProposal) -> datetime | None:
    """When it was rejected last; None where the log does not have it."""
    entries = ChangeEntry.objects.filter(model=proposal._meta.label_lower, object_id=str(proposal.pk))
    for entry in entries.order_by("-pk"):
        was, is_now = (
            (values or {}).get("outcome", ProposalOutcome.OPEN) for values in (entry.before, entry.after)
        )
        if is_now == ProposalOutcome.REJECTED and was != is_now:
            return entry.at
    return None


def reconsider_proposal(*, proposal: TaskProposal, reason: str, actor: Actor, on: date) -> TaskProposal:
    """Take back a rejection that was entered by a slip; the proposal is under consideration again and marked for ever.

    No signed report is asked: reports count proposals by the day they came in, whatever became of them. Raises
    :class:`TaskRefused`.
    """
    check_may_write(actor, None)
    if why := why_not_reconsider(proposal, actor=actor, on=on):
        raise TaskRefused(why, code="not_rejected")
    proposal.outcome, proposal.corrected, proposal.answer = ProposalOutcome.OPEN, True, ""
    taken_back = _("Bỏ kết quả “Không đưa vào danh mục” ghi nhầm: %(reason)s") % {"reason": reason.strip()}
    proposal.note = "\n".join(filter(None, (proposal.note, taken_back)))
    with correcting(actor, reason):
        proposal.save()
    return proposal
