"""In which containers some parties reported things as packed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from khcn.trace.models import LineageEdgeEnd
from khcn.trace.store.database.sql import ALL, Sql, every, one_of
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_ENDS: Final = LineageEdgeEnd._meta.db_table
_PACKED: Final = (
    f"FROM {_ENDS} i JOIN {_ENDS} c ON c.event = i.event AND c.part = i.part AND c.side = {int(EdgeSide.PRODUCT)} "
    f"WHERE i.side = {int(EdgeSide.SOURCE)} AND i.kind = {int(EdgeKind.CONTAINMENT)} AND "
)


def containers_of(
    things: Sequence[str], owners: Collection[int] | None, *, most: int
) -> list[tuple[str, str]]:
    """Each of some things with each container in which some parties (None: any party) packed it; of each store so many at most."""
    by_owners = ALL if owners is None else one_of("i.owner", sorted(owners))
    where = every([one_of("i.thing", things), by_owners])
    return fetch_everywhere(
        Sql(f"SELECT DISTINCT i.thing, c.thing {_PACKED}{where.text} LIMIT %s", (*where.values, most))
    )


def packings_into(
    containers: Sequence[str], things: Sequence[str], owners: Collection[int], *, most: int
) -> list[tuple[Any, ...]]:
    """The packings of some things into some containers: thing, container, event, time, party, whether it was declared wrong.

    Those that were captured first; of each store so many at most.
    """
    where = every(
        [one_of("c.thing", containers), one_of("i.thing", things), one_of("i.owner", sorted(owners))]
    )
    columns = "i.thing, c.thing, i.event, i.event_time, i.owner, i.voided"
    return fetch_everywhere(
        Sql(f"SELECT {columns} {_PACKED}{where.text} ORDER BY i.event LIMIT %s", (*where.values, most))
    )
