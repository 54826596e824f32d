"""Verbs of council meetings: what a meeting concluded about the tasks on its agenda becomes their milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind
from khcn.kernel.actors import acting
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations.history import TaskRefused, lock_tasks
from khcn.science.operations.milestones import record_milestone

if TYPE_CHECKING:
    from datetime import date

    from khcn.councils.models import CouncilMeeting
    from khcn.kernel.actors import Actor
    from khcn.reference.models import LegalDocument

# What the meeting of a council of this kind settles for a task. Others advise and settle nothing.
SETTLES = {
    CouncilKind.DETERMINATION: MilestoneKind.DETERMINED,
    CouncilKind.SUPPLEMENTARY: MilestoneKind.DETERMINED,
    CouncilKind.SELECTION: MilestoneKind.AWARDED,
    CouncilKind.DIRECT: MilestoneKind.AWARDED,
    CouncilKind.ACCEPTANCE: MilestoneKind.ACCEPTED_PROVINCE,
}


def _open_items(meeting: CouncilMeeting) -> list[MeetingItem]:
    """Items that passed and whose task does not have the milestone of this meeting yet."""
    kind = SETTLES.get(CouncilKind(meeting.kind))
    if kind is None:
        return []
    recorded = TaskMilestone.objects.filter(kind=kind, on=meeting.held_on).values("task")
    items = MeetingItem.objects.filter(meeting=meeting, passed=True).exclude(task__in=recorded)
    return list(items.select_related("task", "grade").order_by("pk"))


def why_not_conclude(meeting: CouncilMeeting, *, actor: Actor, on: date) -> str:
    """Why a meeting has nothing to record; "" when it has."""
    if CouncilKind(meeting.kind) not in SETTLES:
        return _("Cuộc họp loại này chỉ tư vấn, không ghi mốc cho nhiệm vụ.")
    if not _open_items(meeting):
        return _("Không còn nhiệm vụ được thông qua nào của cuộc họp chưa ghi mốc.")
    return ""


def preview_conclusions(
    meeting: CouncilMeeting, *, document: LegalDocument | None, actor: Actor, on: date
) -> list[str]:
    """The milestones that would be recorded, task by task."""
    kind = SETTLES[CouncilKind(meeting.kind)]
    return [
        f"{each.task}: {kind.label}" + (f", {each.grade}" if each.grade else "")
        for each in _open_items(meeting)
    ]


def record_conclusions(
    *, meeting: CouncilMeeting, actor: Actor, on: date, document: LegalDocument | None = None
) -> CouncilMeeting:
    """Record for every task that passed what the meeting settled, with its own grade: for all of them or for none.

    Raises :class:`TaskRefused` that names the task which the rules are against.
    """
    items = _open_items(meeting)
    if not items:
        raise TaskRefused(why_not_conclude(meeting, actor=actor, on=on), code="nothing_to_record")
    kind = SETTLES[CouncilKind(meeting.kind)]
    with transaction.atomic(), acting(actor):
        lock_tasks({each.task_id for each in items})
        for item in items:
            try:
                record_milestone(
                    task=item.task,
                    kind=kind,
                    reached_on=meeting.held_on,
                    actor=actor,
                    on=on,
                    document=document,
                    grade=item.grade if kind is MilestoneKind.ACCEPTED_PROVINCE else None,
                    number=meeting.minutes_number,
                    note=item.conclusion,
                )
            except TaskRefused as refused:
                raise TaskRefused(
                    _("Nhiệm vụ “%(task)s”: %(why)s") % {"task": item.task, "why": refused}, code=refused.code
                ) from refused
    return meeting
