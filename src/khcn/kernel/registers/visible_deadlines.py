"""Deadlines as far as an actor may see their records, for lists and calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import Deadline, DeadlineQuerySet
from khcn.kernel.deadlines.past_terms import terms_as_of
from khcn.kernel.deadlines.queries import with_pending_recomputation
from khcn.kernel.registers.record_titles import numbered_title

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.kernel.actors import Actor


def visible_deadlines(actor: Actor) -> DeadlineQuerySet:
    """Deadlines of records that the actor may read."""
    allowed, everything = Q(pk__in=[]), True
    for register in registry.subjects():
        reach = register.reach("read", actor)
        everything = everything and reach is True
        if reach is True:
            allowed |= Q(subject_model=register.name)
        elif reach is not False:
            allowed |= Q(subject_model=register.name, subject_id__in=register.visible(actor).values("pk"))
    return Deadline.objects.all() if everything else Deadline.objects.filter(allowed)


def past_deadlines(actor: Actor, *, on: date) -> list[DeadlineStatus]:
    """Deadlines of records that the actor may read, as they stood on a past day: what was decided later is not in them.

    All of them are computed: for days that are looked back at, not for the pages of every day.
    """
    found: list[Deadline] = []
    for register in registers():
        if register.name in registry.by_subject and register.reach("read", actor) is not False:
            found += terms_as_of(register.name, register.visible(actor).values_list("pk", flat=True), on=on)
    return [DeadlineStatus(row, on) for row in found]


def shown_deadlines(rows: Iterable[Deadline], actor: Actor) -> list[Deadline]:
    """Rows as they are now; records that are called by a linked record are numbered where its name is not shown."""
    return named_for(with_pending_recomputation(rows), actor)


def named_for(rows: Iterable[Deadline], actor: Actor) -> list[Deadline]:
    """Rows whose records are numbered where the actor may not read the name of the linked record that they are called by."""
    found = list(rows)
    for row in found:
        register = registry.owner_of(row.subject_model).seen_by(actor)
        if register.closed:
            row.subject_label = numbered_title(register, row.subject_id)
    return found


def calendar_rows(actor: Actor, *, on: date) -> list[DeadlineStatus]:
    """Deadlines of the actor's division from a quarter ago to a year ahead, for calendars."""
    mine = visible_deadlines(actor).filter(owner_code=actor.unit_code)
    rows = mine.running().filter(due_on__gte=on - timedelta(days=92), due_on__lte=on + timedelta(days=366))
    return [DeadlineStatus(row, on) for row in shown_deadlines(rows.order_by("due_on", "pk")[:1000], actor)]


def deadline_calendar_text(standing: DeadlineStatus) -> str:
    """What a calendar entry or a mail says of a deadline below its title."""
    return " ".join([*standing.explanation, _("Tình trạng: %(text)s.") % {"text": standing.text}])
