"""Which ingredients of goods are recalled: those on a page of goods, and those that are on its other pages (docs/adr/0028)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.makers_and_holders import makers_of
from khcn.trace.queries.makers_and_trust import creations_of, first_makers
from khcn.trace.queries.recalled_cases import names_of_recalled
from khcn.trace.queries.recalled_contents import (
    may_be_recalled,
    packages_used_with_recalled,
    recalls_in_force,
)
from khcn.trace.queries.trusted_contents import may_hold

if TYPE_CHECKING:
    from collections.abc import Collection

    from khcn.trace.queries.journey_terms import Journey

MOST_NAMES: Final = 2000
"""Of so many recalled lots, products and objects among ingredients it is asked whether their recalls are in force; more than a page has
ingredients."""


@dataclass(frozen=True, slots=True)
class RecalledInputs:
    """The recalled ingredients of goods.

    `here`: those on the page; `elsewhere`: how many there are on each other page that has some, by its number; `is_whole`: whether
    these are all.
    """

    here: frozenset[str] = frozenset()
    elsewhere: tuple[tuple[int, int], ...] = ()
    is_whole: bool = True


NO_RECALLED_INPUTS: Final = RecalledInputs()


def recalled_inputs(goods: Journey, authorities: Collection[int]) -> RecalledInputs:
    """The recalled ones of the ingredients on the page of some goods, and of those on its other pages.

    An ingredient is also one in which something recalled was packed when it was used.
    """
    used: dict[str, set[int]] = defaultdict(set)
    for event in goods.events:
        for thing in event.made_of:
            used[thing].add(event.event_time)
    recalled, all_asked = _recalled_among({*used, *(one.thing for one in goods.elsewhere)}, authorities)
    others = {thing: times for thing, times in used.items() if thing not in recalled and may_hold(thing)}
    holding, all_known = packages_used_with_recalled(others, authorities)
    pages = Counter(one.page for one in goods.elsewhere if one.thing in recalled)
    return RecalledInputs(
        frozenset(recalled.intersection(used)) | holding,
        tuple(sorted(pages.items())),
        goods.knows_elsewhere and all_asked and all_known,
    )


def _recalled_among(things: Collection[str], authorities: Collection[int]) -> tuple[set[str], bool]:
    """Those of some things that authorities or their makers recalled, themselves or with their lot or product; and whether all were looked at."""
    recalled = may_be_recalled(things)
    if not recalled:
        return set(), True
    makers = makers_of(recalled, authorities)
    names = names_of_recalled(recalled, {*authorities, *makers.values()}, authorities)
    makers |= first_makers(creations_of(names.keys() - recalled, authorities))
    some = {name: names[name] for name in sorted(names)[:MOST_NAMES]}
    found = recalls_in_force(some, makers, authorities)
    return set().union(*(named for named, _recalls in found)), len(some) == len(names)
