"""Meetings whose conclusions are milestones of tasks: what they state is corrected together with these milestones."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind, CouncilMeeting
from khcn.councils.operations import (
    MINUTES_BOOK,
    MeetingWriter,
    SeatWriter,
    why_not_numbered,
    why_outside_council,
)
from khcn.kernel.access.shown_names import name_to_acting
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.actors import current_act
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.fields.dated_links import put_versions_in_force, refuse_unless_in_force
from khcn.kernel.numbering.operations import lock_book
from khcn.kernel.papers.printed_facts import refuse_change_of_printed
from khcn.kernel.registers.history_from_paper import refuse_writing_history
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, ScienceTask, TaskMilestone
from khcn.science.operations.council_results import SETTLES, decision_of, is_recorded, key_of
from khcn.science.operations.history import Histories, faults_of, history_of
from khcn.science.operations.meeting_quorum import keeping_quorum
from khcn.science.operations.meetings import (
    milestone_of,
    recorded_items,
    recorded_meetings,
    settled_tasks,
)
from khcn.science.operations.milestones import correct_milestone_of_meeting
from khcn.science.operations.task_access import TaskRefused, lock_tasks
from khcn.science.operations.writers import shared_histories, tasks_of_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.refusals import Refused
    from khcn.kernel.registers.writing import ValidationContext, Write
    from khcn.reference.models import CodeListItem


_DECIDED: Final = {"meeting", "task", "passed", "grade"}
_DECISION: Final = {"meeting_id", "task_id", "passed", "grade_id"}  # the columns that say what was decided


class MeetingItemWriter(RowWriter):
    """An item whose conclusion is a milestone of the task stays on the agenda, and says what the milestone says."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody moves these meetings, or records a milestone of these tasks by the agenda as it was."""
        rows = [each for write in writes for each in (write.record, write.before) if each is not None]
        _lock_meetings({each.meeting_id for each in rows if each.meeting_id})
        lock_tasks({each.task_id for each in rows if each.task_id})

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, TaskRefused]]:
        """New decisions and changed ones against the milestones of the tasks."""
        touched = [each for each in writes if each.is_new or each.changed & _DECIDED]
        rows = [each for write in touched for each in (write.record, write.before) if each is not None]
        histories = shared_histories(context, [each.task for each in rows])
        for write in touched:
            if (why := _why_not_on_agenda(write, histories)) or (
                why := _why_not_set_back(write.before, histories)
            ):
                yield write, TaskRefused.about(why, "passed")

    def judging_outcome(
        self, writes: Sequence[Write], removed: Sequence[Any] = ()
    ) -> AbstractContextManager[None]:
        """A milestone that the task has already may be the result of the meeting now."""
        return keeping_quorum(partial(tasks_of_rows, writes, removed))

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
        history = history_of(record.task)
        remaining = [each for each in history.decisions if each.item != record.pk]
        if why := history.why_not_decisions(remaining):
            raise TaskRefused(why, code="owned")

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """An import that brought the item and its milestone takes both back, but not an item that was recorded afterwards."""
        if why := _why_not_set_back(record, Histories()):
            raise TaskRefused(why, code="owned")

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Tasks whose milestones say otherwise than the meetings that remain."""
        yield from faults_of({each["task_id"] for each in removed if each.get("task_id")})


def _why_not_on_agenda(write: Write, histories: Histories) -> str:
    """Why a meeting may not say this about the task; what it may is kept in mind for the rows that follow."""
    item = write.record
    history, key = histories.of(item.task), key_of(item)
    decision = decision_of(item, histories.meetings.get(item.meeting_id))
    decisions = [*(each for each in history.decisions if each.item != key), decision]
    left = histories.of(write.before.task) if write.before is not None else history
    remaining = [each for each in left.decisions if each.item != key]
    if (why := history.why_not_decisions(decisions)) or (
        left is not history and (why := left.why_not_decisions(remaining))
    ):
        return why
    left.decisions = remaining
    history.decisions = decisions
    return ""


def _why_not_set_back(item: MeetingItem | None, histories: Histories) -> str:
    """Why the item may not be set back to what it was before: its conclusion was recorded as a milestone since then."""
    kind = SETTLES.get(CouncilKind(item.meeting.kind)) if item is not None else None
    if item is None or kind is None or item.passed is None:
        return ""
    milestones = TaskMilestone.objects.filter(task=item.task_id, kind=kind, on__gte=item.meeting.held_on)
    if (milestone := milestones.order_by("on").first()) is None:
        return ""
    history, decision = histories.of(item.task), decision_of(item)
    others = [each for each in history.decisions if each.item != item.pk]
    if not is_recorded(decision, [*others, decision], history.results):
        return ""
    if not _is_entered_since(milestone, item):
        return ""
    return _(
        "Nhiệm vụ “%(task)s” có mốc “%(step)s” ngày %(day)s ghi theo dòng này sau khi nhập. Nếu ghi nhầm thì bấm “Bỏ mốc ghi nhầm” ở "
        "mốc đó trước."
    ) % {
        "task": name_to_acting(item.task),
        "step": MilestoneKind(kind).label,
        "day": format_date(milestone.on),
    }


def _is_entered_since(milestone: TaskMilestone, item: MeetingItem) -> bool:
    """Was the milestone entered after the decision of the item, by another act?"""
    entries = ChangeEntry.objects.filter(model=item._meta.label_lower, object_id=str(item.pk))
    written = entries.exclude(batch=current_act().batch).order_by("-pk")
    decided = next(
        (
            each
            for each in written
            if each.action == LoggedAction.CREATE or (each.after or {}).keys() & _DECISION
        ),
        None,
    )
    if decided is None:  # older than the log
        return False
    made = ChangeEntry.objects.filter(model=milestone._meta.label_lower, object_id=str(milestone.pk))
    return made.filter(action=LoggedAction.CREATE, pk__gt=decided.pk).exclude(batch=decided.batch).exists()


class MeetingOfTasksWriter(MeetingWriter):
    """A meeting that moves, or becomes one of another kind, says what the milestones of the tasks on its agenda say."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody adds to these agendas, or records a milestone of these tasks by the day as it was."""
        keys = {each.record.pk for each in writes if each.record.pk is not None}
        _lock_meetings(keys)
        lock_tasks(_tasks_of(keys))
        super().lock(writes)

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Meetings that the rules of councils allow, against the milestones of the tasks."""
        refused = set()
        for write, why_not in super().validate(writes, context):
            refused.add(id(write))
            yield write, why_not
        moved = [each for each in writes if not each.is_new and each.changed & {"kind", "held_on"}]
        if not moved:
            return
        tasks = ScienceTask.objects.filter(pk__in=_tasks_of([each.record.pk for each in moved]))
        histories = shared_histories(context, tasks)
        for write in moved:
            if id(write) in refused:
                continue
            if why := _why_not_moved(write.record, histories):
                yield write, TaskRefused.about(why, *sorted(write.changed & {"kind", "held_on"}))

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """What was recorded of these meetings stays the result of councils that could decide."""
        with (
            super().judging_outcome(writes, removed),
            keeping_quorum(lambda: _tasks_of({each.record.pk for each in writes} - {None})),
        ):
            yield

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Tasks whose milestones say otherwise than a meeting that was set back."""
        yield from faults_of(_tasks_of([each["id"] for each in removed if each.get("id")]))


