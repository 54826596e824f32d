"""What was packed in goods and their raw materials, where the reports of everybody are too many for one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.epcis import QueryError
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.graph.lineage_edges import edges_of, near_ends
from khcn.trace.queries.graph.traversal_terms import CONTENTS, is_node
from khcn.trace.queries.walks.lineage_trust import NearEnds
from khcn.trace.queries.walks.traversal import GraphTooLarge, reached_things
from khcn.trace.queries.walks.trusted_upstream import InputPage, TrustedUpstream, trusted_upstream
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection

    from khcn.trace.queries.graph.traversal_terms import ReachedThing

_MOST_ROUNDS: Final = 5  # goods made of what was packed in goods made of …

_BATCH_SIZE: Final = 500


def trusted_upstream_with_contents(
    thing: str, authorities: Collection[int], *, most: int, page: InputPage
) -> TrustedUpstream:
    """The edges of trusted parties that lead to a thing, and what was packed in the things on the way.

    Packings of all are read; of those that are too many, the ones by the chain of the package (`lineage_trust`).
    """
    found = trusted_upstream([thing], authorities, most=most, page=page)
    looked_into: set[str] = set()
    known = {thing}
    for _round in range(_MOST_ROUNDS):
        known |= {one for edge in found.edges.values() for one in edge.sources}
        packages = {one for one in known - looked_into if may_hold(one)}
        if not packages:
            return found
        looked_into |= packages
        reached = reached_contents(packages, most)
        if reached is None:
            found.is_whole = False
            return found
        contents = edges_of(reached, CONTENTS)
        found.edges |= {key: edge for key, edge in contents.items() if key not in found.edges}
        inner = {one for edge in contents.values() for one in edge.sources} - known
        looked_into |= {one for edge in contents.values() for one in edge.sources}
        if not inner:
            return found
        more = trusted_upstream(sorted(inner), authorities, most=most, page=page)
        found.add(more)
        if sum(len(edge.sources) + len(edge.products) for edge in found.edges.values()) > most:
            break
    found.is_whole = False
    return found


def was_packed_wrongly(packages: Collection[str]) -> bool:
    """Whether somebody packed something in one of some packages by an event that was declared wrong."""
    packed = LineageEdgeEnd.objects.filter(side=EdgeSide.PRODUCT, kind=EdgeKind.CONTAINMENT, voided=True)
    return any(packed.filter(thing__in=part).exists() for part in chunks(sorted(packages), _BATCH_SIZE))


def may_hold(thing: str) -> bool:
    """Whether something can be packed in a thing: a single object or a package."""
    return not (is_lot(thing) or is_product_class(thing) or is_node(thing))


def reached_contents(packages: Collection[str], most: int) -> list[ReachedThing] | None:
    """What was packed in some packages, and in what is in them; None where the packings of their chains are too many too."""
    try:
        return reached_things(packages, CONTENTS, most=most)
    except GraphTooLarge as too_large:
        ends = NearEnds(near_ends(too_large.reached, CONTENTS))
    others = ends.times.keys() - {event for event, _part in ends.confirmed()}
    try:
        return reached_things(packages, CONTENTS, most=most, left_out=frozenset(others))
    except QueryError:
        return None
