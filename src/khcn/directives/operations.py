"""Verbs of assigned work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.directives.models import AssignedTask
from khcn.kernel.actors import acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.reference.models import LegalDocument


class ResultRefused(Refused):
    """The result cannot be recorded; the text says why, in Vietnamese."""


def record_result(
    *,
    task: AssignedTask,
    done_on: date,
    actor: Actor,
    on: date,
    result_document: LegalDocument | None = None,
    progress: str = "",
) -> AssignedTask:
    """Record that assigned work was finished on a day, in time or late; which of the two follows from the deadline.

    Raises :class:`ResultRefused` when the actor may not, or when a result is on record already.
    """
    if not register_of(AssignedTask).may("act", actor, task):
        raise ResultRefused(_("Chỉ Văn phòng và đơn vị chủ trì ghi được kết quả của nhiệm vụ này."))
    if why_not := why_not_finished(task, actor=actor, on=on):
        raise ResultRefused(why_not)
    with acting(actor), transaction.atomic():
        task.done_on = done_on
        task.result_document = result_document or task.result_document
        task.progress = progress or task.progress
        task.full_clean()
        task.save()
    return task


def why_not_finished(task: AssignedTask, *, actor: Actor, on: date) -> str:
    """Why no result can be recorded any more; "" while the work is open."""
    if task.done_on is None:
        return ""
    return _("Nhiệm vụ đã ghi hoàn thành ngày %(day)s. Muốn đổi, hãy sửa bản ghi và nêu lý do.") % {
        "day": format_date(task.done_on)
    }
