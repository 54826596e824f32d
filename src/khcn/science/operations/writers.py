"""What the writers of rows about tasks have in common: the task that is acted on and locked, and the histories in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.registers.writing import RowWriter
from khcn.science.operations.history import Histories
from khcn.science.operations.order import why_not_decided
from khcn.science.operations.task_access import TaskRefused, lock_tasks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.kernel.registers.writing import ValidationContext, Write
    from khcn.science.models import ScienceTask

_HISTORIES: Final = "science.histories"  # writers of one workbook see what each other has accepted


def histories_of(writes: Sequence[Write], context: ValidationContext) -> Histories:
    """The histories of the tasks that new rows are about."""
    return shared_histories(context, (each.record.task for each in writes if each.is_new))


def shared_histories(context: ValidationContext, tasks: Iterable[ScienceTask]) -> Histories:
    """The histories of these tasks, and of all others that the workbook is about."""
    histories: Histories = context.seen.setdefault(_HISTORIES, Histories())
    histories.load(tasks)
    return histories


def tasks_of_rows(writes: Sequence[Write], removed: Sequence[Any]) -> set[int]:
    """The keys of the stored tasks that rows are about, or were."""
    rows = [row for each in writes for row in (each.record, each.before) if row is not None]
    return {each.task_id for each in (*rows, *removed) if each.task_id is not None}


class PastFactWriter(RowWriter):
    """Rows about what has happened: their day is not still to come."""

    def __init__(self, day: str) -> None:
        """``day`` is the column that says when it happened."""
        self.day = day

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, TaskRefused]]:
        """Refuses a day after that of the entry."""
        for write in writes:
            happened_on = getattr(write.record, self.day)
            if happened_on is not None and (why := why_not_decided(happened_on, context.on)):
                yield write, TaskRefused.about(why, self.day, code="future")


class TaskWriter(RowWriter):
    """Rows that are facts about a task: its state, dates and holders follow from them."""

    acts_on_link = "task"

    def lock(self, writes: Sequence[Write]) -> None:
        """The tasks of the rows."""
        lock_tasks({each.record.task_id for each in writes if each.record.task_id})
