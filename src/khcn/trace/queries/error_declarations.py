"""Which events were declared wrong, by their own party or by an authority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import Event
from khcn.trace.store import declarations
from khcn.trace.store.database.stores import records_everywhere
from khcn.trace.store.declarations import ReportedEvent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_BATCH_SIZE: Final = 1000


def events_without_declarations(times: Mapping[int, int]) -> list[Event]:
    """Events by id and time, without their bodies and without error declarations."""
    found: list[Event] = []
    numbers = sorted(times)
    for some in chunks(numbers, _BATCH_SIZE):
        rows = Event.objects.filter(id__in=some, event_time__in={times[one] for one in some}, declared=False)
        found += records_everywhere(rows.defer("body"))
    return found


def declared_wrong(rows: Collection[Event], authorities: Collection[int]) -> set[int]:
    """Those of some events that were declared wrong by their own party or by an authority; nobody else can."""
    events = [ReportedEvent(row.id, row.event_id, row.owner) for row in rows]
    return declarations.declared_wrong(events, authorities)
