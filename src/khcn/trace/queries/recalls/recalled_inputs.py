"""Which ingredients of goods are recalled: those on a page of goods, and those that are on its other pages (docs/adr/0028)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.graph.packed_things import things_in_recalled_packages
from khcn.trace.queries.holders.makers_and_holders import makers_of
from khcn.trace.queries.makers.makers_and_trust import creations_of, first_makers
from khcn.trace.queries.recalls.former_packages import recalls_of_former_packages
from khcn.trace.queries.recalls.recalled_cases import names_of_recalled
from khcn.trace.queries.recalls.recalled_contents import (
    may_be_recalled,
    packages_used_with_recalled,
    recalls_in_force,
)
from khcn.trace.queries.walks.trusted_contents import may_hold
from khcn.trace.store.encoding.classes_and_lots import is_product_class

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from khcn.trace.queries.journey_terms import Journey

MOST_NAMES: Final = 2000
"""Of so many recalled lots, products and objects among ingredients it is asked whether their recalls are in force; more than a page has
ingredients."""


@dataclass(frozen=True, slots=True)
class RecalledInputs:
    """The recalled ingredients of goods.

    `here`: those on the page; `partly`: those of them that are a lot of which some was in a recalled package; `elsewhere`: how many there are on each other page that has some, by its number; `is_whole`: whether
    these are all.
    """

    here: frozenset[str] = frozenset()
    partly: frozenset[str] = frozenset()
    elsewhere: tuple[tuple[int, int], ...] = ()
    is_whole: bool = True


NO_RECALLED_INPUTS: Final = RecalledInputs()


def recalled_inputs(goods: Journey, authorities: Collection[int]) -> RecalledInputs:
    """The recalled ones of the ingredients on the page of some goods, and of those on its other pages.

    An ingredient is also one in which something recalled was packed when it was used, or that was in a recalled package itself.
    """
    used: dict[str, set[int]] = defaultdict(set)
    for event in goods.events:
        for thing in event.made_of:
            used[thing].add(event.event_time)
    latest = {thing: max(times) for thing, times in used.items()}
    for one in goods.elsewhere:
        latest[one.thing] = max(one.event_time, latest.get(one.thing, one.event_time))
    themselves, partly, all_asked = _recalled_among(latest, goods.lots_of, authorities)
    recalled = themselves | partly
    others = {thing: times for thing, times in used.items() if thing not in recalled and may_hold(thing)}
    holding, all_known = packages_used_with_recalled(others, authorities)
    pages = Counter(one.page for one in goods.elsewhere if one.thing in recalled)
    return RecalledInputs(
        frozenset(recalled.intersection(used)) | holding,
        frozenset(partly.intersection(used)),
        tuple(sorted(pages.items())),
        goods.knows_elsewhere and all_asked and all_known,
    )


def _recalled_among(
    used: Mapping[str, int], lots_of: Mapping[str, Collection[str]], authorities: Collection[int]
) -> tuple[set[str], set[str], bool]:
    """Those of some things that authorities or their makers recalled, themselves, with their lot or product, or with what they were in.

    Apart from them the lots of which a part was in a recalled package, and the objects of such lots, that were used since; and whether all
    were looked at.

    Args:
        used: the things, with the latest time at which each was used.
        lots_of: of objects among them the lots to which they belong.
        authorities: the parties that are trusted in everything.
    """
    named = may_be_recalled(used)
    asked = {one for one in used if not is_product_class(one)}
    packed = things_in_recalled_packages(asked.union(*(lots_of.get(one, ()) for one in asked)))
    if not named and not packed:
        return set(), set(), True
    makers = makers_of(named | packed, authorities)
    names = names_of_recalled(named, {*authorities, *makers.values()}, authorities)
    known = makers | first_makers(creations_of(names.keys() - named, authorities))
    some = {name: names[name] for name in sorted(names)[:MOST_NAMES]}
    found = set().union(*(things for things, _recalls in recalls_in_force(some, known, authorities)))
    former = recalls_of_former_packages(packed, makers, authorities)
    partly = set()
    for thing, lots in lots_of.items():
        recalls_of_lots = (each for lot in lots for each in former.of.get(lot, ()))
        if thing in used and any(each.since <= used[thing] for each in recalls_of_lots):
            partly.add(thing)
    for thing, recalls in former.of.items():
        if thing not in used:
            continue
        if not all(one.is_of_part for one in recalls):
            found.add(thing)
        elif any(one.since <= used[thing] for one in recalls):
            partly.add(thing)
    return found, partly - found, len(some) == len(names) and former.is_whole
