"""The packings of an object that their parties declared wrong: which of them count nevertheless, and until when (docs/adr/0028).

The declaration counts from its capture. It takes nothing from those that got the container where one of them had reported before what
was inside: the object, or something between it and the container.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.package_removals import Removal, removals_by
from khcn.trace.queries.packings import containers_in_doubt
from khcn.trace.queries.withdrawn_hand_overs import WithdrawnHandOver, received_before_withdrawal
from khcn.trace.store.declarations import (
    reported_events,
    withdrawn_by_their_parties,
)
from khcn.trace.store.events_by_id import captured_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from khcn.trace.queries.packings import Packing

MOST_DOUBTFUL: Final = 100
"""Of so many packings declared wrong, those that were captured first, it is found out who had reported what was inside."""


class ContainerHandOver(NamedTuple):
    """A party names others as destination of containers: in which event, and when that was captured."""

    event: int
    event_time: int
    captured: int
    owner: int
    receivers: AbstractSet[int | None]
    containers: Collection[str]


class DoubtfulPackings:
    """The packings around one object that their parties declared wrong."""

    def __init__(
        self, thing: str, packings: Mapping[str, Sequence[Packing]], hand_overs: Iterable[ContainerHandOver]
    ) -> None:
        """Finds out which count.

        Args:
            thing: the object.
            packings: what it was packed in, and that in turn, by container.
            hand_overs: by whom containers were passed on, and to whom.
        """
        found = [(one, container) for container, some in packings.items() for one in some if one.withdrawn]
        self.containers = containers_in_doubt(packings)
        """The containers into which the object was packed by such a packing, or what it was in."""
        self.declared: dict[int, tuple[int, int]] = {}
        """When, by record time and row id, those were declared wrong that count until then alone."""
        self._removals: dict[str, list[Removal]] = defaultdict(list)
        self._removed_at: dict[int, int] = {}
        if not found:
            return
        listed = [each for each in hand_overs if not self.containers.isdisjoint(each.containers)]
        declared = withdrawn_by_their_parties(
            reported_events({one.event: one.event_time for one, _container in found})
        )
        received = _reported_inside(thing, packings, found[:MOST_DOUBTFUL], declared, listed)
        self.declared = {event: at for event, at in declared.items() if event not in received}
        owners = {each.owner for each in listed} | {one.owner for some in packings.values() for one in some}
        things = {one.thing for some in packings.values() for one in some}
        for one in removals_by(owners, self.containers, things):
            self._removals[one.container].append(one)
        self._removed_at = captured_at(
            {one.event: one.event_time for some in self._removals.values() for one in some}
        )

    def counts(self, packing: Packing, not_yet_declared: Collection[int]) -> bool:
        """Whether a packing counts where those of some events had not been declared wrong yet."""
        return packing.event not in self.declared or packing.event in not_yet_declared

    def was_taken_out(self, packing: Packing, container: str, hand_over: ContainerHandOver) -> bool:
        """Whether who packed it or passes the container on had taken it out in between."""
        return any(
            one.owner in {packing.owner, hand_over.owner}
            and self._removed_at[one.event] <= hand_over.captured
            and one.event_time <= hand_over.event_time
            and (
                packing.event_time < one.event_time
                if one.things is None
                else packing.event_time <= one.event_time and packing.thing in one.things
            )
            for one in self._removals.get(container, ())
        )


def _reported_inside(
    thing: str,
    packings: Mapping[str, Sequence[Packing]],
    doubtful: Iterable[tuple[Packing, str]],
    declared: Mapping[int, tuple[int, int]],
    hand_overs: Sequence[ContainerHandOver],
) -> set[int]:
    """The packings of which a party that was sent the container had reported what was inside before they were declared wrong."""
    outer: dict[str, set[str]] = defaultdict(set)
    for container, some in packings.items():
        for one in some:
            outer[one.thing].add(container)
    around = {name: _reached(name, outer) for name in {thing, *packings}}
    asked: set[WithdrawnHandOver] = set()
    for one, container in doubtful:
        outside = {container} | around[container]
        receivers = {
            to for each in hand_overs if not outside.isdisjoint(each.containers) for to in each.receivers
        }
        inside = frozenset(name for name, reached in around.items() if one.thing in reached) | {one.thing}
        parties = frozenset(to for to in receivers if to not in (None, one.owner))
        if one.event in declared and parties:
            asked.add(WithdrawnHandOver(one.event, parties, inside, declared[one.event][0], one.event_time))
    return {each.event for each in received_before_withdrawal(asked)}


def _reached(name: str, outer: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = set(outer.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found
