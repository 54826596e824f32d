"""Parts of SQL statements with their parameters; values are never written into the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition, or another part of a statement; ``%s`` stands for each of `values`."""

    text: str
    values: tuple[Any, ...] = ()


ALL: Final = Sql("1 = 1")
NONE: Final = Sql("1 = 0")


def _joined(parts: Iterable[Sql], word: str, neutral: Sql, decisive: Sql) -> Sql:
    found = [part for part in parts if part is not neutral]
    # SQLite reads a whole table for "... OR (1 = 0 AND ...)".
    if any(part is decisive for part in found):
        return decisive
    if not found:
        return neutral
    if len(found) == 1:
        return found[0]
    return Sql(
        "(" + f" {word} ".join(part.text for part in found) + ")",
        tuple(value for part in found for value in part.values),
    )


def every(parts: Iterable[Sql]) -> Sql:
    """The conjunction of conditions; true if there are none."""
    return _joined(parts, "AND", ALL, NONE)


def either(parts: Iterable[Sql]) -> Sql:
    """The disjunction of conditions; false if there are none."""
    return _joined(parts, "OR", NONE, ALL)


def one_of(column: str, values: Sequence[Any]) -> Sql:
    """The condition that a column has one of some values."""
    if not values:
        return NONE
    if len(values) == 1:
        return Sql(f"{column} = %s", (values[0],))
    return Sql(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))


def text_range(column: str, start: str) -> Sql:
    """The condition that a text starts with a non-empty prefix; the columns are compared by code point."""
    return Sql(f"({column} >= %s AND {column} < %s)", (start, after_prefix(start)))


def after_prefix(start: str) -> str:
    """The first text, by code point, after all those that start with a non-empty prefix."""
    return start[:-1] + chr(ord(start[-1]) + 1)


def sql_contains(column: str, part: str) -> Sql:
    """The SQL condition of the store of events that a column's text has another text in it."""
    function = "strpos" if connection.vendor == "postgresql" else "instr"
    return Sql(f"{function}({column}, %s) > 0", (part,))


def sql_per_event(tables: str, condition: str, values: Sequence[Any]) -> Sql:
    """The SQL condition of the store of events that a matching row exists, evaluated event by event.

    Not EXISTS: PostgreSQL would turn that into a join over all rows before it looks at a single event.
    """
    return Sql(f"(SELECT 1 FROM {tables} WHERE {condition} LIMIT 1) = 1", tuple(values))


def fetch(statement: Sql, alias: str = DEFAULT_DB_ALIAS) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connections[alias].cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        return list(cursor.fetchall())
