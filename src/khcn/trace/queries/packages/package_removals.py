"""What was taken out of packages, and by whom, for the recalls of what was in them (docs/adr/0028, Unpacking)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

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
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet

    from django.db.models import QuerySet

REMOVALS: Final = (EdgeKind.REMOVAL, EdgeKind.PART_REMOVAL, EdgeKind.EMPTYING)

_BATCH_SIZE: Final = 500


def removals_from(containers: Collection[str]) -> QuerySet[Any, Any]:
    """The reports that something, or everything, was taken out of some containers."""
    return LineageEdgeEnd.objects.filter(
        thing__in=containers,
        side=EdgeSide.PRODUCT,
        kind__in=REMOVALS,
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


class Removal(NamedTuple):
    """The report of a party that it took something whole out of a container; `things` is None where it took out everything.

    `withdrawn`: when, by record time and row id, the party declared it wrong.
    """

    container: str
    event: int
    event_time: int
    owner: int
    things: AbstractSet[str] | None
    withdrawn: tuple[int, int] | None = None


def removals_by(
    owners: Collection[int], containers: Collection[str], things: Collection[str]
) -> list[Removal]:
    """What some parties took out of containers, of some things; without what was declared wrong."""
    return [one for one in all_removals_by(owners, containers, things) if one.withdrawn is None]


def all_removals_by(
    owners: Collection[int], containers: Collection[str], things: Collection[str], *, since: int | None = None
) -> list[Removal]:
    """The same since some time, also what its own party declared wrong."""
    rows: list[tuple[Any, ...]] = []
    for part in chunks(sorted(containers), _BATCH_SIZE):
        ends = LineageEdgeEnd.objects.filter(
            thing__in=part, side=EdgeSide.PRODUCT, kind__in=REMOVALS, owner__in=owners
        )
        ends = ends if since is None else ends.filter(event_time__gte=since)
        rows += values_everywhere(ends, "thing", "event", "event_time", "owner", "kind", "voided")
    named = things_taken_out({row[1] for row in rows if row[4] == EdgeKind.REMOVAL}, things)
    times = {row[1]: row[2] for row in rows}
    wrong = {row[1] for row in rows if row[5]} | voided_elsewhere(times)
    declared = (
        withdrawn_by_their_parties(reported_events({one: times[one] for one in wrong})) if wrong else {}
    )
    return [
        Removal(
            container,
            event,
            moment,
            owner,
            None if kind == EdgeKind.EMPTYING else named[event],
            declared.get(event),
        )
        for container, event, moment, owner, kind, _voided in rows
        if event not in wrong or event in declared
    ]


def amounts_in(events: Collection[int]) -> dict[int, dict[str, float]]:
    """How much of each lot some events packed into containers or took out of them, by event and `amount_name`."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for part in chunks(sorted(events), _BATCH_SIZE):
        rows = LineageEdgeEnd.objects.filter(event__in=part, side=EdgeSide.AMOUNT)
        for event, name, quantity in values_everywhere(rows, "event", "thing", "quantity"):
            found[event][name] = quantity
    return found
