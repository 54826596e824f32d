"""Sources of candidate ids: events that name certain things, or all events that a viewer may see.

A source yields ids and times in the order of capture or of event time, in parts, without reading the event table.
"""

from __future__ import annotations

from bisect import bisect_left
from heapq import nlargest, nsmallest
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

from khcn.kernel.query_chunks import chunks
from khcn.trace.store.database.sql import Sql, every, fetch, one_of, sql_per_event
from khcn.trace.store.search.query_plan import event_time_conditions
from khcn.trace.store.visibility import Viewer, visible_event_statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.trace.store.search.query_plan import SqlFilter, Things

EventKeys = list[tuple[int, int]]
"""Row ids and event times."""

_MAX_SCANS: Final = 16  # index scans merged in one statement; with more, the database sorts instead
_MAX_ROWS: Final = 100_000  # up to so many rows of the things are read at once
_CHUNK: Final = 5000
_UNORDERED: Final = "eo.event + 0"  # an expression, so that the planner does not read the index on events


class IdSource(Protocol):
    """A set of events."""

    def by_id(self, after: int | None, size: int) -> EventKeys:
        """The first events after an id, ascending by id."""
        ...

    def by_time(self, start: int | None, size: int, *, descending: bool) -> EventKeys:
        """The first events from a time on, or back from it, including that time, ordered by time."""
        ...

    def is_larger(self, most: int) -> bool:
        """Whether there are roughly more events than `most`."""
        ...


def _beyond(alias: str, after: int | None) -> list[Sql]:
    return [] if after is None else [Sql(f"{alias}.event > %s", (after,))]


def _from(alias: str, start: int | None, *, descending: bool) -> list[Sql]:
    sign = "<=" if descending else ">="
    return [] if start is None else [Sql(f"{alias}.event_time {sign} %s", (start,))]


def _names_any_of(event: str, things: Things) -> Sql:
    """The condition that an event names one of some things."""
    condition = things.condition("other")
    return sql_per_event(
        "trace_eventobject other", f"other.event = {event} AND {condition.text}", condition.values
    )


class ObjectSource:
    """The events that name the things of a filter; found by the most selective of its conditions."""

    def __init__(self, sql_filter: SqlFilter) -> None:
        self._rarest = min(sql_filter.things, key=lambda things: things.breadth)
        self._all = sql_filter.things
        self._other_conditions = event_time_conditions("eo", sql_filter)
        self._other_conditions += [
            _names_any_of("eo.event", things) for things in sql_filter.things if things is not self._rarest
        ]

    @property
    def is_single(self) -> bool:
        """Whether the condition is about single objects, which few events name."""
        return self._rarest.breadth == 0

    @property
    def is_broad(self) -> bool:
        """Whether the condition is a range of things, for which no index returns events in order."""
        return any(match.prefixes for match in self._rarest.matches) and not self._rarest.has_classes

    def _index_scans(self) -> list[tuple[Sql, str]] | None:
        """One index scan for each thing and role, with its order; None where a single statement is better."""
        if self._rarest.breadth == 0 or self.is_broad:
            return None
        scans = []
        for match in self._rarest.matches:
            if match.prefixes:  # texts that only begin like an EPC URN: very few
                scans.append((match.condition("eo"), _UNORDERED))
            scans += [
                (Sql("eo.thing = %s AND eo.role = %s", (name, role)), "eo.event")
                for name in match.names
                for role in match.roles
            ]
        return scans if len(scans) <= _MAX_SCANS else None

    def by_id(self, after: int | None, size: int) -> EventKeys:
        more = [*self._other_conditions, *_beyond("eo", after)]
        scans = self._index_scans()
        if scans is None:
            return self._in_one(more, "found.event", size)
        text: list[str] = []
        values: list[Any] = []
        for place, (scan, order) in enumerate(scans):
            condition = every([scan, *more])
            text.append(
                "SELECT * FROM (SELECT eo.event, eo.event_time FROM trace_eventobject eo "
                f"WHERE {condition.text} ORDER BY {order} LIMIT %s) AS scan{place}"
            )
            values += [*condition.values, size]
        text[-1] += " ORDER BY 1 LIMIT %s"
        return fetch(Sql(" UNION ".join(text), (*values, size)))

    def by_time(self, start: int | None, size: int, *, descending: bool) -> EventKeys:
        direction = " DESC" if descending else ""
        more = [*self._other_conditions, *_from("eo", start, descending=descending)]
        return self._in_one(more, f"found.event_time{direction}, found.event{direction}", size)

    def _in_one(self, more: Sequence[Sql], order: str, size: int) -> EventKeys:
        condition = every([self._rarest.condition("eo"), *more])
        return fetch(
            Sql(
                "SELECT event, event_time FROM (SELECT DISTINCT eo.event, eo.event_time FROM trace_eventobject eo "
                f"WHERE {condition.text}) AS found ORDER BY {order} LIMIT %s",
                (*condition.values, size),
            )
        )

    def is_larger(self, most: int) -> bool:
        condition = every([self._rarest.condition("eo"), *self._other_conditions])
        statement = f"SELECT count(*) FROM (SELECT 1 FROM trace_eventobject eo WHERE {condition.text} LIMIT %s) AS found"
        [[count]] = fetch(Sql(statement, (*condition.values, most + 1)))
        return bool(count > most)

    def condition(self) -> Sql:
        """The condition on ``trace_event e`` that the event is in this set."""
        return every(_names_any_of("e.id", things) for things in self._all)


