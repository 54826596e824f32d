"""Events about things that name parties, and what things were packed in that parties name; for `confirmations`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.store.database.sql import Sql, either, every, one_of, text_range
from khcn.trace.store.database.stores import fetch_everywhere, several_stores
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.stored_codes import GOODS_ROLES, EventRole, PartyObjectKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_CHUNK: Final = 500
_NAMED: Final = (EventRole.SOURCE.value, EventRole.DESTINATION.value)
_GOODS: Final = [role.value for role in GOODS_ROLES]
_INSIDE: Final = (EventRole.CHILD.value, EventRole.CHILD_QUANTITY.value)


def rows_that_name(things: Collection[str], party_at: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """Events about things that name some parties: event, time, thing, reporting party, the named place as its row has it, its role."""
    names = [object_row_name(place, EventRole.SOURCE) for place in sorted(party_at)]
    if not names:
        return []
    where = every(
        [
            one_of("t.thing", list(things)),
            one_of("t.role", _GOODS),
            one_of("p.role", _NAMED),
            either([one_of("p.thing", names), *(text_range("p.thing", f"{name}/254/") for name in names)]),
        ]
    )
    return fetch_everywhere(
        Sql(
            "SELECT DISTINCT t.event, t.event_time, t.thing, t.owner, p.thing, p.role FROM trace_eventobject t "
            f"JOIN trace_eventobject p ON p.event = t.event WHERE {where.text}",
            where.values,
        )
    )


def packings_named_by(things: Collection[str], parties: Collection[int]) -> list[tuple[Any, ...]]:
    """What things were packed in, if some parties named it too: event, time, thing, packing party, container, that party."""
    packed = [
        one_of("c.thing", list(things)),
        one_of("c.role", _INSIDE),
        Sql("k.role = %s", (EventRole.PARENT.value,)),
    ]
    tables = "trace_eventobject c JOIN trace_eventobject k ON k.event = c.event"
    columns = "c.event, c.event_time, c.thing, c.owner, k.thing"
    if several_stores() is not None:  # what a party names is in its own store
        where = every(packed)
        rows = fetch_everywhere(
            Sql(f"SELECT DISTINCT {columns} FROM {tables} WHERE {where.text}", where.values)
        )
        named = _that_name({row[4] for row in rows}, parties)
        return [(*row, party) for row in rows for party in named[row[4]]]
    where = every([*packed, *_named_by(parties)])
    return fetch_everywhere(
        Sql(
            f"SELECT DISTINCT {columns}, o.owner FROM {tables} JOIN trace_partyobject o ON o.thing = k.thing WHERE {where.text}",
            where.values,
        )
    )


def _named_by(parties: Collection[int]) -> list[Sql]:
    """The conditions on ``trace_partyobject o`` that some parties name a single object."""
    return [Sql("o.kind = %s", (PartyObjectKind.INSTANCE.value,)), one_of("o.owner", list(parties))]


def _that_name(containers: Collection[str], parties: Collection[int]) -> dict[str, list[int]]:
    """Which of some parties name each container."""
    found: dict[str, list[int]] = defaultdict(list)
    for part in chunks(sorted(containers), _CHUNK):
        where = every([one_of("o.thing", part), *_named_by(parties)])
        for container, party in fetch_everywhere(
            Sql(f"SELECT o.thing, o.owner FROM trace_partyobject o WHERE {where.text}", where.values)
        ):
            found[container].append(party)
    return found
