"""Storing events: once each, in bulk, inside the caller's transaction; what can be made of them before, is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from django.db import connection, transaction

from khcn.epcis.event_hash import event_hash
from khcn.epcis.model import Event, Vocabulary
from khcn.epcis.store import thing_of
from khcn.kernel.province import province_key
from khcn.trace.models import MasterRecord, TraceParty
from khcn.trace.store.database import postgres, sqlite
from khcn.trace.store.database.sql import Sql, every, fetch, one_of
from khcn.trace.store.encoding.bodies import STANDARD, vocabulary_body
from khcn.trace.store.encoding.instants import microseconds
from khcn.trace.store.encoding.rows import (
    EVENT_COLUMNS,
    FLOW_COLUMNS,
    GOODS_COLUMNS,
    LINK_COLUMNS,
    VALUE_COLUMNS,
    FlowRow,
    Rows,
    declaration_of,
    identity_key,
    rows_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from khcn.epcis.times import Time

Given = TypeVar("Given")

_SLICE: Final = 1000  # events whose rows are in memory at once
_HASH_BYTES: Final = 16


class Engine(Protocol):
    """What `sqlite` and `postgres` each do in their own way."""

    def together(self, work: Callable[[], Given]) -> Given: ...

    def begin(self, *, alone: bool) -> None: ...

    def numbers(self, count: int) -> Sequence[int]: ...

    def claim(self, identities: Sequence[tuple[bytes, int, int]]) -> set[bytes]: ...

    def known(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, int]]: ...

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> object: ...

    def add(self, table: str, columns: Sequence[str], rows: Collection[tuple[Any, ...]]) -> None: ...


@dataclass(frozen=True, slots=True)
class Written:
    """What became of events: ids of the new ones and of those that were there already; the new ones' row ids.

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
    rows: Rows | None = None
    number: int = 0  # its row id; 0: it stands in the document for the second time


def _identity(event: Event, name: str) -> str:
    return name if event.error_declaration is None else declaration_of(name)


def _engine() -> Engine:
    return postgres if connection.vendor == "postgresql" else sqlite


def together(work: Callable[[], Given]) -> Given:
    """Do some writing in a transaction, durable when this returns; gives what it gives.

    The database may let several threads' writing share one transaction: `work` may be done in any of them, and twice
    where the first time was rolled back.
    """
    return _engine().together(work)


class Batch:
    """The events of one document on their way into the store. Each is stored once, whoever sends it.

    Give a document's events in one batch: a transaction that writes two may meet another that does so in a deadlock,
    of which PostgreSQL ends one (``OperationalError``; the capture is then simply done again).
    """

    def __init__(self, events: Sequence[Event], *, at: Time, owner: int) -> None:
        """Make of the events what can be made without the database.

        Rows are made here where they are few, so that nobody waits for them in his own transaction, and else a slice
        at a time while they are written, so that memory does not grow with the document.

        Args:
            events: self-contained (`khcn.trace.store.encoding.bodies.self_contained`).
            at: their record time.
            owner: the party that captures them.
        """
        self._at, self._owner = at, owner
        province = province_key()
        names = [str(event.event_id or event_hash(event)) for event in events]
        self._candidates = [
            _Candidate(event, name, identity_key(province, _identity(event, name)))
            for event, name in zip(events, names, strict=True)
        ]
        self._fresh: Sequence[_Candidate] = ()
        if len(self._candidates) <= _SLICE:
            for one, rows in zip(self._candidates, self._rows(self._candidates), strict=True):
                one.rows = rows

    def _rows(self, some: Sequence[_Candidate]) -> Sequence[Rows]:
        made = [one.rows for one in some if one.rows is not None]
        if len(made) == len(some):
            return made
        names = [one.event_id for one in some]
        return rows_of([one.event for one in some], names, owner=self._owner, at=self._at)

    def claim(self) -> Written:
        """Take the identities of the events inside the caller's transaction, which is then to `write` the new ones."""
        if not self._candidates:
            return Written((), ())
        engine = _engine()
        first: dict[bytes, _Candidate] = {}
        for one in self._candidates:
            first.setdefault(one.key, one)
        different = list(first.values())
        engine.begin(alone=any(one.event.error_declaration is not None for one in different))
        for candidate, number in zip(different, engine.numbers(len(different)), strict=True):
            candidate.number = number
        claimed = engine.claim(
            [(one.key, one.number, microseconds(one.event.event_time)) for one in different]
        )
        self._fresh = [one for one in different if one.key in claimed]
        return Written(
            tuple(one.event_id for one in self._fresh),
            tuple(one.event_id for one in self._candidates if not (one.number and one.key in claimed)),
            self._fresh[0].number if self._fresh else None,
            self._fresh[-1].number if self._fresh else None,
        )

    def write(self, job: int) -> None:
        """Store the events whose identities were claimed, under the capture job that brings them."""
        engine, fresh = _engine(), self._fresh
        values: set[tuple[Any, ...]] = set()
        goods: set[tuple[Any, ...]] = set()
        for start in range(0, len(fresh), _SLICE):
            for made in self._write(engine, fresh[start : start + _SLICE], job):
                values.update((listing, value, self._owner) for listing, value in made.values)
                goods.update(made.goods())
        # Last, and each table in one go: who waits for another's row of one has nothing that the other waits for.
        engine.add("trace_knownvalue", VALUE_COLUMNS, values)
        engine.add("trace_goods", GOODS_COLUMNS, goods)
        _void(engine, [one.event_id for one in fresh if one.event.error_declaration is not None], self._owner)

    def _write(self, engine: Engine, fresh: Sequence[_Candidate], job: int) -> Iterator[Rows]:
        rows = list(zip(fresh, self._rows(fresh), strict=True))
        engine.insert("trace_event", EVENT_COLUMNS, [made.event(one.number, job) for one, made in rows])
        links = chain.from_iterable(made.links(one.number) for one, made in rows)
        engine.insert("trace_link", LINK_COLUMNS, sorted(links))  # in the order of their index, page by page
        flowing = {one.number: one.event_id for one, made in rows if made.passages}
        if flowing:
            flows = list(chain.from_iterable(made.flows(one.number) for one, made in rows))
            engine.insert("trace_flow", FLOW_COLUMNS, _with_voids(engine, flows, flowing, self._owner))
        return (made for _, made in rows)


