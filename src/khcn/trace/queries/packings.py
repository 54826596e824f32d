"""Into what some parties packed an object, and what that was packed in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.declarations import voided_elsewhere
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_LEVELS: Final = 12
"""So many packages around each other; goods are in six (a packet in a bag in a box on a pallet in a container on a lorry)."""

MOST_PACKINGS: Final = 1000
"""Of so many packings of one level, those that were captured first are read."""

_BATCH_SIZE: Final = 500


class Packing(NamedTuple):
    """The report of a party, in an event, that it packed a thing."""

    thing: str
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
            rows = values_everywhere(ends, *Packing._fields, first=MOST_PACKINGS)
            first = sorted((Packing(*row) for row in rows), key=lambda one: one.event)[:MOST_PACKINGS]
            wrong = voided_elsewhere({packing.event: packing.event_time for packing in first})
            for packing in first:
                if packing.event not in wrong:
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
