"""Search over all registers: one statement, whatever their number."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from khcn.kernel.search.search_sql import (
    FREQUENT,
    TABLE,
    SearchSql,
    beginning,
    beginning_together,
    containing_together,
    search_is_on_sqlite,
    sql_all_words,
    sql_containing,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from khcn.kernel.search.declarations import SearchDeclaration
    from khcn.kernel.search.search_words import Words


_MOST_PARTS: Final = 100


@dataclass(frozen=True, slots=True)
class SearchSource:
    """One register to search, and which of its records the reader may see (None: all of them)."""

    searched: SearchDeclaration
    rows: QuerySet[Any] | None = None

    @classmethod
    def of(cls, searched: SearchDeclaration, rows: QuerySet[Any]) -> SearchSource:
        """The records that are among ``rows``: what an actor may see."""
        return cls(searched, rows if rows.query.where or rows.query.is_sliced else None)

    def scope(self) -> SearchSql | None:
        """Keys of the visible records as a part of the statement. Raises ``EmptyResultSet`` when there are none."""
        if self.rows is None:
            return None
        text, parameters = self.rows.order_by().values("pk").query.sql_with_params()
        return SearchSql(text, tuple(parameters))


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One record found. Lower ``rank`` is better."""

    model: int
    object_id: int
    label: str
    rank: tuple[int, int, int]


def find_records(sources: Sequence[SearchSource], words: Words, size: int) -> list[SearchHit]:
    """Up to ``size`` records of each source, best first; sources one after the other.

    First those with the spelling as it was typed (only where marks were typed), then names that begin with the
    words, then names that have all of them, then the rest. Where many records of a register have the words, the newest
    ones are put in this order; names that begin with the words are found beside them, however many there are.
    """
    statement = find_statement(sources, words, size)
    if statement is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.parameters)
        return [SearchHit(model, pk, label, tuple(rank)) for model, pk, label, *rank in cursor.fetchall()]


def find_statement(sources: Sequence[SearchSource], words: Words, size: int) -> SearchSql | None:
    """The one statement; None when there is nothing to ask."""
    if not words.words:
        return None
    parts, others = _parts_together(sources, words, size)
    for source in others:
        with suppress(EmptyResultSet):
            parts += _parts_of(source, words, size)
    if not parts:
        return None
    found = _union(parts)
    exact, begins, in_name = _ranks(words)
    order = "exact, begins, in_name, name, id"
    # PostgreSQL takes each part for as long as it may be; expecting so many keys, it would read the whole table beside them.
    joined = (
        f"found CROSS JOIN {TABLE} e WHERE e.id = found.id"
        if search_is_on_sqlite()
        else f"{TABLE} e WHERE e.id = ANY(ARRAY(SELECT id FROM found))"  # noqa: S608
    )
    text = (
        f"WITH found AS ({found.text}), hits AS (SELECT e.id, e.model, e.object_id, e.label, e.name, "  # noqa: S608
        f"{exact.text} AS exact, {begins.text} AS begins, {in_name.text} AS in_name "
        f"FROM {joined}), "
        f"placed AS (SELECT hits.*, row_number() OVER (PARTITION BY model ORDER BY {order}) AS place FROM hits) "
        f"SELECT model, object_id, label, exact, begins, in_name FROM placed WHERE place <= {size} "
        "ORDER BY model, place"
    )
    return SearchSql(text, found.parameters + exact.parameters + begins.parameters + in_name.parameters)


def _parts_of(source: SearchSource, words: Words, size: int) -> list[SearchSql]:
    """Of one source. Raises ``EmptyResultSet`` where the reader may see none of its records."""
    scope = source.scope()
    parts = [sql_containing(source.searched, words, FREQUENT, scope)]
    if source.searched.own:
        parts.append(beginning(source.searched, "name", words.folded, size, scope))
        if words.has_marks:
            parts.append(beginning(source.searched, "spelling", words.spelling, size, scope))
    return parts


def _parts_together(
    sources: Sequence[SearchSource], words: Words, size: int
) -> tuple[list[SearchSql], list[SearchSource]]:
    """The parts for all sources that are read whole, and the other sources."""
    whole = [
        each for each in sources if each.rows is None and each.searched.own and not each.searched.names_only
    ]
    numbers = [each.searched.number for each in whole]
    if not numbers or (found := containing_together(numbers, words, FREQUENT)) is None:
        return [], list(sources)
    parts = [found, beginning_together(numbers, "name", words.folded, size)]
    if words.has_marks:
        parts.append(beginning_together(numbers, "spelling", words.spelling, size))
    return parts, [each for each in sources if each not in whole]


def _union(parts: Sequence[SearchSql]) -> SearchSql:
    """The keys of all parts, each once. SQLite takes 500 in one statement, and statements within it."""
    if len(parts) > _MOST_PARTS:
        parts = [_union(parts[first : first + _MOST_PARTS]) for first in range(0, len(parts), _MOST_PARTS)]
    return SearchSql(
        " UNION ".join(f"SELECT id FROM ({part.text}) p{place}" for place, part in enumerate(parts)),  # noqa: S608
        tuple(each for part in parts for each in part.parameters),
    )


def _ranks(words: Words) -> tuple[SearchSql, SearchSql, SearchSql]:
    """0 where it holds, 1 where it does not."""
    position = "instr" if search_is_on_sqlite() else "strpos"
    exact = SearchSql("1")
    if words.has_marks:
        exact = SearchSql(f"CASE WHEN {position}(e.spelling, %s) > 0 THEN 0 ELSE 1 END", (words.spelling,))
    begins = SearchSql("CASE WHEN e.name LIKE %s THEN 0 ELSE 1 END", (f"{words.folded}%",))
    has = sql_all_words(words, "' ' || e.name")
    return exact, begins, SearchSql(f"CASE WHEN {has.text} THEN 0 ELSE 1 END", has.parameters)
