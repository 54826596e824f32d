"""Which events a party may see (docs/adr/0010).

A party sees an event ``e`` when

1. the party captured ``e``; or
2. ``e`` names one of the party's places as source or destination, or happened at one of its places; or
3. ``e`` names goods for which the party is confirmed (`confirmations`), one step away. For a single object (EPC): an event
   of the party names it too, and no event of a third party that is confirmed lies between the two by event time. For a lot:
   ``e`` created the lot and an event of the party names it, or an event of the party created it (several that report
   the same lot as created have a chain each, and see nothing of each other). Two shops that bought from one lot
   therefore do not see each other, and a class (GTIN) alone gives no right to see anything.

`visible_ids` decides. `visible_event_statements` and `visibility_filter` only preselect: an event that they exclude is
never visible, an event that they include may still not be.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.epcis.store import ThingNames
from khcn.kernel.query_chunks import chunks
from khcn.trace.store.confirmations import (
    Confirmed,
    ReportedThing,
    Standing,
    confirmed_standings,
)
from khcn.trace.store.database.event_rows import EventRow, rows_by_id
from khcn.trace.store.database.sql import ALL, Sql, either, every, one_of, sql_per_event, text_range
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.encoding.rows import object_row_name, objects_of
from khcn.trace.store.statements.declarations import all_authorities
from khcn.trace.store.statements.first_reports import first_parties
from khcn.trace.stored_codes import CLASS_ROLES, GOODS_ROLES, INSTANCE_ROLES, EventRole, PartyObjectKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks.

    `party` is the key of a `TraceParty` (None: not a party), `places` are its GLN as canonical Digital Links (414, 417).
    `sees_all` marks an authority, which sees every event.
    """

    party: int | None
    sees_all: bool
    places: tuple[str, ...]


EVERYTHING: Final = Viewer(None, True, ())


def viewer_of(*, party: int, gln: str, sees_all: bool) -> Viewer:
    """The viewer for a trace party."""
    return Viewer(party, sees_all, tuple(f"{CANONICAL_STEM}/{key}/{gln}" for key in ("414", "417")))


# --------------------------------------------------------------------------------------------- the rule

Instant = tuple[int, int]  # event time and row id: equal times are ordered by capture

_EPCS: Final = frozenset(role.value for role in INSTANCE_ROLES)
_CLASSES: Final = frozenset(role.value for role in CLASS_ROLES)
_CREATED_LOT: Final = EventRole.CREATED_LOT.value
_PARTIES: Final = frozenset({EventRole.SOURCE.value, EventRole.DESTINATION.value})
_PARTY: Final = object_row_name("", EventRole.SOURCE)
_FEW: Final = 50
_CHUNK: Final = 5000


def visible_ids(viewer: Viewer, rows: Sequence[EventRow]) -> set[int]:
    """The ids of those events that the viewer may see."""
    if viewer.sees_all:
        return {row.id for row in rows}
    certain = {row.id for row in rows if _own(viewer, row)}
    others_ = [row for row in rows if row.id not in certain]
    objects = _objects_of(others_)
    named = {
        row.id
        for row in others_
        if any(role in _PARTIES and _is_at(viewer, thing) for thing, role in objects[row.id])
    }
    if viewer.party is None:
        return certain | named
    return certain | named | _neighbours(viewer, [row for row in others_ if row.id not in named], objects)


def _objects_of(rows: Sequence[EventRow]) -> dict[int, list[tuple[str, int]]]:
    """Things and roles of events: read from the bodies of a few events; for many from the table, without their bodies."""
    if len(rows) <= _FEW:
        names = ThingNames()
        return {row.id: list(objects_of(row.event, names)) for row in rows}
    found: dict[int, list[tuple[str, int]]] = {row.id: [] for row in rows}
    numbers = sorted(found)
    for part in chunks(numbers, _CHUNK):
        where = one_of("eo.event", part)
        for event, thing, role in fetch_everywhere(
            Sql(
                f"SELECT eo.event, eo.thing, eo.role FROM trace_eventobject eo WHERE {where.text}",
                where.values,
            )
        ):
            found[event].append((thing, role))
    return found


