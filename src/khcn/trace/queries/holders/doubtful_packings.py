"""Whether an object was in a container when that was passed on: packings that their parties declared wrong, and what was taken out (docs/adr/0028).

What a party declares wrong, or takes out of what it has passed on, counts from its capture. It takes nothing from those that got the
container where one of them had reported before what was inside: the object, or something between it and the container.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Final

from khcn.trace.queries.packages.withdrawn_hand_overs import WithdrawnHandOver, first_received
from khcn.trace.store.declarations import reported_events, withdrawn_by_their_parties

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from khcn.trace.queries.packages.package_removals import Removal
    from khcn.trace.queries.packages.ways_of_objects import Captured, ObjectHandOver, Way
    from khcn.trace.queries.packings import Packing

MOST_DOUBTFUL: Final = 1000
"""Of so many packings in doubt, those that were captured first, it is found out who had reported what was inside."""

_FOREVER: Final = 2**63 - 1


class DoubtfulPackings:
    """The packings around one object, and what its parties declared wrong of them or took out later."""

    def __init__(
        self,
        way: Way,
        declared: Mapping[int, Captured],
        late: Mapping[Packing, Collection[Removal]],
        received: Mapping[int, int],
    ) -> None:
        """Keeps what counts.

        Args:
            way: of the object.
            declared: when, by event, packings were declared wrong.
            late: by what their parties took things out again, and reported that after they had passed them on.
            received: when one who was sent the container first reported what was inside, by the event of the packing.
        """
        self._way = way
        self._received = received
        self._declared = {
            event: at for event, at in declared.items() if at[0] < received.get(event, _FOREVER)
        }
        taken_out = (
            way.captured[one.event]
            for packing, some in late.items()
            for one in some
            if self._counts_late(packing, way.captured[one.event])
        )
        undone = (one.withdrawn for some in way.removals.values() for one in some)
        self.moments: set[Captured] = {*self._declared.values(), *taken_out, *(at for at in undone if at)}
        """When something was declared wrong or taken out that counts from then on."""

    def counts(self, packing: Packing, at: Captured) -> bool:
        """Whether a packing counts by what was captured before some moment."""
        return packing.event not in self._declared or self._declared[packing.event] >= at

    def was_taken_out(
        self,
        packing: Packing,
        container: str,
        hand_over: ObjectHandOver,
        at: Captured,
        is_holders: Callable[[Removal, Captured], bool],
    ) -> bool:
        """Whether it was taken out before the hand-over: by an authority, its holder, or who packed it, as he could declare that wrong.

        Args:
            packing: by which it was packed in the container.
            container: what was passed on, or is in that.
            hand_over: the event that passed it on.
            at: what was captured from this moment on by who had packed it counts for nothing.
            is_holders: whether a removal is of who held the object then, and was captured before it was known to have been passed on.
        """
        for one in _taken_out_since(self._way, packing, container):
            if one.event_time > hand_over.report.event_time:
                break
            if not _is_before(one, hand_over) or (one.withdrawn is not None and one.withdrawn < at):
                continue
            captured = self._way.captured[one.event]
            if one.owner in self._way.authorities or is_holders(one, captured):
                return True
            if one.owner == packing.owner and captured < at and self._counts_late(packing, captured):
                return True
        return False

    def _counts_late(self, packing: Packing, captured: Captured) -> bool:
        return captured[0] < self._received.get(packing.event, _FOREVER)


def doubtful_packings_of(ways: Collection[Way]) -> dict[str, DoubtfulPackings]:
    """Of each of some objects the packings; looked up together."""
    late = {way.thing: _late_removals(way) for way in ways}
    doubtful = {way.thing: _doubtful(way, late[way.thing])[:MOST_DOUBTFUL] for way in ways}
    withdrawn = {
        packing.event: packing.event_time
        for way in ways
        for packing, _container in _listed(way)
        if packing.withdrawn
    }
    declared = withdrawn_by_their_parties(reported_events(withdrawn)) if withdrawn else {}
    asked = {way.thing: _asked(way, doubtful[way.thing]) for way in ways if doubtful[way.thing]}
    received = first_received({one for some in asked.values() for one in some})
    found: dict[str, DoubtfulPackings] = {}
    for way in ways:
        first: dict[int, int] = {}
        for one in asked.get(way.thing, ()):
            if one in received:
                first[one.event] = min(first.get(one.event, _FOREVER), received[one])
        own = {packing.event for packing, _container in _listed(way)} & declared.keys()
        found[way.thing] = DoubtfulPackings(
            way, {event: declared[event] for event in own}, late[way.thing], first
        )
    return found


def _listed(way: Way) -> Iterator[tuple[Packing, str]]:
    return ((packing, container) for some in way.packings.values() for container, packing in some)


def _doubtful(way: Way, late: Collection[Packing]) -> list[tuple[Packing, str]]:
    """The packings that were declared wrong, or undone after something was passed on."""
    found = (
        (packing, container) for packing, container in _listed(way) if packing.withdrawn or packing in late
    )
    return sorted(found, key=lambda one: one[0].event)


def _late_removals(way: Way) -> dict[Packing, list[Removal]]:
    """By packing, what its party took out again, and reported after a later hand-over had been reported."""
    hand_overs = sorted(
        (one.report.event_time, one.report.number, one.report.captured)
        for one in way.hand_overs
        if one.packed_in
    )
    # of each hand-over and all later ones the first capture
    first = [*accumulate((captured for _moment, _number, captured in reversed(hand_overs)), min)][::-1]
    found: dict[Packing, list[Removal]] = defaultdict(list)
    for packing, container in _listed(way):
        for one in _taken_out_since(way, packing, container):
            place = bisect_right(hand_overs, (one.event_time, one.event, (_FOREVER, 0)))
            if (
                one.owner == packing.owner
                and place < len(hand_overs)
                and way.captured[one.event] > first[place]
            ):
                found[packing].append(one)
    return found


def _taken_out_since(way: Way, packing: Packing, container: str) -> Iterator[Removal]:
    """By what something that was packed was taken out again, in the order of time."""
    removals = way.removals.get(container, [])
    start = bisect_left(removals, packing.event_time, key=lambda one: one.event_time)
    for one in islice(removals, start, None):
        # at the same instant a container is emptied before it is packed
        if packing.event_time < one.event_time if one.things is None else packing.thing in one.things:
            yield one


def _is_before(removal: Removal, hand_over: ObjectHandOver) -> bool:
    """Whether something was taken out before the hand-over; of the same instant, if it was captured before."""
    return (removal.event_time, removal.event) < (hand_over.report.event_time, hand_over.report.number)


def _asked(way: Way, doubtful: Iterable[tuple[Packing, str]]) -> set[WithdrawnHandOver]:
    """Of whom it is asked when they reported what was inside: by packing, those that were sent a container around it."""
    around = {name: _reached(name, way.packings) for name in (way.thing, *way.packings)}
    asked: set[WithdrawnHandOver] = set()
    for packing, container in doubtful:
        outside = {container} | _reached(container, way.packings)
        receivers = {
            to
            for one in way.hand_overs
            if not outside.isdisjoint(one.packed_in or ())
            for to in one.named
            if to is not None and to != packing.owner
        }
        inside = {name for name, reached in around.items() if packing.thing in reached} | {packing.thing}
        if receivers:
            asked.add(
                WithdrawnHandOver(
                    packing.event, frozenset(receivers), frozenset(inside), _FOREVER, packing.event_time
                )
            )
    return asked


def _reached(name: str, packings: Mapping[str, Iterable[tuple[str, Packing]]]) -> set[str]:
    """The containers around something."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = {container for container, _packing in packings.get(waiting.pop(), ())} - found
        found |= new
        waiting += new
    return found
