"""Stores events in bulk, each once, inside the caller's transaction; prepares everything it can before that."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from khcn.epcis.event_hash import event_hash
from khcn.kernel.province import province_key
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import TraceParty
from khcn.trace.store.database.backend import database_backend
from khcn.trace.store.database.sql import Sql, every, fetch, one_of
from khcn.trace.store.encoding.identities import declaration_of, identity_key
from khcn.trace.store.encoding.instants import microseconds
from khcn.trace.store.encoding.rows import (
    EDGE_END_COLUMNS,
    EVENT_COLUMNS,
    EVENT_OBJECT_COLUMNS,
    PARTY_OBJECT_COLUMNS,
    VALUE_COLUMNS,
    EdgeEndRow,
    EventRows,
    rows_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from khcn.epcis.model import Event
    from khcn.epcis.times import Time
    from khcn.trace.store.database.backend import DatabaseBackend

_BATCH_SIZE: Final = 1000  # events whose rows are in memory at once


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The ids of the new events and of those that were stored already; the range of the new row ids.

    Row ids of other captures may lie between `first` and `last`.
    """

    accepted: tuple[str, ...]
    duplicates: tuple[str, ...]
    first: int | None = None
    last: int | None = None


@dataclass(slots=True)
class _Candidate:
    event: Event
    event_id: str
    key: bytes
    rows: EventRows | None = None
    number: int = 0  # its row id; 0: the document holds the event a second time


def _identity(event: Event, name: str) -> str:
    return name if event.error_declaration is None else declaration_of(name)


class EventBatch:
    """The events of one document, to be stored. Each event is stored once, regardless of the sender.

    Put all events of a document in one batch: two transactions that each write two batches may deadlock. PostgreSQL
    then aborts one of them (``OperationalError``), and that capture has to be repeated.
    """

    def __init__(self, events: Sequence[Event], *, at: Time, owner: int) -> None:
        """Prepare everything that does not need the database.

        The rows of a small document are built here, before its transaction begins, so that nobody waits for them
        while it holds the database. The rows of a large document are built in slices while they are written, so that
        memory does not grow with the document.

        Args:
            events: self-contained (`khcn.trace.store.encoding.stored_contexts.self_contained`).
            at: their record time.
            owner: the party that captures them.
        """
        self._at, self._owner = at, owner
        province = province_key()
        event_ids = [str(event.event_id or event_hash(event)) for event in events]
        self._candidates = [
            _Candidate(event, event_id, identity_key(province, _identity(event, event_id)))
            for event, event_id in zip(events, event_ids, strict=True)
        ]
        self._new: Sequence[_Candidate] = ()
        if len(self._candidates) <= _BATCH_SIZE:
            for candidate, rows in zip(self._candidates, self._rows_of(self._candidates), strict=True):
                candidate.rows = rows

    def _rows_of(self, candidates: Sequence[_Candidate]) -> Sequence[EventRows]:
        prepared = [candidate.rows for candidate in candidates if candidate.rows is not None]
        if len(prepared) == len(candidates):
            return prepared
        event_ids = [candidate.event_id for candidate in candidates]
        return rows_of(
            [candidate.event for candidate in candidates], event_ids, owner=self._owner, at=self._at
        )

    def insert_identities(self) -> WriteResult:
        """Find out which events are new, inside the caller's transaction, which then has to `write` them."""
        if not self._candidates:
            return WriteResult((), ())
        backend = database_backend()
        by_key: dict[bytes, _Candidate] = {}
        for candidate in self._candidates:
            by_key.setdefault(candidate.key, candidate)
        distinct = list(by_key.values())
        backend.lock_writers(exclusive=any(one.event.error_declaration is not None for one in distinct))
        for candidate, number in zip(distinct, backend.next_event_ids(len(distinct)), strict=True):
            candidate.number = number
        inserted = backend.insert_identities(
            [(one.key, one.number, microseconds(one.event.event_time)) for one in distinct]
        )
        self._new = [candidate for candidate in distinct if candidate.key in inserted]
        return WriteResult(
            tuple(candidate.event_id for candidate in self._new),
            tuple(one.event_id for one in self._candidates if not (one.number and one.key in inserted)),
            self._new[0].number if self._new else None,
            self._new[-1].number if self._new else None,
        )

    def write(self, job: int) -> None:
        """Store the new events under their capture job."""
        backend, new = database_backend(), self._new
        values: set[tuple[Any, ...]] = set()
        party_objects: set[tuple[Any, ...]] = set()
        for part in chunks(new, _BATCH_SIZE):
            for rows in self._write(backend, part, job):
                values.update((listing, value, self._owner) for listing, value in rows.values)
                party_objects.update(rows.party_objects())
        # Rows that other transactions may insert too: at the end and each table in one statement, so that a
        # transaction which waits here for another holds nothing that the other one waits for.
        backend.insert_missing_rows("trace_knownvalue", VALUE_COLUMNS, values)
        backend.insert_missing_rows("trace_partyobject", PARTY_OBJECT_COLUMNS, party_objects)
        declared = [one.event_id for one in new if one.event.error_declaration is not None]
        _void_edges_of(backend, declared, self._owner)

    def _write(self, backend: DatabaseBackend, new: Sequence[_Candidate], job: int) -> Iterator[EventRows]:
        both = list(zip(new, self._rows_of(new), strict=True))
        backend.insert_rows("trace_event", EVENT_COLUMNS, [rows.event(one.number, job) for one, rows in both])
        objects = chain.from_iterable(rows.event_objects(one.number) for one, rows in both)
        # sorted by primary key, so that each page of the index is written once
        backend.insert_rows("trace_eventobject", EVENT_OBJECT_COLUMNS, sorted(objects))
        event_ids = {one.number: one.event_id for one, rows in both if rows.edge_ends}
        if event_ids:
            ends = list(chain.from_iterable(rows.lineage(one.number) for one, rows in both))
            ends = _voided_by_earlier_declarations(backend, ends, event_ids, self._owner)
            backend.insert_rows("trace_lineageedgeend", EDGE_END_COLUMNS, ends)
        return (rows for _, rows in both)