def visible_events(viewer: Viewer, events: Sequence[tuple[int, int]]) -> set[int]:
    """Those of some events (row id and event time) that the viewer may see."""
    if viewer.sees_all:
        return {number for number, _ in events}
    found: set[int] = set()
    for part in chunks(events, _CHUNK):
        found |= visible_ids(viewer, rows_by_id(part, ALL))
    return found


def _is_at(viewer: Viewer, thing: str) -> bool:
    """Whether a place (also in the form of `object_row_name`) is one of the viewer's, or an extension of it (AI 254)."""
    return thing.removeprefix(_PARTY).partition("/254/")[0] in viewer.places


def _own(viewer: Viewer, row: EventRow) -> bool:
    if viewer.party is not None and row.owner == viewer.party:
        return True
    return _is_at(viewer, row.read_point) or _is_at(viewer, row.biz_location)


def _neighbours(
    viewer: Viewer, rows: Sequence[EventRow], objects: Mapping[int, Iterable[tuple[str, int]]]
) -> set[int]:
    """Ids of events of other parties that name the goods for which the party is confirmed, one step away."""
    party = int(viewer.party or 0)
    instances: dict[str, list[EventRow]] = defaultdict(list)
    lots: dict[str, list[EventRow]] = defaultdict(list)
    created: dict[str, list[EventRow]] = defaultdict(list)
    for row in rows:
        for thing, role in objects[row.id]:
            if role in _EPCS:
                instances[thing].append(row)
            elif role in _CLASSES:
                lots[thing].append(row)
            elif role == _CREATED_LOT:
                created[thing].append(row)
    touched = (
        _own_things(party, created, PartyObjectKind.LOT),
        _own_things(party, instances, PartyObjectKind.INSTANCE),
    )
    made = _own_things(party, lots, PartyObjectKind.CREATED_LOT)
    if not any(touched) and not made:
        return set()
    authorities = all_authorities()
    begun = first_parties(made, authorities=authorities)
    made = {thing for thing in made if party in begun.first[thing]}
    lots_named, instances_named = touched
    reports = _reports_of(instances_named)
    standings = {Standing(party, thing) for thing in (*made, *lots_named, *instances_named)}
    standings |= {Standing(owner, thing) for thing, each in reports.items() for _, owner in each}
    standings |= {Standing(row.owner, thing) for thing in lots_named for row in created[thing]}
    standings |= {Standing(row.owner, thing) for thing in made & begun.without_owner for row in lots[thing]}
    confirmed = confirmed_standings(standings, places={party: viewer.places}, authorities=authorities)

    def shows(chain: int, row: EventRow, thing: str) -> bool:
        names = any(role in _PARTIES for _, role in objects[row.id])
        return confirmed.shows(chain, thing, ReportedThing(row.id, row.owner, names))

    found = {
        row.id
        for thing in lots_named
        for row in created[thing]
        if any(shows(chain, row, thing) for chain in confirmed.of(party, thing))
    }
    found |= {row.id for thing in made for row in lots[thing] if shows(party, row, thing)}
    sent = _sent_away(
        viewer, {event for each in reports.values() for (_, event), owner in each if owner == party}
    )
    for thing, each in reports.items():
        for chain in confirmed.of(party, thing):  # what one chain shows gives no look at another
            valid = [one for one in each if confirmed.was_in(chain, one[1], thing)]
            visible = [row for row in instances[thing] if shows(chain, row, thing)]
            instants = _instants_of_possession(Standing(party, thing), chain, confirmed, valid, sent)
            others = [one for one in valid if one[1] != party]
            found.update(_next_holders(visible, others, instants))
    return found


