"""The events of certain capture jobs, for the answers to subscriptions."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db.models import Max, Min

from khcn.trace.models import CaptureJob
from khcn.trace.store.database.sql import NONE, Sql, every, one_of
from khcn.trace.store.event_store import DjangoEventStore
from khcn.trace.store.search.answer_order import CAPTURE
from khcn.trace.store.search.candidates import Candidates
from khcn.trace.store.search.query_plan import SqlFilter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from khcn.epcis.model import Event
    from khcn.trace.store.database.event_rows import EventRow
    from khcn.trace.store.search.answer_order import Position
    from khcn.trace.store.visibility import Viewer

_FIRST: Final = 25


def events_of_jobs(jobs: Collection[CaptureJob]) -> Iterator[tuple[EventRow, Event]]:
    """The events of some jobs in the order of capture, without regard to visibility."""
    first = [job.first_event for job in jobs if job.first_event is not None]
    last = [job.last_event for job in jobs if job.last_event is not None]
    if not first or not last:
        return
    within = every(
        [
            Sql("e.id BETWEEN %s AND %s", (min(first), max(last))),
            one_of("e.job", [job.pk for job in jobs]),
        ]
    )
    candidates = Candidates(SqlFilter(event=[within]))
    after: Position | None = None
    while True:
        # always in small batches: events may be large, and the caller may stop early
        rows = list(islice(candidates.rows(CAPTURE, after, first=_FIRST), _FIRST))
        for row in rows:
            yield row, row.event
        if len(rows) < _FIRST:
            return
        after = CAPTURE.position(rows[-1])


class RoundEventStore(DjangoEventStore):
    """The store as a viewer sees it, restricted to the events of certain rounds (`CaptureJob.dispatch_round`)."""

    def __init__(self, viewer: Viewer, *, after: int, until: int, since: int) -> None:
        """Restrict it to rounds after `after` up to `until`, recorded at `since` (microseconds) or later."""
        super().__init__(viewer)
        jobs = CaptureJob.objects.filter(dispatch_round__gt=after, dispatch_round__lte=until, accepted__gt=0)
        ids = jobs.aggregate(first=Min("first_event"), last=Max("last_event"))
        if ids["first"] is None:
            self._also = NONE
            return
        self._also = Sql(
            "e.id BETWEEN %s AND %s AND e.record_time >= %s AND e.job IN (SELECT j.id FROM trace_capturejob j "
            "WHERE j.dispatch_round > %s AND j.dispatch_round <= %s)",
            (ids["first"], ids["last"], since, after, until),
        )
