"""Who may see an event (docs/adr/0010): the rule of the own, the named and the neighbour.

A party sees an event ``e`` when

1. it captured ``e`` itself;
2. ``e`` names one of the party's places among sources or destinations, or happens at one;
3. ``e`` touches the party's goods, one step away. Of one object (EPC): an own event touches it too, and between the
   two, by event time, there is no event of a third party. Of a lot: ``e`` made the lot and an own event touches it,
   or an own event made it (the first that says so, lest anybody claim another's lot). Two shops that bought from one
   lot thus do not see each other, and of a class (GTIN) alone nobody sees anything.

`seen` decides. `reachable` and `may_see` only narrow: what they leave out the party cannot see.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.trace.enums import CLASS_TOUCHES, EPC_TOUCHES, GOODS_TOUCHES, Holding, Touch
from khcn.trace.store.database.event_rows import Row, rows_by_id
from khcn.trace.store.database.sql import ALL, Sql, either, every, fetch, one_of, per_event, text_range
from khcn.trace.store.encoding.rows import link_name, links_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks.

    `party` is the key of a `TraceParty` (None: nobody in particular), `places` are its GLN as canonical Digital Links
    (414 and 417); with `sees_all` it is an authority, for which the rule does not count.
    """

    party: int | None
    sees_all: bool
    places: tuple[str, ...]


EVERYTHING: Final = Viewer(None, True, ())


def viewer_of(*, party: int, gln: str, sees_all: bool) -> Viewer:
    """The viewer that a trace party is."""
    return Viewer(party, sees_all, tuple(f"{CANONICAL_STEM}/{key}/{gln}" for key in ("414", "417")))


# --------------------------------------------------------------------------------------------- the rule

Instant = tuple[int, int]  # event time and row id: equal times go by the order of capture

_EPCS: Final = frozenset(touch.value for touch in EPC_TOUCHES)
_CLASSES: Final = frozenset(touch.value for touch in CLASS_TOUCHES)
_MADE: Final = Touch.MADE.value
_PARTIES: Final = frozenset({Touch.SOURCE.value, Touch.DESTINATION.value})
_PARTY: Final = link_name("", Touch.SOURCE)
_FEW: Final = 50
_CHUNK: Final = 5000


def seen(viewer: Viewer, rows: Sequence[Row]) -> set[int]:
    """The ids of those events that the viewer may see."""
    if viewer.sees_all:
        return {row.id for row in rows}
    sure = {row.id for row in rows if _own(viewer, row)}
    rest = [row for row in rows if row.id not in sure]
    touches = _touches_of(rest)
    named = {
        row.id
        for row in rest
        if any(touch in _PARTIES and _is_at(viewer, thing) for thing, touch in touches[row.id])
    }
    if viewer.party is None:
        return sure | named
    return sure | named | _neighbours(viewer.party, [row for row in rest if row.id not in named], touches)


def _touches_of(rows: Sequence[Row]) -> dict[int, list[tuple[str, int]]]:
    """What events touch: read in the bodies of a few, among the links of many, most of which will never be opened."""
    if len(rows) <= _FEW:
        return {row.id: list(links_of(row.event)) for row in rows}
    found: dict[int, list[tuple[str, int]]] = {row.id: [] for row in rows}
    numbers = sorted(found)
    for start in range(0, len(numbers), _CHUNK):
        where = one_of("l.event", numbers[start : start + _CHUNK])
        for event, thing, touch in fetch(
            Sql(f"SELECT l.event, l.thing, l.touch FROM trace_link l WHERE {where.text}", where.values)
        ):
            found[event].append((thing, touch))
    return found


def visible_events(viewer: Viewer, events: Sequence[tuple[int, int]]) -> set[int]:
    """Those of some events (row id and event time) that the viewer may see."""
    if viewer.sees_all:
        return {number for number, _ in events}
    found: set[int] = set()
    for start in range(0, len(events), _CHUNK):
        found |= seen(viewer, rows_by_id(events[start : start + _CHUNK], ALL))
    return found