def write_events(events: Sequence[Event], *, at: Time, owner: int, job: int) -> Written:
    """Make a `Batch` and store it, inside the caller's transaction."""
    batch = Batch(events, at=at, owner=owner)
    written = batch.claim()
    batch.write(job)
    return written


def _with_voids(
    engine: Engine, flows: Sequence[FlowRow], flowing: dict[int, str], owner: int
) -> Sequence[FlowRow]:
    """The flows, void where a declaration about their event came before it."""
    province = province_key()
    keys = {identity_key(province, declaration_of(name)): number for number, name in flowing.items()}
    there = engine.known(list(keys))
    if not there:
        return flows
    heard = _declared_by(list(there.values()), {owner} | _authorities())
    voided = {keys[key] for key, (declaration, _) in there.items() if declaration in heard}
    return [(*row[:-1], 1) if row[0] in voided else row for row in flows]


def _void(engine: Engine, declared: Collection[str], owner: int) -> None:
    """Void the flows of the events that were declared wrong by who captured them, or by an authority."""
    if not declared:
        return
    province = province_key()
    there = engine.known([identity_key(province, name) for name in declared])
    numbers = [event for event, _ in there.values()]
    own = [] if owner in _authorities() else [Sql("owner = %s", (owner,))]
    with connection.cursor() as cursor:
        for start in range(0, len(numbers), _SLICE):
            condition = every([one_of("event", numbers[start : start + _SLICE]), *own])
            cursor.execute(
                f"UPDATE trace_flow SET voided = %s WHERE {condition.text}", [True, *condition.values]
            )


def _authorities() -> set[int]:
    return set(TraceParty.objects.filter(is_authority=True).values_list("pk", flat=True))


def _declared_by(declarations: Sequence[tuple[int, int]], owners: Collection[int]) -> set[int]:
    """Those of some declarations (row id and event time) that one of these captured."""
    condition = every(
        [
            one_of("id", [number for number, _ in declarations]),
            one_of("event_time", sorted({moment for _, moment in declarations})),
            one_of("owner", sorted(owners)),
        ]
    )
    return {
        number
        for (number,) in fetch(Sql(f"SELECT id FROM trace_event WHERE {condition.text}", condition.values))
    }


def write_master_data(
    vocabularies: Iterable[Vocabulary], *, owner: int, at: datetime, context: str = STANDARD
) -> None:
    """Add master data records; one that the party has sent before in the same words is not added again.

    Args:
        vocabularies: of a document's header.
        owner: the party that captures them.
        at: when.
        context: the document's JSON-LD context (`Document.context`), for the prefixes of fields of its own.
    """
    records = []
    for vocabulary in vocabularies:
        for element in vocabulary.elements:
            body = vocabulary_body(Vocabulary(vocabulary.type, (element,)), context)
            records.append(
                MasterRecord(
                    vocabulary=vocabulary.type,
                    thing=thing_of(element.id),
                    owner=owner,
                    body=body,
                    body_hash=hashlib.sha256(body.encode()).digest()[:_HASH_BYTES],
                    recorded_at=at,
                )
            )
    with transaction.atomic():
        MasterRecord.objects.bulk_create(records, batch_size=500, ignore_conflicts=True)
