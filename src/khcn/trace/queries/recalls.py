"""Whether goods are recalled, by those who are trusted in this (docs/adr/0028).

A recall is set by an event with the disposition ``recalled``, or whose persistentDisposition sets it. It stays in force
whatever moves the goods afterwards, until it is ended: by a persistentDisposition that unsets it, or by an event of an
authority that says ``active`` or ``sellable_accessible`` (an authority moves no goods, so it means just that).

The authority, the maker and, for a single object, its present holder may set one, and end their own and those of the parties
after them in this order. The reports of everybody else have no effect.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject, TraceParty
from khcn.trace.queries.error_declarations import declared_wrong, events_without_declarations
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.recall_statements import FIT_AGAIN, RECALLED, recall_statements
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from khcn.epcis import Event
    from khcn.trace.queries.journey import Journey, PublicEvent

MOST_STATEMENTS: Final = 200
"""Of so many events that may set or end a recall of one thing, the latest are read."""

_GLN: Final = re.compile(r".*/41[47]/(\d{13})(?:/.*)?")
_BATCH_SIZE: Final = 1000


class Rank(IntEnum):
    """Whose recall it is; nobody ends that of a higher rank."""

    HOLDER = 1
    MAKER = 2
    AUTHORITY = 3


class _Statement(NamedTuple):
    """An event that may set or end a recall, by the order of time."""

    event_time: int
    event_time_rest: str
    number: int
    owner: int


def is_recalled(goods: Journey, authorities: Collection[int]) -> bool:
    """Whether the goods of a journey are recalled, themselves or with their lot."""
    makers = {
        subject: goods.makers[subject] for subject in (goods.thing, *goods.lots) if subject in goods.makers
    }
    holders = _Holders(goods, makers)
    for subject in (goods.thing, *goods.lots):
        may_recall = set(authorities) | {makers[one] for one in {subject, *goods.lots} if one in makers}
        known = may_recall if is_lot(subject) else None
        in_force: set[Rank] = set()
        for statement, event in _statements(subject, known, authorities):
            rank = _rank(statement, may_recall, authorities, None if is_lot(subject) else holders)
            if rank is None:
                continue
            if _sets(event):
                in_force.add(rank)
            elif _ends(event, rank):
                in_force = {one for one in in_force if one > rank}
        if in_force:
            return True
    return False


def _rank(
    statement: _Statement,
    may_recall: Collection[int],
    authorities: Collection[int],
    holders: _Holders | None,
) -> Rank | None:
    if statement.owner in authorities:
        return Rank.AUTHORITY
    if statement.owner in may_recall:
        return Rank.MAKER
    if holders is not None and holders.before(statement) == statement.owner:
        return Rank.HOLDER
    return None


def _sets(event: Event) -> bool:
    lasting = event.persistent_disposition
    return event.disposition == RECALLED or (lasting is not None and RECALLED in lasting.set)


def _ends(event: Event, rank: Rank) -> bool:
    lasting = event.persistent_disposition
    return (lasting is not None and RECALLED in lasting.unset) or (
        rank is Rank.AUTHORITY and event.disposition in FIT_AGAIN
    )


def _statements(
    subject: str, owners: Collection[int] | None, authorities: Collection[int]
) -> list[tuple[_Statement, Event]]:
    """The events of some parties (None: of all) about a thing that may set or end a recall, in the order of time."""
    found = recall_statements(subject, owners=owners, authorities=authorities, most=MOST_STATEMENTS)
    statements = {statement.number: statement for statement in (_Statement(*row) for row in found)}
    stored = events_without_declarations({one.number: one.event_time for one in statements.values()})
    valid = {row.id for row in stored} - declared_wrong(stored, authorities)
    rows = rows_by_id([(number, statements[number].event_time) for number in sorted(valid)], ALL)
    return sorted(((statements[row.id], row.event) for row in rows), key=lambda one: one[0])


class _Holders:
    """Who holds a single object, from whose events it follows.

    The maker holds it first. It passes to the party that its holder names as destination, of the object or of what it is
    packed in; what a party says of itself gives it nothing.
    """

    def __init__(self, goods: Journey, makers: Mapping[str, int]) -> None:
        self._moments: list[tuple[int, str, int]] = []
        self._holders: list[int | None] = []
        first = next((makers[one] for one in (goods.thing, *goods.lots) if one in makers), None)
        self._first = first
        if first is None or is_lot(goods.thing):
            return
        created = min(goods.made.values(), default=None)
        path = [
            event
            for event in goods.events
            if (goods.thing in event.goods or not event.goods)
            and (created is None or event.event_time >= created)
        ]
        holder: int | None = first
        destinations = _destinations(path)
        for event in path:
            named = destinations.get(event.event, set()) - {holder}
            if event.owner == holder and named:
                holder = min((one for one in named if one is not None), default=None)
                self._moments.append((event.event_time, event.event_time_rest, event.event))
                self._holders.append(holder)

    def before(self, statement: _Statement) -> int | None:
        """Who held it when an event happened."""
        place = bisect_left(
            self._moments, (statement.event_time, statement.event_time_rest, statement.number)
        )
        return self._holders[place - 1] if place else self._first


def _destinations(events: Iterable[PublicEvent]) -> dict[int, set[int | None]]:
    """The parties that events name as destination; None for one that is not in the register."""
    numbers = sorted({event.event for event in events})
    places: dict[int, set[str]] = defaultdict(set)
    for part in chunks(numbers, _BATCH_SIZE):
        rows = EventObject.objects.filter(event__in=part, role=EventRole.DESTINATION)
        for number, thing in rows.values_list("event", "thing"):
            places[number].add(thing)
    parties = _parties_at({place for named in places.values() for place in named})
    return {number: {parties.get(place) for place in named} for number, named in places.items()}


def _parties_at(places: Collection[str]) -> dict[str, int]:
    """The parties of places and parties by their GLN."""
    glns = {place: found[1] for place in places if (found := _GLN.fullmatch(place))}
    listed: Sequence[str] = sorted(set(glns.values()))
    known: dict[str, int] = {}
    for part in chunks(listed, _BATCH_SIZE):
        known.update(TraceParty.objects.filter(gln__in=part).values_list("gln", "pk"))
    return {place: known[gln] for place, gln in glns.items() if gln in known}
