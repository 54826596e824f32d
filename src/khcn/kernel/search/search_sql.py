"""Statements that the two databases are asked, in the parts that differ.

SQLite reads its index from the newest record on and stops when it has enough. PostgreSQL's index always gives all rows
with a word before the first one is read; where a word is frequent that is much, so the newest records are looked
through first, and the index is asked only when they do not give enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
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


def _sqlite_containing(
    searched: SearchDeclaration, words: Words, condition: SearchSql, limit: int
) -> SearchSql:
    runs = " AND ".join(f'"{each}"' for each in words.trigrams())
    if not runs:  # letters of other scripts only: no index knows them
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
