"""Candidates: events that may belong to an answer and that the viewer may see, in the order of the answer, lazily."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from khcn.kernel.query_chunks import chunks
from khcn.trace.store.database.event_rows import (
    COLUMNS,
    COLUMNS_BUT_BODY,
    EventRow,
    rows_by_id,
    rows_of_statement,
)
from khcn.trace.store.database.sql import ALL, Sql, every, fetch, one_of
from khcn.trace.store.search.answer_order import _BY_TIME, CAPTURE, Order, Position
from khcn.trace.store.search.candidate_id_sources import EventKeys, IdSource, ObjectSource, VisibleSource
from khcn.trace.store.search.query_plan import event_time_conditions
from khcn.trace.store.visibility import EVERYTHING, Viewer, visibility_filter, visible_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from khcn.trace.store.search.query_plan import SqlFilter

_FEW: Final = 1000  # up to so many candidates are fetched at once and sorted in Python
_MANY: Final = 50_000  # with more candidates the event table is scanned in order, testing each event
_SPARSE: Final = 20_000  # up to so many rows of a range of things are sorted
_MAX_VIEWER_GOODS: Final = 5_000  # up to so many things of a viewer, all events visible to it are found first
_LARGEST_BATCH: Final = 2000
_ENDLESS: Final = 2**62


class Candidates:
    """The events that SQL finds for a query; fetched as they are consumed."""

    def __init__(self, sql_filter: SqlFilter, viewer: Viewer = EVERYTHING, *, also: Sql = ALL) -> None:
        """Prepare a search.

        Args:
            sql_filter: the part of the query that SQL can evaluate.
            viewer: restricts the search to events that this viewer may see.
            also: a further condition on ``trace_event e`` that few events meet.
        """
        self._narrowing = sql_filter
        self._viewer = viewer
        self._also = also
        self._event = every([*sql_filter.event, *event_time_conditions("e", sql_filter), also])

    def rows(self, order: Order, after: Position | None, *, first: int) -> Iterator[EventRow]:
        """Events in an order, after a position.

        Args:
            order: the order.
            after: the position of the last event of the page before; None: from the beginning.
            first: how many events the caller will probably read.
        """
        keys = self._narrowing.keys
        if keys is not None:
            return iter(order.sorted(self._fetched(_identified(keys)), after))
        source, scanned = self._source()
        if source is None:
            return self._scanned(order, after, first, scanned)
        if order is CAPTURE:
            return self._by_id(source, after, first)
        found = source.by_id(None, _FEW + 1)
        if len(found) <= _FEW:
            return iter(order.sorted(self._fetched(found), after))
        if order.columns == _BY_TIME and not source.is_larger(_MANY):
            return self._by_time(source, order, after, first)
        return self._scanned(order, after, first, scanned)

    def _source(self) -> tuple[IdSource | None, Sql]:
        """Where to read ids from (None: scan the event table), and the condition on events that are scanned."""
        object_source = ObjectSource(self._narrowing) if self._narrowing.things else None
        scanned = object_source.condition() if object_source else ALL
        if not self._viewer.sees_all and connection.vendor != "postgresql":
            # Not on PostgreSQL, where this sub-select would run in each partition; there only `visible_ids` filters.
            scanned = every([scanned, visibility_filter(self._viewer)])
        if object_source is not None and (object_source.is_single or not object_source.is_larger(_FEW)):
            return object_source, scanned
        if not self._viewer.sees_all and self._also is ALL:
            visible_source = VisibleSource(self._viewer, self._narrowing)
            if not visible_source.has_more_goods(_MAX_VIEWER_GOODS):
                return visible_source, scanned
        if object_source is not None and object_source.is_broad and object_source.is_larger(_SPARSE):
            return None, scanned
        return object_source, scanned

    def count(self, most: int) -> int:
        """The number of events, at most `most` + 1; only for `SqlFilter.is_columns` and a viewer that sees all."""
        statement = (
            f"SELECT count(*) FROM (SELECT 1 FROM trace_event e WHERE {self._event.text} LIMIT %s) AS found"
        )
        [[count]] = fetch(Sql(statement, (*self._event.values, min(most, _ENDLESS) + 1)))
        return int(count)

    def _scanned(self, order: Order, after: Position | None, first: int, narrowed: Sql) -> Iterator[EventRow]:
        """Scan the event table in order; the body is fetched only for events that meet `narrowed`."""
        size = first
        while True:
            condition = every([self._event, *order.beyond(after)])
            rows = rows_of_statement(
                Sql(
                    f"SELECT {COLUMNS_BUT_BODY}, CASE WHEN {narrowed.text} THEN e.body END FROM ("
                    f"SELECT {COLUMNS} FROM trace_event e WHERE {condition.text} "
                    f"ORDER BY {order.clause} LIMIT %s) AS e ORDER BY {order.clause}",
                    (*narrowed.values, *condition.values, size),
                )
            )
            yield from self._visible([row for row in rows if row.is_whole])
            if len(rows) < size:
                return
            after, size = order.position(rows[-1]), min(size * 4, _LARGEST_BATCH)

    def _by_id(self, source: IdSource, after: Position | None, first: int) -> Iterator[EventRow]:
        last = None if after is None else int(after[0])
        size = first
        while True:
            found = source.by_id(last, size)
            yield from CAPTURE.sorted(self._fetched(found), None)
            if len(found) < size:
                return
            last, size = found[-1][0], min(size * 4, _LARGEST_BATCH)

    def _by_time(
        self, source: IdSource, order: Order, after: Position | None, first: int
    ) -> Iterator[EventRow]:
        """In batches of complete microseconds, because a source does not know the digits after them."""
        start = None if after is None else int(after[0])
        size = first + 1
        while True:
            found = source.by_time(start, size, descending=order.descending)
            ended = len(found) < size
            whole = found if ended else [one for one in found if one[1] != found[-1][1]]
            if whole or ended:
                yield from order.sorted(self._fetched(whole), after)
                start = found[-1][1] if found else None
            if ended:
                return
            size = min(size * 4, _LARGEST_BATCH) if whole else size * 4

    def _fetched(self, found: EventKeys) -> Iterator[EventRow]:
        """The events of some ids that meet the conditions and are visible, in no order."""
        for part in chunks(found, _LARGEST_BATCH):
            yield from self._visible(rows_by_id(part, self._event))

    def _visible(self, rows: list[EventRow]) -> list[EventRow]:
        if self._viewer.sees_all:
            return rows
        visible = visible_ids(self._viewer, rows)
        return [row for row in rows if row.id in visible]


def _identified(keys: Iterable[bytes]) -> EventKeys:
    condition = one_of("key", sorted(keys))
    return fetch(
        Sql(f"SELECT event, event_time FROM trace_identity WHERE {condition.text}", condition.values)
    )
