"""What standing queries are answered from: the events of certain capture jobs, as somebody may see them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db.models import Max, Min

from khcn.trace.models import CaptureJob
from khcn.trace.store.database.sql import NONE, Sql, every, one_of
from khcn.trace.store.event_store import DjangoStore
from khcn.trace.store.search.candidates import CAPTURE, Candidates
from khcn.trace.store.search.query_plan import Narrowing
from khcn.trace.store.visibility import Viewer, seen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from khcn.epcis.model import Event
    from khcn.trace.store.database.event_rows import Row
    from khcn.trace.store.search.candidates import Position

_FIRST: Final = 25


def brought_by(jobs: Collection[CaptureJob]) -> Iterator[tuple[Row, Event]]:
    """The events of some jobs in the order of capture, whoever may see them."""
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
    candidates = Candidates(Narrowing(event=[within]))
    after: Position | None = None
    while True:
        # few at a time, always: events may be large, and nobody knows how many of these are wanted
        rows = list(islice(candidates.rows(CAPTURE, after, first=_FIRST), _FIRST))
        for row in rows:
            yield row, row.event
        if len(rows) < _FIRST:
            return
        after = CAPTURE.position(rows[-1])


def visible_among(rows: Collection[Row], viewer: Viewer) -> set[int]:
    """The ids of those that the viewer may see."""
    return seen(viewer, list(rows))


class RoundStore(DjangoStore):
    """The store as a viewer sees it, but only events of certain rounds (`CaptureJob.dispatch_round`)."""

    def __init__(self, viewer: Viewer, *, after: int, until: int, since: int) -> None:
        """Take the events of rounds beyond `after` up to `until`, recorded at `since` (microseconds) or later."""
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
