"""Deadlines as lines of the work list, and as far as an actor may see their records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import NEAR
from khcn.kernel.screens.visible_deadlines import shown_deadlines, visible_deadlines
from khcn.kernel.ui.work_items import MOST, ProvidedItems, WorkItem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.deadlines.models import Deadline

COUNTED_UP_TO: Final = 1000


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
    unlisted = [kind.code for kind in registry.kinds.values() if not kind.listed]
    mine = visible_deadlines(actor).filter(owner_code=actor.unit_code).exclude(kind__in=unlisted)
    late = list(mine.late(on=on).order_by("due_on", "pk")[: MOST + 1])
    more = mine.late(on=on).values("pk")[:COUNTED_UP_TO].count() - MOST if len(late) > MOST else 0
    soon = list(mine.due_by(on + NEAR, on=on).order_by("due_on", "pk")[:MOST])
    rows = shown_deadlines([*late[:MOST], *soon], actor)
    acting = _acting_on(rows, actor)
    items = (
        _where_met(
            work_item_of(DeadlineStatus(row, on)), row, may_act=row.subject_id in acting[row.subject_model]
        )
        for row in rows
    )
    return ProvidedItems(tuple(items), more)


def _acting_on(rows: Sequence[Deadline], actor: Actor) -> Mapping[str, set[int]]:
    """The records of these rows that the actor may act on, by the names of their registers; one query for each."""
    found = {}
    for name in {row.subject_model for row in rows}:
        keys = [row.subject_id for row in rows if row.subject_model == name]
        within = registry.owner_of(name).visible(actor, "act").filter(pk__in=keys)
        found[name] = set(within.values_list("pk", flat=True))
    return found


def _where_met(item: WorkItem, row: Deadline, *, may_act: bool) -> WorkItem:
    """The line leads to where the term is met, for those who may do that; for others to the record."""
    place = registry.kinds[row.kind].met_at if may_act else ""
    return replace(item, url=f"{item.url}{place}")
