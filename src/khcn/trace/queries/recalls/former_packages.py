"""The recalls of what contents and ingredients were packed in: goods of a recalled pallet stay recalled in another box, and where they
are used (docs/adr/0028).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.graph.packed_things import things_in_recalled_packages
from khcn.trace.queries.holders.makers_and_holders import holders_of
from khcn.trace.queries.recalls.recall_terms import Rank, Recall, RecallScope
from khcn.trace.queries.recalls.recalls import RecallSearch
from khcn.trace.store.code_owners import CodeOwners

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from khcn.trace.queries.holders.holders import Holders

MOST_THINGS: Final = 2000
"""Of so many things that may have been in recalled packages it is found out."""

MOST_OBJECTS: Final = 10
"""Of so many objects that others than their makers packed the holders are looked up."""


class FormerPackages(NamedTuple):
    """The recalls in force, by authorities and makers, of what each thing was packed in; and whether these are all."""

    of: Mapping[str, list[Recall]]
    is_whole: bool


def recalls_of_former_packages(
    things: Collection[str], makers: Mapping[str, int], authorities: Collection[int]
) -> FormerPackages:
    """The recalls of what some things were packed in.

    Args:
        things: those of `things_in_recalled_packages`.
        makers: who made each of them.
        authorities: the parties that are trusted in everything.
    """
    asked = sorted(things)[:MOST_THINGS]
    if not asked:
        return FormerPackages({}, is_whole=True)
    made_by = {one: {makers[one]} if one in makers else set() for one in asked}
    search = RecallSearch(authorities, asked)
    found, others = search.recalls_by_packages(made_by)
    # recalls by strangers of packages that they say they have packed say nothing
    counting = CodeOwners().everybody.union(authorities, *made_by.values())
    unknown = sorted(things_in_recalled_packages(others, counting)) if others else []
    looked_up = {one: made_by[one] for one in unknown[:MOST_OBJECTS]}

    def holders(some: Collection[str]) -> Mapping[str, Holders]:
        return holders_of({one: made_by[one] for one in some}, authorities)

    for one, recalls in search.recalls_of(looked_up, holders).items():
        found[one] = [
            each
            for each in recalls
            if each.scope is RecallScope.PACKAGE and each.named != one and each.rank is not Rank.HOLDER
        ]
    is_whole = len(asked) == len(things) and not search.cut and len(unknown) <= MOST_OBJECTS
    return FormerPackages({one: some for one, some in found.items() if some}, is_whole)
