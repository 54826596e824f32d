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
from khcn.trace.queries.makers_and_trust import creations_of, first_makers
from khcn.trace.queries.packings import packings_of
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.recall_statements import FIT_AGAIN, RECALLED, recall_statements
from khcn.trace.stored_codes import GOODS_ROLES, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from khcn.epcis import Event
    from khcn.trace.queries.journey import Journey, PublicEvent
    from khcn.trace.queries.packings import Packing

MOST_STATEMENTS: Final = 200
"""Of so many events that may set or end a recall of one thing, the latest are read: of the authorities together, and of each
other trusted party by itself. What others report is not read, so it displaces nothing."""

MOST_HOLDERS: Final = 50
"""Of so many holders of one object, the latest are asked."""

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
    recorded_at: int


def is_recalled(goods: Journey, authorities: Collection[int], labelled: Collection[str] = ()) -> bool:
    """Whether the goods of a journey are recalled, themselves or with their lot.

    Args:
        goods: the journey.
        authorities: the parties that are trusted in everything.
        labelled: the lots that the label names, whether or not the goods are reported as part of them.
    """
    code_owners = CodeOwners()
    further = [lot for lot in dict.fromkeys(labelled) if lot not in {goods.thing, *goods.lots}]
    makers = {**first_makers(creations_of(further, authorities)), **goods.makers}
    holders = _Holders(goods, goods.makers)
    for subject in (goods.thing, *goods.lots, *further):
        made_by = {makers[one] for one in {subject, *goods.lots} if one in makers}
        # whose the code is recalls each lot of it, also one that was never reported as made
        made_by = (made_by | code_owners.of(subject)) - set(authorities)
        of_subject = None if is_lot(subject) else holders
        by_holders = of_subject.parties - made_by - set(authorities) if of_subject else set()
        in_force: set[Rank] = set()
        parties = [
            set(authorities),
            *({one} for one in sorted(made_by)),
            *({one} for one in sorted(by_holders)),
        ]
        for statement, event in _statements(subject, parties, authorities):
            rank = _rank(statement, made_by, authorities, of_subject)
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
    made_by: Collection[int],
    authorities: Collection[int],
    holders: _Holders | None,
) -> Rank | None:
    if statement.owner in authorities:
        return Rank.AUTHORITY
    if statement.owner in made_by:
        return Rank.MAKER
    if holders is not None and holders.is_holder(statement):
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
    subject: str, parties: Iterable[Collection[int]], authorities: Collection[int]
) -> list[tuple[_Statement, Event]]:
    """The events about a thing that may set or end a recall, the latest of each group of parties, in the order of time."""
    found = [
        row
        for owners in parties
        if owners
        for row in recall_statements(subject, owners=owners, authorities=authorities, most=MOST_STATEMENTS)
    ]
    statements = {statement.number: statement for statement in (_Statement(*row) for row in found)}
    stored = events_without_declarations({one.number: one.event_time for one in statements.values()})
    valid = {row.id for row in stored} - declared_wrong(stored, authorities)
    rows = rows_by_id([(number, statements[number].event_time) for number in sorted(valid)], ALL)
    return sorted(((statements[row.id], row.event) for row in rows), key=lambda one: one[0])


