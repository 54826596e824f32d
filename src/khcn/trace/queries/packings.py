"""Into what some parties packed an object, and what that was packed in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.declarations import (
    reported_events,
    voided_elsewhere,
    withdrawn_by_their_parties,
)
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

MOST_LEVELS: Final = 12
"""So many packages around each other; goods are in six (a packet in a bag in a box on a pallet in a container on a lorry)."""

MOST_PACKINGS: Final = 1000
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


def packings_of(thing: str, owners: Collection[int]) -> dict[str, list[Packing]]:
    """The packings by some parties that lead from a thing outwards, by their containers; without what an authority declared wrong."""
    found: dict[str, list[Packing]] = defaultdict(list)
    inside, seen = {thing}, {thing}
    packed = LineageEdgeEnd.objects.filter(kind=EdgeKind.CONTAINMENT, owner__in=owners)
    for _level in range(MOST_LEVELS):
        packings: dict[int, list[Packing]] = defaultdict(list)
        for part in chunks(sorted(inside), _BATCH_SIZE):
            ends = packed.filter(thing__in=part, side=EdgeSide.SOURCE).order_by("event")
            first: list[Packing] = []
            for is_void in (False, True):
                rows = values_everywhere(ends.filter(voided=is_void), *_COLUMNS, first=MOST_PACKINGS)
                first += sorted((Packing(*row) for row in rows), key=lambda one: one.event)[:MOST_PACKINGS]
            for packing in _not_refused(first):
                packings[packing.event].append(packing)
        inside = set()
        for some in chunks(sorted(packings), _BATCH_SIZE):
            parents = packed.filter(event__in=some, side=EdgeSide.PRODUCT)
            for event, container in values_everywhere(parents, "event", "thing"):
                found[container] += packings[event]
                inside.add(container)
        inside -= seen
        seen |= inside
    return dict(found)


def containers_in_doubt(packings: Mapping[str, Collection[Packing]]) -> set[str]:
    """The containers into which a thing was packed, or what it was in, by an event that its party declared wrong."""
    outer: dict[str, set[str]] = defaultdict(set)
    for container, some in packings.items():
        for one in some:
            outer[one.thing].add(container)
    waiting = [name for name, some in packings.items() if any(one.withdrawn for one in some)]
    found: set[str] = set()
    while waiting:
        container = waiting.pop()
        if container not in found:
            found.add(container)
            waiting += outer[container]
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
