"""Search inside one register: its rows, narrowed to those with the words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from khcn.kernel.search.models import SearchEntry
from khcn.kernel.search.statements import FREQUENT, containing

if TYPE_CHECKING:
    from khcn.kernel.search.declared import Searched
    from khcn.kernel.search.words import Words

_M = TypeVar("_M", bound=Model)
# Up to here the rows found are named one by one. Where more have the words, each row of the list is looked up as the
# list is walked in its own order, which then ends soon.
NAMED_UP_TO = 5000


def narrow(rows: QuerySet[_M], searched: Searched, words: Words) -> QuerySet[_M]:
    """Rows with all the words; all of them when there are no words. Asks the database once."""
    if not words.words:
        return rows
    found = _few(searched, words)
    if found is not None:
        return rows.filter(pk__in=found)
    entries: QuerySet[Any] = SearchEntry.objects.filter(pk=OuterRef("pk") + searched.first)
    columns = ["text"]
    if searched.names_only:
        entries = entries.annotate(padded_name=Concat(Value(" "), "name"))
        columns.append("padded_name")
    for column in columns:
        for pattern in words.patterns():
            entries = entries.filter(**{f"{column}__contains": pattern[1:-1]})
    return rows.filter(Exists(entries))


def _few(searched: Searched, words: Words) -> list[int] | None:
    """Keys of all records with the words; None when there are many."""
    statement = containing(searched, words, NAMED_UP_TO + 1)
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.parameters)
        found = cursor.fetchall()
    keys = sorted({key - searched.first for key, _indexed in found})
    frequent = sum(1 for _key, indexed in found if not indexed) >= FREQUENT
    return None if frequent or len(keys) > NAMED_UP_TO else keys
