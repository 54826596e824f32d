"""What was taken out of packages, and by whom, for the recalls of what was in them (docs/adr/0028, Unpacking)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.traversal_terms import HoldersRemoval
from khcn.trace.store.confirmations import Standing, confirmed_standings
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

_BATCH_SIZE: Final = 500


def removals_from(containers: Collection[str]) -> QuerySet[Any, Any]:
    """The reports that something, or everything, was taken out of some containers."""
    return LineageEdgeEnd.objects.filter(
        thing__in=containers,
        side=EdgeSide.PRODUCT,
        kind__in=(EdgeKind.REMOVAL, EdgeKind.PART_REMOVAL, EdgeKind.EMPTYING),
        voided=False,
    )


def things_taken_out(events: Collection[int], things: Collection[str]) -> defaultdict[int, set[str]]:
    """Of some things those that each event took whole out of something."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for part in chunks(sorted(events), _BATCH_SIZE):
        ends = LineageEdgeEnd.objects.filter(event__in=part, side=EdgeSide.SOURCE, kind=EdgeKind.REMOVAL)
        for some in chunks(sorted(things), _BATCH_SIZE):
            for event, thing in values_everywhere(ends.filter(thing__in=some), "event", "thing"):
                found[event].add(thing)
    return found


def amounts_in(events: Collection[int]) -> dict[int, dict[str, float]]:
    """How much of each lot some events packed into containers or took out of them, by event and `amount_name`."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for part in chunks(sorted(events), _BATCH_SIZE):
        rows = LineageEdgeEnd.objects.filter(event__in=part, side=EdgeSide.AMOUNT)
        for event, name, quantity in values_everywhere(rows, "event", "thing", "quantity"):
            found[event][name] = quantity
    return found


def removals_by_receivers(
    packers: Mapping[str, Collection[int]], authorities: Collection[int], *, most: int
) -> frozenset[HoldersRemoval]:
    """The removals by parties that got a container from a party that packed it; of so many those captured first.

    Of each other party one row is read, however many removals it reports.

    Args:
        packers: of each container the parties whose packings count.
        authorities: the parties that are trusted in everything.
        most: so many removals at most of 500 containers.
    """
    standings = {
        Standing(owner, thing)
        for part in chunks(sorted(packers), _BATCH_SIZE)
        for thing, owner in values_everywhere(removals_from(part).order_by().distinct(), "thing", "owner")
        if set(packers[thing]) - {owner}
    }
    if not standings:
        return frozenset()
    confirmed = confirmed_standings(standings, places={}, authorities=authorities, begun=packers)
    received = {one: receipts for one, receipts in confirmed.receipts.items() if one in standings}
    found = set()
    for part in chunks(sorted({one.thing for one in received}), _BATCH_SIZE):
        ends = removals_from(part).filter(owner__in={one.party for one in received}).order_by("event")
        for thing, event, owner, moment in values_everywhere(
            ends, "thing", "event", "owner", "event_time", first=most
        ):
            for receipt, chains in received.get(Standing(owner, thing), {}).items():
                if receipt.event_time <= moment:
                    found |= {
                        HoldersRemoval(event, packer, receipt.event_time)
                        for packer in chains.intersection(packers[thing])
                    }
    return frozenset(found)