class _Holders:
    """Who holds a single object, from whose events it follows.

    The maker holds it first. It passes to the party that its holder names as destination, of the object or of what it is
    packed in; what a party says of itself gives it nothing. It is packed only by who has it, and reported that before passing
    it on.
    """

    def __init__(self, goods: Journey, makers: Mapping[str, int]) -> None:
        self._moments: list[tuple[int, str, int]] = []
        self._holders: list[int | None] = []
        first = next((makers[one] for one in (goods.thing, *goods.lots) if one in makers), None)
        self._first = first
        self._thing = goods.thing
        self.parties: set[int] = set()
        """All its holders, the latest `MOST_HOLDERS`."""
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
        possible = {first}.union(*destinations.values()) - {None}
        containers = {event.event for event in path if not event.goods and event.event in destinations}
        packings = (
            packings_of(goods.thing, {one for one in possible if one is not None}) if containers else {}
        )
        named_by = _named_by(containers, packings)
        for event in path:
            named = destinations.get(event.event, set()) - {holder}
            if event.owner == holder and named:
                packed_in = named_by.get(event.event, ())
                if event.event in containers and not any(
                    self._is_in(one, event.event_time, packings) for one in packed_in
                ):
                    continue
                holder = min((one for one in named if one is not None), default=None)
                self._moments.append((event.event_time, event.event_time_rest, event.event))
                self._holders.append(holder)
        latest = dict.fromkeys(one for one in (*reversed(self._holders), first) if one is not None)
        self.parties = set(list(latest)[:MOST_HOLDERS])

    def _is_in(self, container: str, until: int, packings: Mapping[str, Sequence[Packing]]) -> bool:
        """Whether it was packed in a container, or in what is in it, by those who had it at the time."""
        waiting, seen = [container], {container}
        while waiting:
            for packing in packings.get(waiting.pop(), ()):
                if packing.event_time > until or not self._had(packing):
                    continue
                if packing.thing == self._thing:
                    return True
                if packing.thing not in seen:
                    seen.add(packing.thing)
                    waiting.append(packing.thing)
        return False

    def _had(self, packing: Packing) -> bool:
        place = bisect_left(self._moments, (packing.event_time, "", packing.event))
        holder = self._holders[place - 1] if place else self._first
        passed_on = self._moments[place][2] if place < len(self._moments) else None
        return packing.owner == holder and (passed_on is None or packing.event < passed_on)

    def is_holder(self, statement: _Statement) -> bool:
        """Whether the party of an event held it when the event happened, and still when it reported the event.

        Otherwise who has passed it on would recall it by an event that he dates back.
        """
        happened = (statement.event_time, statement.event_time_rest, statement.number)
        recorded = (statement.recorded_at + 1, "", 0)
        return all(self._before(moment) == statement.owner for moment in (happened, recorded))

    def _before(self, moment: tuple[int, str, int]) -> int | None:
        place = bisect_left(self._moments, moment)
        return self._holders[place - 1] if place else self._first


def _destinations(events: Iterable[PublicEvent]) -> dict[int, set[int | None]]:
    """The parties that events name as destination; None for one that is not in the register."""
    numbers = sorted({event.event for event in events})
    places: dict[int, set[str]] = defaultdict(set)
    for part in chunks(numbers, _BATCH_SIZE):
        rows = EventObject.objects.filter(event__in=part, role=EventRole.DESTINATION)
        for number, thing in values_everywhere(rows, "event", "thing"):
            places[number].add(thing)
    parties = _parties_at({place for named in places.values() for place in named})
    return {number: {parties.get(place) for place in named} for number, named in places.items()}


def _named_by(events: Collection[int], things: Collection[str]) -> dict[int, set[str]]:
    """Which of some things each event names."""
    found: dict[int, set[str]] = defaultdict(set)
    wanted = set(things)
    for part in chunks(sorted(events), _BATCH_SIZE):
        rows = EventObject.objects.filter(event__in=part, role__in=GOODS_ROLES)
        for some in chunks(sorted(wanted), _BATCH_SIZE):
            for number, thing in values_everywhere(rows.filter(thing__in=some), "event", "thing"):
                found[number].add(thing)
    return found


def _parties_at(places: Collection[str]) -> dict[str, int]:
    """The parties of places and parties by their GLN."""
    glns = {place: found[1] for place in places if (found := _GLN.fullmatch(place))}
    listed: Sequence[str] = sorted(set(glns.values()))
    known: dict[str, int] = {}
    for part in chunks(listed, _BATCH_SIZE):
        rows = values_everywhere(TraceParty.objects.filter(gln__in=part), "pk", "gln")
        known.update({gln: party for party, gln in sorted(rows, reverse=True)})
    return {place: known[gln] for place, gln in glns.items() if gln in known}
