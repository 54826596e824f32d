"""Events that may belong to an answer and that the viewer may see, in its order, as far as somebody asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from khcn.trace.store.database.event_rows import COLUMNS, COLUMNS_BUT_BODY, Row, rows_by_id, rows_of_statement
from khcn.trace.store.database.sql import ALL, Sql, every, fetch, one_of
from khcn.trace.store.search.id_sources import Linked, Places, Reachable, Source, between
from khcn.trace.store.visibility import EVERYTHING, Viewer, may_see, seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from khcn.trace.store.search.query_plan import Narrowing

Position = tuple[Any, ...]

_FEW: Final = 1000  # candidates that are fetched at once and put in order here
_MANY: Final = (
    50_000  # candidates beyond which the events are read in their order, and asked whether they are some
)
_SPARSE: Final = 20_000  # links of a range of things up to which they are put in order
_FEW_GOODS: Final = 5_000  # of a viewer, from which all that he can reach is found at once
_LARGEST_BATCH: Final = 2000
_ENDLESS: Final = 2**62


@dataclass(frozen=True, slots=True)
class Order:
    """The order of an answer, by columns that together tell any two events apart."""

    columns: tuple[str, ...]
    descending: bool = False

    def position(self, row: Row) -> Position:
        """Where an event stands in the order."""
        return tuple(getattr(row, column) for column in self.columns)

    @property
    def clause(self) -> str:
        direction = " DESC" if self.descending else ""
        return ", ".join(f"e.{column}{direction}" for column in self.columns)

    def beyond(self, position: Position | None) -> list[Sql]:
        """Conditions that an event comes after a position."""
        if position is None:
            return []
        sign = "<" if self.descending else ">"
        names = ", ".join(f"e.{column}" for column in self.columns)
        marks = ", ".join(["%s"] * len(self.columns))
        # The first column alone says nothing new, but lets an index and the choice of partitions begin there.
        return [
            Sql(f"e.{self.columns[0]} {sign}= %s", position[:1]),
            Sql(f"({names}) {sign} ({marks})", position),
        ]

    def sorted(self, rows: Iterable[Row], after: Position | None) -> list[Row]:
        """Rows in the order, those beyond a position."""
        if after is not None and self.descending:
            rows = (row for row in rows if self.position(row) < after)
        elif after is not None:
            rows = (row for row in rows if self.position(row) > after)
        return sorted(rows, key=self.position, reverse=self.descending)


CAPTURE: Final = Order(("id",))
_BY_TIME: Final = ("event_time", "event_time_rest", "id")
_ORDERS: Final = {"eventTime": _BY_TIME, "recordTime": ("record_time", "id")}


def order_of(order_by: str | None, *, descending: bool) -> Order | None:
    """The order of a query by columns; None where it goes by a field of the body."""
    if order_by is None:
        return CAPTURE
    columns = _ORDERS.get(order_by)
    return Order(columns, descending) if columns else None


class Candidates:
    """The events that SQL finds for a query, lazily."""

    def __init__(self, narrowing: Narrowing, viewer: Viewer = EVERYTHING, *, also: Sql = ALL) -> None:
        """Look for events.

        Args:
            narrowing: what SQL knows of the query.
            viewer: only events that he may see.
            also: a condition on ``trace_event e`` besides, which leaves few.
        """
        self._narrowing = narrowing
        self._viewer = viewer
        self._also = also
        self._event = every([*narrowing.event, *between("e", narrowing), also])

    def rows(self, order: Order, after: Position | None, *, first: int) -> Iterator[Row]:
        """Events in an order, beyond a position.

        Args:
            order: by which they come.
            after: the position of the last event that was seen; None: from the beginning.
            first: how many are wanted, probably.
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

    def _source(self) -> tuple[Source | None, Sql]:
        """What to draw events from; None: from their own table. And the condition on those drawn from there."""
        linked = Linked(self._narrowing) if self._narrowing.things else None
        scanned = linked.condition() if linked else ALL
        if not self._viewer.sees_all and connection.vendor != "postgresql":
            # On PostgreSQL each partition would look for such an event of its own; there `seen` alone decides.
            scanned = every([scanned, may_see(self._viewer)])
        if linked is not None and (linked.is_single or not linked.is_larger(_FEW)):
            return linked, scanned
        if not self._viewer.sees_all and self._also is ALL:
            mine = Reachable(self._viewer, self._narrowing)
            if not mine.has_more_goods(_FEW_GOODS):
                return mine, scanned
        if linked is not None and linked.is_broad and linked.is_larger(_SPARSE):
            return None, scanned
        return linked, scanned

    def count(self, most: int) -> int:
        """How many there are, but at most one more than `most`; where `Narrowing.is_columns` and all is seen."""
        statement = (
            f"SELECT count(*) FROM (SELECT 1 FROM trace_event e WHERE {self._event.text} LIMIT %s) AS found"
        )
        [[count]] = fetch(Sql(statement, (*self._event.values, min(most, _ENDLESS) + 1)))
        return int(count)

    def _scanned(self, order: Order, after: Position | None, first: int, narrowed: Sql) -> Iterator[Row]:
        """By the events' own columns; `narrowed` is looked at event by event, and no body given where it fails."""
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
            yield from self._seen([row for row in rows if row.is_whole])
            if len(rows) < size:
                return
            after, size = order.position(rows[-1]), min(size * 4, _LARGEST_BATCH)

    def _by_id(self, source: Source, after: Position | None, first: int) -> Iterator[Row]:
        last = None if after is None else int(after[0])
        size = first
        while True:
            found = source.by_id(last, size)
            yield from CAPTURE.sorted(self._fetched(found), None)
            if len(found) < size:
                return
            last, size = found[-1][0], min(size * 4, _LARGEST_BATCH)

    def _by_time(self, source: Source, order: Order, after: Position | None, first: int) -> Iterator[Row]:
        """By whole instants, since a source does not know what comes after the microsecond."""
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

    def _fetched(self, found: Places) -> Iterator[Row]:
        """The events of some ids that meet the conditions and may be seen, in no order."""
        for start in range(0, len(found), _LARGEST_BATCH):
            yield from self._seen(rows_by_id(found[start : start + _LARGEST_BATCH], self._event))

    def _seen(self, rows: list[Row]) -> list[Row]:
        if self._viewer.sees_all:
            return rows
        visible = seen(self._viewer, rows)
        return [row for row in rows if row.id in visible]


def _identified(keys: Iterable[bytes]) -> Places:
    condition = one_of("key", sorted(keys))
    return fetch(
        Sql(f"SELECT event, event_time FROM trace_identity WHERE {condition.text}", condition.values)
    )
