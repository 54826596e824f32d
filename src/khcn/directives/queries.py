"""When the document of a result and work came on record, and by whom: what is entered after the deadline proves nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

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
    trusted = User.objects.filter(Q(unit__code="VP") | Q(role=Role.LEADER.value), pk__in=people)
    return bool(people - set(trusted.exclude(unit=task.lead_unit_id).values_list("pk", flat=True)))


def is_entered_on(on: date, task: AssignedTask, actor: Actor) -> bool:
    """Did this person put the work on record on that day?"""
    if actor.user_id is None:
        return False
    entries = ChangeEntry.objects.filter(model=task._meta.label_lower, object_id=str(task.pk))
    entered = entries.filter(action=LoggedAction.CREATE, actor_id=actor.user_id)
    return entered.filter(at__date=on).exists()
