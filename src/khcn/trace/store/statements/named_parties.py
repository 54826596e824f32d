"""Events about things that name parties, and what things were packed in that parties name; for `confirmations`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.store.database.sql import Sql, either, every, one_of, text_range
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.stored_codes import GOODS_ROLES, EventRole, PartyObjectKind

if TYPE_CHECKING:
    from collections.abc import Collection

_CHUNK: Final = 500
_NAMED: Final = (EventRole.SOURCE.value, EventRole.DESTINATION.value)
_GOODS: Final = [role.value for role in GOODS_ROLES]
_INSIDE: Final = (EventRole.CHILD.value, EventRole.CHILD_QUANTITY.value)


def rows_that_name(things: Collection[str], places: Collection[str]) -> list[tuple[Any, ...]]:
    """Events about things that name some parties: event, time, thing, reporting party, the named place as its row has it, its role."""
    names = [object_row_name(place, EventRole.SOURCE) for place in sorted(places)]
    if not names:
        return []
    about = every([one_of("t.thing", list(things)), one_of("t.role", _GOODS)])
    by_place = every(
        [
            one_of("p.role", _NAMED),
            either([one_of("p.thing", names), *(text_range("p.thing", f"{name}/254/") for name in names)]),
        ]
    )
    return [(*row, name, role) for row, name, role in _with_objects_of_events(about, by_place)]


def _with_objects_of_events(about: Sql, beside: Sql) -> list[tuple[tuple[int, int, str, int], str, int]]:
    """Rows `t` (event, time, thing, party), each with the name and role of each other row `p` of its event, by one statement.

    Each event is looked up once, and not for each of the things that it names. The two are put together here: of one thing in
    many events SQLite expects few rows, and would read all of the other ones for each.
    """
    statement = (
        "WITH about AS (SELECT DISTINCT t.event, t.event_time, t.thing, t.owner FROM trace_eventobject t "
        f"WHERE {about.text}) SELECT event, event_time, thing, owner, -1 FROM about UNION ALL "
        "SELECT DISTINCT p.event, 0, p.thing, 0, p.role FROM trace_eventobject p "
        f"WHERE p.event IN (SELECT event FROM about) AND {beside.text}"
    )
    rows: list[tuple[int, int, str, int]] = []
    of_event: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for event, event_time, thing, owner, role in fetch_everywhere(
        Sql(statement, (*about.values, *beside.values))
    ):
        if role < 0:
            rows.append((event, event_time, thing, owner))
        else:
            of_event[event].append((thing, role))
    return [(row, name, role) for row in rows for name, role in of_event[row[0]]]


def events_that_send(
    things: Collection[str], parties: Collection[int], *, most: int | None = None
) -> list[tuple[int, int, str, int]]:
    """Events of some parties about things that name a destination: event, time, thing, that party.

    With `most` those that were captured first: of each store, and of each `_CHUNK` of the things, so many rows.
    """
    found: list[tuple[int, int, str, int]] = []
    limit = Sql("") if most is None else Sql(" ORDER BY about.event LIMIT %s", (most,))
    for part in chunks(sorted(things), _CHUNK):
        where = every([one_of("t.thing", part), one_of("t.role", _GOODS), one_of("t.owner", sorted(parties))])
        # each event is looked up once, and not for each of the things that it names
        found += fetch_everywhere(
            Sql(
                "WITH about AS (SELECT DISTINCT t.event, t.event_time, t.thing, t.owner FROM trace_eventobject t "
                f"WHERE {where.text}) SELECT about.event, about.event_time, about.thing, about.owner FROM about "
                "WHERE about.event IN (SELECT p.event FROM trace_eventobject p "
                f"WHERE p.role = %s AND p.event IN (SELECT event FROM about)){limit.text}",
                (*where.values, EventRole.DESTINATION.value, *limit.values),
            )
        )
    return found


def packings_named_by(things: Collection[str], parties: Collection[int]) -> list[tuple[Any, ...]]:
    """What things were packed in, if some parties named it too: event, time, thing, packing party, container, that party.

    What a party names is in its own store, and is asked apart.
    """
    packed: list[tuple[Any, ...]] = []
    for part in chunks(sorted(things), _CHUNK):
        inside = every([one_of("t.thing", part), one_of("t.role", _INSIDE)])
        parents = Sql("p.role = %s", (EventRole.PARENT.value,))
        packed += [(*row, container) for row, container, _role in _with_objects_of_events(inside, parents)]
    named = _that_name({row[-1] for row in packed}, parties)
    return [(*row, party) for row in packed for party in named[row[-1]]]


def _that_name(containers: Collection[str], parties: Collection[int]) -> dict[str, list[int]]:
    """Which of some parties name each container."""
    found: dict[str, list[int]] = defaultdict(list)
    by_party = [Sql("o.kind = %s", (PartyObjectKind.INSTANCE.value,)), one_of("o.owner", sorted(parties))]
    for part in chunks(sorted(containers), _CHUNK):
        where = every([one_of("o.thing", part), *by_party])
        for container, party in fetch_everywhere(
            Sql(f"SELECT o.thing, o.owner FROM trace_partyobject o WHERE {where.text}", where.values)
        ):
            found[container].append(party)
    return found
