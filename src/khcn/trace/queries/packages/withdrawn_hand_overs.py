"""Which hand-overs stay, though their parties declared them wrong: the receiver had reported the goods before (docs/adr/0028)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.statements.declarations import (
    all_authorities,
    events_without_effect,
    reported_events,
    withdrawn_by_their_parties,
)
from khcn.trace.store.statements.events_by_id import captured_at
from khcn.trace.stored_codes import GOODS_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_MOST_REPORTS: Final = 1000  # of a receiver about a thing, those that were captured first
_BATCH_SIZE: Final = 500


class WithdrawnHandOver(NamedTuple):
    """A hand-over that its party declared wrong: to whom, of what (and of what that was in), and when that was captured.

    `since`: the event time from which reports of the things say that they came by it.
    """

    event: int
    receivers: frozenset[int]
    things: frozenset[str]
    withdrawn: int
    since: int = 0


def received_before_withdrawal(hand_overs: Collection[WithdrawnHandOver]) -> set[WithdrawnHandOver]:
    """Those whose receiver had reported the goods, or what they were in, when the declaration was captured."""
    return {each for each, captured in first_received(hand_overs).items() if captured <= each.withdrawn}


def first_received(hand_overs: Collection[WithdrawnHandOver]) -> dict[WithdrawnHandOver, int]:
    """When a receiver first reported the goods, or what they were in; without those of which none has.

    A report counts from its capture. Who corrects his own keeps the place of the first one, as long as one of them stands.
    """
    if not hand_overs:
        return {}
    receivers = {one for each in hand_overs for one in each.receivers}
    reports = _reports({one for each in hand_overs for one in each.things}, receivers)
    found: dict[WithdrawnHandOver, int] = {}
    for each in hand_overs:
        captures = (
            captured
            for thing in each.things
            for party in each.receivers
            for moment, captured in reports.get((thing, party), ())
            if moment >= each.since
        )
        first = min(captures, default=None)
        if first is not None:
            found[each] = first
    return found


def _reports(things: Iterable[str], parties: Collection[int]) -> dict[tuple[str, int], list[tuple[int, int]]]:
    """The times of reports of things by parties, and of their captures; of those that no authority declared wrong, where one has effect."""
    rows: list[tuple[str, int, int, int]] = []
    for part in chunks(sorted(things), _BATCH_SIZE):
        about = EventObject.objects.filter(thing__in=part, role__in=GOODS_ROLES, owner__in=sorted(parties))
        place = Window(RowNumber(), partition_by=[F("thing"), F("owner")], order_by=[F("event").asc()])
        first = about.annotate(place=place).filter(place__lte=_MOST_REPORTS)
        rows += values_everywhere(first, "thing", "owner", "event", "event_time")
    times = {event: moment for _thing, _owner, event, moment in rows}
    void = events_without_effect(times, all_authorities())
    own = withdrawn_by_their_parties(reported_events({event: times[event] for event in void})) if void else {}
    captured = captured_at(times)
    found: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    standing: set[tuple[str, int]] = set()
    for thing, owner, event, moment in rows:
        if event not in void:
            standing.add((thing, owner))
        if event not in void or event in own:
            found[thing, owner].append((moment, captured[event]))
    return {key: reports for key, reports in found.items() if key in standing}
