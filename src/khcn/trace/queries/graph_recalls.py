"""The recalls of the things of a trace graph."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.holders import Holders
from khcn.trace.queries.journey import journey
from khcn.trace.queries.makers_and_trust import LotDeciders, creations_of, first_makers
from khcn.trace.queries.public_recalls import package_holders, package_makers
from khcn.trace.queries.recalled_packages import things_in_recalled_packages
from khcn.trace.queries.recalls import RecallSearch
from khcn.trace.store.declarations import all_authorities
from khcn.trace.store.encoding.classes_and_lots import class_of
from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from khcn.trace.queries.lineage_edges import Edge
    from khcn.trace.queries.recalls import Recall

MOST_NAMED: Final = 50
"""Of so many things the holders are looked up, where others than authorities and makers report recalls of them or pack them; and
of so many lots the packages. The recalls by authorities and makers are found without that."""


def recalls_in_graph(things: Sequence[str], edges: Iterable[Edge]) -> tuple[tuple[Recall, ...], int]:
    """The recalls in force of things of a graph, in their order; and of how many more it was not found out."""
    authorities = all_authorities()
    search = RecallSearch(authorities, things)
    asked = [thing for thing in things if search.may_be_recalled(thing)]
    if not asked:
        return (), 0
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
    made_by = {
        thing: {makers[one] for one in (thing, *lots[thing]) if one in makers} | packers.get(thing, set())
        for thing in asked
    }
    found, open_ = search.recalls_by_trusted(made_by)
    further = [thing for thing in asked if thing in open_]
    if len(further) > MOST_NAMED:
        # first what is in packages that trusted parties recalled, of that what is not known to be recalled
        counting = set(authorities).union(*made_by.values())
        in_recalled = things_in_recalled_packages(further, counting) if counting else set()
        further.sort(key=lambda thing: (thing not in in_recalled, bool(found[thing])))
    for thing in further[:MOST_NAMED]:
        holders = partial(_holders, thing, made_by[thing], authorities)
        found[thing] = search.recalls_of(thing, made_by[thing], holders)
    left_out = {*further[MOST_NAMED:]} | search.cut
    return tuple(one for thing in asked for one in found[thing]), len(left_out)


def _holders(thing: str, made_by: Collection[int], authorities: Collection[int]) -> Holders:
    if class_of(thing) is None:
        return package_holders(thing, made_by, authorities)
    goods = journey(thing, authorities=authorities)
    first = {thing: min(made_by)} if made_by else {}
    return Holders(goods, {**first, **goods.makers})
