"""Query sets that every page asks: their SQL is put together once for a process.

Putting such a statement together takes Django ten times as long as asking the database.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from django.db import connection, connections
from django.db.models import Expression, Field, Func
from django.db.models.query import RawQuerySet
from django.db.models.sql import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from django.db.models import Model, QuerySet


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
    """A query set with places for :func:`asked` values. What a field does in Python with a value that it reads, such as decoding
    JSON, is done for records alone, and not for rows of columns.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        """``build`` makes the query set, at the first use: models are not there before."""
        self._build = build

    @cached_property
    def _prepared(self) -> tuple[type[Model], str, tuple[Any, ...]]:
        rows = self._build()
        return rows.model, *rows.query.sql_with_params()

    def _given(self, values: dict[str, Any]) -> tuple[str, list[Any]]:
        _model, sql, parameters = self._prepared
        return sql, [values[each.name] if isinstance(each, _Asked) else each for each in parameters]

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, each by the name that :func:`asked` gave it."""
        with connection.cursor() as cursor:
            cursor.execute(*self._given(values))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def records(self, **values: Any) -> list[Any]:
        """The same as records of the model, for a query set of whole records; annotations are as the database gives them."""
        sql, parameters = self._given(values)
        return list(RawQuerySet(sql, model=self._prepared[0], params=tuple(parameters)))


class ComputedCondition(Func):
    """A condition that reads rows to find its SQL, whenever the query is asked: no statement with it is stored."""


def _is_computed(part: Any) -> bool:
    """Is this part of a query, or a part of it, computed? Also in a query within the query."""
    if isinstance(part, ComputedCondition):
        return True
    inner = list(part.get_source_expressions()) if hasattr(part, "get_source_expressions") else []
    if isinstance(part, Query):
        inner += [part.where, *part.annotations.values(), *part.combined_queries]
    return any(_is_computed(each) for each in inner)


Key = TypeVar("Key", bound="Hashable")
Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")

_MOST_KEYS: Final = 256
"""Query sets that one of :class:`PreparedQuerySets` remembers."""


class PreparedQuerySets(Generic[Key, Rows]):
    """Query sets that follow from a key alone: each is put together once, and so is the statement that counts its rows.

    ``build`` must neither read the database nor the clock: what it gave first is used for as long as the process runs. What
    only rows can tell is a :class:`ComputedCondition`.
    """

    def __init__(self, build: Callable[[Key], Rows]) -> None:
        self._built = lru_cache(maxsize=_MOST_KEYS)(build)
        self._counting: dict[tuple[Key, str], tuple[str, Any]] = {}

    def rows(self, key: Key) -> Rows:
        """The query set, fresh: what it reads is kept by nobody else."""
        return self._built(key).all()

    def count(self, key: Key) -> int:
        """The number of its rows, by one query."""
        rows = self.rows(key)
        database = connections[rows.db]
        statement = self._counting.get((key, rows.db))
        if statement is None:
            return self._count_first(key, rows)
        with database.cursor() as cursor:
            cursor.execute(*statement)
            (number,) = cursor.fetchone()
        return int(number)

    def _count_first(self, key: Key, rows: Rows) -> int:
        seen: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's signature
            seen.append((sql, params))
            return execute(sql, params, many, context)

        with connections[rows.db].execute_wrapper(note):
            number = rows.count()
        # none where Django finds out by itself that there are no rows
        if len(seen) == 1 and not _is_computed(rows.query):
            if len(self._counting) >= _MOST_KEYS:
                self._counting.clear()
            self._counting[key, rows.db] = seen[0]
        return number
