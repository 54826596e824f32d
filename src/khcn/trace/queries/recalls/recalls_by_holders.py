"""Of which of many things their holders report a recall, found before all recalls of them are looked up (docs/adr/0028).

Anybody may report a recall of a pallet with a thousand packets in it. So first those are
found of which a party reports it that held them: what others report puts nothing before these.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.graph.packings import reached_from
from khcn.trace.queries.holders.holders import Holders, Statement, holders_of_objects
from khcn.trace.queries.packages.ways_of_objects import FollowedWays
from khcn.trace.queries.recalls.recalled_cases import names_of_recalled
from khcn.trace.queries.recalls.recalls import MOST_STATEMENTS
from khcn.trace.store.encoding.classes_and_lots import is_package
from khcn.trace.store.statements.recall_statements import recall_statements_by_party, things_of_recalls

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from khcn.trace.queries.holders.holders import MadeObject

MOST_CHECKED: Final = 500
"""Of so many things that are named themselves it is found out whether their holder named them; packages first."""


class ThingsOfHolders(NamedTuple):
    """Things of which a recall by a holder may count: those that their holders named, packages first, and others in recalled packages.

    `holders`: of those that were named, the holders that are known by that.
    """

    named: list[str]
    others: list[str]
    holders: Mapping[str, Holders]


def things_recalled_by_holders(
    objects: Sequence[MadeObject], authorities: Collection[int]
) -> ThingsOfHolders:
    """Those of some single objects and packages of which a recall by a holder may count; the others have none.

    All are read together, and only the reports of the parties through whose hands the objects may have gone, of authorities, and of
    whose the codes of cases are.
    """
    made = {one.thing: one for one in objects}
    followed = FollowedWays(made, set(authorities).union(*(one.firsts for one in objects)))
    reporting = followed.parties.union(authorities)
    named = sorted(things_of_recalls(made, reporting), key=lambda one: (not is_package(one), one))
    checked = named[:MOST_CHECKED]
    holders = holders_of_objects([made[one] for one in checked])
    parties = {one: some.parties for one, some in holders.items()}
    own = {
        thing
        for (thing, _party), rows in recall_statements_by_party(parties, most=MOST_STATEMENTS).items()
        if any(holders[thing].is_holder(Statement(*row)) for row in rows)
    }
    inside = made.keys() if not followed.is_whole else _in_recalled(followed, reporting, authorities)
    first = [*(one for one in checked if one in own), *named[MOST_CHECKED:]]
    known = set(first)
    others = [one for one in made if one in inside and one not in known]
    return ThingsOfHolders(first, others, holders)


def _in_recalled(
    followed: FollowedWays, reporting: Collection[int], authorities: Collection[int]
) -> set[str]:
    """What is in packages of which one of some parties reported a recall, by their packings."""
    contents: dict[str, set[str]] = defaultdict(set)
    for thing, some in followed.packings.by_thing.items():
        for container, _packing in some:
            contents[container].add(thing)
    named = names_of_recalled(contents, reporting, authorities)
    recalled = set().union(*named.values())
    return reached_from({thing for one in recalled for thing in contents[one]}, contents)
