"""Where the ids of candidates come from: the links of things, or all that a viewer can reach.

A source gives ids and times of events in the order of capture or of time, a part at a time, without touching events.
"""

from __future__ import annotations

from bisect import bisect_left
from heapq import nlargest, nsmallest
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

from khcn.trace.store.database.sql import Sql, every, fetch, one_of, per_event
from khcn.trace.store.visibility import Viewer, reachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.trace.store.search.query_plan import Narrowing, Things

Places = list[tuple[int, int]]
"""Row ids and event times."""

_LEGS: Final = 16  # index scans that are merged in one statement; beyond it the database sorts
_MANY_LINKS: Final = 100_000  # of things, up to which they are all looked at once
_CHUNK: Final = 5000
_UNORDERED: Final = "l.event + 0"  # keeps the database from reading the links of all events in their order


class Source(Protocol):
    """A set of events."""

    def by_id(self, after: int | None, size: int) -> Places:
        """The first events beyond an id, ascending by id."""
        ...

    def by_time(self, start: int | None, size: int, *, descending: bool) -> Places:
        """The first events from a time on (or back), that time included, by time."""
        ...

    def is_larger(self, most: int) -> bool:
        """Whether there are more events than this, roughly."""
        ...


def _beyond(alias: str, after: int | None) -> list[Sql]:
    return [] if after is None else [Sql(f"{alias}.event > %s", (after,))]


def _from(alias: str, start: int | None, *, descending: bool) -> list[Sql]:
    sign = "<=" if descending else ">="
    return [] if start is None else [Sql(f"{alias}.event_time {sign} %s", (start,))]


def between(alias: str, narrowing: Narrowing) -> list[Sql]:
    """The conditions on the event time."""
    found = []
    if narrowing.earliest is not None:
        found.append(Sql(f"{alias}.event_time >= %s", (narrowing.earliest,)))
    if narrowing.latest is not None:
        found.append(Sql(f"{alias}.event_time <= %s", (narrowing.latest,)))
    return found


def touching(event: str, things: Things) -> Sql:
    """The condition that an event touches one of some things."""
    condition = things.condition("o")
    return per_event("trace_link o", f"o.event = {event} AND {condition.text}", condition.values)


class Linked:
    """The events that touch what a narrowing says; found by the rarest of it."""

    def __init__(self, narrowing: Narrowing) -> None:
        self._driver = min(narrowing.things, key=lambda things: things.breadth)
        self._all = narrowing.things
        self._more = between("l", narrowing)
        self._more += [
            touching("l.event", things) for things in narrowing.things if things is not self._driver
        ]

    @property
    def is_single(self) -> bool:
        """Whether it is about single objects, of which few events tell."""
        return self._driver.breadth == 0

    @property
    def is_broad(self) -> bool:
        """Whether it is about all things that begin in some way, among which no index keeps events in order."""
        return any(spot.starts for spot in self._driver.spots) and not self._driver.has_classes

    def _legs(self) -> list[tuple[Sql, str]] | None:
        """Index scans that find the things, with what orders each; None: one statement does better."""
        if self._driver.breadth == 0 or self.is_broad:
            return None
        legs = []
        for spot in self._driver.spots:
            if spot.starts:  # texts that are no EPC URN although they begin like one: hardly ever any
                legs.append((spot.condition("l"), _UNORDERED))
            legs += [
                (Sql("l.thing = %s AND l.touch = %s", (name, touch)), "l.event")
                for name in spot.names
                for touch in spot.touches
            ]
        return legs if len(legs) <= _LEGS else None

    def by_id(self, after: int | None, size: int) -> Places:
        more = [*self._more, *_beyond("l", after)]
        legs = self._legs()
        if legs is None:
            return self._in_one(more, "found.event", size)
        text: list[str] = []
        values: list[Any] = []
        for place, (leg, order) in enumerate(legs):
            condition = every([leg, *more])
            text.append(
                "SELECT * FROM (SELECT l.event, l.event_time FROM trace_link l "
                f"WHERE {condition.text} ORDER BY {order} LIMIT %s) AS leg{place}"
            )
            values += [*condition.values, size]
        text[-1] += " ORDER BY 1 LIMIT %s"
        return fetch(Sql(" UNION ".join(text), (*values, size)))

    def by_time(self, start: int | None, size: int, *, descending: bool) -> Places:
        direction = " DESC" if descending else ""
        more = [*self._more, *_from("l", start, descending=descending)]
        return self._in_one(more, f"found.event_time{direction}, found.event{direction}", size)

    def _in_one(self, more: Sequence[Sql], order: str, size: int) -> Places:
        condition = every([self._driver.condition("l"), *more])
        return fetch(
            Sql(
                "SELECT event, event_time FROM (SELECT DISTINCT l.event, l.event_time FROM trace_link l "
                f"WHERE {condition.text}) AS found ORDER BY {order} LIMIT %s",
                (*condition.values, size),
            )
        )

    def is_larger(self, most: int) -> bool:
        condition = every([self._driver.condition("l"), *self._more])
        statement = (
            f"SELECT count(*) FROM (SELECT 1 FROM trace_link l WHERE {condition.text} LIMIT %s) AS found"
        )
        [[count]] = fetch(Sql(statement, (*condition.values, most + 1)))
        return bool(count > most)

    def condition(self) -> Sql:
        """The condition on ``trace_event e`` that it is among them."""
        return every(touching("e.id", things) for things in self._all)


