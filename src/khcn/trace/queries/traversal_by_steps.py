"""Traverses the lineage graph over the stores of several provinces, step by step (docs/adr/0033).

What `traversal` does in one recursive statement, with the same rows and the same rules: from the things of a step to the edges
that leave them, which are asked of every store, and from these edges to the things at their other side, which are in the store
of their event. When goods leave a container is asked of every store too: they may be unpacked in another province than the one
in which they were packed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.traversal_terms import (
    MAX_TIME,
    MIN_TIME,
    TRANSFORMATION_NODE,
    Direction,
    ReachedThing,
)
from khcn.trace.store.database.sql import Sql, fetch
from khcn.trace.store.database.stores import ask_stores
from khcn.trace.store.declarations import all_authorities, voided_elsewhere
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from khcn.trace.queries.traversal_terms import Trusted

_TABLE: Final = LineageEdgeEnd._meta.db_table
_BATCH_SIZE: Final = 1000
_CLASS: Final = re.compile(r"https://id\.gs1\.org/01/.{14}", re.DOTALL)
_SOURCE, _PRODUCT = int(EdgeSide.SOURCE), int(EdgeSide.PRODUCT)


class _Thing(NamedTuple):
    """A row of the recursion that is a thing; see `traversal`."""

    thing: str
    since: int
    until: int
    whole: bool
    via: int
    via_part: int


class _Followed(NamedTuple):
    """A row of the recursion that is an edge: with its period, and the side to go to."""

    event: int
    part: int
    since: int
    until: int
    whole: bool
    far: int


class _End(NamedTuple):
    """The end of an edge at a thing; the container where it is a containment, and the store that it is in."""

    alias: str
    near: int  # place of the thing in the list of things asked for
    event: int
    part: int
    side: int
    kind: int
    event_time: int
    owner: int
    container: str | None


class _FarEnd(NamedTuple):
    """A thing at the other side of an edge."""

    event: int
    part: int
    side: int
    thing: str


@dataclass(frozen=True, slots=True)
class _Stay:
    """That goods were packed into a container: their stay begins."""

    child: str
    container: str
    event_time: int
    owner: int


class TooMany(Exception):  # noqa: N818 -- an answer, not a fault
    """A step has more edges than the answer may have things."""


def traverse_by_steps(
    things: Sequence[str], direction: Direction, *, most: int, trusted: Trusted
) -> list[ReachedThing]:
    """`traversal.traverse` over all stores of the present answer."""
    start = {_Thing(one, MIN_TIME, MAX_TIME, direction.whole, 0, 0) for one in things}
    walk = _Walk(direction, most, trusted)
    found: list[ReachedThing] = []
    frontier = start
    while frontier:
        found += [
            ReachedThing(one.thing, one.since, one.until, one.via, one.via_part)
            for one in sorted(frontier)
            if one.since < one.until
        ]
        if len(found) >= most:
            break
        try:
            frontier = walk.step(frontier)
        except TooMany:
            # so that the caller refuses the graph, which has even more rows
            return found + [found[-1]] * (most - len(found))
    return found[:most]


class _Walk:
    """What has been reached so far."""

    def __init__(self, direction: Direction, most: int, trusted: Trusted) -> None:
        self._direction = direction
        self._most = most
        self._ends = _Ends(trusted)
        self._left_out = trusted.left_out
        self._owners = trusted.owners
        self._things: set[_Thing] = set()
        self._followed: set[_Followed] = set()

    def step(self, frontier: set[_Thing]) -> set[_Thing]:
        """The things that are reached from those of the step before, without those reached already."""
        self._things |= frontier
        continued = [one for one in sorted(frontier) if one.since < one.until and self._may_continue(one)]
        edges = self._edges_of(continued)
        followed = self._followed_upstream if self._direction.upstream else self._followed_downstream
        new = {row: end for row, end in followed(continued, edges) if row not in self._followed}
        self._followed |= new.keys()
        return set(self._reached(new)) - self._things

    def _may_continue(self, one: _Thing) -> bool:
        """Goods named by a GTIN alone may be any item of that class; one step ends at the first goods."""
        if not one.via:
            return True
        if self._direction.one_step and not one.thing.startswith(TRANSFORMATION_NODE):
            return False
        return _CLASS.fullmatch(one.thing) is None

    # -------------------------------------------------------------------------------- from things to edges

    def _edges_of(self, things: Sequence[_Thing]) -> list[_End]:
        """The ends at some things of edges that leave them in this direction, in all stores."""
        if not things:
            return []
        side = f"edge.side = {_PRODUCT}"
        if not self._direction.upstream:
            side = f"(edge.side = {_SOURCE} OR edge.kind = {int(EdgeKind.CONTAINMENT)})"
        kinds = [int(each) for each in self._direction.kinds]
        # the container of a containment is its only product
        container = (
            f"CASE WHEN edge.kind = {int(EdgeKind.CONTAINMENT)} THEN (SELECT h.thing FROM {_TABLE} h WHERE h.event = edge.event "  # noqa: S608 -- constants
            f"AND h.part = edge.part AND h.side = {_PRODUCT} LIMIT 1) END"
        )
        owners = () if self._owners is None else (sorted(self._owners),)
        of_owners = "AND edge.owner = ANY(%s::bigint[])" if owners else ""
        # OFFSET 0 stops the planner from changing the order of the join
        statement = (
            f"SELECT asked.near - 1, edge.* FROM unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS asked (thing, until, near) "  # noqa: S608 -- constants
            f"CROSS JOIN LATERAL (SELECT edge.event, edge.part, edge.side, edge.kind, edge.event_time, edge.owner, {container} "
            f"FROM {_TABLE} edge WHERE edge.thing = asked.thing AND {side} AND edge.kind = ANY(%s) AND NOT edge.voided "
            f"AND (edge.kind = {int(EdgeKind.MEMBERSHIP)} OR edge.event_time <= asked.until) "
            f"AND NOT (edge.event = ANY(%s::bigint[])) {of_owners} OFFSET 0) edge LIMIT %s"
        )
        found: list[_End] = []
        left_out = sorted(self._left_out)
        limit = 2 * self._most + 1
        numbered = list(enumerate(things))
        for part in chunks(numbered, _BATCH_SIZE):
            names, untils = [one.thing for _, one in part], [one.until for _, one in part]
            asked = Sql(statement, (names, untils, kinds, left_out, *owners, limit))
            first = part[0][0]
            for alias, near, *row in ask_stores(_tagged(asked)):
                found.append(_End(alias, first + near, *row))
            if len(found) >= limit:
                raise TooMany
        wrong = voided_elsewhere({end.event: end.event_time for end in found})
        return [end for end in found if end.event not in wrong]

    @staticmethod
    def _followed_upstream(
        things: Sequence[_Thing], edges: Iterable[_End]
    ) -> Iterable[tuple[_Followed, _End]]:
        for edge in edges:
            one = things[edge.near]
            if edge.kind == EdgeKind.CONTAINMENT:
                if edge.event_time < one.until:
                    yield _Followed(edge.event, edge.part, one.since, one.until, True, _SOURCE), edge
            else:
                yield _Followed(edge.event, edge.part, MIN_TIME, MAX_TIME, True, _SOURCE), edge

    def _followed_downstream(
        self, things: Sequence[_Thing], edges: Collection[_End]
    ) -> Iterable[tuple[_Followed, _End]]:
        packed = [
            edge
            for edge in edges
            if edge.side == _SOURCE
            and edge.kind == EdgeKind.CONTAINMENT
            and edge.event_time < things[edge.near].until
        ]
        ends = self._ends.of(_stay(things[edge.near].thing, edge) for edge in packed)
        for edge in packed:
            one = things[edge.near]
            until = min(one.until, ends[_stay(one.thing, edge)])
            since = max(one.since, edge.event_time)
            yield _Followed(edge.event, edge.part, since, until, False, _PRODUCT), edge
        for edge in edges:
            one = things[edge.near]
            if edge.kind == EdgeKind.CONTAINMENT:
                if edge.side == _PRODUCT and one.whole and edge.event_time < one.until:
                    yield _Followed(edge.event, edge.part, one.since, one.until, True, _SOURCE), edge
            elif edge.side == _SOURCE:
                if edge.kind == EdgeKind.MEMBERSHIP:
                    yield _Followed(edge.event, edge.part, one.since, MAX_TIME, True, _PRODUCT), edge
                elif one.since <= edge.event_time <= one.until:
                    yield _Followed(edge.event, edge.part, MIN_TIME, MAX_TIME, True, _PRODUCT), edge

    # -------------------------------------------------------------------------------- from edges to things

    def _reached(self, new: dict[_Followed, _End]) -> Iterable[_Thing]:
        """The things at the far sides of edges."""
        far = self._far_ends(new)
        pairs = [
            (row, end, one.thing)
            for row, end in new.items()
            for one in far.get((row.event, row.part, row.far), ())
            if self._direction.upstream or row.since < row.until
        ]
        leaving = [
            _stay(thing, end)
            for row, end, thing in pairs
            if end.kind == EdgeKind.CONTAINMENT and row.far == _SOURCE
        ]
        ends = self._ends.of(leaving)
        for row, end, thing in pairs:
            since, until = row.since, row.until
            if end.kind == EdgeKind.CONTAINMENT and row.far == _SOURCE:
                left = ends[_stay(thing, end)]
                since = max(since, end.event_time)
                if self._direction.upstream:
                    until = min(until, left)
                elif left <= row.since:
                    until = MIN_TIME
            yield _Thing(thing, since, until, row.whole, row.event, row.part)

    def _far_ends(self, new: dict[_Followed, _End]) -> dict[tuple[int, int, int], list[_FarEnd]]:
        """The far ends of edges, each asked of the store of its event."""
        by_alias: dict[str, set[tuple[int, int, int]]] = {}
        for row, end in new.items():
            by_alias.setdefault(end.alias, set()).add((row.event, row.part, row.far))
        statement = (
            "SELECT edge.* FROM unnest(%s::bigint[], %s::integer[], %s::smallint[]) AS asked (event, part, side) CROSS JOIN LATERAL ("  # noqa: S608 -- constants
            f"SELECT edge.event, edge.part, edge.side, edge.thing FROM {_TABLE} edge WHERE edge.event = asked.event "
            "AND edge.part = asked.part AND edge.side = asked.side OFFSET 0) edge LIMIT %s"
        )
        limit = 2 * self._most + 1

        def question(alias: str) -> list[_FarEnd]:
            found: list[_FarEnd] = []
            listed = sorted(by_alias.get(alias, ()))
            for part in chunks(listed, _BATCH_SIZE):
                columns = [list(column) for column in zip(*part, strict=True)]
                found += [_FarEnd(*row) for row in fetch(Sql(statement, (*columns, limit)), alias)]
                if len(found) >= limit:
                    break
            return found

        rows = ask_stores(question)
        if len(rows) >= limit:
            raise TooMany
        grouped: dict[tuple[int, int, int], list[_FarEnd]] = {}
        for one in rows:
            grouped.setdefault((one.event, one.part, one.side), []).append(one)
        return grouped


def _stay(child: str, packing: _End) -> _Stay:
    return _Stay(child, packing.container or "", packing.event_time, packing.owner)


def _tagged(statement: Sql) -> Any:
    """The question for the rows of a statement, each after the alias of its store."""
    return lambda alias: [(alias, *row) for row in fetch(statement, alias)]


# ------------------------------------------------------------------------------------ when goods leave containers

# As `_END_OF_CONTAINMENT` of `traversal`, with the removal and the emptying that end the stay.
_LOT: Final = "stay.child LIKE '%%/10/%%'"
_ENDS: Final = """SELECT stay.place - 1, found.event_time, found.event
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS stay (child, container, event_time, owner, place)
CROSS JOIN LATERAL (
  (SELECT p.event_time, p.event FROM {table} p
    WHERE {lot} AND p.thing = stay.container AND p.side = {product} AND p.kind = {removal} AND p.event_time >= stay.event_time
      AND NOT p.voided AND {counts_p}
      AND (SELECT c.side FROM {table} c WHERE c.event = p.event AND c.part = p.part AND c.side = {source}
             AND c.thing BETWEEN stay.child AND stay.child) IS NOT NULL
    ORDER BY p.event_time LIMIT 1)
  UNION ALL
  (SELECT c.event_time, c.event FROM {table} c
    WHERE NOT ({lot}) AND c.thing = stay.child AND c.side = {source} AND c.kind = {removal} AND c.event_time >= stay.event_time
      AND NOT c.voided AND {counts_c}
      AND (SELECT p.side FROM {table} p WHERE p.event = c.event AND p.part = c.part AND p.side = {product}
             AND p.thing BETWEEN stay.container AND stay.container) IS NOT NULL
    ORDER BY c.event_time LIMIT 1)
  UNION ALL
  (SELECT p.event_time, p.event FROM {table} p
    WHERE p.thing = stay.container AND p.side = {product} AND p.kind = {emptying} AND p.event_time > stay.event_time
      AND NOT p.voided AND {counts_p}
    ORDER BY p.event_time LIMIT 1)) found"""


class _Ends:
    """When stays in containers end, by the removals and emptyings that count."""

    def __init__(self, trusted: Trusted) -> None:
        self._trusted = trusted
        self._known: dict[_Stay, int] = {}
        self._wrong: set[int] = set()

    def of(self, stays: Iterable[_Stay]) -> dict[_Stay, int]:
        """When each stay ends; it lasts at least a microsecond."""
        wanted = list(dict.fromkeys(stays))
        for part in chunks([one for one in wanted if one not in self._known], _BATCH_SIZE):
            self._look_up(part)
        return {one: self._known[one] for one in wanted}

    def _look_up(self, stays: Sequence[_Stay]) -> None:
        asked = list(stays)
        while asked:
            columns = (
                [one.child for one in asked],
                [one.container for one in asked],
                [one.event_time for one in asked],
                [one.owner for one in asked],
            )
            statement = Sql(self._statement(), columns)
            rows = ask_stores(lambda alias, statement=statement: fetch(statement, alias))  # type: ignore[misc]
            wrong = voided_elsewhere({event: moment for _place, moment, event in rows})
            ends: dict[_Stay, int] = {}
            again: set[_Stay] = set()
            for place, moment, event in rows:
                stay = asked[place]
                if event in wrong:
                    again.add(stay)
                else:
                    ends[stay] = min(moment, ends.get(stay, MAX_TIME))
            for stay in asked:
                self._known[stay] = max(stay.event_time + 1, ends.get(stay, MAX_TIME))
            self._wrong |= wrong
            asked = sorted(again, key=repr)

    def _statement(self) -> str:
        return _ENDS.format(
            table=_TABLE,
            lot=_LOT,
            source=_SOURCE,
            product=_PRODUCT,
            removal=int(EdgeKind.REMOVAL),
            emptying=int(EdgeKind.EMPTYING),
            counts_p=self._counts("p"),
            counts_c=self._counts("c"),
        )

    def _counts(self, removal: str) -> str:
        """The condition that a removal, an alias of a row, ends the stay `stay`; see `traversal.Trusted`."""
        authorities = ", ".join(str(int(one)) for one in sorted(all_authorities()))
        either = [f"{removal}.owner = stay.owner"]
        if authorities:
            either.append(f"{removal}.owner IN ({authorities})")
        if self._trusted.removals:
            rows = ", ".join(f"({int(a)}, {int(b)}, {int(c)})" for a, b, c in sorted(self._trusted.removals))
            either.append(
                f"EXISTS (SELECT 1 FROM (VALUES {rows}) AS counted WHERE counted.column1 = {removal}.event "  # noqa: S608 -- numbers
                "AND counted.column2 = stay.owner AND stay.event_time <= counted.column3)"
            )
        condition = f"({' OR '.join(either)})"
        if self._wrong:
            numbers = ", ".join(str(int(one)) for one in sorted(self._wrong))
            condition += f" AND {removal}.event NOT IN ({numbers})"
        return condition
