"""Query sets that pages ask again and again: their SQL is put together once for a process.

Putting such a statement together takes Django ten times as long as asking the database.
"""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Expression, Field, Func
from django.db.models.sql import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

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


class ComputedCondition(Func):
    """A condition that reads rows to find its SQL, whenever the query is asked: no statement with it is stored."""


def is_computed(part: Any) -> bool:
    """Is this part of a query, or a part of it, computed? Also in a query within the query."""
    if isinstance(part, ComputedCondition):
        return True
    inner = list(part.get_source_expressions()) if hasattr(part, "get_source_expressions") else []
    if isinstance(part, Query):
        inner += [part.where, *part.annotations.values(), *part.combined_queries]
    return any(is_computed(each) for each in inner)


class _Statement:
    """The SQL of a query, and what Django has found out about its columns."""

    def __init__(self, query: Query, database: str) -> None:
        self.database = database
        self._compiler: Any = query.get_compiler(database)
        self.sql = ""
        self._parameters: tuple[Any, ...] = ()
        with suppress(EmptyResultSet):  # Django asks no statement that is empty
            self.sql, self._parameters = self._compiler.as_sql()
        self._converters = self._compiler.get_converters(
            [each[0] for each in self._compiler.select[: self._compiler.col_count]]
        )

    def parameters(self, values: Mapping[str, Any]) -> list[Any]:
        """With these values in their places."""
        adapted = connections[self.database].ops.adapt_unknown_value
        return [adapted(values[each.name]) if isinstance(each, _Asked) else each for each in self._parameters]

    def compiler(self, values: Mapping[str, Any]) -> Any:
        """What carries it out, with the connection of this thread."""
        made = copy(self._compiler)
        made.connection = connections[self.database]
        made.as_sql = lambda: (self.sql, self.parameters(values))
        made.get_converters = lambda _columns: self._converters
        return made


class _PreparedSql(Query):
    """A query that is put together already. Narrowed or ordered it is an ordinary one again."""

    statement: _Statement
    values: Mapping[str, Any]

    @classmethod
    def of(cls, query: Query, database: str) -> _PreparedSql:
        """That of an ordinary query."""
        made: Any = query.clone()
        made.statement, made.values = _Statement(made, database), {}
        made.__class__ = cls
        prepared: _PreparedSql = made
        return prepared

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:  # noqa: FBT001, FBT002 -- Django's signature
        """Of the statement where the query itself is carried out, and not as a part of another one."""
        if connection is None and elide_empty and using == self.statement.database:
            return self.statement.compiler(self.values)
        return super().get_compiler(using, connection, elide_empty)

    def clone(self) -> Any:
        """An ordinary query."""
        made: Any = super().clone()
        del made.statement, made.values
        made.__class__ = Query
        return made


class PreparedQuery:
    """A query set with places for :func:`asked` values."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        """``build`` makes the query set, at the first use: models are not there before."""
        self._build = build
        self._of_vendor: dict[str, tuple[QuerySet[Any, Any], _PreparedSql]] = {}

    def _prepared(self) -> tuple[QuerySet[Any, Any], _PreparedSql]:
        # tests of two databases in one program exchange what an alias leads to
        if (found := self._of_vendor.get(connection.vendor)) is None:
            rows = self._build()
            found = self._of_vendor[connection.vendor] = rows, _PreparedSql.of(rows.query, rows.db)
        return found

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, each by the name that :func:`asked` gave it. What a field does in Python with a value that
        it reads, such as decoding JSON, is not done.
        """
        statement = self._prepared()[1].statement
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.parameters(values))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def records(self, **values: Any) -> list[Any]:
        """What the query set gives for these values: records with those that it selects along, or rows of columns."""
        rows, prepared = self._prepared()
        query = copy(prepared)
        query.values = values
        found: Any = type(rows)(rows.model, query, rows.db)
        found._iterable_class = rows._iterable_class  # noqa: SLF001 -- as Django copies a query set
        return list(found)


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
        self._built: Callable[[Key, str], Rows] = lru_cache(maxsize=_MOST_KEYS)(
            lambda key, _vendor: build(key)
        )
        self._prepared: Callable[[Key, str], Query | None] = lru_cache(maxsize=_MOST_KEYS)(self._prepare)
        self._counting: dict[tuple[Key, str, str], tuple[str, Any]] = {}

    def _prepare(self, key: Key, vendor: str) -> Query | None:
        rows = self._built(key, vendor)
        return None if is_computed(rows.query) else _PreparedSql.of(rows.query, rows.db)

    def rows(self, key: Key, **values: Any) -> Rows:
        """The query set, fresh: what it reads is kept by nobody else. ``values``: those for its :func:`asked` places."""
        vendor = connection.vendor
        found = self._built(key, vendor).all()
        if (prepared := self._prepared(key, vendor)) is not None:
            # by the setter, rows of columns would become dictionaries
            query: Any = copy(prepared)
            query.values = values
            found._query = query  # type: ignore[attr-defined]  # noqa: SLF001
        return found

    def count(self, key: Key) -> int:
        """The number of its rows, by one query."""
        rows = self._built(key, connection.vendor).all()
        database = connections[rows.db]
        statement = self._counting.get((key, rows.db, database.vendor))
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
        if len(seen) == 1 and not is_computed(rows.query):
            if len(self._counting) >= _MOST_KEYS:
                self._counting.clear()
            self._counting[key, rows.db, connections[rows.db].vendor] = seen[0]
        return number
