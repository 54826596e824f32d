"""The determination of a task and the proposals that became it: what goes back to them, and what joins them again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.dates import format_date
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.models.proposals import ProposalOutcome, TaskProposal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor


def why_not_undetermined(milestone: TaskMilestone) -> str:
    """Why the determination of a task is not taken back: something was decided about the task since."""
    if milestone.kind != MilestoneKind.DETERMINED:
        return ""
    first = _first_resting_on(milestone, TaskMilestone.objects.filter(task=milestone.task_id))
    return _why_not_taken_back(first) if first is not None else ""


def left_undetermined(removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[ScienceTask, str]]:
    """Tasks of which something was decided after the import that brought their determination, which is gone with it. What was
    there before the import is as it was.
    """
    of_task: dict[int, list[TaskMilestone]] = defaultdict(list)
    gone = {
        each["id"]: each
        for each in removed
        if each.get("id") and each.get("kind") == MilestoneKind.DETERMINED
    }
    for part in chunks(sorted({each["task_id"] for each in gone.values()})):
        for row in TaskMilestone.objects.filter(task__in=part).select_related("task").order_by("on", "pk"):
            of_task[row.task_id].append(row)
    day = TaskMilestone._meta.get_field("on")
    for key, values in gone.items():
        rows = of_task[values["task_id"]]
        if all(each.pk != key for each in rows):
            milestone = TaskMilestone(pk=key, on=day.to_python(values["on"]))
            first = _first_resting_on(milestone, [each for each in rows if each.pk > key])
            if first is not None:
                yield first.task, _why_not_taken_back(first)


def _first_resting_on(milestone: TaskMilestone, others: Iterable[TaskMilestone]) -> TaskMilestone | None:
    """The first of the other milestones of the task that was decided because it was determined."""
    later = (
        each
        for each in others
        if each.pk != milestone.pk and (each.on >= milestone.on or each.kind == MilestoneKind.CONTRACT_SIGNED)
    )
    return min(later, key=lambda each: (each.on, each.pk), default=None)


def _why_not_taken_back(first: TaskMilestone) -> str:
    return _(
        "Không bỏ được mốc xác định nhiệm vụ: đã có mốc “%(later)s” ngày %(day)s. Nếu chỉ sai ngày hoặc văn bản thì bấm “Đính "
        "chính mốc” hoặc “Đính chính văn bản, số tiền”; nếu các mốc sau cũng ghi nhầm thì bỏ các mốc đó trước."
    ) % {"later": first.get_kind_display(), "day": format_date(first.on)}


def why_not_before_proposals(milestone: TaskMilestone) -> str:
    """Why a determination does not have its day: a proposal that became the task came in later."""
    later = _going_back(milestone).filter(received_on__gt=milestone.on).order_by("received_on", "pk").first()
    if later is None:
        return ""
    return _(
        "Đề xuất “%(proposal)s” của nhiệm vụ nhận ngày %(day)s, sau ngày xác định nhiệm vụ. Hãy xem lại ngày."
    ) % {"proposal": later.title, "day": format_date(later.received_on)}


def give_back_proposals(milestone: TaskMilestone) -> None:
    """What was decided about the proposals that became the task is taken back with its determination."""
    for proposal in _going_back(milestone):
        proposal.task, proposal.outcome = None, ProposalOutcome.OPEN
        proposal.save()


def notice_of_removal(milestone: TaskMilestone, *, actor: Actor, on: date) -> str:
    """Which proposals go back when this milestone is removed, and how they are joined to the task again."""
    names = [f"“{each.title}” ({each.code})" for each in _going_back(milestone)]
    if not names:
        return ""
    return _(
        "Các đề xuất sau trở lại “đang xem xét” và không còn gắn với nhiệm vụ: %(proposals)s. Để gắn lại: chọn các đề xuất đó, "
        "bấm “Xác định nhiệm vụ” và ghi đúng mã %(code)s, tên và loại của nhiệm vụ này."
    ) % {"proposals": "; ".join(names), "code": milestone.task.code}


def undetermined_task(code: str, typed: Mapping[str, Any]) -> ScienceTask | None:
    """The task with this code whose determination is not on record; None when there is no such task.

    Raises ``ValidationError`` when it has something else than what was typed: the code may be a slip.
    """
    determined = TaskMilestone.objects.filter(kind=MilestoneKind.DETERMINED)
    task = ScienceTask.objects.filter(code=code).exclude(pk__in=determined.values("task")).first()
    for name, value in typed.items() if task is not None else ():
        field = ScienceTask._meta.get_field(name)
        if value and value != (stored := getattr(task, name)):
            text = _(
                "Nhiệm vụ mã “%(code)s” chưa được xác định có %(field)s “%(stored)s”. Ghi đúng như vậy để gắn đề xuất vào nhiệm "
                "vụ đó, hoặc ghi mã khác."
            )
            shown = dict(getattr(field, "choices", None) or ()).get(stored, stored)
            named = {"code": code, "field": field.verbose_name, "stored": shown}  # type: ignore[union-attr]
            raise ValidationError({name: text % named})
    return task


def _going_back(milestone: TaskMilestone) -> QuerySet[TaskProposal]:
    proposals = TaskProposal.objects.filter(task=milestone.task_id).order_by("pk")
    return proposals if milestone.kind == MilestoneKind.DETERMINED else proposals.none()