def write_events(events: Sequence[Event], *, at: Time, owner: int, job: int) -> WriteResult:
    """Store events as one `EventBatch`, inside the caller's transaction."""
    batch = EventBatch(events, at=at, owner=owner)
    result = batch.insert_identities()
    batch.write(job)
    return result


def _voided_by_earlier_declarations(
    backend: DatabaseBackend, ends: list[EdgeEndRow], event_ids: dict[int, str], owner: int
) -> list[EdgeEndRow]:
    """Rows of edge ends; voided where an error declaration about their event was captured before the event."""
    province = province_key()
    keys = {identity_key(province, declaration_of(name)): number for number, name in event_ids.items()}
    stored = backend.find_identities(list(keys))
    if not stored:
        return ends
    effective = _captured_by(list(stored.values()), {owner} | TraceParty.authorities())
    voided = {keys[key] for key, (declaration, _) in stored.items() if declaration in effective}
    return [(*row[:-1], 1) if row[0] in voided else row for row in ends]


def _void_edges_of(backend: DatabaseBackend, event_ids: Collection[str], owner: int) -> None:
    """Void the lineage of events that the party `owner` declares wrong: of its own events, an authority of all."""
    if not event_ids:
        return
    province = province_key()
    stored = backend.find_identities([identity_key(province, event_id) for event_id in event_ids])
    numbers = [event for event, _ in stored.values()]
    own = [] if owner in TraceParty.authorities() else [Sql("owner = %s", (owner,))]
    with connection.cursor() as cursor:
        for part in chunks(numbers, _BATCH_SIZE):
            condition = every([one_of("event", part), *own])
            cursor.execute(
                f"UPDATE trace_lineageedgeend SET voided = %s WHERE {condition.text}",
                [True, *condition.values],
            )


def _captured_by(events: Sequence[tuple[int, int]], owners: Collection[int]) -> set[int]:
    """Those of some events (row id and event time) that one of some parties captured."""
    condition = every(
        [
            one_of("id", [number for number, _ in events]),
            one_of("event_time", sorted({event_time for _, event_time in events})),
            one_of("owner", sorted(owners)),
        ]
    )
    return {
        number
        for (number,) in fetch(Sql(f"SELECT id FROM trace_event WHERE {condition.text}", condition.values))
    }