class SeatOfTasksWriter(SeatWriter):
    """Who sat on a council stays on record so that what was recorded of its meetings is the result of a council that could
    decide.
    """

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody records a milestone of these tasks by the members as they were."""
        lock_tasks(_tasks_of_councils(writes, []))
        super().lock(writes)

    def judging_outcome(
        self, writes: Sequence[Write], removed: Sequence[Any] = ()
    ) -> AbstractContextManager[None]:
        """The meetings of the councils that have the seats, or had them."""
        return keeping_quorum(partial(_tasks_of_councils, writes, removed))


def _tasks_of_councils(writes: Sequence[Write], removed: Sequence[Any]) -> set[int]:
    rows = [row for each in writes for row in (each.record, each.before) if row is not None]
    councils = {each.council_id for each in (*rows, *removed)} - {None}
    meetings = CouncilMeeting.objects.filter(council__in=councils)
    return _tasks_of(meetings.values_list("pk", flat=True))


def _lock_meetings(keys: Collection[int]) -> None:
    lock_rows(CouncilMeeting.objects.filter(pk__in=keys))


def _tasks_of(meetings: Iterable[int]) -> set[int]:
    return set(MeetingItem.objects.filter(meeting__in=meetings).values_list("task_id", flat=True))


def _why_not_moved(meeting: CouncilMeeting, histories: Histories) -> str:
    """Why the meeting may not have this day and kind; when it may, the rows that follow see it so."""
    found = {}
    for item in MeetingItem.objects.filter(meeting=meeting.pk).select_related("task", "grade").order_by("pk"):
        history = histories.of(item.task)
        decisions = [
            each._replace(council=meeting.kind, on=meeting.held_on) if each.meeting == meeting.pk else each
            for each in history.decisions
        ]
        if why := history.why_not_decisions(decisions):
            return why
        found[item.task_id] = (history, decisions)
    for history, decisions in found.values():
        history.decisions = decisions
    histories.meetings[meeting.pk] = meeting
    return ""


@contextmanager
def _agreeing(tasks: Collection[int]) -> Iterator[None]:
    """Raise :class:`TaskRefused` when what is written inside makes a milestone of one of these tasks contradict a meeting.
    To be used in a transaction, which the refusal rolls back.
    """
    lock_tasks(tasks)
    found = ScienceTask.objects.filter(pk__in=tasks).order_by("pk")
    before = Histories()
    before.load(found)
    known = {each.pk: before.of(each).faults_of_councils() for each in found}
    yield
    after = Histories()
    after.load(found)
    for task in found:
        for why in after.of(task).faults_of_councils():
            if why not in known[task.pk]:
                raise TaskRefused(why, code="rule")


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
    if meeting.taken_over:
        refuse_writing_history(register_of(CouncilMeeting), actor)
    kind = SETTLES[CouncilKind(meeting.kind)]
    tasks = _tasks_of([meeting.pk])
    with (
        correcting(actor, reason),
        _agreeing(tasks),
        keeping_quorum(lambda: tasks),
        refuse_correction_if_relied_on(meeting),
    ):
        milestones = TaskMilestone.objects.filter(
            task__in=settled_tasks(meeting), kind=kind, on=meeting.held_on
        )
        for milestone in milestones.select_related("task", "grade").order_by("pk"):
            correct_milestone_of_meeting(
                milestone=milestone,
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
        _grade_on_day_of(meeting)
    return meeting


def _grade_on_day_of(meeting: CouncilMeeting) -> None:
    """The grades that the meeting gave are those of the scale in force on its day. Raises ``Refused`` where there is no such
    grade.
    """
    for item in MeetingItem.objects.filter(meeting=meeting, grade__isnull=False).select_related("grade"):
        item.meeting, before = meeting, item.grade_id
        put_versions_in_force(item)
        refuse_unless_in_force(item)
        if item.grade_id != before:
            refuse_change_of_printed(item, MeetingItem.objects.get(pk=item.pk))
            item.corrected = True
            item.save()


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
    milestone = milestone_of(item)
    with correcting(actor, reason), _agreeing([item.task_id]), refuse_correction_if_relied_on(item):
        item.grade = grade
        put_versions_in_force(item)
        refuse_unless_in_force(item)
        if not grade.fails and item.passed is False:
            item.passed = True  # the failing grade was the slip
        item.full_clean()
        if milestone is not None and milestone.kind == MilestoneKind.ACCEPTED_PROVINCE:
            correct_milestone_of_meeting(
                milestone=milestone,
                reached_on=milestone.on,
                grade=item.grade,
                reason=reason,
                actor=actor,
                on=on,
            )
        refuse_change_of_printed(item, MeetingItem.objects.get(pk=item.pk))
        item.corrected = True
        item.save()
    return item