def _of_things(columns: str, table: str, things: Collection[str], *conditions: Sql) -> list[tuple[Any, ...]]:
    """Rows of some things in a table that PostgreSQL partitions by thing."""
    names = sorted(things)
    found: list[tuple[Any, ...]] = []
    for chunk in chunks(names, _CHUNK):
        if connection.vendor == "postgresql":
            # LATERAL looks up each thing in its own partition; a list of things would be searched in every partition
            where = every([Sql("t.thing = wanted.thing"), *conditions])
            statement = Sql(
                "SELECT found.* FROM unnest(%s::text[]) AS wanted(thing) CROSS JOIN LATERAL ("
                f"SELECT {columns} FROM {table} t WHERE {where.text} OFFSET 0) AS found",
                (chunk, *where.values),
            )
        else:
            where = every([one_of("t.thing", chunk), *conditions])
            statement = Sql(f"SELECT {columns} FROM {table} t WHERE {where.text}", where.values)
        found += fetch_everywhere(statement)
    return found


def _own_things(party: int, things: Collection[str], kind: PartyObjectKind) -> set[str]:
    """Those of some things that events of the party name in this way."""
    conditions = Sql("t.owner = %s", (party,)), Sql("t.kind = %s", (kind.value,))
    return {thing for (thing,) in _of_things("t.thing", "trace_partyobject", things, *conditions)}


def _reports_of(instances: Collection[str]) -> dict[str, list[tuple[Instant, int]]]:
    """When single objects were named, and by which party."""
    found: dict[str, list[tuple[Instant, int]]] = defaultdict(list)
    columns = "t.thing, t.event_time, t.event, t.owner"
    for thing, moment, event, owner in _of_things(
        columns, "trace_eventobject", instances, one_of("t.role", sorted(_EPCS))
    ):
        found[thing].append(((moment, event), owner))
    return found


def _sent_away(viewer: Viewer, own_events: Collection[int]) -> set[int]:
    """Those of the party's own events that name another party as destination."""
    found = set()
    numbers = sorted(own_events)
    for part in chunks(numbers, _CHUNK):
        where = every([one_of("t.event", part), Sql("t.role = %s", (EventRole.DESTINATION.value,))])
        rows = fetch_everywhere(
            Sql(f"SELECT t.event, t.thing FROM trace_eventobject t WHERE {where.text}", where.values)
        )
        found |= {event for event, thing in rows if not _is_at(viewer, thing)}
    return found


def _instants_of_possession(
    standing: Standing,
    chain: int,
    confirmed: Confirmed,
    reports: Iterable[tuple[Instant, int]],
    sent: Collection[int],
) -> list[tuple[int, ...]]:
    """The instants from which the party may look a step away within a chain: its own events while it had the object, and when it got it.

    It holds what it began, or what it was sent by a party of its chain, until it sends it on or another party reports it. What
    it reports earlier or later extends nothing. When it got it is the instant after that event (a longer tuple is greater).
    """
    party = standing.party
    ordered = sorted(reports)
    own = [instant for instant, owner in ordered if owner == party]
    found: set[tuple[int, ...]] = set()
    begins: list[tuple[tuple[int, ...], int]] = [
        ((receipt.event_time, receipt.event, 1), receipt.giver)
        for receipt, chains in confirmed.receipts.get(standing, {}).items()
        if chain in chains
    ]
    found.update(begin for begin, _ in begins)
    if own and chain == party:
        begins.append((own[0], party))
    for begin, giver in begins:
        ends = (
            instant
            for instant, owner in ordered[bisect_left(ordered, (begin, 0)) :]
            if (instant[1] in sent if owner == party else owner != giver)
        )
        end = next(ends, None)
        found.update(one for one in own if one >= begin and (end is None or one <= end))
    return sorted(found)


def _next_holders(
    rows: Iterable[EventRow], reports: Iterable[tuple[Instant, int]], instants: list[tuple[int, ...]]
) -> Iterable[int]:
    """Events about an object with no event of a third party, among some reports of it, between them and one of those instants."""
    ordered = sorted(reports)
    return [row.id for row in rows if _is_next(row, instants, ordered)]


