"""When steps happened whose hour nobody wrote: on their day, and never before what was done with the same goods earlier on that day.

Events never change, and what is in a package is read from their times: a crate that was packed at three on one day, and is unpacked in the
diary of the next day, was not unpacked at noon.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject
from khcn.trace.store.encoding.instants import instant, microseconds, record_time

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.trace.models import TraceParty

_NOON: Final = time(12)


def moment_after(
    day: date, entered: datetime, things: Collection[str], parties: Collection[TraceParty | None]
) -> datetime:
    """When a step happened that was entered then: at that moment on the same day; on an earlier one in the middle of it, or as late as
    what these parties have reported of the things for that day.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    local = entered.astimezone(zone)
    if local.date() == day:
        return local
    noon = datetime.combine(day, _NOON, zone)
    latest = latest_on(day, things, parties)
    return noon if latest is None else max(noon, latest)


def latest_on(day: date, things: Collection[str], parties: Collection[TraceParty | None]) -> datetime | None:
    """The time of the last event of a day that names one of the things, of those that these parties have reported."""
    zone = ZoneInfo(settings.TIME_ZONE)
    begins, ends = (
        microseconds(record_time(datetime.combine(each, time.min, zone)))
        for each in (day, day + timedelta(days=1))
    )
    owners = {each.pk for each in parties if each is not None}
    found = []
    for part in chunks(sorted(things)):
        rows = EventObject.objects.filter(
            thing__in=part, owner__in=owners, event_time__gte=begins, event_time__lt=ends
        )
        found.append(rows.aggregate(last=Max("event_time"))["last"])
    last = max((each for each in found if each is not None), default=None)
    return None if last is None else instant(last).astimezone(zone)
