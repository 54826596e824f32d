"""Which removals from containers count because their parties had the container then (docs/adr/0028, Unpacking).

A party has a container from when it was named as its destination, step by step from who packed it, until it names another party as
destination, of the container or of what that is in. A removal counts that happened before this, and that was captured before it or in the
same document: who has passed a container on takes nothing out of it any more, nor by an earlier date.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd, TraceParty
from khcn.trace.queries.graph.traversal_terms import HoldersRemoval
from khcn.trace.queries.packages.container_hand_overs import NEVER, containers_passed_on
from khcn.trace.queries.packages.package_removals import REMOVALS, removals_from
from khcn.trace.store.confirmations import Receipt, Standing, confirmed_standings
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.statements.declarations import all_authorities, voided_elsewhere
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.packages.container_hand_overs import HandOver, PassedOn

MOST_REMOVALS: Final = 5000
"""So many removals by those who had the containers around goods are read; further ones take nothing out."""

_BATCH_SIZE: Final = 500
_PLACE: Final = Window(RowNumber(), partition_by=[F("thing"), F("owner")], order_by=("event", "part"))


class RemovalFrom(NamedTuple):
    """The report of a party that it took something out of a container."""

    container: str
    event: int
    owner: int
    event_time: int

    @property
    def standing(self) -> Standing:
        """Its party and container."""
        return Standing(self.owner, self.container)


class ReceivedContainers:
    """What some parties were sent from those that packed it."""

    def __init__(
        self,
        standings: Collection[Standing],
        packers: Mapping[str, Collection[int]],
        authorities: Collection[int],
    ) -> None:
        """Finds the receipts.

        Args:
            standings: the parties and containers.
            packers: of each container the parties whose packings count.
            authorities: the parties that are trusted in everything.
        """
        confirmed = confirmed_standings(standings, places={}, authorities=authorities, begun=packers)
        self._authorities = authorities
        self._chains = confirmed.chains
        self._receipts: dict[Standing, dict[Receipt, frozenset[int]]] = {}
        for standing, receipts in confirmed.receipts.items():
            found = {
                receipt: counting
                for receipt, chains in receipts.items()
                if receipt.is_sent and (counting := chains.intersection(packers[standing.thing]))
            }
            if found:
                self._receipts[standing] = found
        self.standings = {one for one in standings if one in self._receipts}
        """Those of the standings of which something was received."""

    def counted(self, removals: Iterable[RemovalFrom]) -> frozenset[HoldersRemoval]:
        """The removals that happened, and were captured, while their parties had the container."""
        received = [
            one
            for one in removals
            if any(receipt.event_time <= one.event_time for receipt in self._receipts.get(one.standing, ()))
        ]
        if not received:
            return frozenset()
        standings = self._with_givers({one.standing for one in received})
        events = {one.event: one.event_time for one in received}
        events |= {each.event: each.event_time for one in standings for each in self._receipts[one]}
        passed_on = containers_passed_on(standings, self._trusted(standings), self._authorities, events)
        had_since = self._had_since(standings, passed_on)
        found = set()
        for one in received:
            ends = passed_on.hand_overs.get(one.standing, ())
            captured = passed_on.captured.get(one.event, 0)
            for packer, moments in had_since[one.standing].items():
                place = bisect_right(moments, one.event_time)
                if place and not any(
                    each.event_time >= moments[place - 1]
                    and (each.event_time < one.event_time or each.captured[0] < captured)
                    and captured < each.withdrawn
                    for each in ends
                ):
                    found.add(HoldersRemoval(one.event, packer, moments[place - 1]))
        return frozenset(found)

    def _with_givers(self, standings: Collection[Standing]) -> set[Standing]:
        """Some standings and, step by step, those of the parties that they have the container from."""
        found, waiting = set(standings), list(standings)
        while waiting:
            standing = waiting.pop()
            givers = {Standing(receipt.giver, standing.thing) for receipt in self._receipts[standing]}
            new = {one for one in givers if one in self._receipts} - found
            found |= new
            waiting += new
        return found

    def _trusted(self, standings: Collection[Standing]) -> dict[int, list[set[int]]]:
        """Of each party those of the chains in which it has containers: what they packed together passes on together."""
        members: dict[tuple[str, int], set[int]] = defaultdict(set)
        for one, chains in self._chains.items():
            for chain in chains:
                members[one.thing, chain].add(one.party)
        found: dict[int, list[set[int]]] = defaultdict(list)
        for one in standings:
            found[one.party] += [members[one.thing, chain] for chain in self._chains[one]]
        return found

    def _had_since(
        self, standings: Collection[Standing], passed_on: PassedOn
    ) -> dict[Standing, dict[int, list[int]]]:
        """When parties got a container, by who packed it.

        A holder passes it on once: of his hand-overs the one captured first counts, until it comes back to him. Who packed it may pass it on
        as he likes, as he could take out himself what he packed.
        """
        first = {one: _FirstCaptured(some) for one, some in passed_on.hand_overs.items()}
        found: dict[Standing, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        receipts = sorted(
            (receipt, one, chain)
            for one, receipt in self._possessed(standings, passed_on)
            for chain in self._receipts[one][receipt]
        )
        for _moment, some in groupby(receipts, key=lambda each: each[0].event_time):
            waiting, is_changed = list(some), True
            while is_changed:  # of one time each may depend on each
                left = []
                for each in waiting:
                    receipt, one, chain = each
                    giver = Standing(receipt.giver, one.thing)
                    had = found[giver][chain]
                    captured = passed_on.captured.get(receipt.event, 0), receipt.event
                    if receipt.giver == chain or (
                        had and (giver not in first or first[giver].after(had[-1]) >= captured)
                    ):
                        found[one][chain].append(receipt.event_time)
                    else:
                        left.append(each)
                is_changed, waiting = len(left) < len(waiting), left
        return found

    def _possessed(
        self, standings: Collection[Standing], passed_on: PassedOn
    ) -> list[tuple[Standing, Receipt]]:
        """The receipts by parties that shall possess the container, and not only own it; one GLN may be that of two entries of registers."""
        receivers = passed_on.receivers
        named = [(one, receipt) for one in standings for receipt in self._receipts[one]]
        others = {
            (one.party, receipt.event)
            for one, receipt in named
            if one.party not in receivers.get(receipt.event, {one.party})
        }
        if not others:
            return named
        parties = {party for party, _event in others}.union(*(receivers[event] for _party, event in others))
        rows = TraceParty.objects.filter(pk__in={one for one in parties if one is not None})
        glns = dict(values_everywhere(rows, "pk", "gln"))
        others = {
            (party, event)
            for party, event in others
            if glns.get(party) not in {glns.get(one) for one in receivers[event] if one is not None}
        }
        return [(one, receipt) for one, receipt in named if (one.party, receipt.event) not in others]


class _FirstCaptured:
    """Of the hand-overs since a moment, when the first one was captured; of those that count still."""

    def __init__(self, hand_overs: Iterable[HandOver]) -> None:
        counting = sorted(one for one in hand_overs if one.withdrawn == NEVER)
        self._moments = [one.event_time for one in counting]
        latest_first = accumulate((one.captured for one in reversed(counting)), min)
        self._first = list(reversed(list(latest_first)))

    def after(self, moment: int) -> tuple[int, int]:
        place = bisect_left(self._moments, moment)
        return self._first[place] if place < len(self._first) else (NEVER, 0)


def removals_by_holders(things: Collection[str], *, most: int) -> frozenset[HoldersRemoval]:
    """The removals from containers among some things, by parties that had the container from the party that packed.

    Of each party one row is read, and of those that had a container their removals from it.

    Args:
        things: the things.
        most: so many removals at most of 500 things.
    """
    packers: dict[str, set[int]] = defaultdict(set)
    removing: set[Standing] = set()
    kinds = (EdgeKind.CONTAINMENT, *REMOVALS)
    for part in chunks(sorted(things), _BATCH_SIZE):
        ends = LineageEdgeEnd.objects.filter(
            thing__in=part, side=EdgeSide.PRODUCT, kind__in=kinds, voided=False
        )
        for thing, owner, kind in values_everywhere(ends.order_by().distinct(), "thing", "owner", "kind"):
            if kind == EdgeKind.CONTAINMENT:
                packers[thing].add(owner)
            else:
                removing.add(Standing(owner, thing))
    return _counted(removing, packers, None, most)


def removals_by_receivers(
    packers: Mapping[str, Collection[int]], authorities: Collection[int], *, most: int
) -> frozenset[HoldersRemoval]:
    """The removals by parties that had a container from a party that packed it.

    Of each other party one row is read, however many removals it reports.

    Args:
        packers: of each container the parties whose packings count.
        authorities: the parties that are trusted in everything.
        most: so many removals at most of 500 containers.
    """
    removing = {
        Standing(owner, thing)
        for part in chunks(sorted(packers), _BATCH_SIZE)
        for thing, owner in values_everywhere(removals_from(part).order_by().distinct(), "thing", "owner")
    }
    return _counted(removing, packers, authorities, most)


def _counted(
    removing: Collection[Standing],
    packers: Mapping[str, Collection[int]],
    authorities: Collection[int] | None,
    most: int,
) -> frozenset[HoldersRemoval]:
    """The removals by some parties that count; of too many the first ones of each party and container."""
    standings = {one for one in removing if set(packers.get(one.thing, ())) - {one.party}}
    if not standings:
        return frozenset()
    trusted = all_authorities() if authorities is None else authorities
    received = ReceivedContainers(standings, packers, trusted)
    removals: list[RemovalFrom] = []
    for part in chunks(sorted({one.thing for one in received.standings}), _BATCH_SIZE):
        ends = removals_from(part).filter(owner__in={one.party for one in received.standings})
        columns = ("place", "thing", "event", "owner", "event_time")
        ordered = ends.annotate(place=_PLACE).order_by("place", "event", "thing")
        rows = sorted(values_everywhere(ordered, *columns, first=most))[:most]
        removals += [RemovalFrom(*row) for _place, *row in rows]
    wrong = voided_elsewhere({one.event: one.event_time for one in removals})
    return received.counted(one for one in removals if one.event not in wrong)
