"""The order of an answer, by columns of ``trace_event``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from khcn.trace.store.database.sql import Sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.trace.store.database.event_rows import (
        EventRow,
    )


Position = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The order of an answer, by columns that together are unique."""

    columns: tuple[str, ...]
    descending: bool = False

    def position(self, row: EventRow) -> Position:
        """The position of an event in the order."""
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
        placeholders = ", ".join(["%s"] * len(self.columns))
        # The condition on the first column is redundant, but lets the planner use an index and exclude partitions.
        return [
            Sql(f"e.{self.columns[0]} {sign}= %s", position[:1]),
            Sql(f"({names}) {sign} ({placeholders})", position),
        ]

    def sorted(self, rows: Iterable[EventRow], after: Position | None) -> list[EventRow]:
        """Rows after a position, in the order."""
        if after is not None and self.descending:
            rows = (row for row in rows if self.position(row) < after)
        elif after is not None:
            rows = (row for row in rows if self.position(row) > after)
        return sorted(rows, key=self.position, reverse=self.descending)


CAPTURE: Final = Order(("id",))
_BY_TIME: Final = ("event_time", "event_time_rest", "id")
_ORDERS: Final = {"eventTime": _BY_TIME, "recordTime": ("record_time", "id")}


def order_of(order_by: str | None, *, descending: bool) -> Order | None:
    """The order of a query by columns; None where it is by a field of the body."""
    if order_by is None:
        return CAPTURE
    columns = _ORDERS.get(order_by)
    return Order(columns, descending) if columns else None
