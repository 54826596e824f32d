"""When the document of a result and work came on record, and by whom: what is entered after the deadline proves nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.parties.models import User

if TYPE_CHECKING:
    from datetime import date

    from khcn.directives.models import AssignedTask
    from khcn.kernel.actors import Actor
    from khcn.reference.models import LegalDocument

_PROVING = frozenset({"number", "issued_on", "issuer"})


def is_entered_after(document: LegalDocument, task: AssignedTask) -> bool:
    """Was the document put on record, or its number, day or issuer changed, after the deadline by others than those who
    assign work? What the program itself brought in, and what the office has entered of another division's work, counts as it is.
    """
    entries = ChangeEntry.objects.filter(
        model=document._meta.label_lower, object_id=str(document.pk), at__date__gt=task.due_on
    )
    people = {
        each.actor_id
        for each in entries.exclude(actor_id=None)
        if _PROVING & set(each.after or {})  # of a new document all columns
    }
    trusted = User.objects.filter(Q(unit__code="VP") | Q(role__acts_as=Role.LEADER.value), pk__in=people)
    return bool(people - set(trusted.exclude(unit=task.lead_unit_id).values_list("pk", flat=True)))


def is_entered_on(on: date, task: AssignedTask, actor: Actor) -> bool:
    """Did this person put the work on record on that day?"""
    if actor.user_id is None:
        return False
    entries = ChangeEntry.objects.filter(model=task._meta.label_lower, object_id=str(task.pk))
    entered = entries.filter(action=LoggedAction.CREATE, actor_id=actor.user_id)
    return entered.filter(at__date=on).exists()


def recording_of_result(task: AssignedTask) -> ChangeEntry | None:
    """The entry of the log by which the result on record was written down first: with the new row, or when there was none."""
    entries = ChangeEntry.objects.filter(
        model=task._meta.label_lower, object_id=str(task.pk), after__has_key="done_on"
    )
    for entry in entries.order_by("-pk"):
        if (entry.after or {}).get("done_on") is not None and (entry.before or {}).get("done_on") is None:
            return entry
    return None


def is_result_entered_on(on: date, task: AssignedTask, actor: Actor) -> bool:
    """Did this person write the result down on that day?"""
    if actor.user_id is None or (entry := recording_of_result(task)) is None:
        return False
    return entry.actor_id == actor.user_id and timezone.localtime(entry.at).date() == on


def progress_before_result(task: AssignedTask) -> str:
    """What was reported of the work before the result was written down; what was reported afterwards stays."""
    entry = recording_of_result(task)
    before, after = (entry.before or {}, entry.after or {}) if entry is not None else ({}, {})
    return (
        str(before["progress"])
        if "progress" in before and after["progress"] == task.progress
        else task.progress
    )
