"""Which goods a code stands for where a recall begins with it: the lots in a package and in all that is in it, and the lot of an object."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from khcn.trace.queries.graph.lineage_edges import edges_from, near_ends
from khcn.trace.queries.graph.traversal_terms import CONTENTS, Direction
from khcn.trace.queries.walks.lineage_trust import NearEnds
from khcn.trace.queries.walks.traversal import reached_things
from khcn.trace.store import thing_of
from khcn.trace.store.confirmations import Standing, in_first_chains
from khcn.trace.store.database.stores import all_stores
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.store.statements.declarations import all_authorities
from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Collection

_LOTS = Direction(upstream=True, one_step=True, kinds=(EdgeKind.MEMBERSHIP,))


@dataclass(frozen=True, slots=True)
class GoodsInside:
    """What a code stands for: `things`, lots and what no lot is known of; `doubtful`: what only others say is in it, or is its lot."""

    things: tuple[str, ...]
    doubtful: tuple[str, ...]


@all_stores()
def goods_inside(thing: str) -> GoodsInside:
    """The goods in a package, also where they were taken out since, or the lot of an object; of a lot itself.

    What counts is what a party reports that is of the chain of both sides, or an authority: who owns a crate does not say that goods of
    others are in it (docs/adr/0028).

    Raises:
        GraphTooLarge: where more is in it than an answer may have.
    """
    asked = thing_of(thing)
    if is_lot(asked) or is_product_class(asked):
        return GoodsInside((asked,), ())
    packed = _before([asked], CONTENTS)
    inside, waiting, doubtful = {asked}, [asked], set[str]()
    while waiting:
        contents = packed.get(waiting.pop(), _Before())
        doubtful |= contents.doubtful
        waiting += contents.trusted - inside
        inside |= contents.trusted
    found = {one for one in inside if is_lot(one)}
    lots = _before(sorted(inside - found), _LOTS)
    for one in inside - found:
        of_lots = lots.get(one, _Before())
        doubtful |= of_lots.doubtful
        # what has goods in it and no lot of its own is not goods itself
        found |= of_lots.trusted or ({one} if not packed.get(one, _Before()).trusted else set())
    return GoodsInside(tuple(sorted(found)), tuple(sorted(doubtful - found - inside)))


@dataclass(slots=True)
class _Before:
    """What edges say is in a thing, or is its lot: by parties of the chains of both, and by others."""

    trusted: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)


def _before(things: Collection[str], direction: Direction) -> dict[str, _Before]:
    """By thing; also of the things between."""
    if not things:
        return {}
    reached = reached_things(things, direction)
    ends = near_ends(reached, direction)
    edges = edges_from(ends, reached, direction)
    confirmed = NearEnds(ends).confirmed()
    authorities = all_authorities()
    pairs = {(owner, source) for edge in edges.values() for owner in edge.owners for source in edge.sources}
    asked = {Standing(*pair) for pair in pairs if pair[0] not in authorities}
    valid = in_first_chains(asked, authorities=authorities)
    found: dict[str, _Before] = defaultdict(_Before)
    for key, edge in edges.items():
        for source in edge.sources:
            speaks = any(one in authorities or Standing(one, source) in valid for one in edge.owners)
            for product in edge.products:
                before = found[product]
                (before.trusted if speaks and key in confirmed else before.doubtful).add(source)
    return found
