"""Statements that the two databases are asked, in the parts that differ.

SQLite reads its index from the newest record on and stops when it has enough. PostgreSQL's index always gives all rows
with a word before the first one is read; where a word is frequent that is much, so the newest records are looked
through first, and the index is asked only when they do not give enough.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from khcn.kernel.search.declarations import LAST_RECORD, RECORD_BITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.search.declarations import SearchDeclaration
    from khcn.kernel.search.search_words import Words

TABLE = "kernel_search_searchentry"
INDEX = "kernel_search_index"
# PostgreSQL: so many newest records are looked through before the index is asked, until so many of them have the words.
# Words that fewer than one in twenty-five have are rare enough for the index.
NEWEST, FREQUENT = 1000, 40
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class SearchSql:
    """A statement or a part of one, with its parameters."""

    text: str
    parameters: tuple[Any, ...] = ()


def search_is_on_sqlite() -> bool:
    """Is the SQL of the search that of SQLite, and not of PostgreSQL?"""
    return connection.vendor == "sqlite"


def sql_all_words(words: Words, column: str = "e.text") -> SearchSql:
    """Do all words occur in a folded text?"""
    patterns = words.patterns()
    return SearchSql(" AND ".join([f"{column} LIKE %s"] * len(patterns)) or "1 = 1", patterns)


def _sql_and(one: SearchSql, other: SearchSql) -> SearchSql:
    """Two conditions that must hold."""
    return SearchSql(f"{one.text} AND {other.text}", one.parameters + other.parameters)


def _condition(searched: SearchDeclaration, words: Words, scope: SearchSql | None) -> SearchSql:
    """What an entry ``e`` must fulfil."""
    found = sql_all_words(words)
    if searched.names_only:
        found = _sql_and(found, sql_all_words(words, "' ' || e.name") if searched.own else SearchSql("1 = 0"))
    return _sql_and(found, SearchSql(f"e.object_id IN ({scope.text})", scope.parameters)) if scope else found


def sql_among_newest(searched: SearchDeclaration, words: Words, scope: SearchSql | None = None) -> SearchSql:
    """SQL for the keys of the first entries with all the words among the newest ones of a model; ``FREQUENT`` where there are many."""
    condition = _condition(searched, words, scope)
    return SearchSql(
        f"SELECT e.id FROM (SELECT id, object_id, text, name FROM {TABLE} "  # noqa: S608 -- our own names
        f"WHERE id BETWEEN %s AND %s ORDER BY id DESC LIMIT {NEWEST}) e WHERE {condition.text} LIMIT {FREQUENT}",
        (searched.first, searched.last, *condition.parameters),
    )


def sql_containing(
    searched: SearchDeclaration, words: Words, limit: int, scope: SearchSql | None = None
) -> SearchSql:
    """SQL for the keys of entries of one model with all the words; where there are more than ``limit``, of that many.

    An entry may come twice.
    """
    condition = _condition(searched, words, scope)
    if search_is_on_sqlite():
        return _sqlite_containing(searched, words, condition, limit)
    # Materialized, so that the planner does not see the limit: for words that stand often in other registers it would
    # read this one row by row, in the hope to have enough soon.
    newest = sql_among_newest(searched, words, scope)
    return SearchSql(
        f"WITH newest AS MATERIALIZED ({newest.text}), indexed AS MATERIALIZED ("  # noqa: S608
        f"SELECT e.id FROM {TABLE} e WHERE e.model = %s AND {condition.text} "
        f"AND (SELECT count(*) FROM newest) < {FREQUENT}) "
        f"SELECT id FROM newest UNION ALL (SELECT id FROM indexed LIMIT {limit})",
        (*newest.parameters, searched.number, *condition.parameters),
    )


def containing_together(numbers: Sequence[int], words: Words, limit: int) -> SearchSql | None:
    """:func:`sql_containing` of several models whose records may all be read, in one part of a statement.

    On SQLite None for letters that no index knows.
    """
    if not search_is_on_sqlite():
        return _postgresql_containing_together(numbers, words, limit)
    return _sqlite_containing_together(numbers, words, limit)


def _sqlite_containing_together(numbers: Sequence[int], words: Words, limit: int) -> SearchSql | None:
    """The index is asked once for each model that has an entry with the runs, and not for every model: going from the newest
    such entry to the newest one of the models before.
    """
    runs = _runs(words)
    if not runs:
        return None
    condition = sql_all_words(words)
    newest = f"SELECT i.rowid FROM {INDEX} i WHERE i.{INDEX} MATCH %s"  # noqa: S608 -- our own names
    text = (
        f"WITH RECURSIVE reached(last) AS (SELECT ({newest} ORDER BY i.rowid DESC LIMIT 1) UNION ALL "  # noqa: S608
        f"SELECT ({newest} AND i.rowid < (reached.last >> {RECORD_BITS} << {RECORD_BITS}) ORDER BY i.rowid DESC LIMIT 1) "
        "FROM reached WHERE reached.last IS NOT NULL) "
        f"SELECT f.id FROM reached r CROSS JOIN {TABLE} f "
        f"WHERE r.last >> {RECORD_BITS} IN (SELECT value FROM json_each(%s)) AND f.id IN ("
        f"SELECT i.rowid FROM {INDEX} i CROSS JOIN {TABLE} e ON e.id = i.rowid WHERE i.{INDEX} MATCH %s "
        f"AND i.rowid BETWEEN (r.last >> {RECORD_BITS} << {RECORD_BITS}) AND r.last AND {condition.text} "
        f"ORDER BY i.rowid DESC LIMIT {limit})"
    )
    return SearchSql(text, (runs, runs, json.dumps(list(numbers)), runs, *condition.parameters))


def _postgresql_containing_together(numbers: Sequence[int], words: Words, limit: int) -> SearchSql:
    """One plan for every model. The index is asked for those alone that have records older than the newest ones."""
    condition = sql_all_words(words)
    of_model = f"id BETWEEN r.number << {RECORD_BITS} AND (r.number << {RECORD_BITS}) + {LAST_RECORD} ORDER BY id DESC"
    text = (
        "SELECT f.id FROM unnest(%s::bigint[]) r(number) CROSS JOIN LATERAL (WITH newest AS MATERIALIZED ("  # noqa: S608
        f"SELECT e.id FROM (SELECT id, text FROM {TABLE} WHERE {of_model} LIMIT {NEWEST}) e "
        f"WHERE {condition.text} LIMIT {FREQUENT}), indexed AS MATERIALIZED ("
        f"SELECT e.id FROM {TABLE} e WHERE e.model = r.number::integer AND {condition.text} "
        f"AND (SELECT count(*) FROM newest) < {FREQUENT} "
        f"AND (SELECT id FROM {TABLE} WHERE {of_model} OFFSET {NEWEST} LIMIT 1) IS NOT NULL) "
        f"SELECT id FROM newest UNION ALL (SELECT id FROM indexed LIMIT {limit})) f"
    )
    return SearchSql(text, (list(numbers), *condition.parameters, *condition.parameters))


def beginning_together(numbers: Sequence[int], column: str, text: str, limit: int) -> SearchSql:
    """:func:`beginning` of several models whose records may all be read, in one part of a statement."""
    of_model = (
        f"SELECT e.id FROM {TABLE} e WHERE e.model = r.value AND e.{column} >= %s AND e.{column} < %s "  # noqa: S608 -- our own names
        f"ORDER BY e.{column} LIMIT {limit}"
    )
    if search_is_on_sqlite():
        return SearchSql(
            f"SELECT f.id FROM json_each(%s) r CROSS JOIN {TABLE} f WHERE f.id IN ({of_model})",  # noqa: S608
            (json.dumps(list(numbers)), text, text + _AFTER_ALL),
        )
    return SearchSql(
        f"SELECT f.id FROM unnest(%s::integer[]) r(value) CROSS JOIN LATERAL ({of_model}) f",  # noqa: S608
        (list(numbers), text, text + _AFTER_ALL),
    )


def _runs(words: Words) -> str:
    """The question to the index of SQLite; empty for letters of other scripts only, which no index knows."""
    return " AND ".join(f'"{each}"' for each in words.trigrams())


def _sqlite_containing(
    searched: SearchDeclaration, words: Words, condition: SearchSql, limit: int
) -> SearchSql:
    runs = _runs(words)
    if not runs:
        return SearchSql(
            f"SELECT e.id FROM {TABLE} e WHERE e.id BETWEEN %s AND %s AND {condition.text} "  # noqa: S608
            f"ORDER BY e.id DESC LIMIT {limit}",
            (searched.first, searched.last, *condition.parameters),
        )
    return SearchSql(
        f"SELECT i.rowid AS id FROM {INDEX} i CROSS JOIN {TABLE} e ON e.id = i.rowid "  # noqa: S608
        f"WHERE i.{INDEX} MATCH %s AND i.rowid BETWEEN %s AND %s AND {condition.text} "
        f"ORDER BY i.rowid DESC LIMIT {limit}",
        (runs, searched.first, searched.last, *condition.parameters),
    )


def beginning(
    searched: SearchDeclaration, column: str, text: str, limit: int, scope: SearchSql | None = None
) -> SearchSql:
    """Keys of entries of one model whose ``column`` begins with ``text``, in its order."""
    within = f" AND object_id IN ({scope.text})" if scope else ""
    return SearchSql(
        f"SELECT id FROM {TABLE} WHERE model = %s AND {column} >= %s AND {column} < %s{within} "  # noqa: S608
        f"ORDER BY {column} LIMIT {limit}",
        (searched.number, text, text + _AFTER_ALL, *(scope.parameters if scope else ())),
    )
