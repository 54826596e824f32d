"""Plans of administrative reform; their tasks: completed, and that taken back; months of which documents are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.past_days import PastDayWriter, refuse_to_come, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.steps_back import refuse_unless_may, write_correction
from khcn.kernel.text.dates import format_date
from khcn.office import rules
from khcn.office.models import ParPlanTask
from khcn.office.models.reform import last_day_of
from khcn.office.operations.steps import refuse_before

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


def completed_tasks(keys: Collection[int]) -> set[int]:
    """Those of the tasks that are completed."""
    found = ParPlanTask.objects.filter(pk__in=list(keys), completed_on__isnull=False)
    return set(found.values_list("pk", flat=True))


class ParPlanWriter(PastDayWriter):
    """A plan was issued before its tasks were completed."""

    def __init__(self) -> None:
        """It was issued."""
        super().__init__("issued_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A later day than that of a completion."""
        plan = write.record
        if write.is_new or "issued_on" not in write.changed:
            return
        completed = ParPlanTask.objects.filter(plan=plan.pk, completed_on__lt=plan.issued_on)
        first = completed.order_by("completed_on").values_list("completed_on", flat=True).first()
        if first is not None:
            text = _(
                "Nhiệm vụ của kế hoạch đã ghi hoàn thành ngày %(day)s: ngày ban hành không thể sau ngày đó."
            )
            raise Refused.about(text % {"day": format_date(first)}, "issued_on", code="completed")


class ParTaskWriter(PastDayWriter):
    """A task that is completed stays."""

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was done stays."""
        if record.completed_on is not None:
            raise Refused(_("Nhiệm vụ đã ghi hoàn thành nên không xóa được."), code="completed")


def why_not_completed(task: ParPlanTask, *, actor: Actor, on: date) -> str:
    """Why the completion is not entered; "" while the task is open."""
    return _("Nhiệm vụ đã ghi hoàn thành.") if task.completed_on is not None else ""


def complete(*, task: ParPlanTask, completed_on: date, result: str, actor: Actor, on: date) -> ParPlanTask:
    """The task is done. Raises ``Refused`` for a day to come, or before the plan was issued."""
    refuse_unless_may(rules.task_doers, task, actor)
    if why := why_not_completed(task, actor=actor, on=on):
        raise Refused(why, code="completed")
    refuse_to_come(completed_on, "completed_on", on)
    refuse_before(completed_on, "completed_on", task.plan.issued_on)
    write_step(task, actor=actor, completed_on=completed_on, result=result.strip())
    return task


def why_completion_stays(task: ParPlanTask, *, actor: Actor, on: date) -> str:
    """Why there is no completion to take back."""
    return _("Chưa ghi hoàn thành.") if task.completed_on is None else ""


def take_back_completion(*, task: ParPlanTask, reason: str, actor: Actor, on: date) -> ParPlanTask:
    """The completion was entered by mistake: the task is open again."""
    refuse_unless_may(rules.task_doers, task, actor)
    if why := why_completion_stays(task, actor=actor, on=on):
        raise Refused(why, code="open")
    write_correction(task, {"completed_on": None, "result": ""}, reason=reason, actor=actor, on=on)
    return task


class CountWriter(PastDayWriter):
    """Documents are counted of a month that has ended: what is entered before would stay too few."""

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A month that goes on, or is still to come."""
        count = write.record
        if write.is_new or write.changed & {"year", "month"}:
            last_day = last_day_of(count.year, count.month)
            if last_day is not None and last_day > context.on:
                text = _("Tháng %(month)s/%(year)s chưa hết. Ghi khi đã hết tháng.")
                words = text % {"month": count.month, "year": count.year}
                raise Refused.about(words, "month", code="future")
