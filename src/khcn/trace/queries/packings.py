"""Into what some parties packed an object, and what that was packed in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_LEVELS: Final = 3
"""A packet in a box on a pallet in a container."""

MOST_PACKINGS: Final = 1000
"""Of so many packings of one level, those that were captured first are read."""

_BATCH_SIZE: Final = 500


class Packing(NamedTuple):
    """The report of a party, in an event, that it packed a thing."""

    child: str
    event_time: int
    event: int
    owner: int


def packings_of(thing: str, owners: Collection[int]) -> dict[str, list[Packing]]:
    """The packings by some parties that lead from a thing outwards, by their containers."""
    found: dict[str, list[Packing]] = defaultdict(list)
    inside, seen = {thing}, {thing}
    packed = LineageEdgeEnd.objects.filter(kind=EdgeKind.CONTAINMENT, voided=False, owner__in=owners)
    for _level in range(MOST_LEVELS):
        packings: dict[int, list[Packing]] = defaultdict(list)
        for part in chunks(sorted(inside), _BATCH_SIZE):
            ends = packed.filter(thing__in=part, side=EdgeSide.SOURCE).order_by("event")
            rows = ends.values_list("thing", "event_time", "event", "owner")[:MOST_PACKINGS]
            for packing in (Packing(*row) for row in rows):
                packings[packing.event].append(packing)
        inside = set()
        for some in chunks(sorted(packings), _BATCH_SIZE):
            parents = packed.filter(event__in=some, side=EdgeSide.PRODUCT)
            for event, container in parents.values_list("event", "thing"):
                found[container] += packings[event]
                inside.add(container)
        inside -= seen
        seen |= inside
    return dict(found)