def _that_name_any_of(found: EventKeys, things: Things) -> EventKeys:
    """Those of some events that name one of some things."""
    condition = things.condition("eo")
    statement = f"SELECT eo.event FROM trace_eventobject eo WHERE {condition.text} LIMIT %s"
    rows = fetch(Sql(statement, (*condition.values, _MAX_ROWS + 1)))
    if len(rows) > _MAX_ROWS:  # look up the few events instead of the many rows
        rows = []
        for part in chunks(found, _CHUNK):
            chunk = [event for event, _ in part]
            where = every([one_of("eo.event", chunk), condition])
            rows += fetch(Sql(f"SELECT eo.event FROM trace_eventobject eo WHERE {where.text}", where.values))
    matching = {event for (event,) in rows}
    return [place for place in found if place[0] in matching]


class VisibleSource:
    """The events that a viewer may see, and some more; found once and cached for the duration of a query."""

    def __init__(self, viewer: Viewer, sql_filter: SqlFilter) -> None:
        self._viewer = viewer
        self._narrowing = sql_filter
        self._found: EventKeys | None = None

    def has_more_goods(self, most: int) -> bool:
        """Whether the viewer has more things of its own than `most`; the size of this set grows with them."""
        statement = (
            "SELECT count(*) FROM (SELECT 1 FROM trace_partyobject WHERE owner = %s LIMIT %s) AS found"
        )
        [[count]] = fetch(Sql(statement, (self._viewer.party, most + 1)))
        return bool(count > most)

    def _all(self) -> EventKeys:
        """Ascending by id."""
        if self._found is None:
            statements = visible_event_statements(self._viewer)
            union = " UNION ".join(statement.text for statement in statements)
            values = [value for statement in statements for value in statement.values]
            times = every(event_time_conditions("found", self._narrowing))
            statement = f"SELECT event, event_time FROM ({union}) AS found"
            found = (
                fetch(Sql(f"{statement} WHERE {times.text}", (*values, *times.values))) if statements else []
            )
            for things in self._narrowing.things:
                found = _that_name_any_of(found, things)
            self._found = sorted(found)
        return self._found

    def is_larger(self, most: int) -> bool:
        return len(self._all()) > most

    def by_id(self, after: int | None, size: int) -> EventKeys:
        found = self._all()
        start = 0 if after is None else bisect_left(found, (after + 1,))
        return found[start : start + size]

    def by_time(self, start: int | None, size: int, *, descending: bool) -> EventKeys:
        if descending:
            matching = (one for one in self._all() if start is None or one[1] <= start)
            return nlargest(size, matching, key=itemgetter(1, 0))
        matching = (one for one in self._all() if start is None or one[1] >= start)
        return nsmallest(size, matching, key=itemgetter(1, 0))
