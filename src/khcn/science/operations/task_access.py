"""Who may write about a task, how a refusal is worded, and the lock under which the rules are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.audit.record_versions import advance_version
from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.science.models import ScienceTask

if TYPE_CHECKING:
    from collections.abc import Collection

    from khcn.kernel.actors import Actor
    from khcn.science.models import AmendmentRequest, TaskAmendment, TaskMilestone


class TaskRefused(Refused):
    """The task does not allow this on that day, or the actor may not; the text says why, in Vietnamese."""


def check_may_write(actor: Actor, task: ScienceTask | None) -> None:
    """Raise :class:`TaskRefused` when the actor may not act on the task."""
    if not register_of(ScienceTask).may("act", actor, task):
        raise TaskRefused(_("Chỉ Phòng Quản lý khoa học cập nhật được nhiệm vụ KH&CN."), code="not_permitted")


def refuse_input(name: str, text: str) -> None:
    """Raise :class:`TaskRefused` because of one input."""
    raise TaskRefused.about(text, name)


def lock_tasks(keys: Collection[int]) -> None:
    """Nobody adds a step or an amendment to these tasks until the transaction ends; always in the order of the keys."""
    for part in chunks(sorted(keys)):
        lock_rows(ScienceTask._base_manager.filter(pk__in=part))


def lock_task_of(record: TaskMilestone | TaskAmendment | AmendmentRequest) -> None:
    """The same for the task that a milestone or an amendment belongs to."""
    lock_tasks([record.task_id])


def move_versions(keys: Collection[int]) -> None:
    """A person who looked at these tasks before acts on something that is no longer so."""
    advance_version(ScienceTask, sorted(keys))
