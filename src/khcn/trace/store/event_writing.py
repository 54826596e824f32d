"""Stores events in bulk, each once, inside the caller's transaction; prepares everything it can before that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from khcn.epcis.event_hash import event_hash
from khcn.epcis.hash_ids import is_hash_id, is_hash_of
from khcn.epcis.store import is_same_report
from khcn.kernel.query_chunks import chunks
from khcn.trace.store.database.backend import database_backend
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL, Sql, every, fetch, one_of
from khcn.trace.store.encoding.identities import StoredIdentity, identity_key, identity_of
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
from khcn.trace.store.statements.declarations import ReportedEvent, declared_wrong

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from khcn.epcis.model import Event
    from khcn.epcis.times import Time
    from khcn.trace.store.database.backend import DatabaseBackend
    from khcn.trace.store.database.event_rows import EventRow

_RECORD_TIME: Final = re.compile(r'"recordTime":"[^"]*"')
_BATCH_SIZE: Final = 1000  # events whose rows are in memory at once


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The ids of the new events and of those that were stored already; the range of the new row ids.

    Row ids of other captures may lie between `first` and `last`. `conflicts` are the places, in the list of events, of
    those that are not stored because their sender has used their id for another event.
    """

    accepted: tuple[str, ...]
    duplicates: tuple[str, ...]
    first: int | None = None
    last: int | None = None
    conflicts: tuple[int, ...] = ()


@dataclass(slots=True)
class _Candidate:
    event: Event
    event_id: str
    identity: tuple[bytes, int]  # key and owner of its `Identity`
    rows: EventRows | None = None
    number: int = 0  # its row id; 0: the document holds the event a second time


class EventBatch:
    """The events of one document, to be stored. Each event is stored once (`identity_of` says what makes it the same).

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
        self._candidates = []
        unverified: list[int] = []
        for place, event in enumerate(events):
            event_id = str(event.event_id or event_hash(event))
            is_hash = event.event_id is None or is_hash_of(event_id, event)
            if not is_hash and event.error_declaration is None and is_hash_id(event_id):
                unverified.append(place)
            identity = identity_of(event, event_id, owner)
            self._candidates.append(_Candidate(event, event_id, identity))
        self.unverified: Sequence[int] = unverified
        """The places of events whose id says that it is their hash, and is not; it is their sender's own like any other id."""
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
        by_identity: dict[tuple[bytes, int], _Candidate] = {}
        for candidate in self._candidates:
            by_identity.setdefault(candidate.identity, candidate)
        distinct = list(by_identity.values())
        backend.lock_writers(exclusive=any(one.event.error_declaration is not None for one in distinct))
        for candidate, number in zip(distinct, backend.next_event_ids(len(distinct)), strict=True):
            candidate.number = number
        inserted = backend.insert_identities(
            [
                StoredIdentity(*one.identity, one.number, microseconds(one.event.event_time))
                for one in distinct
            ]
        )
        self._new = [candidate for candidate in distinct if candidate.identity in inserted]
        repeated = {
            place: one
            for place, one in enumerate(self._candidates)
            if not (one.number and one.identity in inserted)
        }
        conflicts = _conflicting(backend, repeated, {one.identity: one for one in self._new})
        return WriteResult(
            tuple(candidate.event_id for candidate in self._new),
            tuple(one.event_id for place, one in repeated.items() if place not in conflicts),
            self._new[0].number if self._new else None,
            self._new[-1].number if self._new else None,
            tuple(sorted(conflicts)),
        )

    def withdraw(self) -> None:
        """Take back what `insert_identities` inserted, in the same transaction, instead of `write`."""
        for part in chunks(self._new, _BATCH_SIZE):
            ours = every(
                [
                    one_of("key", [one.identity[0] for one in part]),
                    one_of("event", [one.number for one in part]),
                ]
            )
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM trace_identity WHERE {ours.text}", ours.values)
        self._new = ()

    def write(self, job: int) -> None:
        """Store the new events under their capture job."""
        backend, new = database_backend(), self._new
        values: set[tuple[int, str]] = set()
        party_objects: set[tuple[Any, ...]] = set()
        for part in chunks(new, _BATCH_SIZE):
            for rows in self._write(backend, part, job):
                values.update(rows.values)
                party_objects.update(rows.party_objects())
        # Rows that other transactions may insert too: at the end and each table in one statement, so that a
        # transaction which waits here for another holds nothing that the other one waits for.
        known_values = [(listing, value, self._owner) for listing, value in values]
        backend.insert_missing_rows("trace_knownvalue", VALUE_COLUMNS, known_values)
        backend.insert_missing_rows("trace_partyobject", PARTY_OBJECT_COLUMNS, party_objects)
        declared = [one.event_id for one in new if one.event.error_declaration is not None]
        _void_edges_of(backend, declared)

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


def _conflicting(
    backend: DatabaseBackend,
    repeated: Mapping[int, _Candidate],
    new: Mapping[tuple[bytes, int], _Candidate],
) -> set[int]:
    """The places of those repeated events that are not the event which has their identity already."""
    found = {
        place
        for place, one in repeated.items()
        if one.identity in new and not _is_same(one, new[one.identity].event)
    }
    asked = [place for place, one in repeated.items() if one.identity not in new]
    for part in chunks(asked, _BATCH_SIZE):
        stored = backend.find_identities(sorted({repeated[place].identity[0] for place in part}))
        events = {each.event: (each.key, each.owner) for each in stored}
        rows = rows_by_id([(each.event, each.event_time) for each in stored], ALL)
        by_identity = {events[row.id]: row for row in rows}
        found.update(place for place in part if not _is_stored(repeated[place], by_identity))
    return found


def _is_stored(candidate: _Candidate, rows: Mapping[tuple[bytes, int], EventRow]) -> bool:
    row = rows[candidate.identity]
    if candidate.rows is not None and _without_record_time(candidate.rows.body) == _without_record_time(
        row.body
    ):
        return True  # the usual case: a document that is sent again, as it was
    return _is_same(candidate, row.event)


def _without_record_time(body: str) -> str:
    return _RECORD_TIME.sub("", body, count=1)


def _is_same(candidate: _Candidate, event: Event) -> bool:
    return is_same_report(candidate.event, event)


def _voided_by_earlier_declarations(
    backend: DatabaseBackend, ends: list[EdgeEndRow], event_ids: dict[int, str], owner: int
) -> list[EdgeEndRow]:
    """Rows of edge ends; voided where an error declaration about their event was captured before the event."""
    voided = declared_wrong(
        [ReportedEvent(number, name, owner) for number, name in event_ids.items()], backend=backend
    )
    return [(*row[:-1], 1) if row[0] in voided else row for row in ends] if voided else ends


def _void_edges_of(backend: DatabaseBackend, event_ids: Collection[str]) -> None:
    """Void the lineage of those events of some ids that are now declared wrong."""
    if not event_ids:
        return
    stored = backend.find_identities([identity_key(event_id) for event_id in event_ids])
    for part in chunks(stored, _BATCH_SIZE):
        condition = every(
            [
                one_of("id", [each.event for each in part]),
                one_of("event_time", sorted({each.event_time for each in part})),
            ]
        )
        events = fetch(
            Sql(f"SELECT id, event_id, owner FROM trace_event WHERE {condition.text}", condition.values)
        )
        wrong = one_of("event", sorted(declared_wrong([ReportedEvent(*row) for row in events])))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE trace_lineageedgeend SET voided = %s WHERE {wrong.text}", [True, *wrong.values]
            )
