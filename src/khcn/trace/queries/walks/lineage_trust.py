"""Which edges of the lineage graph are confirmed, and which may be left out of a graph that is too large.

Any party may report that a thing was made of, or went into, any other. An edge is confirmed when its party belongs to
the chain of the thing by which the traversal comes to the edge (`confirmations`; where several chains were begun, to the
first), or is an authority. Where it comes by a transformationID alone, it is confirmed when the party, whose name this is, reports a
confirmed edge under it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.graph.lineage_edges import near_ends
from khcn.trace.queries.graph.traversal_terms import is_node
from khcn.trace.store import visible_events
from khcn.trace.store.confirmations import Standing, in_first_chains
from khcn.trace.store.statements.declarations import all_authorities
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from khcn.trace.queries.graph.lineage_edges import EdgeEnd, EdgeKey
    from khcn.trace.queries.graph.traversal_terms import Direction, ReachedThing
    from khcn.trace.store import Viewer

_MOST_NEAR_THINGS: Final = 3
"""Of so many things by which the traversal comes to an edge, one has to confirm it."""


class NearEnds:
    """The edges that leave the things of a traversal, by their near ends, without what is at their other side."""

    def __init__(self, ends: Iterable[EdgeEnd]) -> None:
        self.times: dict[int, int] = {}
        self._owners: dict[EdgeKey, int] = {}
        self._near: dict[EdgeKey, list[str]] = defaultdict(list)
        for end in ends:
            key = end.event, end.part
            self.times[end.event] = end.event_time
            self._owners[key] = end.owner
            self._near[key].append(end.thing)

    def confirmed(self) -> set[EdgeKey]:
        """The confirmed ones."""
        authorities = all_authorities()
        found = {key for key, owner in self._owners.items() if owner in authorities}
        standings = {
            Standing(self._owners[key], thing)
            for key, near in self._near.items()
            if key not in found
            for thing in sorted(near)[:_MOST_NEAR_THINGS]
            if not is_node(thing)
        }
        valid = in_first_chains(standings, authorities=authorities)
        found |= {
            key
            for key, near in self._near.items()
            if any(Standing(self._owners[key], thing) in valid for thing in near)
        }
        return found | self._by_transformation_ids(found)

    def _by_transformation_ids(self, confirmed: Collection[EdgeKey]) -> set[EdgeKey]:
        """Those to which the traversal comes by nothing but the transformationID of a confirmed edge."""
        nodes = {one for key in confirmed for one in self._near[key] if is_node(one)}
        return {key for key, near in self._near.items() if nodes.issuperset(near)}


def ends_that_lead_on(ends: Iterable[EdgeEnd], reached: Iterable[ReachedThing]) -> list[EdgeEnd]:
    """The near ends of edges without containers to which a walk came by nothing but what was packed in them.

    Of a packing the walk then came by the goods: who packed goods of others into a crate of his own is not of their chain.
    """
    ends = list(ends)
    containers = {
        (end.event, end.part, end.thing)
        for end in ends
        if end.kind == EdgeKind.CONTAINMENT and end.side == EdgeSide.PRODUCT
    }
    affected = {one.thing for one in reached if (one.event, one.part, one.thing) not in containers}
    return [
        end for end in ends if end.thing in affected or (end.event, end.part, end.thing) not in containers
    ]


def may_be_left_out(reached: Iterable[ReachedThing], direction: Direction, viewer: Viewer) -> set[int]:
    """Of the events at which a graph that is too large goes on, those that the viewer may not see, or are not confirmed.

    Nothing where none is confirmed: then the graph is simply too large.
    """
    reached = list(reached)
    ends = NearEnds(ends_that_lead_on(near_ends(reached, direction), reached))
    trusted = {event for event, _part in ends.confirmed()}
    if not viewer.sees_all:
        trusted &= visible_events(viewer, [(event, ends.times[event]) for event in sorted(trusted)])
    return ends.times.keys() - trusted if trusted else set()
