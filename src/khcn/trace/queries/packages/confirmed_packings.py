"""Which packings, and which uses of packages, are confirmed, so that a public page shows what others reported of the package.

Any party may report that it packed its goods into the pallet of another, or made them of it. That shows nothing of the pallet: only a
party of a chain of the package (docs/adr/0028, "Seeing is earned") lends its steps to goods, and those that this chain sees.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.makers.makers_and_trust import first_makers
from khcn.trace.queries.packages.package_uses import parties_of_uses
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.confirmations import ReportedThing, Standing, confirmed_standings
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.store.statements.first_reports import first_parties
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from khcn.trace.queries.graph.lineage_edges import Edge, EdgeKey
    from khcn.trace.queries.journey_terms import ObjectInEvent
    from khcn.trace.queries.makers.makers_and_trust import Creation
    from khcn.trace.queries.packages.package_uses import PackageUse

_BATCH_SIZE: Final = 1000


class Stay(NamedTuple):
    """That goods were in a container, by the event by which they, or what they are in, were packed into it."""

    since: int
    until: int
    event: int


class Chains:
    """Which parties belong to a common chain of a thing, and what a chain sees."""

    def __init__(self, standings: Collection[Standing], authorities: Collection[int]) -> None:
        self._authorities = frozenset(authorities)
        self._known = confirmed_standings(standings, places={}, authorities=authorities)

    def has(self, party: int, thing: str) -> bool:
        """Whether a party belongs to any chain of a thing."""
        return bool(self._known.of(party, thing))

    def accepts(self, party: int, other: int, thing: str) -> bool:
        """Whether the other party belongs to a chain of a thing that a party takes for its own."""
        return party == other or not self._own(party, thing).isdisjoint(self._known.of(other, thing))

    def sees(self, party: int, other: int, thing: str) -> bool:
        """Whether what the other party reports of a thing is shown to a chain of the thing that a party takes for its own."""
        shown_to = self._known.shown_to.get(Standing(other, thing), frozenset())
        return party == other or not self._own(party, thing).isdisjoint(shown_to)

    def _own(self, party: int, thing: str) -> frozenset[int]:
        """The chains of a thing that a party takes for its own: where several name it, that which it began, and those of who gave it the
        thing as it says itself; else the first. So nobody gets into its way by naming it. For an authority it is the first.
        """
        if party in self._authorities:
            first = self._known.first.get(thing, {})
            return frozenset({min(first, key=lambda one: first[one])} if first else ())
        return self._known.shown_to.get(Standing(party, thing), frozenset())

    def shows(self, party: int, report: ObjectInEvent) -> bool:
        """Whether a chain of a party sees a report. Where the thing has no owner, and so any party may begin a chain, a report from
        outside the chain has to be newer than the chain.
        """
        if report.owner == party:
            return True
        thing, is_of_chain = report.thing, self.has(report.owner, report.thing)
        reported = ReportedThing(report.event, report.owner, False)
        first = self._known.first.get(thing, {})
        return any(
            self._known.shows(chain, thing, reported)
            and (
                is_of_chain
                or thing not in self._known.without_owner
                or report.event > first.get(chain, report.event)
            )
            for chain in self._own(party, thing)
        )


# ------------------------------------------------------------------------------------------- upstream


def users_of(edges: Iterable[Edge]) -> dict[str, set[int]]:
    """The parties that made something of each single object or package, or packed it."""
    found: dict[str, set[int]] = defaultdict(set)
    for edge in edges:
        if edge.kind is not EdgeKind.MEMBERSHIP:
            for thing in edge.sources:
                if not is_lot(thing) and not is_product_class(thing):
                    found[thing] |= edge.owners
    return found


def without_unconfirmed_packings(
    asked: Collection[str],
    edges: Mapping[EdgeKey, Edge],
    makers: Mapping[str, int],
    authorities: Collection[int],
    uses_of: Mapping[str, Sequence[PackageUse]],
    first_packers: Mapping[str, int] | None = None,
) -> dict[EdgeKey, Edge]:
    """Trusted edges, without packings into a thing by who does not belong to its chain.

    What is in a package that has no maker, and is not one of those `asked` for, counts only for goods of a party that belongs to
    the chain of the package. A package is of those whose the code is, or where the department has confirmed nobody, of the party that
    first made it or packed something into it; others who say later that they made it take nothing out of it.

    Args:
        asked: the things that are asked for.
        edges: the edges.
        makers: the makers of things.
        authorities: the parties that are trusted in everything.
        uses_of: the uses of those packages that have been used again: what was packed into each counts by who used it then.
        first_packers: see `makers_and_packers`; looked up if None.
    """
    packings: dict[str, dict[EdgeKey, Edge]] = defaultdict(dict)
    for key, edge in edges.items():
        if edge.kind is EdgeKind.CONTAINMENT:
            for container in edge.products:
                packings[container][key] = edge
    if not packings:
        return dict(edges)
    owners = CodeOwners()
    if first_packers is None:
        first_packers = _first_packers(edges.values(), asked, makers, authorities, owners)
    whose = _whose_packages(packings, asked, makers, first_packers, owners)
    uses = [edge for edge in edges.values() if edge.kind is EdgeKind.TRANSFORMATION]
    users, possible = users_of(uses), users_of(edges.values())
    used_again = {one: some for one, some in uses_of.items() if one in whose}
    whose |= {one: set().union(*(use.parties for use in some)) for one, some in used_again.items()}
    standings = _asked_about(packings, whose, possible, authorities)
    chains = Chains(standings, authorities) if standings else None
    counting = {key: edge for key, edge in edges.items() if edge.kind is not EdgeKind.CONTAINMENT}
    waiting = list(packings)
    while waiting:
        container = waiting.pop()
        everybody = whose.get(container, users[container])
        belongs = Chains.accepts if container in whose else Chains.sees
        for key, edge in packings[container].items():
            used = used_again.get(container)
            allowed = parties_of_uses(used, edge.times.values()) if used else everybody
            if key not in counting and any(
                packer in allowed
                or packer in authorities
                or (chains and any(belongs(chains, one, packer, container) for one in allowed))
                for packer in edge.owners
            ):
                counting[key] = edge
                for inner, packers in users_of([edge]).items():
                    if inner in packings and inner not in whose and not packers <= users[inner]:
                        users[inner] |= packers
                        waiting.append(inner)
    return {key: edge for key, edge in edges.items() if key in counting}


def _asked_about(
    packings: Mapping[str, Mapping[EdgeKey, Edge]],
    whose: Mapping[str, set[int]],
    users: Mapping[str, set[int]],
    authorities: Collection[int],
) -> set[Standing]:
    """The standings that decide which packings count, of packages that several parties packed, or that others used than who packed them."""
    found: set[Standing] = set()
    for container, some in packings.items():
        packers = {packer for edge in some.values() for packer in edge.owners}
        allowed = whose.get(container, users[container])
        is_open = container not in whose and len(packers | allowed) > 1
        if is_open or not packers <= allowed | set(authorities):
            found |= {Standing(one, container) for one in packers | allowed}
    return found


def _whose_packages(
    packages: Collection[str],
    asked: Collection[str],
    makers: Mapping[str, int],
    first: Mapping[str, int],
    owners: CodeOwners,
) -> dict[str, set[int]]:
    """Whose those of some packages are that are asked for, or have a maker."""
    found: dict[str, set[int]] = {}
    for one in packages:
        if of_code := owners.of(one):
            if one in asked or one in makers:
                found[one] = of_code
        elif one in asked or (one in makers and makers[one] == first.get(one)):
            found[one] = {first[one]} if one in first else set()
    return found


def makers_and_packers(
    creations: Sequence[Creation],
    edges: Collection[Edge],
    asked: Collection[str],
    authorities: Collection[int],
    owners: CodeOwners,
) -> tuple[dict[str, int], dict[str, int]]:
    """Who made each thing; and of the packages under a code without confirmed party that are asked for or reported as created, the party that first
    reported each as created or packed something into it, without authorities.

    Who reports a package as created after another party has packed something into it is not its maker.
    """
    makers = first_makers(creations, owners)
    packers = _first_packers(edges, asked, makers, authorities, owners)
    for one in packers.keys() & makers.keys():
        if makers[one] != packers[one] and makers[one] not in authorities:
            del makers[one]
            if any(each.owner == packers[one] for each in creations if each.thing == one):
                makers[one] = packers[one]
    return makers, packers


def _first_packers(
    edges: Iterable[Edge],
    asked: Collection[str],
    makers: Mapping[str, int],
    authorities: Collection[int],
    owners: CodeOwners,
) -> dict[str, int]:
    packages = {one for edge in edges if edge.kind is EdgeKind.CONTAINMENT for one in edge.products}
    free = {one for one in packages if (one in asked or one in makers) and not owners.of(one)}
    if not free:
        return {}
    found: dict[str, int] = {}
    for one, first in first_parties(
        free, authorities=authorities, owners=owners, as_children=False
    ).first.items():
        begun = {event: party for party, event in first.items() if party not in authorities}
        if begun:
            found[one] = begun[min(begun)]
    return found


def confirmed_uses(
    reports: Collection[ObjectInEvent], users: Mapping[str, set[int]], authorities: Collection[int]
) -> set[ObjectInEvent]:
    """Those of some reports about used objects and packages that a chain of one of their users sees."""
    if not reports:
        return set()
    standings = {
        Standing(party, one.thing) for one in reports for party in {one.owner, *users.get(one.thing, ())}
    }
    chains = Chains(standings, authorities)
    return {one for one in reports if any(chains.shows(user, one) for user in users.get(one.thing, ()))}


# ------------------------------------------------------------------------------------------- containers


class ConfirmedStays:
    """The stays of goods in containers, and which reports about the containers they lend to the goods."""

    def __init__(
        self,
        starts: Collection[str],
        stays: Mapping[str, list[Stay]],
        reports: Collection[ObjectInEvent],
        authorities: Collection[int],
        own: Collection[Standing],
        owners: CodeOwners,
    ) -> None:
        """Read the chains of the containers; `own`: of the goods asked for, whose reporters may belong to their chain."""
        self._stays = stays
        events = {stay.event for some in stays.values() for stay in some}
        named = {one.event: one.owner for one in reports}
        if len(stays) == 1 and events <= named.keys():  # nothing is in something that is in it
            self._packers, self._children = named, {event: set(starts) for event in events}
        else:
            self._packers, self._children = _packings(events)
        self._authorities = authorities
        self._own = frozenset(own)
        # a code that is of the party which packed has one chain, that of this party, which sees all reports
        self._owned = {
            (container, stay.event)
            for container, some in stays.items()
            for stay in some
            if owners.of(container) == {self._packers.get(stay.event)}
        }
        self._standings = {Standing(one.owner, one.thing) for one in reports}
        self._standings |= {
            Standing(self._packers[stay.event], container)
            for container, some in stays.items()
            for stay in some
            if stay.event in self._packers
        }
        self._counting: set[tuple[str, int]] = set()  # of containers, packings of what is packed as confirmed
        self._confirmed: set[tuple[str, int]] = (
            set()
        )  # those of them by a party of the chain of the container
        inside = set(starts)
        while inside:
            new = set()
            for container, some in stays.items():
                for stay in some:
                    key = container, stay.event
                    if key not in self._counting and not inside.isdisjoint(self._children[stay.event]):
                        self._counting.add(key)
                        if key in self._owned or self._chains.has(self._packers[stay.event], container):
                            self._confirmed.add(key)
                            new.add(container)
            inside = new

    @cached_property
    def _chains(self) -> Chains:
        return Chains(self._standings, self._authorities)

    @cached_property
    def _chains_of_goods(self) -> Chains:
        return Chains(self._own, self._authorities)

    def is_of_own_chain(self, maker: int | None, party: int, thing: str) -> bool:
        """Whether a party that reported the goods belongs to the chain of their maker."""
        return (
            maker is not None
            and Standing(party, thing) in self._own
            and (maker == party or self._chains_of_goods.sees(maker, party, thing))
        )

    def is_during(self, report: ObjectInEvent) -> bool:
        """Whether goods were in the container when something of it was reported to have happened."""
        return any(one.since <= report.event_time <= one.until for one in self._stays[report.thing])

    def lends(self, report: ObjectInEvent) -> bool:
        """Whether a report about a container counts for the goods."""
        return any(
            stay.since <= report.event_time <= stay.until
            and (report.thing, stay.event) in self._counting
            and (
                self._packers[stay.event] == report.owner
                or (
                    (report.thing, stay.event) in self._confirmed
                    and (
                        (report.thing, stay.event) in self._owned
                        or self._chains.shows(self._packers[stay.event], report)
                    )
                )
            )
            for stay in self._stays[report.thing]
        )


def _packings(events: Collection[int]) -> tuple[dict[int, int], dict[int, set[str]]]:
    """The parties of packings, and what they packed."""
    packers: dict[int, int] = {}
    children: dict[int, set[str]] = defaultdict(set)
    for part in chunks(sorted(events), _BATCH_SIZE):
        ends = LineageEdgeEnd.objects.filter(event__in=part, kind=EdgeKind.CONTAINMENT, side=EdgeSide.SOURCE)
        for event, owner, thing in values_everywhere(ends, "event", "owner", "thing"):
            packers[event] = owner
            children[event].add(thing)
    return packers, children
