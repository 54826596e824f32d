"""Which events were declared wrong: by the party that captured them, or by an authority. Nobody else can."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.epcis.event_hash import event_hash
from khcn.kernel.province import province_key
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import Event, TraceParty
from khcn.trace.store.database.backend import database_backend
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.encoding.identities import StoredIdentity, declaration_of, identity_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from khcn.trace.store.database.backend import DatabaseBackend

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
    province = province_key()
    by_key: dict[bytes, list[ReportedEvent]] = defaultdict(list)
    for event in events:
        by_key[identity_key(province, declaration_of(event.event_id))].append(event)
    keys = sorted(by_key)
    declarations = [found for part in chunks(keys, _BATCH_SIZE) for found in backend.find_identities(part)]
    if not declarations:
        return set()
    if authorities is None:
        authorities = TraceParty.authorities()
    wrong = set()
    for declaration in declarations:
        for event in by_key[declaration.key]:
            if declaration.owner == event.owner or (
                declaration.owner in authorities and _is_meant(backend, declaration, event)
            ):
                wrong.add(event.number)
    return wrong


def events_without_effect(times: Mapping[int, int], authorities: Collection[int]) -> set[int]:
    """Those of some events, by id and time, that declare an error or were declared wrong."""
    numbers = sorted(times)
    reported: list[ReportedEvent] = []
    for some in chunks(numbers, _BATCH_SIZE):
        rows = Event.objects.filter(id__in=some, event_time__in={times[one] for one in some}, declared=False)
        reported += [ReportedEvent(*row) for row in rows.values_list("id", "event_id", "owner")]
    return times.keys() - {one.number for one in reported} | declared_wrong(reported, authorities)


def _is_meant(backend: DatabaseBackend, declaration: StoredIdentity, event: ReportedEvent) -> bool:
    """Whether an authority's declaration is about this event, and not about another party's event of the same id.

    A declaration repeats the event that it is about (EPCIS 2.0, 7.4.1.2). Where it repeats none of the events of its id, it
    is about all of them.
    """
    alike = backend.find_identities([identity_key(province_key(), event.event_id)])
    if len(alike) <= 1:
        return True
    rows = rows_by_id([(each.event, each.event_time) for each in (declaration, *alike)], ALL)
    hashes = {row.id: event_hash(row.event) for row in rows}
    meant = hashes.pop(declaration.event)
    return meant not in hashes.values() or hashes[event.number] == meant
