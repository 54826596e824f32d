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


def may_read_all_deadlines(actor: Actor) -> bool:
    """May the actor read all records that have deadlines?"""
    return all(register.reach("read", actor) is True for register in registry.subjects())


def visible_deadlines(actor: Actor) -> DeadlineQuerySet:
    """Deadlines of records that the actor may read."""
    return Deadline.objects.filter(Q() if may_read_all_deadlines(actor) else _of_readable_records(actor))


def _of_readable_records(actor: Actor) -> Q:
    """The condition that picks the deadlines of records that the actor may read."""
    allowed = Q(pk__in=[])
    for register in registry.subjects():
        reach = register.reach("read", actor)
        if reach is True:
            allowed |= Q(subject_model=register.name)
        elif reach is not False:
            allowed |= Q(subject_model=register.name, subject_id__in=register.visible(actor).values("pk"))
    return allowed


def shown_deadlines(rows: Iterable[Deadline], actor: Actor) -> list[Deadline]:
    """Rows as they are now; records that are called by a linked record are numbered where its name is not shown."""
    return named_for(with_pending_recomputation(rows), actor)


def named_for(rows: Iterable[Deadline], actor: Actor) -> list[Deadline]:
    """Rows whose records are numbered where the actor may not read the name of the linked record that they are called by."""
    found = list(rows)
    seen = {model: registry.owner_of(model).seen_by(actor) for model in {row.subject_model for row in found}}
    for row in found:
        if (register := seen[row.subject_model]).closed:
            row.subject_label = numbered_title(register, row.subject_id)
    return found