def _is_next(row: EventRow, instants: list[tuple[int, ...]], reports: list[tuple[Instant, int]]) -> bool:
    here = (row.event_time, row.id)
    place = bisect_left(instants, here)
    for nearest in (*instants[max(place - 1, 0) : place], *instants[place : place + 1]):
        first, last = min(nearest, here), max(nearest, here)
        start = bisect_right(reports, (first, _MAX_OWNER))
        end = bisect_left(reports, (last, 0))
        if all(owner == row.owner for _, owner in reports[start:end]):
            return True
    return False


_MAX_OWNER: Final = 2**63


# --------------------------------------------------------------------------------------------- narrowing

_GOODS: Final = ", ".join(str(role.value) for role in GOODS_ROLES)


def _at(column: str, places: tuple[str, ...]) -> Sql:
    """Whether a column holds one of the places, or an extension of one."""
    return either(
        part
        for place in places
        for part in (Sql(f"{column} = %s", (place,)), text_range(column, place + "/254/"))
    )


def _names_place(places: tuple[str, ...]) -> Sql:
    """The condition on ``trace_eventobject eo`` that an event names one of the places."""
    return every(
        [
            _at("eo.thing", tuple(object_row_name(place, EventRole.SOURCE) for place in places)),
            one_of("eo.role", sorted(_PARTIES)),
        ]
    )


def visibility_filter(viewer: Viewer) -> Sql:
    """A condition on ``trace_event e`` that is true for all events the viewer may see, and for few others."""
    if viewer.sees_all:
        return ALL
    conditions = []  # cheap conditions first: SQLite evaluates them in this order
    if viewer.party is not None:
        conditions.append(Sql("e.owner = %s", (viewer.party,)))
    if viewer.places:
        conditions += [_at("e.read_point", viewer.places), _at("e.biz_location", viewer.places)]
        named = _names_place(viewer.places)
        conditions.append(
            sql_per_event("trace_eventobject eo", f"eo.event = e.id AND {named.text}", named.values)
        )
    if viewer.party is not None:
        conditions.append(
            sql_per_event(
                "trace_eventobject eo CROSS JOIN trace_partyobject po",  # SQLite keeps the order of a CROSS JOIN
                f"eo.event = e.id AND eo.role IN ({_GOODS}) AND po.thing = eo.thing AND po.owner = %s",
                (viewer.party,),
            )
        )
    return either(conditions)


def visible_event_statements(viewer: Viewer) -> list[Sql]:
    """Statements that select id and time of all events the viewer may see, and of few others."""
    found = []
    if viewer.party is not None:
        found.append(
            Sql("SELECT e.id AS event, e.event_time FROM trace_event e WHERE e.owner = %s", (viewer.party,))
        )
    for column in ("e.read_point", "e.biz_location") if viewer.places else ():
        there = _at(column, viewer.places)
        found.append(
            Sql(f"SELECT e.id AS event, e.event_time FROM trace_event e WHERE {there.text}", there.values)
        )
    if viewer.places:
        named = _names_place(viewer.places)
        found.append(
            Sql(f"SELECT eo.event, eo.event_time FROM trace_eventobject eo WHERE {named.text}", named.values)
        )
    if viewer.party is not None:
        found += [
            _events_sharing_things(viewer.party, PartyObjectKind.INSTANCE, _EPCS),
            _events_sharing_things(viewer.party, PartyObjectKind.LOT, {_CREATED_LOT}),
            _events_sharing_things(viewer.party, PartyObjectKind.CREATED_LOT, _CLASSES),
        ]
    return found


def _events_sharing_things(party: int, own: PartyObjectKind, others: Collection[int]) -> Sql:
    """Events that name a thing of the party; starts at the party's things (SQLite keeps this join order)."""
    where = every(
        [
            Sql("po.owner = %s", (party,)),
            Sql("po.kind = %s", (own.value,)),
            Sql("t.thing = po.thing"),
            one_of("t.role", sorted(others)),
        ]
    )
    return Sql(
        f"SELECT t.event, t.event_time FROM trace_partyobject po CROSS JOIN trace_eventobject t WHERE {where.text}",
        where.values,
    )
