"""The recalls of what is in packages: who has only the case in hand learns that a lot in it is recalled, or was in a recalled pallet
(docs/adr/0028).

What is in a package counts by the reports of its maker and of the parties of its chain, of whose its code is, and of authorities; a
stranger puts no recalled goods into the case of another. What was taken out is in it no longer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.queries.graph.lineage_edges import edges_of
from khcn.trace.queries.graph.packed_things import things_in_recalled_packages
from khcn.trace.queries.graph.traversal_terms import CONTENTS, MAX_TIME
from khcn.trace.queries.holders.makers_and_holders import makers_of
from khcn.trace.queries.packages.confirmed_packings import without_unconfirmed_packings
from khcn.trace.queries.recalls.former_packages import recalls_of_former_packages
from khcn.trace.queries.recalls.recall_terms import MOST_OF_PARTY, RecallScope
from khcn.trace.queries.recalls.recalled_cases import names_of_recalled
from khcn.trace.queries.recalls.recalls import RecallSearch
from khcn.trace.queries.walks.package_users import uses_of_containers
from khcn.trace.queries.walks.trusted_contents import reached_contents
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class, wider_names
from khcn.trace.store.statements.recall_statements import lots_of_recalls, things_of_recalls

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from khcn.trace.queries.graph.lineage_edges import Edge, EdgeKey
    from khcn.trace.queries.graph.traversal_terms import ReachedThing
    from khcn.trace.queries.recalls.recall_terms import Recall

MOST_CONTENTS: Final = 20_000
"""So many packings into a thousand packages are read; where there are more by their chains, recalls may be missing."""

MOST_NAMES: Final = 100
"""Of so many recalled lots, products and objects in packages it is asked whether their recalls are in force."""

MOST_USED: Final = 100
"""Of so many packages among ingredients in which something recalled may have been it is found out."""

_BATCH_SIZE: Final = 1000


@dataclass(slots=True)
class ContentsRecalls:
    """The recalls of what is in packages, by package; `is_whole`: whether these are all."""

    is_whole: bool = True
    _known: dict[str, dict[tuple[str, int], Recall]] = field(default_factory=lambda: defaultdict(dict))
    _counts: Counter[tuple[str, int, bool]] = field(default_factory=Counter)

    @property
    def of(self) -> dict[str, list[Recall]]:
        """The recalls by package."""
        found = {package: [*recalls.values()] for package, recalls in self._known.items()}
        return defaultdict(list, found)

    def add(self, packages: Iterable[str], recalls: Iterable[Recall]) -> None:
        """Recalls of what is in some packages: of each party those by a name once, of the whole before those of a part."""
        listed = list(recalls)
        for package in packages:
            known = self._known[package]
            for one in listed:
                key = (one.named, one.party)
                old = known.get(key)
                if (old is None or (old.is_of_part and not one.is_of_part)) and self._has_room(package, one):
                    known[key] = replace(one, subject=package)
                    self._counts[package, one.party, one.is_of_part] += 1

    def _has_room(self, package: str, one: Recall) -> bool:
        of_whole, of_part = (self._counts[package, one.party, is_of_part] for is_of_part in (False, True))
        return (of_whole + of_part if one.is_of_part else of_whole) < MOST_OF_PARTY

    def beside(self, package: str, own: Collection[Recall]) -> list[Recall]:
        """The recalls of what is in a package, without those by which it is recalled itself."""
        known = {(one.named, one.party) for one in own}
        recalls = self._known[package].values() if package in self._known else ()
        return [one for one in recalls if (one.named, one.party) not in known]


def recalls_of_contents(
    packages: Collection[str], authorities: Collection[int], not_recalled: Collection[str] = ()
) -> ContentsRecalls:
    """The recalls in force of what is in some packages now, by authorities and makers.

    `not_recalled`: things of which the caller knows that nobody reported a recall, so that it is not asked again.
    """
    found = ContentsRecalls()
    for part in chunks(sorted(packages), _BATCH_SIZE):
        reached = reached_contents(part, MOST_CONTENTS)
        if reached is None:
            found.is_whole = False
            continue
        # what has left the package, or with something that has, is there until a certain time
        inside = [one for one in reached if one.event and one.until >= MAX_TIME]
        recalled = _maybe_recalled(one for one in inside if one.thing not in not_recalled)
        if recalled:
            edges = edges_of([one for one in reached if not one.event] + inside, CONTENTS)
            _add_recalls(found, set(part), recalled, edges, authorities)
    return found


class _MaybeRecalled(NamedTuple):
    """Things for which some party reported a recall: of the thing, its lot or its product, or of what it was packed in."""

    themselves: set[str]
    in_packages: set[str]

    def __bool__(self) -> bool:
        return bool(self.themselves or self.in_packages)


def _maybe_recalled(inside: Iterable[ReachedThing]) -> _MaybeRecalled:
    things = {one.thing for one in inside}
    kinds = {one for one in things if is_product_class(one)}
    return _MaybeRecalled(may_be_recalled(things), things_in_recalled_packages(things - kinds))


def packages_used_with_recalled(
    used: Mapping[str, Collection[int]], authorities: Collection[int]
) -> tuple[set[str], bool]:
    """The packages in which something that authorities or makers recalled was packed when they were used; and whether all were looked at.

    Args:
        used: of each package the times at which something was made of it; what is packed in it at other times does not count.
        authorities: the parties that are trusted in everything.
    """
    found: set[str] = set()
    is_whole, looked_into = True, 0
    waiting = list(chunks(sorted(used), _BATCH_SIZE))
    while waiting:
        part = waiting.pop()
        reached = reached_contents(part, MOST_CONTENTS)
        if reached is None and len(part) == 1:
            is_whole = False
            continue
        inside = [
            one
            for one in reached or ()
            if one.event and (len(part) > 1 or any(one.since <= at <= one.until for at in used[part[0]]))
        ]
        recalled = _maybe_recalled(inside)
        if reached is not None and not recalled:
            continue
        if len(part) > 1:  # each is used at other times
            middle = len(part) // 2
            waiting += [part[:middle], part[middle:]]
            continue
        looked_into += 1
        if looked_into > MOST_USED:
            return found, False
        contents = ContentsRecalls()
        edges = edges_of([one for one in reached or () if not one.event] + inside, CONTENTS)
        _add_recalls(contents, set(part), recalled, edges, authorities)
        is_whole &= contents.is_whole
        found |= {one for one, recalls in contents.of.items() if recalls}
    return found, is_whole


def may_be_recalled(things: Collection[str]) -> set[str]:
    """The things among these for which some party reported a recall: of the thing, its lot or its product."""
    if not things:
        return set()
    names = {one: {one, *wider_names(one)} for one in things}
    reported = things_of_recalls(set().union(*names.values()))
    by_lot = {one.thing for one in lots_of_recalls({one for one in things if not is_lot(one)})}
    return {one for one in things if one in by_lot or not reported.isdisjoint(names[one])}


def _add_recalls(
    found: ContentsRecalls,
    packages: Collection[str],
    recalled: _MaybeRecalled,
    edges: Mapping[EdgeKey, Edge],
    authorities: Collection[int],
) -> None:
    containers = {one for edge in edges.values() for one in edge.products}
    makers = makers_of(recalled.themselves | recalled.in_packages, authorities)
    uses = uses_of_containers(edges.values(), authorities)
    trusted = without_unconfirmed_packings(containers, edges, makers, authorities, uses).values()
    around: dict[str, set[str]] = defaultdict(set)
    for edge in trusted:
        for thing in edge.sources:
            around[thing] |= edge.products
    names = names_of_recalled(recalled.themselves, {*authorities, *makers.values()}, authorities)
    listed = sorted(names)
    found.is_whole &= len(listed) <= MOST_NAMES
    for things, recalls in recalls_in_force(
        {name: names[name] for name in listed[:MOST_NAMES]}, makers, authorities
    ):
        found.add(_around(things, around) & set(packages), recalls)
    former = recalls_of_former_packages(recalled.in_packages, makers, authorities)
    found.is_whole &= former.is_whole
    for thing, recalls in sorted(former.of.items()):
        packings = [edge for edge in trusted if thing in edge.sources]
        for one in recalls:
            # some of a lot that was packed here before the recall was not in the recalled package
            counting = (
                edge for edge in packings if not one.is_of_part or max(edge.times.values()) >= one.since
            )
            nearest = set().union(*(edge.products for edge in counting))
            within = nearest | _around(nearest, around)
            found.add(within & set(packages) - {one.named}, [replace(one, scope=RecallScope.FORMER_PACKAGE)])
            # what names the package itself is one of it also by the word of who made what is in it
            found.add(within & set(packages) & {one.named}, [replace(one, is_of_part=False)])


def recalls_in_force(
    names: Mapping[str, set[str]], makers: Mapping[str, int], authorities: Collection[int]
) -> Iterator[tuple[set[str], list[Recall]]]:
    """The recalls in force by authorities and makers of things by some names, with the things; read for all together."""
    search = RecallSearch(authorities, [])
    made = {
        name: {thing: {makers[one] for one in (thing, name) if one in makers} for thing in named}
        for name, named in names.items()
    }
    search.read_ahead({name: set().union(*each.values()) for name, each in made.items()})
    for name, each in sorted(made.items()):
        by_makers: dict[frozenset[int], set[str]] = defaultdict(set)
        for thing, made_by in each.items():
            by_makers[frozenset(made_by)].add(thing)
        for some, things in by_makers.items():
            recalls = search.recalls_by_name(min(things), name, some)
            if recalls:
                yield things, recalls


def _around(things: Iterable[str], containers: Mapping[str, set[str]]) -> set[str]:
    """What some things are in, and what that is in."""
    found: set[str] = set()
    waiting = list(things)
    while waiting:
        new = containers.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
