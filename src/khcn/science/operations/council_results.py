"""What a council decided and what the milestones of its tasks say agree: neither is typed against the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind
from khcn.kernel.text.dates import format_date
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations.meetings import SETTLES

if TYPE_CHECKING:
    from khcn.kernel.registers.writing import ValidationContext

_ITEMS: Final = "science.items"  # rows of one workbook, besides what is on record


def note_item(item: MeetingItem, context: ValidationContext) -> None:
    """The milestones of the same workbook are compared with this item, too."""
    _noted(context).append(item)


def why_not_decided_so(milestone: TaskMilestone, context: ValidationContext) -> str:
    """Why a milestone may not be recorded: a council decided otherwise on that day, or decided before and its decision is
    not recorded yet. A task that no council dealt with has what its papers say.
    """
    items = [each for each in _items_by(milestone, context) if _is_decided(each)]
    same_day = [each for each in items if each.meeting.held_on == milestone.on]
    if any(_agrees(each, milestone) for each in same_day):
        return ""
    if same_day:
        return _against(same_day[0])
    last = max(items, key=lambda each: each.meeting.held_on, default=None)
    if last is None or _is_recorded(last, milestone):
        return ""
    return "" if milestone.taken_over and _agrees(last, milestone) else _against(last)


def why_not_on_agenda(item: MeetingItem) -> str:
    """Why a decision may not be entered: the task has a milestone of that day that says otherwise."""
    kind = SETTLES.get(CouncilKind(item.meeting.kind))
    if kind is None or not _is_decided(item) or item.task._state.adding:
        return ""
    stored = TaskMilestone.objects.filter(task=item.task.pk, kind=kind, on=item.meeting.held_on)
    milestone = stored.select_related("grade").first()
    if milestone is None or _agrees(item, milestone):
        return ""
    return _(
        "Nhiệm vụ đã có mốc “%(step)s” ngày %(day)s%(grade)s, khác kết quả ghi ở đây. Hãy xem lại kết quả, hoặc đính chính, bỏ mốc "
        "ghi nhầm đó trước."
    ) % {
        "step": kind.label,
        "day": format_date(milestone.on),
        "grade": _(" (xếp loại “%(grade)s”)") % {"grade": milestone.grade} if milestone.grade else "",
    }


def _noted(context: ValidationContext) -> list[MeetingItem]:
    found: list[MeetingItem] = context.seen.setdefault(_ITEMS, [])
    return found


def _items_by(milestone: TaskMilestone, context: ValidationContext) -> list[MeetingItem]:
    """What meetings by the day of the milestone, of councils that settle it, had on their agenda about its task."""
    kinds = [kind for kind, settled in SETTLES.items() if settled == milestone.kind]
    if not kinds:
        return []
    noted = [
        each
        for each in _noted(context)
        if each.task == milestone.task and each.meeting.kind in kinds and each.meeting.held_on <= milestone.on
    ]
    if milestone.task._state.adding:  # made by the same workbook
        return noted
    stored = MeetingItem.objects.filter(
        task=milestone.task.pk, meeting__kind__in=kinds, meeting__held_on__lte=milestone.on
    ).exclude(pk__in=[each.pk for each in noted if not each._state.adding])
    return [*noted, *stored.select_related("meeting", "grade").order_by("pk")]


def _is_decided(item: MeetingItem) -> bool:
    return item.passed is not None or item.grade is not None


def _agrees(item: MeetingItem, milestone: TaskMilestone) -> bool:
    """Does the milestone say what the council decided? Papers of the past may lack the grade on one side."""
    grade = item.grade
    if item.passed is None or (not item.passed and not (grade is not None and grade.fails)):
        return False
    if milestone.kind != MilestoneKind.ACCEPTED_PROVINCE or None in {grade, milestone.grade}:
        return item.passed
    return grade == milestone.grade


def _is_recorded(item: MeetingItem, milestone: TaskMilestone) -> bool:
    """Is the decision on record as another milestone of the task?"""
    others = TaskMilestone.objects.filter(task=milestone.task, kind=milestone.kind).exclude(pk=milestone.pk)
    return others.filter(on=item.meeting.held_on).exists()


def _against(item: MeetingItem) -> str:
    if item.passed is None:
        decided = _("chưa ghi được thông qua hay không")
    else:
        decided = _("được thông qua") if item.passed else _("không được thông qua")
    if item.grade is not None:
        decided = _("%(decided)s, xếp loại “%(grade)s”") % {"decided": decided, "grade": item.grade}
    return _(
        "Cuộc họp hội đồng ngày %(day)s đã có kết luận về nhiệm vụ này: %(decided)s. Mốc theo kết luận đó ghi bằng nút “Ghi kết quả "
        "cho các nhiệm vụ” ở trang cuộc họp; kết luận ghi nhầm thì sửa ở dòng của nhiệm vụ trong cuộc họp."
    ) % {"day": format_date(item.meeting.held_on), "decided": decided}
