"""The events that may set or end a recall, and their order (docs/adr/0028)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.trace.queries.makers.error_declarations import declared_wrong, events_without_declarations
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from khcn.epcis import Event
    from khcn.trace.queries.holders.holders import Statement


def order_of(statement: Statement) -> tuple[int, Statement]:
    """By event time; what was dated ahead comes before what is captured later with the right time."""
    return min(statement.event_time, statement.recorded_at), statement


def with_events(
    statements: Collection[Statement], authorities: Collection[int]
) -> list[tuple[Statement, Event]]:
    """Some statements with their events, without those that were declared wrong."""
    by_number: Mapping[int, Statement] = {one.number: one for one in statements}
    stored = events_without_declarations({one.number: one.event_time for one in statements})
    valid = {row.id for row in stored} - declared_wrong(stored, authorities)
    rows = rows_by_id([(number, by_number[number].event_time) for number in sorted(valid)], ALL)
    return [(by_number[row.id], row.event) for row in rows]
