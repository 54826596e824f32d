"""Traverses the lineage graph over the stores of several provinces, step by step (docs/adr/0033).

What `traversal` does in one recursive statement, with the same rows and the same rules: from the things of a step to the edges
that leave them, which are asked of every store, and from these edges to the things at their other side, which are in the store
of their event. When goods leave a container is asked of every store too: they may be unpacked in another province than the one
in which they were packed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.graph.traversal_terms import (
    MAX_TIME,
    MIN_TIME,
    TRANSFORMATION_NODE,
    Direction,
    ReachedThing,
)
from khcn.trace.queries.walks.stay_ends import PackedStay, StayEnds
from khcn.trace.store.database.sql import Sql, fetch
from khcn.trace.store.database.stores import ask_stores
from khcn.trace.store.statements.declarations import voided_elsewhere
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from khcn.trace.queries.graph.traversal_terms import Trusted

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
        self._ends = StayEnds(trusted)
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


def _stay(child: str, packing: _End) -> PackedStay:
    return PackedStay(child, packing.container or "", packing.event_time, packing.owner, packing.event)


def _tagged(statement: Sql) -> Any:
    """The question for the rows of a statement, each after the alias of its store."""
    return lambda alias: [(alias, *row) for row in fetch(statement, alias)]
