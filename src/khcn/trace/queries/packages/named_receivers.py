"""Whom parties name as destination of goods: who may hold them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject, TraceParty
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.receivers import receivers_of
from khcn.trace.store.encoding.stored_texts import event_without_objects
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

GLN_OF_PLACE: Final = re.compile(r".*/41[47]/(\d{13})(?:/.*)?")
"""The GLN in the id of a place or party, also as `object_row_name` has it."""

_BATCH_SIZE: Final = 1000


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
