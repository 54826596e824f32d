"""Into what some parties packed things, and what that was packed in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.statements.declarations import (
    reported_events,
    voided_elsewhere,
    withdrawn_by_their_parties,
)
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

MOST_LEVELS: Final = 12
"""So many packages around each other; goods are in six (a packet in a bag in a box on a pallet in a container on a lorry)."""

MOST_PACKINGS: Final = 5000
"""Of so many packings of one level that stand, and of so many that were declared wrong, those that were captured first are read."""

_BATCH_SIZE: Final = 500
_COLUMNS: Final = ("thing", "event_time", "event", "owner", "voided")


class Packing(NamedTuple):
    """The report of a party, in an event, that it packed a thing; whether the party declared it wrong."""

    thing: str
    event_time: int
    event: int
    owner: int
    withdrawn: bool


class PackingsAround:
    """The packings that lead from some things outwards, by some parties; more parties may be added step by step.

    What an authority declared wrong is left out.
    """

    def __init__(self, things: Collection[str]) -> None:
        self.things = set(things)
        """The things, and the containers around them."""
        self.by_thing: dict[str, list[tuple[str, Packing]]] = defaultdict(list)
        """Of each thing the containers into which it was packed."""
        self.is_whole = True
        """Whether all were read."""
        self._owners: set[int] = set()

    def extend(self, owners: Collection[int]) -> None:
        """Reads what some parties packed, and what all parties packed that in."""
        new = set(owners) - self._owners
        self._owners |= new
        inside, by = set(self.things), new
        for _level in range(MOST_LEVELS):
            if not inside or not by:
                break
            inside, by = self._read(inside, by) - self.things, self._owners
            self.things |= inside

    def _read(self, things: Collection[str], owners: Collection[int]) -> set[str]:
        """Reads the packings of things by some parties; gives the containers."""
        packed = LineageEdgeEnd.objects.filter(kind=EdgeKind.CONTAINMENT, owner__in=owners)
        packings: dict[int, list[Packing]] = defaultdict(list)
        for part in chunks(sorted(things), _BATCH_SIZE):
            ends = packed.filter(thing__in=part, side=EdgeSide.SOURCE).order_by("event")
            first: list[Packing] = []
            for is_void in (False, True):
                rows = values_everywhere(ends.filter(voided=is_void), *_COLUMNS, first=MOST_PACKINGS)
                first += sorted((Packing(*row) for row in rows), key=lambda one: one.event)[:MOST_PACKINGS]
                self.is_whole &= len(rows) < MOST_PACKINGS
            for packing in _not_refused(first):
                packings[packing.event].append(packing)
        found: set[str] = set()
        for some in chunks(sorted(packings), _BATCH_SIZE):
            parents = packed.filter(event__in=some, side=EdgeSide.PRODUCT)
            # an event may have several edges into its container
            for event, container in set(values_everywhere(parents, "event", "thing")):
                for packing in packings[event]:
                    self.by_thing[packing.thing].append((container, packing))
                found.add(container)
        return found


def _not_refused(packings: Sequence[Packing]) -> list[Packing]:
    """Those that no authority declared wrong; whether their parties did is noted."""
    times = {one.event: one.event_time for one in packings}
    void = {one.event for one in packings if one.withdrawn} | voided_elsewhere(times)
    own = withdrawn_by_their_parties(reported_events({event: times[event] for event in void})) if void else {}
    return [
        one._replace(withdrawn=one.event in own)
        for one in packings
        if one.event not in void or one.event in own
    ]


def reached_from(starts: Iterable[str], links: Mapping[str, Collection[str]]) -> set[str]:
    """Some things and all to which links lead from them: from containers to what was packed in them, or the other way."""
    found: set[str] = set()
    waiting = set(starts)
    while waiting:
        found |= waiting
        waiting = {thing for one in waiting for thing in links.get(one, ())} - found
    return found
