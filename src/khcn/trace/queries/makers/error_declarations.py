"""Which events were declared wrong, by their own party or by an authority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.trace.store.database.stores import records_everywhere
from khcn.trace.store.statements import declarations
from khcn.trace.store.statements.declarations import ReportedEvent
from khcn.trace.store.statements.events_by_id import events_by_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from khcn.trace.models import Event

_BATCH_SIZE: Final = 1000


def events_without_declarations(times: Mapping[int, int]) -> list[Event]:
    """Events by id and time, without their bodies and without error declarations."""
    found: list[Event] = []
    for rows in events_by_id(times):
        found += records_everywhere(rows.filter(declared=False).defer("body"))
    return found


def declared_wrong(rows: Collection[Event], authorities: Collection[int]) -> set[int]:
    """Those of some events that were declared wrong by their own party or by an authority; nobody else can."""
    events = [ReportedEvent(row.id, row.event_id, row.owner) for row in rows]
    return declarations.declared_wrong(events, authorities)
