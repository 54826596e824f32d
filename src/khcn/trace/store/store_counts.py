"""How much the stores of the provinces have: numbers that are found quickly, whatever the size of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connections

from khcn.trace.models import Event, TraceParty
from khcn.trace.store.database.sql import Sql, fetch
from khcn.trace.store.database.stores import ask_stores, code_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_COUNTED: Final = 100_000
"""Up to so many events are counted; of more, PostgreSQL says about how many there are."""

_COUNTED: Final = "SELECT count(*) FROM (SELECT 1 FROM trace_event LIMIT %s) AS found"
# SQLite numbers events one by one
_HIGHEST: Final = Sql("SELECT max(id) FROM trace_event")
_ESTIMATED: Final = Sql(
    "SELECT sum(greatest(part.reltuples, 0)) FROM pg_inherits i JOIN pg_class part ON part.oid = i.inhrelid "
    "WHERE i.inhparent = 'trace_event'::regclass"
)


class StoreCounts(NamedTuple):
    """The numbers of one store; `is_about`: its events were not counted one by one."""

    code: str
    events: int
    is_about: bool
    captured_at: int | None  # the latest capture, in microseconds
    parties: int
    authorities: int
    with_codes: int  # parties for which codes are confirmed


def counts_of_stores() -> list[StoreCounts]:
    """Those of all stores of the present answer, by the codes of their provinces."""
    return sorted(ask_stores(_counts))


def _counts(alias: str) -> list[StoreCounts]:
    ((counted,),) = fetch(Sql(_COUNTED, (MOST_COUNTED + 1,)), alias)
    is_about = counted > MOST_COUNTED
    if is_about:
        is_postgresql = connections[alias].vendor == "postgresql"
        ((estimated,),) = fetch(_ESTIMATED if is_postgresql else _HIGHEST, alias)
        counted = max(counted, round(estimated or 0))
    latest = (
        Event.objects.using(alias)
        .order_by("-record_time", "-id")
        .values_list("record_time", flat=True)
        .first()
    )
    parties: QuerySet[Any] = TraceParty.objects.using(alias)
    return [
        StoreCounts(
            code_of(alias),
            int(counted),
            is_about,
            latest,
            parties.count(),
            parties.filter(is_authority=True).count(),
            parties.exclude(confirmed_codes="").count(),
        )
    ]
