"""Deadlines as lines of the work list, and as far as an actor may see their records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import NEAR, Deadline, DeadlineQuerySet
from khcn.kernel.deadlines.presentation import DeadlineStatus, with_pending_recomputation
from khcn.kernel.registers.registry import registers
from khcn.kernel.ui.work_items import MOST, ProvidedItems, WorkItem

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

COUNTED_UP_TO: Final = 1000


def visible_deadlines(actor: Actor) -> DeadlineQuerySet:
    """Deadlines of records that the actor may read."""
    allowed, everything = Q(pk__in=[]), True
    for register in registers():
        if register.name not in registry.by_subject:
            continue
        reach = register.reach("read", actor)
        everything = everything and reach is True
        if reach is True:
            allowed |= Q(subject_model=register.name)
        elif reach is not False:
            allowed |= Q(subject_model=register.name, subject_id__in=register.visible(actor).values("pk"))
    return Deadline.objects.all() if everything else Deadline.objects.filter(allowed)


def work_item_of(standing: DeadlineStatus) -> WorkItem:
    """One deadline as a line."""
    row = standing.row
    note = ", ".join(text for text in (standing.text, standing.note) if text)
    return WorkItem(
        what=standing.title,
        title=row.subject_label,
        url=registry.owners[row.kind].detail_url(row.subject_id),
        due_on=row.due_on,
        due_text=standing.due_text,
        note=note,
        icon="calendar-due",
        key=f"deadline {row.pk} {row.due_on}",
    )


def deadline_work(actor: Actor, on: date) -> ProvidedItems:
    """Deadlines of the actor's division: the late ones, oldest first, then those of the next thirty days."""
    if not actor.unit_code:
        return ProvidedItems(())
    mine = visible_deadlines(actor).filter(owner_code=actor.unit_code)
    late = list(mine.late(on=on).order_by("due_on", "pk")[: MOST + 1])
    more = mine.late(on=on).values("pk")[:COUNTED_UP_TO].count() - MOST if len(late) > MOST else 0
    soon = list(mine.due_by(on + NEAR, on=on).order_by("due_on", "pk")[:MOST])
    rows = with_pending_recomputation([*late[:MOST], *soon])
    return ProvidedItems(tuple(work_item_of(DeadlineStatus(row, on)) for row in rows), more)


def calendar_rows(actor: Actor, *, on: date) -> list[DeadlineStatus]:
    """Deadlines of the actor's division from a quarter ago to a year ahead, for calendars."""
    mine = visible_deadlines(actor).filter(owner_code=actor.unit_code)
    rows = mine.running().filter(due_on__gte=on - timedelta(days=92), due_on__lte=on + timedelta(days=366))
    return [
        DeadlineStatus(row, on) for row in with_pending_recomputation(rows.order_by("due_on", "pk")[:1000])
    ]


def calendar_text(standing: DeadlineStatus) -> str:
    """What a calendar entry or a mail says below its title."""
    return " ".join([*standing.explanation, _("Tình trạng: %(text)s.") % {"text": standing.text}])