def _touching_ones(found: Places, things: Things) -> Places:
    """Those of some events that touch one of some things."""
    condition = things.condition("l")
    statement = f"SELECT l.event FROM trace_link l WHERE {condition.text} LIMIT %s"
    rows = fetch(Sql(statement, (*condition.values, _MANY_LINKS + 1)))
    if len(rows) > _MANY_LINKS:  # rather the few events than the many links
        rows = []
        for start in range(0, len(found), _CHUNK):
            chunk = [event for event, _ in found[start : start + _CHUNK]]
            where = every([one_of("l.event", chunk), condition])
            rows += fetch(Sql(f"SELECT l.event FROM trace_link l WHERE {where.text}", where.values))
    kept = {event for (event,) in rows}
    return [place for place in found if place[0] in kept]


class Reachable:
    """The events that a viewer can see, and some besides: found once, and kept for the length of a query."""

    def __init__(self, viewer: Viewer, narrowing: Narrowing) -> None:
        self._viewer = viewer
        self._narrowing = narrowing
        self._found: Places | None = None

    def has_more_goods(self, most: int) -> bool:
        """Whether the viewer has more goods of his own than this; all that he can reach grows with them."""
        statement = "SELECT count(*) FROM (SELECT 1 FROM trace_goods WHERE owner = %s LIMIT %s) AS found"
        [[count]] = fetch(Sql(statement, (self._viewer.party, most + 1)))
        return bool(count > most)

    def _all(self) -> Places:
        """Ascending by id."""
        if self._found is None:
            statements = reachable(self._viewer)
            union = " UNION ".join(statement.text for statement in statements)
            values = [value for statement in statements for value in statement.values]
            times = every(between("found", self._narrowing))
            statement = f"WITH found (event, event_time) AS ({union}) SELECT event, event_time FROM found "
            found = (
                fetch(Sql(f"{statement} WHERE {times.text}", (*values, *times.values))) if statements else []
            )
            for things in self._narrowing.things:
                found = _touching_ones(found, things)
            self._found = sorted(found)
        return self._found

    def is_larger(self, most: int) -> bool:
        return len(self._all()) > most

    def by_id(self, after: int | None, size: int) -> Places:
        found = self._all()
        start = 0 if after is None else bisect_left(found, (after + 1,))
        return found[start : start + size]

    def by_time(self, start: int | None, size: int, *, descending: bool) -> Places:
        if descending:
            kept = (one for one in self._all() if start is None or one[1] <= start)
            return nlargest(size, kept, key=itemgetter(1, 0))
        kept = (one for one in self._all() if start is None or one[1] >= start)
        return nsmallest(size, kept, key=itemgetter(1, 0))
