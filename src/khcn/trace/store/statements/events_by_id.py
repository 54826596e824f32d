"""Events as query sets, of which it is known what their row ids are and when they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import Event
from khcn.trace.store.database.stores import looked_up_once, values_everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

_BATCH_SIZE: Final = 1000  # values in one IN (…)


def events_by_id(times: Mapping[int, int]) -> Iterator[QuerySet[Event]]:
    """Some events, by row id and time, in query sets of so many each, in the order of their ids.

    The time is part of the query because PostgreSQL partitions the table by it.
    """
    for part in chunks(sorted(times), _BATCH_SIZE):
        yield Event.objects.filter(id__in=part, event_time__in={times[one] for one in part})


class EventHead(NamedTuple):
    """What is known of an event without its body."""

    number: int
    event_id: str
    event_time: int
    owner: int
    declares_error: bool


def event_heads(times: Mapping[int, int]) -> dict[int, EventHead]:
    """Some events, by row id and time, by row id; in one answer each event is asked for once."""
    known: dict[int, EventHead] = looked_up_once("heads of events", dict)
    new = {event: moment for event, moment in times.items() if event not in known}
    for rows in events_by_id(new):
        found = values_everywhere(rows, "id", "event_id", "event_time", "owner", "declared")
        known.update((row[0], EventHead(*row)) for row in found)
    return {event: known[event] for event in times if event in known}


def captured_at(times: Mapping[int, int]) -> dict[int, int]:
    """When some events, by row id and time, were captured (record time), by row id."""
    return {
        number: moment
        for rows in events_by_id(times)
        for number, moment in values_everywhere(rows, "id", "record_time")
    }
