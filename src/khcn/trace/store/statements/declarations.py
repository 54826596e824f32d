"""Which events were declared wrong: by the party that captured them, or by an authority. Nobody else can."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.epcis.event_hash import event_hash
from khcn.epcis.extensions import NO_EXTENSIONS
from khcn.epcis.model import ObjectEvent, TransformationEvent
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import TraceParty
from khcn.trace.store.database.backend import database_backend
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL, Sql, fetch
from khcn.trace.store.database.stores import (
    OWN,
    ask_stores,
    looked_up_once,
    several_stores,
    values_everywhere,
)
from khcn.trace.store.encoding.identities import StoredIdentity, declaration_of, identity_key
from khcn.trace.store.statements.events_by_id import event_heads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from khcn.trace.store.database.backend import DatabaseBackend
    from khcn.trace.store.database.event_rows import EventRow

_BATCH_SIZE: Final = 1000


class ReportedEvent(NamedTuple):
    """An event: its row id, its event id, and the party that captured it."""

    number: int
    event_id: str
    owner: int


def declared_wrong(
    events: Collection[ReportedEvent],
    authorities: Collection[int] | None = None,
    *,
    backend: DatabaseBackend | None = None,
) -> set[int]:
    """The row ids of those events that were declared wrong.

    Args:
        events: stored events, none of them a declaration.
        authorities: the parties that are trusted everywhere; looked up where they are needed if None.
        backend: the statements of the database in use, where the caller has them.
    """
    backend = backend or database_backend()
    by_name: dict[str, list[ReportedEvent]] = defaultdict(list)
    for event in events:
        by_name[declaration_of(event.event_id)].append(event)
    declarations = _identities(by_name, backend)
    if not declarations:
        return set()
    if authorities is None:
        authorities = all_authorities()
    wrong = set()
    for declaration in declarations:
        for event in by_name[declaration.name]:
            if declaration.owner == event.owner or (
                declaration.owner in authorities and _is_meant(backend, declaration, event)
            ):
                wrong.add(event.number)
    return wrong


def withdrawn_by_their_parties(events: Collection[ReportedEvent]) -> dict[int, tuple[int, int]]:
    """When, by record time and row id, the parties of some events declared these wrong; without what authorities declared wrong."""
    by_name: dict[str, list[ReportedEvent]] = defaultdict(list)
    for event in events:
        by_name[declaration_of(event.event_id)].append(event)
    backend = database_backend()
    declarations = _identities(by_name, backend)
    if not declarations:
        return {}
    authorities = all_authorities()
    own = {
        event.number: one
        for one in declarations
        for event in by_name[one.name]
        if one.owner == event.owner and one.owner not in authorities
    }
    refused = {
        event.number
        for one in declarations
        if one.owner in authorities
        for event in by_name[one.name]
        if _is_meant(backend, one, event)
    }
    rows = rows_by_id([(one.event, one.event_time) for one in own.values()], ALL)
    captured = {row.id: (row.record_time, row.id) for row in rows}
    return {number: captured[one.event] for number, one in own.items() if number not in refused}


def all_authorities() -> frozenset[int]:
    """The parties that are authorities, of all stores of the present answer; they are trusted everywhere (docs/adr/0033)."""
    known = TraceParty.objects.filter(is_authority=True)
    found = looked_up_once("authorities", lambda: values_everywhere(known, "pk"))
    return frozenset(party for (party,) in found)


class _Named(NamedTuple):
    """A row of `Identity` in one of the stores, by the name of which its key is made."""

    name: str
    owner: int
    event: int
    event_time: int


def _identities(names: Iterable[str], backend: DatabaseBackend) -> list[_Named]:
    """The stored identities of some names, of all owners, in all stores."""
    by_key = {identity_key(name): name for name in names}
    keys = sorted(by_key)

    def question(alias: str) -> list[_Named]:
        find = backend.find_identities if alias == OWN else partial(_identities_in, alias)
        found = [one for part in chunks(keys, _BATCH_SIZE) for one in find(part)]
        return [_Named(by_key[one.key], one.owner, one.event, one.event_time) for one in found]

    return ask_stores(question)


def _identities_in(alias: str, keys: Sequence[bytes]) -> list[StoredIdentity]:
    """The stored identities of some keys in the store of another province (on PostgreSQL)."""
    statement = Sql(
        "SELECT there.key, there.owner, there.event, there.event_time FROM unnest(%s::bytea[]) AS wanted (key) "
        "CROSS JOIN LATERAL (SELECT * FROM trace_identity i WHERE i.key = wanted.key OFFSET 0) AS there",
        (list(keys),),
    )
    return [StoredIdentity(bytes(key), *rest) for key, *rest in fetch(statement, alias)]


def events_without_effect(times: Mapping[int, int], authorities: Collection[int]) -> set[int]:
    """Those of some events, by id and time, that declare an error or were declared wrong."""
    reported = reported_events(times)
    return times.keys() - {one.number for one in reported} | declared_wrong(reported, authorities)


def reported_events(times: Mapping[int, int]) -> list[ReportedEvent]:
    """Those of some events, by id and time, that declare no error."""
    return [
        ReportedEvent(one.number, one.event_id, one.owner)
        for one in event_heads(times).values()
        if not one.declares_error
    ]


def voided_elsewhere(times: Mapping[int, int]) -> set[int]:
    """Those of some events, by id and time, that were declared wrong in another store than the one that they are in.

    The rows of their edges do not know (`LineageEdgeEnd.voided`). None where there is only the own store.
    """
    asked = several_stores()
    if asked is None or not times:
        return set()
    known: dict[int, bool] = asked.remembered.setdefault("voided elsewhere", {})
    new = {event: moment for event, moment in times.items() if event not in known}
    if new:
        wrong = declared_wrong(reported_events(new))
        known.update({event: event in wrong for event in new})
    return {event for event in times if known[event]}


def _is_meant(backend: DatabaseBackend, declaration: _Named, event: ReportedEvent) -> bool:
    """Whether an authority's declaration is about this event, and not about another party's event of the same id.

    A declaration repeats the event that it is about (EPCIS 2.0, 7.4.1.2). Where it repeats none of the events of its id that
    were captured before it, it is about those that it repeats but for fields of the sender's own, else about those of its kind and time, else
    about all of them: who captures a false event under the id of another's does not have the authority take that along.
    What is captured afterwards changes nothing in this: otherwise anybody could capture the text of the declaration and so
    revive the event that it was about.
    """
    alike = _identities([event.event_id], backend)
    if len(alike) <= 1:
        return True
    rows = rows_by_id([(each.event, each.event_time) for each in (declaration, *alike)], ALL)
    likenesses = {row.id: _likenesses(row) for row in rows}
    # row ids of two stores have no common order
    captured = {row.id: (row.record_time, row.id) for row in rows}
    declared = likenesses.pop(declaration.event)
    earlier = [one for number, one in likenesses.items() if captured[number] < captured[declaration.event]]
    for place, meant in enumerate(declared):
        if any(one[place] == meant for one in earlier):
            return likenesses[event.number][place] == meant
    return True


def _likenesses(row: EventRow) -> tuple[str, str, tuple[str, int]]:
    """What an event and its declaration have in common: all, all but the fields of the sender's own, or the kind and the time."""
    event = row.event
    bare = replace(event, extensions=NO_EXTENSIONS)
    if isinstance(bare, ObjectEvent | TransformationEvent):
        bare = replace(bare, ilmd=NO_EXTENSIONS)
    return event_hash(event), event_hash(bare), (event.type, row.event_time)
