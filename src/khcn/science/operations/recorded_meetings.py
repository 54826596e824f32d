"""Meetings whose conclusions are milestones of tasks: what they state is corrected together with these milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind, CouncilMeeting
from khcn.councils.operations import MINUTES_BOOK, why_not_numbered, why_outside_council
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.numbering.operations import lock_book
from khcn.kernel.papers.printed_facts import refuse_change_of_printed
from khcn.kernel.registers.writing import RowWriter
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations.council_results import note_item, why_not_on_agenda
from khcn.science.operations.meetings import SETTLES, recorded_items, recorded_meetings, settled_tasks
from khcn.science.operations.milestones import correct_milestone_of_meeting
from khcn.science.operations.task_access import TaskRefused, lock_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write
    from khcn.reference.models import CodeListItem


class MeetingItemWriter(RowWriter):
    """An item whose conclusion is a milestone of the task stays on the agenda, and says what the milestone says."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody records a milestone of these tasks by the agenda as it was."""
        lock_tasks({each.record.task_id for each in writes if each.record.task_id})

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, TaskRefused]]:
        """New decisions and changed ones against the milestones of the day."""
        for write in writes:
            if write.is_new or write.changed & {"meeting", "task", "passed", "grade"}:
                if why := why_not_on_agenda(write.record):
                    yield write, TaskRefused.about(why, "passed")
                    continue
                note_item(write.record, context)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Its milestone goes first."""
        if recorded_items([record.pk]):
            raise TaskRefused(
                _(
                    "Kết quả của nhiệm vụ này ở cuộc họp đã ghi thành mốc. Nếu ghi nhầm thì bấm “Bỏ mốc ghi nhầm” ở mốc đó "
                    "trước."
                ),
                code="owned",
            )

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """An import that brought the item and its milestone takes both back."""


def why_not_correct_day(meeting: CouncilMeeting, *, actor: Actor, on: date) -> str:
    """Why the day of a meeting is no matter of correction; "" when it is."""
    if recorded_meetings([meeting.pk]):
        return ""
    return _("Cuộc họp chưa ghi kết quả cho nhiệm vụ nào. Sửa ngày họp bằng nút “Sửa”.")


def correct_meeting_day(
    *, meeting: CouncilMeeting, held_on: date, reason: str, actor: Actor, on: date
) -> CouncilMeeting:
    """Correct the day of a meeting together with the milestones that were recorded from it: all of them or nothing.

    Raises ``Refused`` when a rule, a frozen report or an issued paper is against one of these corrections.
    """
    kind = SETTLES[CouncilKind(meeting.kind)]
    with correcting(actor, reason):
        refuse_correction_if_relied_on(meeting)
        tasks = settled_tasks(meeting)
        lock_tasks(tasks)
        milestones = TaskMilestone.objects.filter(task__in=tasks, kind=kind, on=meeting.held_on)
        for milestone in milestones.select_related("task", "grade").order_by("pk"):
            correct_milestone_of_meeting(
                milestone=milestone,
                kind=kind,
                reached_on=held_on,
                grade=milestone.grade,
                reason=reason,
                actor=actor,
                on=on,
            )
        meeting.held_on = held_on
        if why := why_outside_council(meeting, meeting.council):
            raise TaskRefused.about(next(iter(why.values())), *why)
        lock_book(MINUTES_BOOK, {meeting.numbered_on.year})
        if taken := why_not_numbered(meeting, {}):
            raise TaskRefused.about(taken, "held_on")
        refuse_change_of_printed(meeting, CouncilMeeting.objects.get(pk=meeting.pk))
        meeting.corrected = True
        meeting.full_clean()
        meeting.save()
    return meeting


def why_not_correct_grade(item: MeetingItem, *, actor: Actor, on: date) -> str:
    """Why the grade of an item is no matter of correction; "" when it is."""
    if recorded_items([item.pk]):
        return ""
    return _("Kết quả của nhiệm vụ này chưa ghi thành mốc. Sửa bằng nút “Sửa”.")


def correct_item_grade(
    *, item: MeetingItem, grade: CodeListItem, reason: str, actor: Actor, on: date
) -> MeetingItem:
    """Correct the grade that a meeting gave to a task, in the meeting and at the milestone of the acceptance.

    Raises ``Refused`` when a rule, a frozen report or an issued paper is against it.
    """
    with correcting(actor, reason):
        refuse_correction_if_relied_on(item)
        lock_tasks([item.task_id])
        item.grade = grade
        if not grade.fails and item.passed is False:
            item.passed = True  # the failing grade was the slip
        item.full_clean()
        if SETTLES[CouncilKind(item.meeting.kind)] is MilestoneKind.ACCEPTED_PROVINCE:
            milestone = TaskMilestone.objects.get(
                task=item.task_id, kind=MilestoneKind.ACCEPTED_PROVINCE, on=item.meeting.held_on
            )
            correct_milestone_of_meeting(
                milestone=milestone,
                kind=MilestoneKind.ACCEPTED_PROVINCE,
                reached_on=milestone.on,
                grade=grade,
                reason=reason,
                actor=actor,
                on=on,
            )
        refuse_change_of_printed(item, MeetingItem.objects.get(pk=item.pk))
        item.corrected = True
        item.save()
    return item
