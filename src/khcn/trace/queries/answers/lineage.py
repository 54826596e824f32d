"""Where goods came from and where they went: the lineage graph as the answer to a trace query.

The answer is a graph and not a tree: an edge has all of its inputs, and a thing that is reached in two ways is in the
graph once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.answers.goods_quantities import goods_quantities, lots_of_objects
from khcn.trace.queries.answers.goods_reports import reports_of_goods
from khcn.trace.queries.answers.parties_of_goods import parties_of_goods
from khcn.trace.queries.answers.repeated_sales import repeated_sales
from khcn.trace.queries.answers.trace_graph import TraceEdge, TraceEvent, TraceGraph, TraceThing
from khcn.trace.queries.graph.lineage_edges import Edge, EdgeKey, edges_from, merged_edges, near_ends
from khcn.trace.queries.graph.traversal_terms import (
    DOWNSTREAM,
    MAX_TIME,
    STEP_BACK,
    STEP_FORWARD,
    UPSTREAM,
    Direction,
)
from khcn.trace.queries.recalls.graph_recalls import recalls_in_graph
from khcn.trace.queries.walks.lineage_trust import NearEnds, ends_that_lead_on, may_be_left_out
from khcn.trace.queries.walks.traversal import GraphTooLarge, reached_things
from khcn.trace.store import Viewer, thing_of, visible_events
from khcn.trace.store.database.stores import all_stores
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.statements.events_by_id import event_heads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.graph.lineage_edges import EdgeEnd
    from khcn.trace.queries.graph.traversal_terms import ReachedThing

_MOST_ATTEMPTS: Final = 8
"""So often a graph that is too large is asked for again, without what may be left out."""
_MOST_LEFT_OUT: Final = 20_000


class WholeGraphRefused(Exception):  # noqa: N818 -- an answer, not a fault
    """A party that is not an authority asks for more than one step (Circular 02/2024: một bước trước, một bước sau)."""


def upstream(thing: str, viewer: Viewer, *, with_reports: bool = False) -> TraceGraph:
    """Everything that `thing` (an identifier in any spelling) was made from, as far back as events report.

    `with_reports`: also who had these things, and how much of them is reported; of a lot at any time, also of what else became of it.

    Raises:
        WholeGraphRefused: the viewer is not an authority.
        QueryError: ``QueryTooLargeException`` beyond `traversal.MAX_EDGE_ENDS`.
    """
    return _whole(thing, viewer, UPSTREAM, with_reports=with_reports)


def downstream(thing: str, viewer: Viewer) -> TraceGraph:
    """Everything that `thing` went into: products made from it, containers, contents. Raises as `upstream`."""
    return _whole(thing, viewer, DOWNSTREAM, with_reports=True)


def lineage_step_back(thing: str, viewer: Viewer) -> TraceGraph:
    """The lineage of `thing` one step back: what it was made from, contains or belongs to: one edge back, of events that the viewer may see."""
    return _graph(thing_of(thing), STEP_BACK, viewer)


def lineage_step_forward(thing: str, viewer: Viewer) -> TraceGraph:
    """The lineage of `thing` one step forward, what it went into next: one edge forward, of events that the viewer may see."""
    return _graph(thing_of(thing), STEP_FORWARD, viewer, with_reports=True)


def _whole(thing: str, viewer: Viewer, direction: Direction, *, with_reports: bool) -> TraceGraph:
    if not viewer.sees_all:
        raise WholeGraphRefused
    return _graph(thing_of(thing), direction, viewer, with_reports=with_reports)


# ------------------------------------------------------------------------------------------ building the answer


@all_stores()
def _graph(thing: str, direction: Direction, viewer: Viewer, *, with_reports: bool = False) -> TraceGraph:
    left_out: set[int] = set()
    for _attempt in range(_MOST_ATTEMPTS):
        try:
            reached = reached_things([thing], direction, left_out=frozenset(left_out))
            break
        except GraphTooLarge as too_large:
            more = may_be_left_out(too_large.reached, direction, viewer) - left_out
            if not more or len(left_out) + len(more) > _MOST_LEFT_OUT:
                raise
            left_out |= more
    else:
        reached = reached_things([thing], direction, left_out=frozenset(left_out))
    ends = near_ends(reached, direction)
    edges = edges_from(ends, reached, direction)
    if not viewer.sees_all:
        edges = _visible(edges, viewer)
    confirmed = {event for event, _part in _confirmed(ends, reached, direction) & edges.keys()}
    merged = merged_edges(edges)
    things = _by_steps(thing, merged)
    recalls, not_found_out = recalls_in_graph([one.id for one in things], merged)
    among = {one.id for one in things}
    asked = [one for one in reached if one.thing in among] if with_reports else []
    reports = reports_of_goods(map(_at_any_time, asked) if direction.upstream else asked, viewer)
    quantities, has_all_quantities = (
        goods_quantities(reports, lots_of_objects(merged, confirmed))
        if viewer.sees_all and asked
        else ((), True)
    )
    sales, has_all_sales = repeated_sales(among, viewer)
    return TraceGraph(
        thing,
        things,
        _trace_edges(merged, confirmed),
        len(left_out),
        recalls,
        not_found_out,
        parties_of_goods(reports),
        reports.is_whole,
        quantities,
        has_all_quantities,
        sales,
        has_all_sales,
    )


def _at_any_time(one: ReachedThing) -> ReachedThing:
    """A lot is these goods whenever it is named; what is used again, as a crate, is so for the time of the traversal alone."""
    return replace(one, until=MAX_TIME) if is_lot(one.thing) else one


def _confirmed(ends: list[EdgeEnd], reached: list[ReachedThing], direction: Direction) -> set[EdgeKey]:
    return NearEnds(ends if direction.upstream else ends_that_lead_on(ends, reached)).confirmed()


def _visible(edges: Mapping[EdgeKey, Edge], viewer: Viewer) -> dict[EdgeKey, Edge]:
    """The edges of events that the viewer may see."""
    times = {event: time for edge in edges.values() for event, time in edge.times.items()}
    visible = visible_events(viewer, list(times.items()))
    return {key: edge for key, edge in edges.items() if key[0] in visible}


def _trace_edges(edges: Iterable[Edge], confirmed: Collection[int]) -> tuple[TraceEdge, ...]:
    """Edges in the order of time."""
    events = _events({event: time for edge in edges for event, time in edge.times.items()}, confirmed)
    made = [
        TraceEdge(
            tuple(sorted((events[event] for event in edge.times), key=_time_key)),
            edge.kind,
            tuple(sorted(edge.sources)),
            tuple(sorted(edge.products)),
            edge.transformation,
        )
        for edge in edges
    ]
    return tuple(sorted(made, key=lambda edge: (_time_key(edge.events[0]), edge.kind, edge.sources)))


def _time_key(event: TraceEvent) -> tuple[int, str]:
    return event.event_time, event.event_id


def _events(times: dict[int, int], confirmed: Collection[int]) -> dict[int, TraceEvent]:
    """Events by row id."""
    return {
        number: TraceEvent(one.event_time, one.event_id, number, one.owner, number in confirmed)
        for number, one in event_heads(times).items()
    }


def _by_steps(thing: str, edges: Iterable[Edge]) -> tuple[TraceThing, ...]:
    leads: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        for near, far in edge.steps():
            for each in near:
                leads[each] |= far
    steps = {thing: 0}
    front = {thing}
    while front:
        distance = steps[next(iter(front))] + 1
        front = {far for near in front for far in leads[near]} - steps.keys()
        steps.update(dict.fromkeys(front, distance))
    return tuple(
        TraceThing(each, count) for each, count in sorted(steps.items(), key=lambda item: (item[1], item[0]))
    )
