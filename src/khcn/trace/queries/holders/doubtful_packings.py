"""Whether an object was in a container when that was passed on: packings that their parties declared wrong, and what was taken out (docs/adr/0028).

What a party declares wrong, or takes out of what it has passed on, counts from its capture. It takes nothing from those that got the
container where one of them had reported before what was inside: the object, or something between it and the container.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.graph.packings import reached_from
from khcn.trace.queries.packages.ways_of_objects import taken_out_since
from khcn.trace.queries.packages.withdrawn_hand_overs import WithdrawnHandOver, first_received
from khcn.trace.store.statements.declarations import reported_events, withdrawn_by_their_parties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from khcn.trace.queries.graph.packings import Packing
    from khcn.trace.queries.holders.course import KnownAt
    from khcn.trace.queries.packages.package_removals import Removal
    from khcn.trace.queries.packages.ways_of_objects import Captured, Way

MOST_DOUBTFUL: Final = 1000
"""Of so many packings and removals in doubt, those that were captured first, it is found out who had reported what was inside."""

_FOREVER: Final = 2**63 - 1


class DoubtfulPackings:
    """The packings around one object, and what its parties declared wrong of them or took out later."""

    def __init__(
        self,
        way: Way,
        declared: Mapping[int, Captured],
        late: Collection[tuple[Packing, Removal]],
        received: Mapping[int, int],
    ) -> None:
        """Keeps what counts.

        Args:
            way: of the object.
            declared: when, by event, packings were declared wrong.
            late: what parties took out, and reported after they had passed that on, with the packings.
            received: when one who was sent the container first reported what was inside, by the event that is in doubt: the packing, or the
                removal by another party.
        """
        self._received = received
        self._declared = {event: at for event, at in declared.items() if self._is_before(event, at)}
        self._late = {
            (packing.event, removal.event): way.captured[removal.event]
            for packing, removal in late
            if self._is_before(_in_doubt(packing, removal), way.captured[removal.event])
        }
        undone = (one.withdrawn for some in way.removals.values() for one in some)
        self.moments: set[Captured] = {
            *self._declared.values(),
            *self._late.values(),
            *(at for at in undone if at),
        }
        """When something was declared wrong or taken out that counts from then on."""

    def counts(self, packing: Packing, known: KnownAt) -> bool:
        """Whether a packing counts by what is known."""
        return packing.event not in self._declared or not known.has(self._declared[packing.event])

    def counts_late(self, packing: Packing, removal: Removal, captured: Captured) -> bool:
        """Whether it counts what was taken out by who had packed it, or, after he had passed it on, by another that had it."""
        if removal.owner == packing.owner:
            return self._is_before(packing.event, captured)
        return (packing.event, removal.event) in self._late

    def _is_before(self, event: int, captured: Captured) -> bool:
        """Whether something was captured before one who was sent the container had reported what was inside."""
        return captured[0] < self._received.get(event, _FOREVER)


def doubtful_packings_of(ways: Collection[Way]) -> dict[str, DoubtfulPackings]:
    """Of each of some objects the packings; looked up together."""
    late = {way.thing: list(_late_removals(way)) for way in ways}
    withdrawn = {
        packing.event: packing.event_time
        for way in ways
        for packing, _container in _listed(way)
        if packing.withdrawn
    }
    declared = withdrawn_by_their_parties(reported_events(withdrawn)) if withdrawn else {}
    asked = {way.thing: _Asked(way).of(late[way.thing]) for way in ways}
    received = first_received({one for some in asked.values() for one in some})
    found: dict[str, DoubtfulPackings] = {}
    for way in ways:
        first: dict[int, int] = {}
        for one in asked[way.thing]:
            if one in received:
                first[one.event] = min(first.get(one.event, _FOREVER), received[one])
        own = {packing.event for packing, _container in _listed(way)} & declared.keys()
        found[way.thing] = DoubtfulPackings(
            way, {event: declared[event] for event in own}, late[way.thing], first
        )
    return found


def _listed(way: Way) -> Iterator[tuple[Packing, str]]:
    return ((packing, container) for some in way.packings.values() for container, packing in some)


def _in_doubt(packing: Packing, removal: Removal) -> int:
    """What a removal puts in doubt: the packing of its own party, or of another's it is itself in doubt."""
    return packing.event if removal.owner == packing.owner else removal.event


def _late_removals(way: Way) -> Iterator[tuple[Packing, Removal]]:
    """What parties took out again, and reported after a later hand-over had been reported, with the packings."""
    hand_overs = sorted(
        (one.report.event_time, one.report.recorded_at) for one in way.hand_overs if one.packed_in
    )
    # of each hand-over and all later ones the first capture
    first = [*accumulate((recorded for _moment, recorded in reversed(hand_overs)), min)][::-1]
    for packing, container in _listed(way):
        for one in taken_out_since(way, packing, container):
            place = bisect_left(hand_overs, (one.event_time, 0))
            if (
                one.owner not in way.authorities
                and place < len(hand_overs)
                and way.captured[one.event][0] > first[place]
            ):
                yield packing, one


class _Asked:
    """Of whom it is asked when they reported what was inside: of those that were sent a container around it."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._containers: dict[str, set[str]] = defaultdict(set)
        self._contents: dict[str, set[str]] = defaultdict(set)
        for packing, container in _listed(way):
            self._containers[packing.thing].add(container)
            self._contents[container].add(packing.thing)
        self._sent: dict[str, set[tuple[int, int]]] = defaultdict(set)  # when, and to whom
        for one in way.hand_overs:
            for container in one.packed_in or ():
                self._sent[container] |= {(one.report.event_time, to) for to in one.named if to is not None}
        self._sent_around: dict[str, set[tuple[int, int]]] = {}
        self._inside: dict[str, frozenset[str]] = {}

    def of(self, late: Collection[tuple[Packing, Removal]]) -> set[WithdrawnHandOver]:
        """For packings that were declared wrong, or undone after something was passed on, and for late removals by others."""
        doubtful = {
            (packing.event, packing.owner, packing.event_time, packing.thing, container, 0)
            for packing, container in _listed(self._way)
            if packing.withdrawn
        }
        for packing, removal in late:
            is_own, by = removal.owner == packing.owner, removal.event_time
            one = packing if is_own else removal
            sent_since = 0 if is_own else by
            doubtful.add((one.event, one.owner, one.event_time, packing.thing, removal.container, sent_since))
        asked: list[WithdrawnHandOver] = []
        for event, owner, since, thing, container, sent_since in sorted(doubtful):
            sent = self._to_whom(container)
            receivers = frozenset(to for when, to in sent if to != owner and when >= sent_since)
            if receivers and len(asked) < MOST_DOUBTFUL:
                asked.append(
                    WithdrawnHandOver(event, receivers, self._what_was_inside(thing), _FOREVER, since)
                )
        return set(asked)

    def _to_whom(self, container: str) -> set[tuple[int, int]]:
        """To whom a container, or one around it, was sent."""
        if container not in self._sent_around:
            around = reached_from({container}, self._containers)
            self._sent_around[container] = set().union(*(self._sent.get(one, ()) for one in around))
        return self._sent_around[container]

    def _what_was_inside(self, thing: str) -> frozenset[str]:
        """What was packed, and what was in that."""
        if thing not in self._inside:
            self._inside[thing] = frozenset(reached_from({thing}, self._contents))
        return self._inside[thing]
