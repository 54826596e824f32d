"""Verbs of tasks themselves: correct what is on record of one that has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.text.dates import format_date
from khcn.science.enums import AmendmentKind
from khcn.science.models import ScienceTask
from khcn.science.operations.task_access import TaskRefused, check_may_write
from khcn.science.queries import ended_tasks

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor

# The amendments that begin with what a column of the task says.
_AMENDED_BY: dict[str, tuple[AmendmentKind, ...]] = {
    "host": (AmendmentKind.CHANGE_HOST,),
    "principal_investigator": (AmendmentKind.CHANGE_PI,),
    "planned_end_on": (AmendmentKind.EXTEND_DURATION, AmendmentKind.EXTEND_SUBMISSION),
    "planned_dossier_on": (AmendmentKind.EXTEND_SUBMISSION,),
}


def correct_task(
    *, task: ScienceTask, reason: str, actor: Actor, on: date, **particulars: Any
) -> ScienceTask:
    """Correct the particulars of a task that has ended; it is marked for ever, and the log has the reason.

    Raises :class:`TaskRefused`, and ``Refused`` when a frozen report or an issued paper depends on the task.
    """
    check_may_write(actor, task)
    with transaction.atomic(), acting(actor, _("Đính chính: %(reason)s") % {"reason": reason.strip()}):
        stored: ScienceTask = locked(ScienceTask, task.pk)
        if why_not := why_not_ended(stored, actor=actor, on=on):
            raise TaskRefused(why_not)
        refuse_correction_if_relied_on(stored)
        changed = {name: value for name, value in particulars.items() if getattr(stored, name) != value}
        _refuse_amended(stored, changed)
        for name, value in changed.items():
            setattr(stored, name, value)
        stored.corrected = True
        stored.full_clean()
        stored.save()
    return stored


def _refuse_amended(task: ScienceTask, names: Collection[str]) -> None:
    """What an amendment changed or began with is no slip of the task any more: the amendment says what was before."""
    kinds = {kind for name in names for kind in _AMENDED_BY.get(name, ())}
    amendment = task.amendments.filter(kind__in=kinds).order_by("decided_on", "pk").first()
    if amendment is None:
        return
    wrong = [name for name in names if amendment.kind in _AMENDED_BY.get(name, ())]
    text = _("“%(kind)s” ngày %(day)s đã ghi dựa vào nội dung này. Bỏ điều chỉnh ghi nhầm đó trước.") % {
        "kind": amendment.get_kind_display(),
        "day": format_date(amendment.decided_on),
    }
    raise TaskRefused(text, code="rule", fields={name: [text] for name in wrong})


def why_not_ended(task: ScienceTask, *, actor: Actor, on: date) -> str:
    """Why a task is not changed by a correction but simply changed; "" when it has ended."""
    if ended_tasks([task.pk]):
        return ""
    return _("Nhiệm vụ chưa kết thúc: sửa trực tiếp bằng nút “Sửa”.")
