"""The recalls of the things of a trace graph."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.holders import Holders
from khcn.trace.queries.journey import journey
from khcn.trace.queries.makers_and_trust import LotDeciders, creations_of, first_makers
from khcn.trace.queries.public_recalls import package_holders, package_makers
from khcn.trace.queries.recalls import RecallSearch
from khcn.trace.store.declarations import all_authorities
from khcn.trace.store.encoding.classes_and_lots import class_of
from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from khcn.trace.queries.lineage_edges import Edge
    from khcn.trace.queries.recalls import Recall

MOST_NAMED: Final = 50
"""Of so many things that recalls name themselves, or with a package, their holders and packages are looked up."""


def recalls_in_graph(things: Sequence[str], edges: Iterable[Edge]) -> tuple[tuple[Recall, ...], int]:
    """The recalls in force of things of a graph, in their order; and of how many more it was not found out."""
    authorities = all_authorities()
    search = RecallSearch(authorities, things)
    asked = [thing for thing in things if search.may_be_recalled(thing)]
    if not asked:
        return (), 0
    named = [thing for thing in asked if search.is_named(thing)]
    named.sort(
        key=lambda thing: not search.is_named_itself(thing)
    )  # those that recalls name themselves first
    left_out = set(named[MOST_NAMED:])
    goods = {one for one in asked if class_of(one) is not None}
    memberships = [
        edge for edge in edges if edge.kind is EdgeKind.MEMBERSHIP and not goods.isdisjoint(edge.products)
    ]
    made = goods.union(*(edge.sources for edge in memberships))
    makers = first_makers(creations_of(made, authorities))
    deciders = LotDeciders(makers, authorities)
    lots: dict[str, set[str]] = defaultdict(set)
    for edge in memberships:
        for thing in edge.products & goods:
            lots[thing] |= {lot for lot in edge.sources if edge.owners & deciders.deciding(lot, thing)}
    packers = package_makers(set(asked) - goods, authorities)
    found: list[Recall] = []
    for thing in asked:
        if thing in left_out:
            continue
        made_by = {makers[one] for one in (thing, *lots[thing]) if one in makers} | packers.get(thing, set())
        found += search.recalls_of(thing, made_by, partial(_holders, thing, made_by, authorities))
    return tuple(found), len(left_out | search.cut)


def _holders(thing: str, made_by: Collection[int], authorities: Collection[int]) -> Holders:
    if class_of(thing) is None:
        return package_holders(thing, made_by, authorities)
    goods = journey(thing, authorities=authorities)
    first = {thing: min(made_by)} if made_by else {}
    return Holders(goods, {**first, **goods.makers})
