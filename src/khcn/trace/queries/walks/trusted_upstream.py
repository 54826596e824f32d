"""The edges upstream of goods that trusted parties reported, searched step by step.

`traversal.reached_things` follows the edges of everybody in one statement and refuses a graph that is too large; any party could
make it too large for a page by a report about goods that are not his. Here each step asks only for the edges of the parties
that are trusted for the things it has reached (docs/adr/0028), so that what others report takes no part of the limit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.graph.inputs_elsewhere import recalled_sources_of_events, recalled_sources_of_products
from khcn.trace.queries.graph.lineage_edges import Edge, EdgeKey
from khcn.trace.queries.graph.traversal_terms import TRANSFORMATION_NODE, is_node
from khcn.trace.queries.makers.makers_and_trust import creations_of, first_makers
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.sql import Sql, every, one_of, text_range
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_product_class
from khcn.trace.store.statements.declarations import voided_elsewhere
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from khcn.trace.queries.graph.inputs_elsewhere import ElsewhereInput

MOST_STEPS: Final = 50
_BATCH_SIZE: Final = 500
_KINDS: Final = (EdgeKind.TRANSFORMATION, EdgeKind.MEMBERSHIP)
_TABLE: Final = LineageEdgeEnd._meta.db_table


class InputPage(NamedTuple):
    """Of what is made of very many things, or by very many events, a part is read: `number` from 1, of so many each."""

    number: int
    size: int

    @property
    def condition(self) -> Sql:
        """The condition on `place` and `total`, of a row among those of its event or thing: all where they have place on one page."""
        until = self.number * self.size
        return Sql("(total <= %s OR (place > %s AND place <= %s))", (self.size, until - self.size, until))

    def is_before(self, left_out: int) -> bool:
        """Whether some of so many that are on other pages are on later ones."""
        return left_out > (self.number - 1) * self.size


@dataclass(slots=True)
class TrustedUpstream:
    """The edges that lead to a thing.

    `left_out`: so many events by which things on the way were made are on other pages, beside the inputs that each edge has left
    out; `has_next`: whether there is a next page; `is_whole`: whether, apart from other pages, nothing is missing. `elsewhere`: the
    things on other pages of which somebody reported a recall, all of them if `knows_elsewhere`.
    """

    edges: dict[EdgeKey, Edge] = field(default_factory=dict)
    left_out: int = 0
    has_next: bool = False
    is_whole: bool = True
    elsewhere: set[ElsewhereInput] = field(default_factory=set)
    knows_elsewhere: bool = True

    def add(self, other: TrustedUpstream) -> None:
        """Add what was found of further things."""
        self.edges |= {key: edge for key, edge in other.edges.items() if key not in self.edges}
        self.left_out += other.left_out
        self.has_next |= other.has_next
        self.is_whole &= other.is_whole
        self.elsewhere |= other.elsewhere
        self.knows_elsewhere &= other.knows_elsewhere

    def add_elsewhere(self, found: tuple[list[ElsewhereInput], bool]) -> None:
        """Add recalled things on other pages, and whether these are all."""
        self.elsewhere.update(found[0])
        self.knows_elsewhere &= found[1]


def trusted_upstream(
    things: Collection[str], authorities: Collection[int], *, most: int, page: InputPage
) -> TrustedUpstream:
    """The edges of trusted parties that lead to things, transformations and the lots of single objects.

    Args:
        things: what is asked for.
        authorities: the parties that are trusted in everything.
        most: so many ends of edges are read at most, and `MOST_STEPS` steps.
        page: which inputs of each event, and which events by which each thing was made.
    """
    found = TrustedUpstream()
    # the parties that are trusted in a transformationID: those of the edges by which it was reached
    of_node: dict[str, set[int]] = defaultdict(set)
    frontier, reached, count = set(things), set(things), 0
    for _ in range(MOST_STEPS):
        trusted = _trusted_for(frontier, authorities, of_node)
        step, left_out = _edges_to(trusted, page, found)
        found.left_out += sum(left_out)
        found.has_next |= any(left_out) and page.is_before(max(left_out))
        sources: set[str] = set()
        parties = {*authorities, *(one for edge in step.values() for one in edge.owners)}
        for key, edge in _with_sources(step, page, parties, found).items():
            known = found.edges.setdefault(key, edge)
            known.products |= edge.products
            known.sources |= edge.sources
            found.has_next |= edge.left_out > 0 and page.is_before(edge.left_out)
            count += len(edge.products) + len(edge.sources)
            for source in edge.sources:
                if is_node(source):
                    of_node[source] |= edge.owners
            sources |= edge.sources
            if count > most:
                found.is_whole = False
                return found
        frontier = {one for one in sources - reached if not is_product_class(one)}
        reached |= frontier
        if not frontier:
            return found
    found.is_whole = False
    return found


def _trusted_for(
    things: Collection[str], authorities: Collection[int], of_node: Mapping[str, set[int]]
) -> dict[frozenset[int], list[str]]:
    """The things by the parties that are trusted for them."""
    makers = first_makers(creations_of({one for one in things if not is_node(one)}, authorities))
    code_owners = CodeOwners()
    found: dict[frozenset[int], list[str]] = defaultdict(list)
    for thing in sorted(things):
        trusted = {makers[thing]} if thing in makers else set()
        trusted |= of_node.get(thing, set())
        found[frozenset(trusted | code_owners.of(thing) | set(authorities))].append(thing)
    return found


def _edges_to(
    things_by_party: Mapping[frozenset[int], list[str]], page: InputPage, upstream: TrustedUpstream
) -> tuple[dict[EdgeKey, Edge], list[int]]:
    """The edges of parties of which some things are the products, and how many of each thing are on other pages.

    `upstream` gets the recalled sources of those on other pages.
    """
    found: dict[EdgeKey, Edge] = {}
    left_out: list[int] = []
    for parties, things in things_by_party.items():
        for part in chunks(things, _BATCH_SIZE):
            where = every(
                [one_of("e.thing", part), one_of("e.owner", sorted(parties)), _followed(EdgeSide.PRODUCT)]
            )
            listed = fetch_everywhere(
                Sql(
                    "SELECT event, part, kind, event_time, owner, thing, total FROM ("  # noqa: S608 -- constants
                    "SELECT e.event, e.part, e.kind, e.event_time, e.owner, e.thing, "
                    "row_number() OVER (PARTITION BY e.thing ORDER BY e.event) AS place, "
                    f"count(*) OVER (PARTITION BY e.thing) AS total FROM {_TABLE} e WHERE {where.text}) AS numbered "
                    f"WHERE {page.condition.text}",
                    (*where.values, *page.condition.values),
                )
            )
            totals: dict[str, int] = {}
            wrong = voided_elsewhere({row[0]: row[3] for row in listed})
            for event, place, kind, event_time, owner, thing, total in listed:
                totals[thing] = totals.get(thing, total) - 1
                if event in wrong:
                    continue
                edge = found.setdefault(
                    (event, place), Edge(EdgeKind(kind), {event: event_time}, {owner}, reached=set())
                )
                edge.products.add(thing)
            left_out += totals.values()
            further = sorted(thing for thing, count in totals.items() if count)
            if further:
                upstream.add_elsewhere(
                    recalled_sources_of_products(further, sorted(parties), page.number, page.size)
                )
    return found, left_out


def _with_sources(
    edges: dict[EdgeKey, Edge], page: InputPage, parties: Collection[int], upstream: TrustedUpstream
) -> dict[EdgeKey, Edge]:
    """The edges, with the things on their other side that are on the page; nodes of transformations are on every page.

    `upstream` gets the recalled ones on other pages.
    """
    node = text_range("e.thing", TRANSFORMATION_NODE)
    for part in chunks(sorted({event for event, _ in edges}), _BATCH_SIZE):
        where = every([one_of("e.event", part), _followed(EdgeSide.SOURCE)])
        found = fetch_everywhere(
            Sql(
                "SELECT event, part, thing, total FROM (SELECT e.event, e.part, e.thing, "  # noqa: S608 -- constants
                "row_number() OVER (PARTITION BY e.event, e.part ORDER BY e.thing) AS place, "
                f"count(*) OVER (PARTITION BY e.event, e.part) AS total FROM {_TABLE} e "
                f"WHERE {where.text} AND NOT {node.text}) AS numbered WHERE {page.condition.text} "
                f"UNION ALL SELECT e.event, e.part, e.thing, 0 FROM {_TABLE} e WHERE {where.text} AND {node.text}",
                (*where.values, *node.values, *page.condition.values, *where.values, *node.values),
            )
        )
        for event, place, thing, total in found:
            edge = edges.get((event, place))
            if edge is not None:
                edge.sources.add(thing)
                edge.left_out = max(edge.left_out, total)
    for edge in edges.values():
        edge.reached |= edge.sources
        shown = sum(not is_node(one) for one in edge.sources)
        edge.left_out = max(edge.left_out - shown, 0)
    further = sorted({event for (event, _part), edge in edges.items() if edge.left_out})
    for part in chunks(further, _BATCH_SIZE):
        upstream.add_elsewhere(recalled_sources_of_events(part, parties, page.number, page.size))
    return edges


def _followed(side: EdgeSide) -> Sql:
    """The condition on an end of an edge `e` that it is on a side, and of an edge that is followed."""
    return every(
        [
            Sql("e.side = %s", (int(side),)),
            one_of("e.kind", [int(kind) for kind in _KINDS]),
            Sql("NOT e.voided"),
        ]
    )
