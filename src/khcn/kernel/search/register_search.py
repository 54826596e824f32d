"""Search inside one register: its rows, narrowed to those with the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat

from khcn.kernel.search.models import SearchEntry
from khcn.kernel.search.search_sql import (
    FREQUENT,
    SearchSql,
    search_is_on_sqlite,
    sql_among_newest,
    sql_containing,
)

if TYPE_CHECKING:
    from khcn.kernel.search.declarations import SearchDeclaration
    from khcn.kernel.search.search_words import Words

_M = TypeVar("_M", bound=Model)
# Up to here the rows found are named one by one.
NAMED_UP_TO = 5000


@dataclass(frozen=True, slots=True)
class MatchingRows(Generic[_M]):
    """Rows with all the words. ``many``: so many have them that only reading from the newest record on ends soon; in
    another order the first match may stand behind half of the register ("Trần" in the alphabet).
    """

    rows: QuerySet[_M]
    many: bool = False


def rows_with_words(rows: QuerySet[_M], searched: SearchDeclaration, words: Words) -> MatchingRows[_M]:
    """Rows with all the words; all of them when there are no words. Asks the database twice at most."""
    if not words.words:
        return MatchingRows(rows)
    found = _few(searched, words)
    if found is not None:
        return MatchingRows(rows.filter(pk__in=_named(found)))
    entries: QuerySet[Any] = SearchEntry.objects.filter(pk=OuterRef("pk") + searched.first)
    columns = ["text"]
    if searched.names_only:
        entries = entries.annotate(padded_name=Concat(Value(" "), "name"))
        columns.append("padded_name")
    for column in columns:
        for pattern in words.patterns():
            entries = entries.filter(**{f"{column}__contains": pattern[1:-1]})
    return MatchingRows(rows.filter(Exists(entries)), many=True)


def _few(searched: SearchDeclaration, words: Words) -> list[int] | None:
    """Keys of all records with the words; None when there are many."""
    if len(_keys(sql_among_newest(searched, words))) >= FREQUENT:
        return None
    keys = {key - searched.first for key in _keys(sql_containing(searched, words, NAMED_UP_TO + 1))}
    return None if len(keys) > NAMED_UP_TO else sorted(keys)


def _named(keys: list[int]) -> list[int] | RawSQL:
    """The keys, as the right side of ``pk IN``.

    With literals PostgreSQL reads an index in the list's order until it has met enough of them, which may be half of
    the table; from an array it takes the records by their keys and sorts those.
    """
    return RawSQL("SELECT unnest(%s::bigint[])", (keys,)) if keys and not search_is_on_sqlite() else keys


def _keys(statement: SearchSql) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.parameters)
        return [key for (key,) in cursor.fetchall()]
