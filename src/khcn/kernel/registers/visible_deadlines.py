"""Deadlines as far as an actor may see their records, for lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import Deadline, DeadlineQuerySet
from khcn.kernel.deadlines.queries import with_pending_recomputation
from khcn.kernel.registers.record_titles import numbered_title

if TYPE_CHECKING:
    from collections.abc import Iterable

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
