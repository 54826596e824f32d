"""The edges upstream of goods that trusted parties reported, searched step by step.

`traversal.reached_things` follows the edges of everybody in one statement and refuses a graph that is too large; any party could
make it too large for a page by a report about goods that are not his. Here each step asks only for the edges of the parties
that are trusted for the things it has reached (docs/adr/0028), so that what others report takes no part of the limit.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.lineage_edges import Edge, EdgeKey
from khcn.trace.queries.makers_and_trust import creations_of, first_makers
from khcn.trace.queries.traversal_terms import TRANSFORMATION_NODE
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.declarations import voided_elsewhere
from khcn.trace.store.encoding.classes_and_lots import is_product_class
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MOST_STEPS: Final = 50
_BATCH_SIZE: Final = 500
_KINDS: Final = (EdgeKind.TRANSFORMATION, EdgeKind.MEMBERSHIP)


class TooManyEdges(Exception):  # noqa: N818 -- an answer to the page, not a fault
    """The trusted parties themselves reported more than a page can show."""


def trusted_upstream(thing: str, authorities: Collection[int], *, most: int) -> dict[EdgeKey, Edge]:
    """The edges of trusted parties that lead to a thing, transformations and the lots of single objects.

    Raises:
        TooManyEdges: they have more than `most` ends, or more than `MOST_STEPS` steps follow each other.
    """
    found: dict[EdgeKey, Edge] = {}
    # the parties that are trusted in a transformationID: those of the edges by which it was reached
    of_node: dict[str, set[int]] = defaultdict(set)
    frontier, reached, count = {thing}, {thing}, 0
    for _ in range(MOST_STEPS):
        step = _edges_to(_trusted_for(frontier, authorities, of_node), most=most)
        sources: set[str] = set()
        for key, edge in _with_sources(step, most=most).items():
            known = found.setdefault(key, edge)
            known.products |= edge.products
            known.sources |= edge.sources
            count += len(edge.products) + len(edge.sources)
            for source in edge.sources:
                if source.startswith(TRANSFORMATION_NODE):
                    of_node[source] |= edge.owners
            sources |= edge.sources
        if count > most:
            raise TooManyEdges
        frontier = {one for one in sources - reached if not is_product_class(one)}
        reached |= frontier
        if not frontier:
            return found
    raise TooManyEdges


def _trusted_for(
    things: Collection[str], authorities: Collection[int], of_node: Mapping[str, set[int]]
) -> dict[frozenset[int], list[str]]:
    """The things by the parties that are trusted for them."""
    makers = first_makers(creations_of(things, authorities))
    code_owners = CodeOwners()
    found: dict[frozenset[int], list[str]] = defaultdict(list)
    for thing in sorted(things):
        trusted = {makers[thing]} if thing in makers else set()
        if thing.startswith(TRANSFORMATION_NODE):
            trusted |= of_node[thing]
        found[frozenset(trusted | code_owners.of(thing) | set(authorities))].append(thing)
    return found


def _edges_to(things_by_party: Mapping[frozenset[int], list[str]], *, most: int) -> dict[EdgeKey, Edge]:
    """The edges of parties of which some things are the products."""
    found: dict[EdgeKey, Edge] = {}
    for parties, things in things_by_party.items():
        for part in chunks(things, _BATCH_SIZE):
            ends = LineageEdgeEnd.objects.filter(
                thing__in=part, side=EdgeSide.PRODUCT, kind__in=_KINDS, voided=False, owner__in=parties
            )
            columns = ("event", "part", "kind", "event_time", "owner", "thing")
            listed = values_everywhere(ends, *columns, first=most + 1)
            if len(listed) > most:
                raise TooManyEdges
            wrong = voided_elsewhere({row[0]: row[3] for row in listed})
            for event, place, kind, event_time, owner, thing in listed:
                if event in wrong:
                    continue
                edge = found.setdefault(
                    (event, place), Edge(EdgeKind(kind), {event: event_time}, {owner}, reached=set())
                )
                edge.products.add(thing)
    return found


def _with_sources(edges: dict[EdgeKey, Edge], *, most: int) -> dict[EdgeKey, Edge]:
    """The edges, with the things on their other side."""
    listed = sorted({event for event, _ in edges})
    for part in chunks(listed, _BATCH_SIZE):
        ends = LineageEdgeEnd.objects.filter(
            event__in=part, side=EdgeSide.SOURCE, kind__in=_KINDS, voided=False
        )
        found = values_everywhere(ends, "event", "part", "thing", first=most + 1)
        if len(found) > most:
            raise TooManyEdges
        for event, place, thing in found:
            if (event, place) in edges:
                edges[event, place].sources.add(thing)
    for edge in edges.values():
        edge.reached |= edge.sources
    return edges
