"""Who uses a package that is used again: who packed it after it had been emptied (docs/adr/0028, Packages that are used again).

A crate that has been emptied is packed by another, and nobody reports that it came back empty. So who packs something into an empty crate
begins a new use of it. Who packs into one that is not empty begins none, whatever time he says; nor does who reports it as made.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.queries.graph.lineage_edges import edges_of
from khcn.trace.queries.graph.traversal_terms import MAX_TIME, MIN_TIME, Direction
from khcn.trace.queries.packages.package_removals import removals_from
from khcn.trace.queries.packages.package_uses import Filling, PackageUse
from khcn.trace.queries.walks.traversal import GraphTooLarge, reached_things
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.confirmations import Standing, confirmed_standings
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_package
from khcn.trace.store.statements.events_by_id import captured_at
from khcn.trace.store.statements.first_reports import first_parties
from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.graph.lineage_edges import Edge
    from khcn.trace.store.confirmations import Confirmed

MOST_CONTENTS: Final = 20_000
"""Of packages into which more was packed no further use is known: they are of who used them first."""

_BATCH_SIZE: Final = 500
_DIRECT: Final = Direction(upstream=True, one_step=True, kinds=(EdgeKind.CONTAINMENT,))


def uses_of_packages(
    first: Mapping[str, Mapping[int, int]], authorities: Collection[int]
) -> dict[str, list[PackageUse]]:
    """The uses of those packages that have been used again, in their order.

    Args:
        first: of packages whose code nobody is confirmed for the parties that first made or packed each, and the event by which.
        authorities: the parties that are trusted in everything.
    """
    begun = {
        package: {party: event for party, event in some.items() if party not in authorities}
        for package, some in first.items()
    }
    asked = {package for package, some in begun.items() if len(some) > 1}
    for part in chunks(sorted(one for one, some in begun.items() if len(some) == 1), _BATCH_SIZE):
        asked.update(
            thing for (thing,) in values_everywhere(removals_from(part).order_by().distinct(), "thing")
        )
    fillings = _fillings(asked)
    standings = {Standing(one.owner, package) for package, some in fillings.items() for one in some}
    if not standings:
        return {}
    known = confirmed_standings(standings, places={}, authorities=authorities)
    found: dict[str, list[PackageUse]] = {}
    for package, some in fillings.items():
        uses = _uses(package, some, min(begun[package], key=begun[package].__getitem__), authorities, known)
        if len(uses) > 1:
            found[package] = uses
    beginnings = {use.fillings[0].event: use.fillings[0].since for uses in found.values() for use in uses[1:]}
    recorded = captured_at(beginnings)
    for uses in found.values():
        for use in uses[1:]:
            event = use.fillings[0].event
            use.captured = (recorded.get(event, 0), event)
    return found


def uses_of_containers(edges: Iterable[Edge], authorities: Collection[int]) -> dict[str, list[PackageUse]]:
    """The uses of those packages of some packings that have been used again."""
    owners = CodeOwners()
    packed = (edge.products for edge in edges if edge.kind is EdgeKind.CONTAINMENT)
    packages = {one for one in set().union(*packed) if is_package(one) and not owners.of(one)}
    if not packages:
        return {}
    return uses_of_packages(
        first_parties(packages, authorities=authorities, owners=owners).first, authorities
    )


def _uses(
    package: str,
    fillings: Iterable[Filling],
    first: int,
    authorities: Collection[int],
    known: Confirmed,
) -> list[PackageUse]:
    """The uses of a package; `fillings` are in the order of capture."""
    use = PackageUse([first])
    uses, sent_to = [use], {first}
    for one in fillings:
        chains = {one.owner, *known.of(one.owner, package)}
        is_sent = not chains.isdisjoint(sent_to)
        is_user = one.owner in use.parties
        is_empty = all(each.until <= one.since for each in use.fillings)
        if one.owner in authorities:
            use.fillings.append(one)
        elif is_empty and (use.fillings or not is_user):
            use = PackageUse([one.owner], one.since, is_sent=is_sent, fillings=[one])
            uses.append(use)
        elif is_user or not chains.isdisjoint(use.parties):
            use.fillings.append(one)
        elif is_sent and not use.is_sent:
            # who was sent the package has more right to it than who found it empty
            use.parties.append(one.owner)
            use.fillings.append(one)
        if is_sent and one.owner in use.parties:
            sent_to.add(one.owner)
    return uses


def _fillings(packages: Collection[str]) -> dict[str, list[Filling]]:
    """What was packed into some packages, by event; together where it is not too much."""
    if not packages:
        return {}
    listed = sorted(packages)
    try:
        reached = reached_things(listed, _DIRECT, most=MOST_CONTENTS)
    except GraphTooLarge:
        if len(listed) == 1:
            return {}
        middle = len(listed) // 2
        return _fillings(listed[:middle]) | _fillings(listed[middle:])
    edges = edges_of(reached, _DIRECT)
    until: dict[int, int] = defaultdict(lambda: MIN_TIME)
    for one in reached:
        until[one.event] = max(until[one.event], min(one.until, MAX_TIME))
    found: dict[str, set[Filling]] = defaultdict(set)
    for edge in edges.values():
        for event, moment in edge.times.items():
            for package in edge.products & set(listed):
                found[package] |= {Filling(event, moment, until[event], owner) for owner in edge.owners}
    return {package: sorted(some) for package, some in found.items()}
