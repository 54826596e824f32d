"""Verbs of council meetings: what a meeting concluded about the tasks on its agenda becomes their milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind
from khcn.kernel.access.shown_names import name_to_acting
from khcn.kernel.actors import acting
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.history_from_paper import may_write_history
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.kernel.text.dates import format_date
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, ScienceTask, TaskMilestone
from khcn.science.operations.council_results import (
    SETTLES,
    decision_of,
    grade_of,
    is_recorded,
    result_of,
    says,
)
from khcn.science.operations.history import Histories
from khcn.science.operations.meeting_quorum import why_no_result
from khcn.science.operations.task_access import TaskRefused, check_may_write, lock_tasks

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.councils.models import CouncilMeeting
    from khcn.kernel.actors import Actor
    from khcn.reference.models import LegalDocument

# What a meeting settled for a task: it passed, or its result failed at the acceptance, which is a dated fact as well.
_FAILED: Final = Q(meeting__kind=CouncilKind.ACCEPTANCE, passed=False)
_SETTLED: Final = Q(passed=True) | (_FAILED & Q(grade__fails=True))


def _open_items(meeting: CouncilMeeting) -> list[MeetingItem]:
    """Items that are settled and whose task does not have the milestone of this meeting yet, or one that may come again."""
    kind = SETTLES.get(CouncilKind(meeting.kind))
    if kind is None:
        return []
    comes_again = Q(grade__fails=True) | Q(kind=MilestoneKind.AWARDED)
    recorded = TaskMilestone.objects.filter(kind=kind).exclude(comes_again, on__lt=meeting.held_on)
    items = MeetingItem.objects.filter(_SETTLED, meeting=meeting).exclude(task__in=recorded.values("task"))
    return list(items.select_related("task", "grade").order_by("pk"))


def settled_tasks(meeting: CouncilMeeting) -> set[int]:
    """The keys of the tasks for which the meeting settled something."""
    return set(MeetingItem.objects.filter(_SETTLED, meeting=meeting).values_list("task_id", flat=True))


def failed_items(*, on: date) -> QuerySet[MeetingItem]:
    """Items that did not pass at an acceptance meeting by ``on``, of which the task shows nothing: neither an acceptance of
    that day or later, nor an early end.
    """
    kinds = (MilestoneKind.ACCEPTED_PROVINCE, MilestoneKind.STOPPED, MilestoneKind.TERMINATED)
    shown = TaskMilestone.objects.filter(
        task=OuterRef("task"), kind__in=kinds, on__gte=OuterRef("meeting__held_on")
    )
    failed = MeetingItem.objects.filter(_FAILED, ~Exists(shown), meeting__held_on__lte=on)
    return failed.select_related("meeting", "task", "grade").order_by("meeting__held_on", "pk")


def what_to_do(item: MeetingItem) -> str:
    """What comes next for a task that did not pass at the acceptance meeting."""
    named = {"task": name_to_acting(item.task), "day": format_date(item.meeting.held_on)}
    if item.grade is None or not item.grade.fails:
        return (
            _(
                "Hội đồng họp ngày %(day)s không thông qua “%(task)s” mà chưa ghi xếp loại không đạt. Ghi xếp loại ở dòng của "
                "nhiệm vụ trong cuộc họp, rồi bấm “Ghi kết quả cho các nhiệm vụ” ở trang cuộc họp."
            )
            % named
        )
    return (
        _(
            "Hội đồng họp ngày %(day)s không thông qua “%(task)s”. Bấm “Ghi kết quả cho các nhiệm vụ” ở trang cuộc họp để ghi mốc "
            "nghiệm thu không đạt; sau đó nghiệm thu lại, hoặc quyết toán và thanh lý hợp đồng."
        )
        % named
    )


def _with_milestone(column: str, keys: Collection[int]) -> list[tuple[int, int]]:
    """Of the items with one of these keys in ``column`` whose conclusion is recorded, the key and that of the meeting."""
    found = []
    for part in chunks(sorted(keys)):
        items = list(MeetingItem.objects.filter(_SETTLED, **{f"{column}__in": part}).select_related("task"))
        histories = Histories()
        histories.load(each.task for each in items)
        for item in items:
            history = histories.of(item.task)
            decision = next(each for each in history.decisions if each.item == item.pk)
            if is_recorded(decision, history.decisions, history.results):
                found.append((item.pk, item.meeting_id))
    return found


def recorded_items(keys: Collection[int]) -> set[int]:
    """Those of the items with these keys whose conclusion is recorded as a milestone of the task."""
    return {item for item, _meeting in _with_milestone("pk", keys)}


def milestone_of(item: MeetingItem) -> TaskMilestone | None:
    """The milestone as which the conclusion of the item is recorded: of the day of the meeting, or of the decision after it."""
    if not recorded_items([item.pk]):
        return None
    kind = SETTLES[CouncilKind(item.meeting.kind)]
    milestones = TaskMilestone.objects.filter(task=item.task_id, kind=kind, on__gte=item.meeting.held_on)
    return milestones.order_by("on").first()


def recorded_meetings(keys: Collection[int]) -> set[int]:
    """Those of the meetings with these keys of which a conclusion is recorded."""
    return {meeting for _item, meeting in _with_milestone("meeting", keys)}


def meeting_of(milestone: TaskMilestone) -> CouncilMeeting | None:
    """The meeting of which the milestone is the conclusion."""
    kinds = [kind for kind, settled in SETTLES.items() if settled == milestone.kind]
    items = MeetingItem.objects.filter(
        _SETTLED, task=milestone.task_id, meeting__kind__in=kinds, meeting__held_on=milestone.on
    )
    grade = grade_of(milestone.grade)
    for item in items.select_related("meeting", "grade").order_by("pk"):
        concluded = grade_of(item.grade)
        if None in {grade, concluded} or concluded == grade:  # else the meeting concluded otherwise
            return item.meeting
    return None


def meeting_that_gave(milestone: TaskMilestone) -> CouncilMeeting | None:
    """The meeting whose decision the milestone is, also where papers of the past date it later than the meeting."""
    kinds = [kind for kind, settled in SETTLES.items() if settled == milestone.kind]
    items = MeetingItem.objects.filter(
        ~Q(passed=None, grade=None),
        task=milestone.task_id,
        meeting__kind__in=kinds,
        meeting__held_on__lte=milestone.on,
    )
    last = (
        items.select_related("meeting__council__decision", "grade").order_by("meeting__held_on", "pk").last()
    )
    return last.meeting if last is not None and says(decision_of(last), result_of(milestone)) else None


def used_grades(keys: Collection[int]) -> set[int]:
    """Those of the grades with these keys that an acceptance or an item of a meeting has."""
    found: set[int] = set()
    for model in (TaskMilestone, MeetingItem):
        rows = model.objects.filter(grade__in=list(keys))
        found.update(rows.values_list("grade_id", flat=True).distinct())
    return found


def why_not_conclude(meeting: CouncilMeeting, *, actor: Actor, on: date) -> str:
    """Why a meeting has nothing to record, or its council could not decide; "" when it has and could."""
    if CouncilKind(meeting.kind) not in SETTLES:
        return _("Cuộc họp loại này chỉ tư vấn, không ghi mốc cho nhiệm vụ.")
    if not _open_items(meeting):
        if (failed := failed_items(on=on).filter(meeting=meeting).first()) is not None:
            return what_to_do(failed)
        return _("Không còn nhiệm vụ được thông qua nào của cuộc họp chưa ghi mốc.")
    why = why_no_result(meeting, from_paper=may_write_history(register_of(TaskMilestone), actor))
    if why and meeting.taken_over:
        return _(
            "%(why)s Hồ sơ giấy của cuộc họp không có nội dung đó thì lãnh đạo phòng, đơn vị hoặc quản trị ghi kết quả."
        ) % {"why": why}
    return why


def preview_conclusions(
    meeting: CouncilMeeting, *, document: LegalDocument | None, actor: Actor, on: date
) -> list[str]:
    """The milestones that would be recorded, task by task, and what the rules are against: the same as in the action."""
    kind = SETTLES[CouncilKind(meeting.kind)]
    items = _open_items(meeting)
    without_dossier = _without_dossier(meeting, items) if kind is MilestoneKind.ACCEPTED_PROVINCE else set()
    notice = "; " + _(
        "chưa ghi ngày nộp hồ sơ nghiệm thu: đã nộp thì ghi mốc đó trước, để thời hạn nộp hồ sơ được tính đúng"
    )
    refused = _tried(meeting, items, document, actor=actor, on=on)
    left = failed_items(on=on).filter(meeting=meeting).exclude(pk__in=[each.pk for each in items])
    return [
        *(
            refused.get(each.task_id)
            or f"{_title(each, actor)}: {kind.label}"
            + (f", {each.grade}" if each.grade is not None else "")
            + (notice if each.task_id in without_dossier else "")
            for each in items
        ),
        *(what_to_do(each) for each in left),
    ]


def _title(item: MeetingItem, actor: Actor) -> str:
    """What the task is called: several that have no name for the actor are distinguished by their numbers."""
    return register_of(ScienceTask).title_for(actor, item.task)


def _without_dossier(meeting: CouncilMeeting, items: Sequence[MeetingItem]) -> set[int]:
    """The tasks of these items of which no dossier for acceptance is on record that was submitted before the meeting."""
    submitted = TaskMilestone.objects.filter(
        task__in=[each.task_id for each in items],
        kind=MilestoneKind.DOSSIER_SUBMITTED,
        on__lte=meeting.held_on,
    )
    return {each.task_id for each in items} - set(submitted.values_list("task_id", flat=True))


def shown_conclusions(meeting: CouncilMeeting, *, actor: Actor, on: date) -> dict[str, str]:
    """What would be recorded of each task, by its name: the dialog shows it, and nothing else is recorded."""
    found: dict[str, list[str]] = {}
    for item in _open_items(meeting):
        label = SETTLES[CouncilKind(meeting.kind)].label
        parts = [f"{label} {format_date(meeting.held_on)}", str(item.grade or ""), item.conclusion]
        found.setdefault(_title(item, actor), []).append(", ".join(filter(None, parts)))
    return {name: "; ".join(lines) for name, lines in found.items()}


def record_conclusions(
    *, meeting: CouncilMeeting, actor: Actor, on: date, document: LegalDocument | None = None
) -> CouncilMeeting:
    """Record for every task what the meeting settled, with its own grade. A task that the rules are against stops no other
    one: it stays open, and :func:`unrecorded` says why.

    Raises :class:`TaskRefused` that names every task when none can be recorded.
    """
    items = _open_items(meeting)
    if not items:
        raise TaskRefused(why_not_conclude(meeting, actor=actor, on=on), code="nothing_to_record")
    with transaction.atomic(), acting(actor):
        refused = _record(meeting, items, document, actor=actor, on=on)
        if len(refused) == len(items):
            raise TaskRefused(" ".join(refused.values()), code="rule")
    return meeting


def unrecorded(meeting: CouncilMeeting, *, actor: Actor, on: date) -> str:
    """The tasks of which the meeting settled something that cannot be recorded, each with the reason."""
    refused = _tried(meeting, _open_items(meeting), None, actor=actor, on=on)
    return _("Chưa ghi được: %(tasks)s") % {"tasks": " ".join(refused.values())} if refused else ""


def _tried(
    meeting: CouncilMeeting,
    items: Sequence[MeetingItem],
    document: LegalDocument | None,
    *,
    actor: Actor,
    on: date,
) -> dict[int, str]:
    """What :func:`_record` would refuse. Terms that have passed are known only when the milestone is written."""
    with transaction.atomic(), acting(actor):
        refused = _record(meeting, items, document, actor=actor, on=on)
        transaction.set_rollback(True)
    return refused


def _record(
    meeting: CouncilMeeting,
    items: Sequence[MeetingItem],
    document: LegalDocument | None,
    *,
    actor: Actor,
    on: date,
) -> dict[int, str]:
    """Record what can be recorded; gives by task, in a sentence with its name, why the others cannot."""
    lock_tasks({each.task_id for each in items})
    why: dict[int, str] = {}
    for item, milestone in zip(items, _milestones(meeting, items, document), strict=True):
        try:
            item.clean()  # stored before the grade was marked as a failing one
            milestone.full_clean()
            check_may_write(actor, milestone.task)
            save_row(register_of(TaskMilestone), milestone, actor=actor, on=on)
        except ValidationError as error:
            why[item.task_id] = " ".join(error.messages)
        except Refused as refused:
            why[item.task_id] = str(refused)
    return {
        each.task_id: _("Nhiệm vụ “%(task)s”: %(why)s")
        % {"task": _title(each, actor), "why": why[each.task_id]}
        for each in items
        if each.task_id in why
    }


def _milestones(
    meeting: CouncilMeeting, items: Sequence[MeetingItem], document: LegalDocument | None
) -> list[TaskMilestone]:
    kind = SETTLES[CouncilKind(meeting.kind)]
    from_paper = bool(meeting.taken_over and why_no_result(meeting, from_paper=False))
    return [
        TaskMilestone(
            task=item.task,
            kind=kind,
            on=meeting.held_on,
            document=document,
            grade=item.grade if kind is MilestoneKind.ACCEPTED_PROVINCE else None,
            number=meeting.minutes_number,
            note=item.conclusion,
            taken_over=from_paper,
        )
        for item in items
    ]
