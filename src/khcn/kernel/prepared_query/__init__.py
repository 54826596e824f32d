"""Query sets that every page asks: their SQL is put together once for a process, and each time other values are given.

Putting such a statement together takes Django ten times as long as asking the database.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Expression, Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


class _Asked(Expression):
    """Stands among the parameters of the statement until a value takes its place."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=Field())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


def asked(name: str) -> Any:
    """In a filter, the place of a value that is given only when the query is asked."""
    return _Asked(name)


class PreparedQuery:
    """A query set of plain columns with places for :func:`asked` values. What a field does in Python with a value that it
    reads, such as decoding JSON, is not done here.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        """``build`` makes the query set, at the first use: models are not there before."""
        self._build = build

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        return self._build().query.sql_with_params()

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, each by the name that :func:`asked` gave it."""
        sql, parameters = self._statement
        given = [values[each.name] if isinstance(each, _Asked) else each for each in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
