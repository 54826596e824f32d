"""Who made, and who holds, things whose recalls are looked for: goods or packages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.graph.lineage_edges import edges_of
from khcn.trace.queries.graph.traversal_terms import MIN_TIME, STEP_BACK, is_node
from khcn.trace.queries.holders.course import FirstHolder
from khcn.trace.queries.holders.holders import holders_of_objects, made_object
from khcn.trace.queries.journey import journey
from khcn.trace.queries.journey_terms import Journey, lots_in
from khcn.trace.queries.makers.makers_and_trust import (
    FormerMaker,
    all_creations_of,
    creations_of,
    first_makers,
    former_makers,
    trusted_edges,
)
from khcn.trace.queries.packages.confirmed_packings import makers_and_packers, without_unconfirmed_packings
from khcn.trace.queries.walks.package_users import uses_of_containers, uses_of_packages
from khcn.trace.queries.walks.traversal import GraphTooLarge, reached_things
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.classes_and_lots import is_package
from khcn.trace.store.statements.first_reports import first_parties
from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from khcn.trace.queries.holders.holders import Holders, MadeObject
    from khcn.trace.queries.packages.package_uses import PackageUse

_MOST_EDGE_ENDS: Final = 20_000


@dataclass(frozen=True, slots=True)
class PackageMakers:
    """Whose some packages are, and whose they were until these declared their packings wrong, or another packed them anew.

    `last`: of packages that are used again, who packed them last, and when.
    """

    makers: Mapping[str, set[int]]
    former: Mapping[str, tuple[FormerMaker, ...]]
    last: Mapping[str, FirstHolder]


def package_makers(things: Collection[str], authorities: Collection[int]) -> PackageMakers:
    """Whose packages some things are: of those whose the code is, or where the department has confirmed nobody, of the party that first packed it.

    Of such one that has been emptied and packed again, of who packs it now, and of who made it but packed nothing into it first.
    """
    owners = CodeOwners()
    found = first_parties(things, authorities=authorities)
    makers: dict[str, set[int]] = {}
    former: dict[str, tuple[FormerMaker, ...]] = {}
    last: dict[str, FirstHolder] = {}
    free = {
        one: found.first[one] for one in things if is_package(one) and found.first[one] and not owners.of(one)
    }
    uses = uses_of_packages(free, authorities)
    for thing, begun in found.first.items():
        allowed = owners.of(thing)
        first = min(begun, key=lambda one: begun[one], default=None)
        if allowed:
            makers[thing] = allowed
        elif first is not None:
            makers[thing] = {first}
        if not allowed and thing in found.former:
            former[thing] = tuple(
                FormerMaker(one.party, one.until, one.event_time)
                for one in sorted(found.former[thing], key=lambda one: one.event)
                if first is None or one.event < begun[first]
            )
        if thing in uses:
            some = uses[thing]
            packed = {one.event for one in some[0].fillings}
            made = {first} if first is not None and begun[first] not in packed else set()
            makers[thing] = made.union(some[-1].parties)
            former[thing] = (*former.get(thing, ()), *_former_users(some))
            last[thing] = FirstHolder(some[-1].parties[-1], some[-1].since)
    return PackageMakers(makers, former, last)


def _former_users(uses: Sequence[PackageUse]) -> Iterator[FormerMaker]:
    """Who used a package until another use of it began."""
    for use, following in pairwise(uses):
        if following.captured is not None:
            begun = min((one.since for one in use.fillings), default=MIN_TIME)
            yield FormerMaker(use.parties[-1], following.captured, begun, use.since, has_used=True)


def makers_of(things: Collection[str], authorities: Collection[int]) -> dict[str, int]:
    """Who made some things, or whose packages they are, which says of a package nobody who reports only later that he made it."""
    found = first_makers(creations_of(things, authorities))
    owners = CodeOwners()
    packages = {one for one in things if is_package(one) and not is_node(one) and not owners.of(one)}
    if packages:
        whose = package_makers(packages, authorities)
        found |= {one: min(some) for one, some in whose.makers.items()}
        found |= {one: last.party for one, last in whose.last.items() if last.party is not None}
    return found


def holders_of(
    made_by: Mapping[str, Collection[int]],
    authorities: Collection[int],
    packages: PackageMakers | None = None,
) -> dict[str, Holders]:
    """Who holds some single objects or packages; first who made them.

    Args:
        made_by: of each who made it, its lot, or whose package it is.
        authorities: the parties that are trusted in everything.
        packages: whose the packages among them are and were.
    """
    return holders_of_objects(made_objects(made_by, authorities, packages))


def made_objects(
    made_by: Mapping[str, Collection[int]],
    authorities: Collection[int],
    packages: PackageMakers | None,
) -> list[MadeObject]:
    """Who held some single objects or packages first, as `holders_of` takes it."""
    found: list[MadeObject] = []
    for goods in _origins(sorted(made_by), authorities):
        thing, some = goods.thing, made_by[goods.thing]
        first = {thing: min(some)} if some else {}
        if is_package(thing):
            # whose a package is counts regardless of who else reports it as created
            former = packages.former.get(thing, ()) if packages else ()
            begun = made_object(replace(goods, former_makers=(*former, *goods.former_makers)), first)
            last = packages.last.get(thing) if packages else None
            found.append(begun if last is None else begun._replace(maker=last.party, since=last.since))
        else:
            found.append(made_object(goods, {**first, **goods.makers}))
    return found


def _origins(things: Sequence[str], authorities: Collection[int]) -> list[Journey]:
    """Where the journeys of some objects and packages begin: who made them, or their lots, and when. Read together, but of what has too many
    contents for that.
    """
    try:
        edges = edges_of(reached_things(things, STEP_BACK, most=_MOST_EDGE_ENDS), STEP_BACK)
    except GraphTooLarge:
        if len(things) == 1:
            return [journey(things[0], authorities=authorities)]
        middle = len(things) // 2
        return [one for part in (things[:middle], things[middle:]) for one in _origins(part, authorities)]
    owners = CodeOwners()
    in_lots = {one for edge in edges.values() if edge.kind is EdgeKind.MEMBERSHIP for one in edge.sources}
    reports = all_creations_of({*things, *in_lots}, authorities)
    makers, packers = makers_and_packers(reports.valid, edges.values(), things, authorities, owners)
    trusted = trusted_edges(edges, makers, authorities)
    trusted = without_unconfirmed_packings(
        things, trusted, makers, authorities, uses_of_containers(trusted.values(), authorities), packers
    )
    lots_of = lots_in(trusted.values())
    former = former_makers(reports)
    made: dict[str, dict[int, int]] = defaultdict(dict)
    for one in reports.valid:
        if not one.of_part and one.owner in {makers.get(one.thing), *authorities}:
            made[one.thing][one.event] = one.event_time
    for edge in trusted.values():
        for product in edge.products:
            made[product] |= edge.times
    found: list[Journey] = []
    for thing in things:
        lots = tuple(sorted(lots_of.get(thing, ())))
        names = (thing, *lots)
        known = {one: makers[one] for one in names if one in makers}
        times = {event: moment for one in names for event, moment in made[one].items()}
        before = tuple(each for one in names for each in former.get(one, ()))
        found.append(Journey(thing, makers=known, made=times, lots=lots, former_makers=before))
    return found
