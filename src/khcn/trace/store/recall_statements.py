"""Finds the events that may set or end a recall of a thing; `khcn.trace.queries.recalls` says which of them do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from khcn.trace.store.database.sql import ALL, Sql, either, every, one_of, sql_contains
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.stored_codes import GOODS_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection

    from khcn.epcis import Event

RECALLED: Final = "recalled"
FIT_AGAIN: Final = ("active", "sellable_accessible")
"""Dispositions by which an authority ends a recall."""


def is_set_by(event: Event) -> bool:
    """Whether an event sets a recall."""
    lasting = event.persistent_disposition
    return event.disposition == RECALLED or (lasting is not None and RECALLED in lasting.set)


def recall_statements(
    thing: str, *, owners: Collection[int] | None, authorities: Collection[int], most: int
) -> list[tuple[Any, ...]]:
    """Event time, the digits after its microseconds, row id, owner and record time of the latest events of some parties; None: of any."""
    by_authority = one_of("e.owner", sorted(authorities))
    condition = every(
        [
            Sql("o.thing = %s", (thing,)),
            one_of("o.role", [role.value for role in GOODS_ROLES]),
            ALL if owners is None else one_of("o.owner", sorted(owners)),
            either(
                [
                    Sql("e.disposition = %s", (RECALLED,)),
                    every([by_authority, one_of("e.disposition", FIT_AGAIN)]),
                    every(
                        [
                            sql_contains("e.body", '"persistentDisposition"'),
                            sql_contains("e.body", RECALLED),
                        ]
                    ),
                ]
            ),
        ]
    )
    found = fetch_everywhere(
        Sql(
            "SELECT DISTINCT e.event_time, e.event_time_rest, e.id, e.owner, e.record_time FROM trace_eventobject o "
            "JOIN trace_event e ON e.id = o.event AND e.event_time = o.event_time "
            f"WHERE {condition.text} ORDER BY e.event_time DESC, e.event_time_rest DESC, e.id DESC LIMIT %s",
            (*condition.values, most),
        )
    )
    return sorted(found, reverse=True)[:most]
