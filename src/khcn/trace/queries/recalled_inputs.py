"""Which ingredients of goods are recalled: those on a page of goods, and those that are on its other pages (docs/adr/0028)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.makers_and_trust import creations_of, first_makers
from khcn.trace.queries.recalled_cases import names_of_recalled
from khcn.trace.queries.recalled_contents import may_be_recalled, recalls_in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from khcn.trace.queries.inputs_elsewhere import ElsewhereInput

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


def recalled_inputs(
    things: Collection[str],
    elsewhere: Iterable[ElsewhereInput],
    authorities: Collection[int],
    *,
    is_whole: bool = True,
) -> RecalledInputs:
    """The recalled ones of the ingredients on a page, and of those on other pages.

    Args:
        things: the ingredients on the page.
        elsewhere: those on other pages of which somebody reported a recall.
        authorities: the parties that are trusted in everything.
        is_whole: whether `elsewhere` are all.
    """
    others = set(elsewhere)
    recalled, all_asked = _recalled_among({*things, *(one.thing for one in others)}, authorities)
    pages = Counter(one.page for one in others if one.thing in recalled)
    return RecalledInputs(
        frozenset(recalled.intersection(things)), tuple(sorted(pages.items())), is_whole and all_asked
    )


def _recalled_among(things: Collection[str], authorities: Collection[int]) -> tuple[set[str], bool]:
    """Those of some things that authorities or their makers recalled, themselves or with their lot or product; and whether all were looked at."""
    recalled = may_be_recalled(things)
    if not recalled:
        return set(), True
    makers = first_makers(creations_of(recalled, authorities))
    names = names_of_recalled(recalled, {*authorities, *makers.values()}, authorities)
    makers |= first_makers(creations_of(names.keys() - recalled, authorities))
    some = {name: names[name] for name in sorted(names)[:MOST_NAMES]}
    found = recalls_in_force(some, makers, authorities)
    return set().union(*(named for named, _recalls in found)), len(some) == len(names)
