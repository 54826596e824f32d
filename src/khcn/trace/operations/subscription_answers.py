"""Standing queries: new events are held against the subscriptions, and their answers put into the outbox.

Everything that becomes of one step is written in one transaction: which jobs were looked at, or until when a schedule
is answered, and the deliveries. What goes into them is found before that transaction begins, so that captures do not
wait for it; what has changed meanwhile is seen inside it, and the step is done again. So a worker may be killed, and
several may run: an event is in exactly one delivery of a subscription.

A subscriber gets what it may see at the time of the answer (docs/adr/0010); what it may see only later, because goods
reach it later, it finds by asking.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from khcn.epcis import QueryError, matches
from khcn.trace.models import CaptureJob, Subscription
from khcn.trace.operations.named_queries import typed_query
from khcn.trace.operations.outbox import Outbox
from khcn.trace.operations.schedules import next_run, parse_schedule
from khcn.trace.operations.subscriptions import hold_rounds, last_round
from khcn.trace.store import viewer_of
from khcn.trace.store.rounds import RoundStore, brought_by, visible_among
from khcn.trace.store.search.query_plan import plan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from khcn.epcis import Event, EventQuery, MasterData
    from khcn.trace.store import Viewer
    from khcn.trace.store.database.event_rows import Row

log = logging.getLogger(__name__)

Found = tuple["Row", "Event"]

EVENTS_AT_ONCE: Final = 2000
"""Events of one round, unless a single job has more."""

JOBS_AT_ONCE: Final = 500
LOOKED_AT: Final = 25
"""Events in memory at a time; a single one may be large."""

BROKEN: Final = "answering failed on our side; subscribe again, with initialRecordTime, when it is mended"


# ------------------------------------------------------------------------------------------- streams


@dataclass(slots=True)
class _Stream:
    """A subscription that gets events as they are captured, ready to be held against them."""

    subscription: Subscription
    query: EventQuery
    master_data: MasterData
    viewer: Viewer

    def wants(self, row: Row, event: Event) -> bool:
        """Whether the event matches; not yet whether it may be seen."""
        late_enough = row.record_time >= self.subscription.initial_record_time
        return late_enough and matches(event, self.query, self.master_data)


def _viewer(subscription: Subscription) -> Viewer:
    party = subscription.query.party
    return viewer_of(party=party.pk, gln=party.gln, sees_all=party.is_authority)


def _streams() -> QuerySet[Subscription]:
    return Subscription.objects.filter(stream=True, parked_at=None)


def _waiting() -> QuerySet[CaptureJob]:
    return CaptureJob.objects.filter(dispatch_round=0, accepted__gt=0)


def _some_jobs() -> list[CaptureJob]:
    """The oldest jobs whose events nobody was told of, as many as make a round."""
    jobs: list[CaptureJob] = []
    events = 0
    for job in _waiting().only("pk", "accepted", "first_event", "last_event").order_by("pk")[:JOBS_AT_ONCE]:
        jobs.append(job)
        events += job.accepted
        if events >= EVENTS_AT_ONCE:
            break
    return jobs


def dispatch_captures(*, at: datetime) -> bool:
    """Hold events of captures that have ended against the subscriptions to streams; True when more may wait.

    Without such subscriptions it is one statement. Jobs are taken in rounds; see `CaptureJob.dispatch_round`.
    """
    if not _waiting().exists():
        return False
    subscriptions = list(_streams().select_related("query__party"))
    jobs = _some_jobs() if subscriptions else []
    with Outbox(at) as outbox:
        broken = _answer_streams(subscriptions, jobs, outbox) if jobs else set()
        with transaction.atomic():
            current = hold_rounds() + 1
            if set(_streams().values_list("pk", flat=True)) != {each.pk for each in subscriptions}:
                return True  # somebody subscribed or left; nothing is written
            if not subscriptions:
                _waiting().update(dispatch_round=current)
                return False
            taken = _waiting().filter(pk__in=[job.pk for job in jobs]).update(dispatch_round=current)
            if taken != len(jobs):  # another worker has some of them
                transaction.set_rollback(True)
                return True
            outbox.write()
            _park(broken, at)
    return True


def _answer_streams(
    subscriptions: Collection[Subscription], jobs: Collection[CaptureJob], outbox: Outbox
) -> set[int]:
    """Lay aside what each subscription gets of the jobs' events. Returns those that failed for a fault of ours."""
    broken: set[int] = set()
    streams: list[_Stream] = []
    for each in subscriptions:
        with _alone(each, broken):
            query = replace(
                typed_query(each.query), order_by=None, event_count_limit=None, max_event_count=None
            )
            streams.append(_Stream(each, query, plan(query).master_data, _viewer(each)))
    for part in _parts(brought_by(jobs)):
        for stream in streams:
            if stream.subscription.pk not in broken:
                with _alone(stream.subscription, broken):
                    _answer_stream(stream, part, outbox)
    return broken


