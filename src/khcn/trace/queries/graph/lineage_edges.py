"""The edges of a traversal of the lineage graph."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.graph.traversal_terms import TRANSFORMATION_NODE, Direction, ReachedThing, is_node
from khcn.trace.store.database.sql import Sql
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.statements.declarations import voided_elsewhere
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

EdgeKey = tuple[int, int]  # event and part

_BATCH_SIZE: Final = 5_000  # values in one IN (…)


@dataclass(slots=True)
class Edge:
    """An edge of the traversal; `reached` are those of its things that the traversal reached through it."""

    kind: EdgeKind
    times: dict[int, int]  # event and its time
    owners: set[int]  # the parties that captured the events
    sources: set[str] = field(default_factory=set)
    products: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    transformation: str | None = None
    left_out: int = 0  # sources that were not read

    def merge(self, other: Edge) -> None:
        """Add an edge that reports the same transformation."""
        self.times.update(other.times)
        self.owners |= other.owners
        self.sources |= other.sources
        self.products |= other.products
        self.reached |= other.reached
        self.left_out += other.left_out

    def steps(self) -> Iterator[tuple[set[str], set[str]]]:
        """Pairs of things before and things after one step of the traversal."""
        yield self.sources, self.products & self.reached
        yield self.products, self.sources & self.reached


def edges_of(reached: Iterable[ReachedThing], direction: Direction) -> dict[EdgeKey, Edge]:
    """The edges that a traversal followed, each with the things of the traversal at its ends.

    A row of the traversal says by which edge a thing was reached; the things at the near side of each edge are looked
    up here.
    """
    return edges_from(near_ends(reached, direction), reached, direction)


def near_ends(reached: Iterable[ReachedThing], direction: Direction) -> list[EdgeEnd]:
    """The edges that leave the things of a traversal, by their near ends (`edge_ends`)."""
    things = sorted({each.thing for each in reached})
    return [end for part in chunks(things, _BATCH_SIZE) for end in edge_ends(part, direction)]


def edges_from(
    ends: Iterable[EdgeEnd], reached: Iterable[ReachedThing], direction: Direction
) -> dict[EdgeKey, Edge]:
    """The edges of a traversal (`edges_of`) by their near ends, where the caller has these."""
    reached_by: dict[EdgeKey, set[str]] = defaultdict(set)
    for each in reached:
        if each.event:
            reached_by[each.event, each.part].add(each.thing)
    found: dict[EdgeKey, Edge] = {}
    for end in ends:
        key = end.event, end.part
        if key not in reached_by:
            continue
        if key not in found:
            times = {end.event: end.event_time}
            found[key] = Edge(EdgeKind(end.kind), times, {end.owner}, reached=reached_by[key])
        edge = found[key]
        (edge.products if end.side == EdgeSide.PRODUCT else edge.sources).add(end.thing)
    for edge in found.values():
        if direction.upstream:
            edge.sources |= edge.reached
        elif edge.kind is not EdgeKind.CONTAINMENT:
            edge.products |= edge.reached
    return found


def merged_edges(edges: dict[EdgeKey, Edge]) -> list[Edge]:
    """The edges, with those of one transformationID of a party merged and the nodes between them removed."""
    found: dict[str | EdgeKey, Edge] = {}
    for key, edge in edges.items():
        node = next(filter(is_node, edge.sources | edge.products), None)
        name: str | EdgeKey = key if node is None else node
        if node is not None:
            edge.transformation = node.removeprefix(TRANSFORMATION_NODE).partition(" ")[2]
            for side in (edge.sources, edge.products, edge.reached):
                side.discard(node)
        if name in found:
            found[name].merge(edge)
        else:
            found[name] = edge
    return list(found.values())


@dataclass(frozen=True, slots=True)
class EdgeEnd:
    """A row of `LineageEdgeEnd`: a thing on one side of an edge."""

    event: int
    part: int
    thing: str
    side: int
    kind: int
    event_time: int
    owner: int


def edge_ends(things: Sequence[str], direction: Direction) -> list[EdgeEnd]:
    """The edges that leave things in a direction, by their near ends; for containments downstream, both ends.

    Each thing is looked up by itself: without statistics PostgreSQL would read the whole table for a list of things.
    """
    side = f"edge.side = {int(EdgeSide.PRODUCT)}"
    if not direction.upstream:
        side = f"(edge.side = {int(EdgeSide.SOURCE)} OR edge.kind = {int(EdgeKind.CONTAINMENT)})"
    kinds = ", ".join(str(int(each)) for each in direction.kinds)
    table = LineageEdgeEnd._meta.db_table
    columns = "edge.event, edge.part, edge.thing, edge.side, edge.kind, edge.event_time, edge.owner"
    wanted = f"edge.thing = asked.column1 AND {side} AND edge.kind IN ({kinds}) AND NOT edge.voided"
    values: list[Any]
    if connection.vendor == "sqlite":
        asked, values = f"(VALUES {', '.join(['(%s)'] * len(things))}) AS asked", list(things)
        statement = f"SELECT {columns} FROM {asked} CROSS JOIN {table} edge ON {wanted}"  # noqa: S608 -- constants
    else:
        asked, values = "unnest(%s::text[]) AS asked (column1)", [list(things)]
        # OFFSET 0 stops the planner from changing the order of the join
        looked_up = f"SELECT {columns} FROM {table} edge WHERE {wanted} OFFSET 0"  # noqa: S608 -- constants
        statement = f"SELECT edge.* FROM {asked} CROSS JOIN LATERAL ({looked_up}) edge"  # noqa: S608 -- the same
    found = [EdgeEnd(*row) for row in fetch_everywhere(Sql(statement, tuple(values)))]
    wrong = voided_elsewhere({end.event: end.event_time for end in found})
    return [end for end in found if end.event not in wrong] if wrong else found


def path_to(thing: str, edges: list[Edge]) -> tuple[list[Edge], set[str]]:
    """The edges that lead to the thing, and the things at their ends."""
    by_product: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        for product in edge.products:
            by_product[product].append(edge)
    things, path = {thing}, []
    waiting = [thing]
    used: set[int] = set()
    while waiting:
        for edge in by_product[waiting.pop()]:
            if id(edge) not in used:
                used.add(id(edge))
                path.append(edge)
                waiting += edge.sources - things
                things |= edge.sources
    return path, things


def untrusted_products(edges: Mapping[EdgeKey, Edge], trusted: Mapping[EdgeKey, Edge]) -> dict[int, set[str]]:
    """Of each event that is no trusted edge what it says was made or filled.

    What it did to the things that it started from counts: a stranger may say that goods were made of what they were packed in.
    """
    trusted_events = {event for event, _part in trusted}
    found: dict[int, set[str]] = defaultdict(set)
    for (event, _part), edge in edges.items():
        if event not in trusted_events:
            found[event] |= edge.products
    return found
