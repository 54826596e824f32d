"""Reports that things were created: those by which a party may begin a chain (`confirmations`), and of single objects the first ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from khcn.trace.store.database.sql import Sql, either, every, one_of
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.stored_codes import INSTANCE_ROLES, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection

_MADE_OR_PACKED: Final = (EventRole.EPC.value, EventRole.PARENT.value, EventRole.CHILD.value)
_MAKING_TYPES: Final = ("ObjectEvent", "AggregationEvent")


def reported_creations(things: Collection[str], free: Collection[str]) -> list[tuple[Any, ...]]:
    """Reports by which a party may begin a chain: thing, event, time, party. `free`: things whose code has no confirmed owner."""
    lots = [one for one in things if is_lot(one)]
    owned = [one for one in things if not is_lot(one) and one not in free]
    others = [one for one in things if not is_lot(one) and one in free]
    roles = [role.value for role in INSTANCE_ROLES]
    found: list[tuple[Any, ...]] = []
    columns = "SELECT DISTINCT t.thing, t.event, t.event_time, t.owner FROM trace_eventobject t"
    if lots or owned:
        where = either(
            [
                every([one_of("t.thing", lots), Sql("t.role = %s", (EventRole.CREATED_LOT.value,))]),
                every([one_of("t.thing", owned), one_of("t.role", roles)]),
            ]
        )
        found += fetch_everywhere(Sql(f"{columns} WHERE {where.text}", where.values))
    if others:
        where = every(
            [
                one_of("t.thing", others),
                either(
                    [
                        Sql("t.role = %s", (EventRole.OUTPUT.value,)),
                        every(
                            [
                                one_of("t.role", _MADE_OR_PACKED),
                                Sql("e.action = %s", ("ADD",)),
                                one_of("e.event_type", _MAKING_TYPES),
                            ]
                        ),
                    ]
                ),
            ]
        )
        joined = f"{columns} JOIN trace_event e ON e.id = t.event AND e.event_time = t.event_time"
        found += fetch_everywhere(Sql(f"{joined} WHERE {where.text}", where.values))
    return found


def first_commissions(
    things: Collection[str], owners: Collection[int] | None, most: int
) -> list[tuple[Any, ...]]:
    """The first reports, in the order of capture, that single objects were commissioned: event, thing, party, time.

    Args:
        things: the objects.
        owners: whose reports; None for those of everybody.
        most: so many of each party about each object.
    """
    if not things:
        return []
    where = every(
        [
            one_of("t.thing", list(things)),
            Sql("t.role = %s", (EventRole.EPC.value,)),
            Sql("e.action = 'ADD' AND e.event_type = 'ObjectEvent'"),
            *([] if owners is None else [one_of("t.owner", sorted(owners))]),
        ]
    )
    return fetch_everywhere(
        Sql(
            "SELECT event, thing, owner, event_time FROM (SELECT t.event, t.thing, t.owner, t.event_time, "
            "row_number() OVER (PARTITION BY t.thing, t.owner ORDER BY t.event) AS place FROM trace_eventobject t "
            f"JOIN trace_event e ON e.id = t.event AND e.event_time = t.event_time WHERE {where.text}) AS numbered "
            "WHERE place <= %s",
            (*where.values, most),
        )
    )
