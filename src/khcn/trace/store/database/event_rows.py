"""Rows of ``trace_event``; the body is decoded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from khcn.trace.store.database.sql import Sql, every, fetch, one_of
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.database.year_bounds import bounds_around
from khcn.trace.store.encoding.stored_texts import event_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.epcis.model import Event

COLUMNS_BUT_BODY: Final = (
    "e.id, e.event_time, e.event_time_rest, e.record_time, e.owner, e.read_point, e.biz_location"
)
COLUMNS: Final = COLUMNS_BUT_BODY + ", e.body"


class EventRow:
    """A row of ``trace_event``; see `khcn.trace.models.Event` for the columns."""

    __slots__ = (
        "_event",
        "biz_location",
        "body",
        "event_time",
        "event_time_rest",
        "id",
        "owner",
        "read_point",
        "record_time",
    )

    def __init__(
        self,
        id: int,  # noqa: A002 -- the column's name
        event_time: int,
        event_time_rest: str,
        record_time: int,
        owner: int,
        read_point: str,
        biz_location: str,
        body: str | None,
    ) -> None:
        self.id = id
        self.event_time = event_time
        self.event_time_rest = event_time_rest
        self.record_time = record_time
        self.owner = owner
        self.read_point = read_point
        self.biz_location = biz_location
        self.body = body or ""
        self._event: Event | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the body was fetched too."""
        return self.body != ""

    @property
    def event(self) -> Event:
        """The decoded body."""
        if self._event is None:
            self._event = event_of(self.body)
        return self._event


def rows_of_statement(statement: Sql) -> list[EventRow]:
    """The rows of a statement that selects `COLUMNS` of ``trace_event e``."""
    return [EventRow(*row) for row in fetch(statement)]


def _rows(statement: Sql) -> list[EventRow]:
    """The rows of such a statement in all stores of the present answer."""
    return [EventRow(*row) for row in fetch_everywhere(statement)]


def rows_by_id(found: Sequence[tuple[int, int]], condition: Sql) -> list[EventRow]:
    """The events of some ids and times that meet a condition on ``trace_event e``, in no order.

    On PostgreSQL there is one sub-query for each year, so that only the needed partitions are read.
    """
    if not found:
        return []
    if connection.vendor != "postgresql":
        where = every([one_of("e.id", [number for number, _ in found]), condition])
        return _rows(Sql(f"SELECT {COLUMNS} FROM trace_event e WHERE {where.text}", where.values))
    text: list[str] = []
    values: list[Any] = []
    by_year: dict[tuple[int | None, int | None], list[int]] = {}
    for number, moment in found:
        by_year.setdefault(bounds_around(moment), []).append(number)
    for (start, end), numbers in by_year.items():
        within = [Sql("e.id = ANY(%s::bigint[])", (numbers,))]
        within += [] if start is None else [Sql("e.event_time >= %s", (start,))]
        within += [] if end is None else [Sql("e.event_time < %s", (end,))]
        where = every([*within, condition])
        text.append(f"SELECT {COLUMNS} FROM trace_event e WHERE {where.text}")
        values += where.values
    return _rows(Sql(" UNION ALL ".join(text), tuple(values)))