def _is_at(viewer: Viewer, thing: str) -> bool:
    """Whether a place, perhaps as `link_name` has a party, is the viewer's or a part of it (an extension, AI 254)."""
    return thing.removeprefix(_PARTY).partition("/254/")[0] in viewer.places


def _own(viewer: Viewer, row: Row) -> bool:
    if viewer.party is not None and row.owner == viewer.party:
        return True
    return _is_at(viewer, row.read_point) or _is_at(viewer, row.biz_location)


def _neighbours(me: int, rows: Sequence[Row], touches: Mapping[int, Iterable[tuple[str, int]]]) -> set[int]:
    """The ids of events of others that touch one's goods, one step away."""
    instances: dict[str, list[Row]] = defaultdict(list)
    lots: dict[str, list[Row]] = defaultdict(list)
    made: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for thing, touch in touches[row.id]:
            if touch in _EPCS:
                instances[thing].append(row)
            elif touch in _CLASSES:
                lots[thing].append(row)
            elif touch == _MADE:
                made[thing].append(row)
    found = {row.id for thing in _held(me, made, Holding.LOT) for row in made[thing]}
    found.update(row.id for thing in _made_first(me, lots) for row in lots[thing])
    found.update(_next_holders(me, instances))
    return found


def _of_things(columns: str, table: str, things: Collection[str], *conditions: Sql) -> list[tuple[Any, ...]]:
    """The rows of things in a table that PostgreSQL divides by them."""
    names = sorted(things)
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        if connection.vendor == "postgresql":
            # thing by thing, each in its own partition: of a list every partition would be asked for all
            where = every([Sql("t.thing = wanted.thing"), *conditions])
            statement = Sql(
                "SELECT found.* FROM unnest(%s::text[]) AS wanted(thing) CROSS JOIN LATERAL ("
                f"SELECT {columns} FROM {table} t WHERE {where.text} OFFSET 0) AS found",
                (chunk, *where.values),
            )
        else:
            where = every([one_of("t.thing", chunk), *conditions])
            statement = Sql(f"SELECT {columns} FROM {table} t WHERE {where.text}", where.values)
        found += fetch(statement)
    return found


def _held(me: int, things: Collection[str], holding: Holding) -> set[str]:
    """Those of some things that own events touch in some way."""
    conditions = Sql("t.owner = %s", (me,)), Sql("t.holding = %s", (holding.value,))
    return {thing for (thing,) in _of_things("t.thing", "trace_goods", things, *conditions)}


def _made_first(me: int, lots: Collection[str]) -> set[str]:
    """The lots that an own event says it made before any other's did."""
    makers: dict[str, tuple[int, int]] = {}
    for thing, event, owner in _of_things(
        "t.thing, t.event, t.owner",
        "trace_link",
        _held(me, lots, Holding.MADE),
        Sql("t.touch = %s", (_MADE,)),
    ):
        makers[thing] = min(makers.get(thing, (event, owner)), (event, owner))
    return {thing for thing, (_, owner) in makers.items() if owner == me}


def _next_holders(me: int, instances: dict[str, list[Row]]) -> Iterable[int]:
    """Events between which and an own event nobody else's touches the same object."""
    own: dict[str, list[Instant]] = defaultdict(list)
    others: dict[str, list[tuple[Instant, int]]] = defaultdict(list)
    for thing, moment, event, owner in _of_things(
        "t.thing, t.event_time, t.event, t.owner",
        "trace_link",
        _held(me, instances, Holding.OBJECT),
        one_of("t.touch", sorted(_EPCS)),
    ):
        if owner == me:
            own[thing].append((moment, event))
        else:
            others[thing].append(((moment, event), owner))
    for thing, mine in own.items():
        mine.sort()
        theirs = sorted(others[thing])
        for row in instances[thing]:
            if _is_next(row, mine, theirs):
                yield row.id


