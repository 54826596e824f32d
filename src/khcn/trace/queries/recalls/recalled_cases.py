"""By what recalls name some things: by their ids, and goods also by their lot and their product (docs/adr/0028)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from khcn.trace.queries.makers.makers_and_trust import LotDeciders, creations_of, first_makers
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.classes_and_lots import is_trade_item, product_of, wider_names
from khcn.trace.store.statements.recall_statements import lots_of_recalls, things_of_recalls

if TYPE_CHECKING:
    from collections.abc import Collection

    from khcn.trace.store.statements.recall_statements import LotOfRecall


def names_of_recalled(
    things: Collection[str], parties: Collection[int], authorities: Collection[int]
) -> dict[str, set[str]]:
    """The names of recalls that some parties reported of packages, what is in them, or their lots and products, or those whose the code
    is; with the things of each.
    """
    named: dict[str, set[str]] = defaultdict(set)
    goods = set()
    for one in things:
        named[one].add(one)
        if is_trade_item(one):
            for name in wider_names(one):
                named[name].add(one)
            goods.add(one)
    owners = CodeOwners()
    reporting = set(parties).union(*(owners.of(kind) for kind in {product_of(one) for one in goods}))
    found = {name: named[name] for name in things_of_recalls(set(named), reporting)}
    for name, some in recalled_with_lots(lots_of_recalls(goods, reporting), authorities).items():
        found[name] = found.get(name, set()) | some
    return found


def recalled_with_lots(of_lots: Collection[LotOfRecall], authorities: Collection[int]) -> dict[str, set[str]]:
    """The names of the recalls of some lots, with the objects that belong to these by the word of who decides that."""
    owners = CodeOwners()
    found: dict[str, set[str]] = {}
    # where the department has confirmed whose the code of a lot is, these say what belongs to it
    open_ = {thing for each in of_lots if not owners.of(each.lot) for thing in (each.lot, each.thing)}
    deciders = LotDeciders(first_makers(creations_of(open_, authorities)), authorities)
    for each in of_lots:
        if each.owner in deciders.deciding(each.lot, each.thing):
            found.setdefault(each.name, set()).add(each.thing)
    return found