def _answer_stream(stream: _Stream, part: list[Found], outbox: Outbox) -> None:
    found = [(row, event) for row, event in part if stream.wants(row, event)]
    seen = visible_among([row for row, _ in found], stream.viewer)
    outbox.add_events(stream.subscription, [event for row, event in found if row.id in seen])


@contextmanager
def _alone(subscription: Subscription, broken: set[int]) -> Iterator[None]:
    """One that fails must not keep the others from their answers: it is noted in `broken`, and the rest goes on.

    A database that is away is nobody's fault; that is raised.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, DatabaseError) and not _database_answers():
            raise
        log.exception("subscription %s cannot be answered", subscription.name)
        broken.add(subscription.pk)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _parts(found: Iterator[Found]) -> Iterator[list[Found]]:
    while part := list(islice(found, LOOKED_AT)):
        yield part


def _park(subscriptions: Collection[int], at: datetime) -> None:
    if subscriptions:
        Subscription.objects.filter(pk__in=subscriptions).update(parked_at=at, parked_because=BROKEN)


# ------------------------------------------------------------------------------------------- runs


def answer_due(*, at: datetime) -> bool:
    """Answer the subscription that has been due longest; True when there may be another.

    Due are schedules, and streams that have not had their first answer: what was recorded between their
    ``initialRecordTime`` and the moment they were made.
    """
    due = Subscription.objects.filter(parked_at=None, next_run_at__lte=at)
    subscription = due.select_related("query__party").order_by("next_run_at", "pk").first()
    if subscription is None:
        return False
    until = subscription.last_round if subscription.stream else last_round()
    broken: set[int] = set()
    with Outbox(at) as outbox:
        with _alone(subscription, broken):
            _run(subscription, until, outbox)
        with transaction.atomic():
            unchanged = Subscription.objects.filter(
                pk=subscription.pk,
                parked_at=None,
                next_run_at=subscription.next_run_at,
                last_round=subscription.last_round,
            )
            if unchanged.update(
                next_run_at=_following(subscription, at), last_run_at=at, last_round=until
            ):  # else another worker was first, or the client left
                outbox.write()
                _park(broken, at)
    return True


def _following(subscription: Subscription, at: datetime) -> datetime | None:
    if subscription.stream:
        return None
    zone = timezone.get_default_timezone()
    return next_run(parse_schedule(subscription.schedule, zone=zone), after=at, zone=zone)


def _run(subscription: Subscription, until: int, outbox: Outbox) -> None:
    """Lay aside the answer of one run.

    An answer that is too large for the query's own ``maxEventCount``, or too complex, is replaced by the problem, and
    the next run goes on from here: a client that wants what was left out asks for it by ``GE_recordTime``.
    """
    store = RoundStore(
        _viewer(subscription),
        after=0 if subscription.stream else subscription.last_round,
        until=until,
        since=subscription.initial_record_time,
    )
    query = replace(typed_query(subscription.query), per_page=LOOKED_AT)
    if subscription.stream:
        query = replace(query, order_by=None, event_count_limit=None, max_event_count=None)
    try:
        page = store.query(query)
        if not page.events and subscription.report_if_empty:
            outbox.add_empty(subscription)
        outbox.add_events(subscription, page.events)
        while page.next_page_token is not None:
            page = store.query(replace(query, next_page_token=page.next_page_token))
            outbox.add_events(subscription, page.events)
    except QueryError as error:
        outbox.add_problem(subscription, error)
