"""Events as query sets, of which it is known what their row ids are and when they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import Event
from khcn.trace.store.database.stores import values_everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

_BATCH_SIZE: Final = 1000  # values in one IN (…)


def events_by_id(times: Mapping[int, int], *, batch_size: int = _BATCH_SIZE) -> Iterator[QuerySet[Event]]:
    """Some events, by row id and time, in query sets of so many each, in the order of their ids.

    The time is part of the query because PostgreSQL partitions the table by it.
    """
    for part in chunks(sorted(times), batch_size):
        yield Event.objects.filter(id__in=part, event_time__in={times[one] for one in part})


def captured_at(times: Mapping[int, int]) -> dict[int, int]:
    """When some events, by row id and time, were captured (record time), by row id."""
    return {
        number: moment
        for rows in events_by_id(times)
        for number, moment in values_everywhere(rows, "id", "record_time")
    }
