"""The recalls of the things of a trace graph."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.graph.packed_things import things_in_recalled_packages
from khcn.trace.queries.holders.makers_and_holders import holders_of, made_objects, package_makers
from khcn.trace.queries.makers.makers_and_trust import LotDeciders, creations_of, first_makers
from khcn.trace.queries.recalls.recall_terms import RecallScope
from khcn.trace.queries.recalls.recalled_cases import recalled_with_lots
from khcn.trace.queries.recalls.recalled_contents import recalls_in_force, recalls_of_contents
from khcn.trace.queries.recalls.recalls import RecallSearch
from khcn.trace.queries.recalls.recalls_by_holders import things_recalled_by_holders
from khcn.trace.queries.walks.trusted_contents import may_hold
from khcn.trace.store.encoding.classes_and_lots import (
    is_lot,
    is_package,
    is_product_class,
    is_trade_item,
)
from khcn.trace.store.statements.declarations import all_authorities
from khcn.trace.store.statements.recall_statements import lots_of_recalls
from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from khcn.trace.queries.graph.lineage_edges import Edge
    from khcn.trace.queries.holders.holders import Holders
    from khcn.trace.queries.holders.makers_and_holders import PackageMakers
    from khcn.trace.queries.recalls.recall_terms import Recall

MOST_NAMED: Final = 50
"""Of so many things the holders are looked up, where others than authorities and makers report recalls of them or pack them; and
of so many lots the packages. The recalls by authorities and makers are found without that."""


class AskedHolders(NamedTuple):
    """Of how many things at most the holders are looked up, and of which they need not be: by the recalls found without them."""

    most: int
    is_enough: Callable[[str, Collection[Recall]], bool] = lambda _thing, _found: False


def recalls_in_graph(
    things: Sequence[str], edges: Iterable[Edge], asked: AskedHolders | None = None
) -> tuple[tuple[Recall, ...], int]:
    """The recalls in force of things of a graph, in their order; and of how many more it was not found out."""
    authorities = all_authorities()
    listed = list(edges)
    search = RecallSearch(authorities, things)
    found, left_out = _recalls_of(search, things, listed, authorities, asked or AskedHolders(MOST_NAMED))
    packages = _packages(things, listed)
    # of single objects a recall of their lot counts too, for which the search does not look
    not_recalled = {one for one in things if is_lot(one) and not search.may_be_recalled(one)}
    inside = recalls_of_contents(packages, authorities, not_recalled)
    left_out |= set() if inside.is_whole else packages
    of_lots = _recalls_with_lots(things, authorities)
    recalls: list[Recall] = []
    for thing in things:
        own = [*found.get(thing, ()), *of_lots.get(thing, ())]
        recalls += [*own, *inside.beside(thing, own)]
    return tuple(recalls), len(left_out)


def _recalls_with_lots(things: Collection[str], authorities: Collection[int]) -> dict[str, list[Recall]]:
    """The recalls in force of the lots of single objects, by authorities and makers: an object is recalled with its lot."""
    objects = {one for one in things if is_trade_item(one) and not is_lot(one) and not is_product_class(one)}
    of_lots = lots_of_recalls(objects)
    if not of_lots:
        return {}
    makers = first_makers(creations_of({one.lot for one in of_lots}, authorities))
    found: dict[str, list[Recall]] = defaultdict(list)
    for maker in sorted({makers.get(one.lot, 0) for one in of_lots}):
        belonging = [one for one in of_lots if makers.get(one.lot, 0) == maker]
        names = recalled_with_lots(belonging, authorities)
        made = dict.fromkeys(names, maker) if maker else {}
        for named, recalls in recalls_in_force(names, made, authorities):
            for one in named:
                known = {(each.named, each.party) for each in found[one]}
                found[one] += [
                    replace(each, subject=one, scope=RecallScope.LOT)
                    for each in recalls
                    if (each.named, each.party) not in known
                ]
    return found


def _packages(things: Sequence[str], edges: Iterable[Edge]) -> set[str]:
    """The things of a graph in which something may be: containers of its edges, all packages, and what was asked for."""
    packed = {one for edge in edges if edge.kind is EdgeKind.CONTAINMENT for one in edge.products}
    return {
        one
        for place, one in enumerate(things)
        if may_hold(one) and (not place or one in packed or is_package(one))
    }


def _recalls_of(
    search: RecallSearch,
    things: Sequence[str],
    edges: Iterable[Edge],
    authorities: frozenset[int],
    needed: AskedHolders,
) -> tuple[dict[str, list[Recall]], set[str]]:
    """The recalls of things themselves, or with what they are in; and of which it was not found out."""
    asked = [thing for thing in things if search.may_be_recalled(thing)]
    if not asked:
        return {}, set()
    goods = {one for one in asked if not is_package(one)}
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
    packages = package_makers(set(asked) - goods, authorities)
    made_by = {
        thing: {makers[one] for one in (thing, *lots[thing]) if one in makers}
        | packages.makers.get(thing, set())
        for thing in asked
    }
    found, open_ = search.recalls_by_trusted(made_by)
    further = [thing for thing in asked if thing in open_ and not needed.is_enough(thing, found[thing])]
    known: dict[str, Holders] = {}
    if len(further) > needed.most:
        further, known = _first_by_holders(further, found, made_by, authorities, packages)
    looked_up = {thing: made_by[thing] for thing in further[: needed.most]}

    def holders(some: Collection[str]) -> Mapping[str, Holders]:
        unknown = {one: made_by[one] for one in some if one not in known}
        return {**known, **(holders_of(unknown, authorities, packages) if unknown else {})}

    found |= search.recalls_of(looked_up, holders, packages.former)
    return found, {*further[needed.most :]} | search.cut


def _first_by_holders(
    further: Sequence[str],
    found: Mapping[str, Collection[Recall]],
    made_by: Mapping[str, Collection[int]],
    authorities: frozenset[int],
    packages: PackageMakers,
) -> tuple[list[str], dict[str, Holders]]:
    """Of too many things those of which a recall by a holder, or of lots by a packer, may count, in the order in which they are looked up; and
    the holders that are known by that.

    First those that their holders named, packages before objects, as they say of all that is in them that it is recalled. Then what is in
    packages that counting parties recalled, of that first what is not known to be recalled.
    """
    lots = [one for one in further if is_lot(one)]
    objects = made_objects({one: made_by[one] for one in further if not is_lot(one)}, authorities, packages)
    by_holders = things_recalled_by_holders(objects, authorities)
    counting = set(authorities).union(*(made_by[one] for one in further))
    in_recalled = things_in_recalled_packages([*lots, *by_holders.others], counting) if counting else set()
    rest = sorted(
        [*by_holders.others, *lots], key=lambda thing: (thing not in in_recalled, bool(found[thing]))
    )
    return [*by_holders.named, *rest], dict(by_holders.holders)
