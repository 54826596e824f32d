"""Which removals from containers count because their parties had the container then (docs/adr/0028, Unpacking).

A party has a container from when it was named as its destination, step by step from who packed it, until it names another party as
destination, of the container or of what that is in. A removal counts that happened before this, and that was captured before it or in the
same document: who has passed a container on takes nothing out of it any more, nor by an earlier date.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import Event, LineageEdgeEnd
from khcn.trace.queries.named_receivers import receivers_named
from khcn.trace.queries.package_removals import REMOVALS, removals_from, things_taken_out
from khcn.trace.queries.traversal_terms import HoldersRemoval
from khcn.trace.store.confirmations import MOST_CONTAINERS, Receipt, Standing, confirmed_standings
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.declarations import all_authorities, events_without_effect, voided_elsewhere
from khcn.trace.store.named_parties import events_that_send, packings_named_by
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

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
        self._packers = packers
        self._authorities = authorities
        self._receipts: dict[Standing, dict[Receipt, frozenset[int]]] = {}
        for standing in standings:
            found = {
                receipt: chains.intersection(packers[standing.thing])
                for receipt, chains in confirmed.receipts.get(standing, {}).items()
                if receipt.is_sent
            }
            if any(found.values()):
                self._receipts[standing] = found
        self.standings = self._receipts.keys()
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
        passed_on = self._passed_on({one.standing for one in received})
        times = {one.event: one.event_time for one in received if one.standing in passed_on}
        for some in passed_on.values():
            times |= some
        captured = _captured(times)
        found = set()
        for one in received:
            ends = passed_on.get(one.standing, {}).items()
            for receipt, chains in self._receipts[one.standing].items():
                was_passed_on = any(
                    moment >= receipt.event_time
                    and (moment < one.event_time or captured[event] < captured[one.event])
                    for event, moment in ends
                )
                if receipt.event_time <= one.event_time and not was_passed_on:
                    found |= {HoldersRemoval(one.event, packer, receipt.event_time) for packer in chains}
        return frozenset(found)

    def _passed_on(self, standings: Collection[Standing]) -> dict[Standing, dict[int, int]]:
        """The events, by row id with their times, by which parties passed containers on."""
        packed = self._packed(standings)
        things = {one.thing for one in standings} | {outer for _, outer in packed}
        rows = events_that_send(things, {one.party for one in standings})
        times = {row[0]: row[1] for row in rows}
        named = receivers_named(times)
        void = events_without_effect(times, self._authorities)
        sent = [row for row in rows if row[0] not in void and named.get(row[0], set()) - {row[3]}]
        contents = _Contents(packed, sent)
        found: dict[Standing, dict[int, int]] = defaultdict(dict)
        for event, moment, thing, party in sent:
            for one in contents.of(thing, party, moment, event):
                if Standing(party, one) in standings:
                    found[Standing(party, one)][event] = moment
        return found

    def _packed(self, standings: Collection[Standing]) -> dict[tuple[int, str], dict[str, set[int]]]:
        """When containers were packed in others, by the party that has those and the outer one: by itself, or by who gave it them."""
        trusted: dict[int, set[int]] = defaultdict(set)
        for one in standings:
            givers = {receipt.giver for receipt in self._receipts[one]}
            trusted[one.party] |= {one.party, *givers, *self._packers[one.thing]}
        found: dict[tuple[int, str], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        inside = {one.thing for one in standings}
        seen = set(inside)
        for _level in range(MOST_CONTAINERS):
            rows = packings_named_by(inside, trusted)
            void = events_without_effect({row[0]: row[1] for row in rows}, self._authorities)
            inside = set()
            for event, moment, thing, packer, outer, party in rows:
                if event not in void and packer in trusted[party]:
                    found[party, outer][thing].add(moment)
                    inside.add(outer)
            inside -= seen
            seen |= inside
            if not inside:
                break
        return found


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
    return _counted(removing, packers, all_authorities(), most)


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
    authorities: Collection[int],
    most: int,
) -> frozenset[HoldersRemoval]:
    """The removals by some parties that count; of too many the first ones of each party and container."""
    standings = {one for one in removing if set(packers.get(one.thing, ())) - {one.party}}
    if not standings:
        return frozenset()
    received = ReceivedContainers(standings, packers, authorities)
    removals: list[RemovalFrom] = []
    for part in chunks(sorted({one.thing for one in received.standings}), _BATCH_SIZE):
        ends = removals_from(part).filter(owner__in={one.party for one in received.standings})
        columns = ("place", "thing", "event", "owner", "event_time")
        ordered = ends.annotate(place=_PLACE).order_by("place", "event", "thing")
        rows = sorted(values_everywhere(ordered, *columns, first=most))[:most]
        removals += [RemovalFrom(*row) for _place, *row in rows]
    wrong = voided_elsewhere({one.event: one.event_time for one in removals})
    return received.counted(one for one in removals if one.event not in wrong)


class _Contents:
    """What was in containers when their parties passed them on."""

    def __init__(
        self,
        packed: Mapping[tuple[int, str], Mapping[str, Collection[int]]],
        sent: Collection[tuple[int, int, str, int]],
    ) -> None:
        self._packed = {
            key: {one: sorted(times) for one, times in some.items()} for key, some in packed.items()
        }
        self._taken_out: dict[tuple[int, str], list[tuple[int, int, set[str] | None]]] = defaultdict(list)
        self._captured: dict[int, int] = {}
        if not packed or not sent:
            return
        things = {one for some in packed.values() for one in some}
        rows: list[tuple[Any, ...]] = []
        for part in chunks(sorted({outer for _, outer in packed}), _BATCH_SIZE):
            ends = removals_from(part).filter(owner__in={party for party, _ in packed})
            rows += values_everywhere(ends, "thing", "event", "event_time", "owner", "kind")
        named = things_taken_out({row[1] for row in rows if row[4] == EdgeKind.REMOVAL}, things)
        wrong = voided_elsewhere({row[1]: row[2] for row in rows})
        for outer, event, moment, owner, kind in rows:
            if event not in wrong:
                some = None if kind == EdgeKind.EMPTYING else named[event]
                self._taken_out[owner, outer].append((moment, event, some))
        if rows:
            self._captured = _captured({row[1]: row[2] for row in rows} | {row[0]: row[1] for row in sent})

    def of(self, container: str, party: int, moment: int, sent: int) -> set[str]:
        """A container and what was in it, and in that, when the party passed it on by an event of that time."""
        found, waiting = {container}, [container]
        while waiting:
            outer = waiting.pop()
            for inner, times in self._packed.get((party, outer), {}).items():
                place = bisect_right(times, moment)
                if inner in found or not place:
                    continue
                if not any(
                    (times[place - 1] < out if some is None else times[place - 1] <= out and inner in some)
                    and out <= moment
                    and self._captured[event] <= self._captured[sent]
                    for out, event, some in self._taken_out.get((party, outer), ())
                ):
                    found.add(inner)
                    waiting.append(inner)
        return found


def _captured(times: Mapping[int, int]) -> dict[int, int]:
    """When some events, by row id and time, were captured."""
    found: dict[int, int] = {}
    for part in chunks(sorted(times), _BATCH_SIZE):
        rows = Event.objects.filter(id__in=part, event_time__in={times[one] for one in part})
        found.update(values_everywhere(rows, "id", "record_time"))
    return found
