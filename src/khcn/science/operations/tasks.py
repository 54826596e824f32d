"""Verbs of tasks themselves: put right what is on record of one that has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.actors import acting
from khcn.kernel.audit.locking import locked
from khcn.science.models import ScienceTask
from khcn.science.operations.history import TaskRefused, check_may_write
from khcn.science.queries import ended_tasks

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor


def correct_task(
    *, task: ScienceTask, reason: str, actor: Actor, on: date, **particulars: Any
) -> ScienceTask:
    """Put right the particulars of a task that has ended; it is marked for ever, and the log has the reason.

    Raises :class:`TaskRefused`, and ``Refused`` when a frozen report or an issued paper stands on the task.
    """
    check_may_write(actor, task)
    with transaction.atomic(), acting(actor, _("Đính chính: %(reason)s") % {"reason": reason.strip()}):
        stored: ScienceTask = locked(ScienceTask, task.pk)
        if why_not := why_not_ended(stored, actor=actor, on=on):
            raise TaskRefused(why_not)
        refuse_correction_if_relied_on(stored)
        for name, value in particulars.items():
            setattr(stored, name, value)
        stored.corrected = True
        stored.full_clean()
        stored.save()
    return stored


def why_not_ended(task: ScienceTask, *, actor: Actor, on: date) -> str:
    """Why a task is not put right by a correction but simply changed; "" when it has ended."""
    if ended_tasks([task.pk]):
        return ""
    return _("Nhiệm vụ chưa kết thúc: sửa trực tiếp bằng nút “Sửa”.")