def _is_next(row: Row, mine: list[Instant], theirs: list[tuple[Instant, int]]) -> bool:
    here = (row.event_time, row.id)
    place = bisect_left(mine, here)
    for nearest in (*mine[max(place - 1, 0) : place], *mine[place : place + 1]):
        first, last = min(nearest, here), max(nearest, here)
        start = bisect_right(theirs, (first, _LAST_OWNER))
        end = bisect_left(theirs, (last, 0))
        if all(owner == row.owner for _, owner in theirs[start:end]):
            return True
    return False


_LAST_OWNER: Final = 2**63


# --------------------------------------------------------------------------------------------- narrowing

_GOODS: Final = ", ".join(str(touch.value) for touch in GOODS_TOUCHES)


def _at(column: str, places: tuple[str, ...]) -> Sql:
    """Whether a column holds one of the places, or an extension of one."""
    return either(
        part
        for place in places
        for part in (Sql(f"{column} = %s", (place,)), text_range(column, place + "/254/"))
    )


def _naming(places: tuple[str, ...]) -> Sql:
    """The condition on ``trace_link n`` that an event names one of the places."""
    return every(
        [
            _at("n.thing", tuple(link_name(place, Touch.SOURCE) for place in places)),
            one_of("n.touch", sorted(_PARTIES)),
        ]
    )


def may_see(viewer: Viewer) -> Sql:
    """A condition on ``trace_event e`` that holds of all that the viewer sees, and of not much besides."""
    if viewer.sees_all:
        return ALL
    conditions = []  # the cheap ones first: SQLite looks at them in their order
    if viewer.party is not None:
        conditions.append(Sql("e.owner = %s", (viewer.party,)))
    if viewer.places:
        conditions += [_at("e.read_point", viewer.places), _at("e.biz_location", viewer.places)]
        named = _naming(viewer.places)
        conditions.append(per_event("trace_link n", f"n.event = e.id AND {named.text}", named.values))
    if viewer.party is not None:
        conditions.append(
            per_event(
                "trace_link n CROSS JOIN trace_goods g",  # in this order: SQLite keeps it
                f"n.event = e.id AND n.touch IN ({_GOODS}) AND g.thing = n.thing AND g.owner = %s",
                (viewer.party,),
            )
        )
    return either(conditions)


def reachable(viewer: Viewer) -> list[Sql]:
    """Statements that give id and time of all events that the viewer sees, and of not many besides."""
    found = []
    if viewer.party is not None:
        found.append(Sql("SELECT e.id, e.event_time FROM trace_event e WHERE e.owner = %s", (viewer.party,)))
    for column in ("e.read_point", "e.biz_location") if viewer.places else ():
        there = _at(column, viewer.places)
        found.append(Sql(f"SELECT e.id, e.event_time FROM trace_event e WHERE {there.text}", there.values))
    if viewer.places:
        named = _naming(viewer.places)
        found.append(Sql(f"SELECT n.event, n.event_time FROM trace_link n WHERE {named.text}", named.values))
    if viewer.party is not None:
        found += [
            _sharing(viewer.party, Holding.OBJECT, _EPCS),
            _sharing(viewer.party, Holding.LOT, {_MADE}),
            _sharing(viewer.party, Holding.MADE, _CLASSES),
        ]
    return found


def _sharing(me: int, own: Holding, others: Collection[int]) -> Sql:
    """Events that touch what an own event touches; own goods first (SQLite keeps the order of a CROSS JOIN)."""
    where = every(
        [
            Sql("g.owner = %s", (me,)),
            Sql("g.holding = %s", (own.value,)),
            Sql("t.thing = g.thing"),
            one_of("t.touch", sorted(others)),
        ]
    )
    return Sql(
        f"SELECT t.event, t.event_time FROM trace_goods g CROSS JOIN trace_link t WHERE {where.text}",
        where.values,
    )
