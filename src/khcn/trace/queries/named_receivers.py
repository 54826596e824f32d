"""Whom parties name as destination of goods: who may hold them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject, TraceParty
from khcn.trace.queries.packings import packings_of
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.receivers import receivers_of
from khcn.trace.store.encoding.stored_texts import event_without_objects
from khcn.trace.stored_codes import GOODS_ROLES, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

_MOST_LINKS: Final = 12  # so many parties of a chain of parties that name each other
_MOST_OBJECTS: Final = 5000
GLN_OF_PLACE: Final = re.compile(r".*/41[47]/(\d{13})(?:/.*)?")
"""The GLN in the id of a place or party, also as `object_row_name` has it."""

_BATCH_SIZE: Final = 1000


def parties_on_way(thing: str, first: Collection[int]) -> set[int]:
    """Some parties, and those whom they name as destination of a thing or of what they packed it in, and these in turn.

    What all others report is not read. More parties than have held the thing may be among them.
    """
    parties: set[int | None] = set(first)
    for _link in range(_MOST_LINKS):
        containers = packings_of(thing, {one for one in parties if one is not None})
        events = [event for event, _ in events_about([thing, *containers], parties)]
        more = {one for named in destinations_of(events).values() for one in named} - parties - {None}
        if not more:
            break
        parties |= more
    return {one for one in parties if one is not None}


def events_about(things: Collection[str], owners: AbstractSet[int | None]) -> list[tuple[int, int]]:
    """The events of some parties about things, by row id and time."""
    found: set[tuple[int, int]] = set()
    for part in chunks(sorted(things), _BATCH_SIZE):
        rows = EventObject.objects.filter(
            thing__in=part, role__in=GOODS_ROLES, owner__in=[one for one in owners if one is not None]
        )
        found.update(values_everywhere(rows.order_by("event"), "event", "event_time", first=_MOST_OBJECTS))
    return sorted(found)


def destinations_of(events: Collection[int]) -> dict[int, set[int | None]]:
    """The parties that events name as destination; None for one that is not in the register."""
    return _with_places(events)[0]


def receivers_named(events: Mapping[int, int]) -> dict[int, set[int | None]]:
    """The parties to which events, by row id and time, pass goods: of several destinations the possessing party."""
    found, parties = _with_places(events)
    several = sorted(number for number, named in found.items() if len(named) > 1)
    for part in chunks(several, _BATCH_SIZE):
        for row in rows_by_id([(number, events[number]) for number in part], ALL):
            found[row.id] = receivers_of(event_without_objects(row.body), parties)
    return found


def places_named(events: Collection[int], role: EventRole = EventRole.DESTINATION) -> dict[int, set[str]]:
    """The places and parties that events name as destination, or as source, as `object_row_name` has them."""
    places: dict[int, set[str]] = defaultdict(set)
    for part in chunks(sorted(events), _BATCH_SIZE):
        rows = EventObject.objects.filter(event__in=part, role=role)
        for number, thing in values_everywhere(rows, "event", "thing"):
            places[number].add(thing)
    return places


def _with_places(events: Collection[int]) -> tuple[dict[int, set[int | None]], dict[str, int]]:
    """The parties that events name as destination, and the parties of all places that they name so."""
    if not events:
        return {}, {}
    places = places_named(events)
    parties = _parties_at({place for named in places.values() for place in named})
    return {number: {parties.get(place) for place in named} for number, named in places.items()}, parties


def _parties_at(places: Collection[str]) -> dict[str, int]:
    """The parties of places and parties by their GLN."""
    glns = {place: found[1] for place in places if (found := GLN_OF_PLACE.fullmatch(place))}
    listed: Sequence[str] = sorted(set(glns.values()))
    known: dict[str, int] = {}
    for part in chunks(listed, _BATCH_SIZE):
        rows = values_everywhere(TraceParty.objects.filter(gln__in=part), "pk", "gln")
        known.update({gln: party for party, gln in sorted(rows, reverse=True)})
    return {place: known[gln] for place, gln in glns.items() if gln in known}
