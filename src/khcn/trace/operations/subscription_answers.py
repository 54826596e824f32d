"""Answers subscriptions: matches new events with them, and writes the answers as deliveries.

Each step is written in one transaction: which jobs were processed, or up to when a schedule is answered, together with
the deliveries. Their content is computed before that transaction begins, so that captures do not wait for it; if the
data changed meanwhile, the transaction notices and the step is repeated. Therefore a worker may be killed, and several
may run: an event is in exactly one delivery of a subscription.

A subscriber gets the events that it may see at the time of the answer (docs/adr/0010). Events that it may see only
later, because it received the goods later, it can query.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from khcn.epcis import QueryError, matches
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.trace.models import CaptureJob, Subscription
from khcn.trace.operations.delivery_buffer import DeliveryBuffer
from khcn.trace.operations.dispatch_round_numbers import last_round, lock_rounds
from khcn.trace.operations.named_queries import typed_query
from khcn.trace.operations.schedules import next_run, parse_schedule
from khcn.trace.queries.viewers import viewer_of_party
from khcn.trace.store.capture_job_events import RoundEventStore, events_of_jobs
from khcn.trace.store.search.query_plan import plan_query
from khcn.trace.store.visibility import visible_ids

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from khcn.epcis import Event, EventQuery, MasterData
    from khcn.trace.store import Viewer
    from khcn.trace.store.database.event_rows import EventRow

log = logging.getLogger(__name__)

RowAndEvent = tuple["EventRow", "Event"]

MAX_ROUND_EVENTS: Final = 2000
"""Maximum number of events in one round, unless a single job has more."""

MAX_ROUND_JOBS: Final = 500
BATCH_SIZE: Final = 25
"""Events in memory at a time; a single event may be large."""

INTERNAL_ERROR_REASON: Final = (
    "answering failed on our side; subscribe again, with initialRecordTime, when it is mended"
)


# ------------------------------------------------------------------------------------------- streams


@dataclass(slots=True)
class _Stream:
    """A subscription to a stream, with its parsed query."""

    subscription: Subscription
    query: EventQuery
    master_data: MasterData
    viewer: Viewer

    def wants(self, row: EventRow, event: Event) -> bool:
        """Whether the event matches; visibility is checked later."""
        late_enough = row.record_time >= self.subscription.initial_record_time
        return late_enough and matches(event, self.query, self.master_data)


def _viewer(subscription: Subscription) -> Viewer:
    party = subscription.query.party
    return viewer_of_party(party)


def _streams(at: datetime) -> QuerySet[Subscription]:
    return Subscription.answered(at=at).filter(stream=True)


def _waiting() -> QuerySet[CaptureJob]:
    return CaptureJob.objects.filter(dispatch_round=0, accepted__gt=0)


_ANY_WAITING: Final = PreparedQuery(lambda: _waiting().values_list("pk")[:1])


def _next_round_jobs() -> list[CaptureJob]:
    """The oldest jobs that were not dispatched yet, as many as make a round."""
    jobs: list[CaptureJob] = []
    events = 0
    for job in _waiting().only("pk", "accepted", "first_event", "last_event").order_by("pk")[:MAX_ROUND_JOBS]:
        jobs.append(job)
        events += job.accepted
        if events >= MAX_ROUND_EVENTS:
            break
    return jobs


def answer_stream_subscriptions(*, at: datetime) -> bool:
    """Answer the subscriptions to streams with the events of finished captures that match; True when more may wait.

    Without such subscriptions this is a single statement. Jobs are processed in rounds; see `CaptureJob.dispatch_round`.
    """
    if not _ANY_WAITING.rows():
        return False
    subscriptions = list(_streams(at).select_related("query__party"))
    jobs = _next_round_jobs() if subscriptions else []
    with DeliveryBuffer(at) as deliveries:
        broken = _answer_streams(subscriptions, jobs, deliveries) if jobs else set()
        with transaction.atomic():
            current = lock_rounds() + 1
            if set(_streams(at).values_list("pk", flat=True)) != {each.pk for each in subscriptions}:
                return True  # the subscriptions have changed; nothing is written, and the step is repeated
            if not subscriptions:
                _waiting().update(dispatch_round=current)
                return False
            taken = _waiting().filter(pk__in=[job.pk for job in jobs]).update(dispatch_round=current)
            if taken != len(jobs):  # another worker has taken some of them
                transaction.set_rollback(True)
                return True
            deliveries.write()
            _park(broken, at)
    return True


def _answer_streams(
    subscriptions: Collection[Subscription], jobs: Collection[CaptureJob], deliveries: DeliveryBuffer
) -> set[int]:
    """Add the answers of each subscription. Returns the subscriptions that failed by an internal error."""
    broken: set[int] = set()
    streams: list[_Stream] = []
    for each in subscriptions:
        with _isolated(each, broken):
            query = replace(
                typed_query(each.query), order_by=None, event_count_limit=None, max_event_count=None
            )
            viewer = _viewer(each)
            streams.append(_Stream(each, query, plan_query(query, viewer).master_data, viewer))
    for part in _batches(events_of_jobs(jobs)):
        for stream in streams:
            if stream.subscription.pk not in broken:
                with _isolated(stream.subscription, broken):
                    _answer_stream(stream, part, deliveries)
    return broken


def _answer_stream(stream: _Stream, part: list[RowAndEvent], deliveries: DeliveryBuffer) -> None:
    found = [(row, event) for row, event in part if stream.wants(row, event)]
    seen = visible_ids(stream.viewer, [row for row, _ in found])
    deliveries.add_events(stream.subscription, [event for row, event in found if row.id in seen])


@contextmanager
def _isolated(subscription: Subscription, broken: set[int]) -> Iterator[None]:
    """Log an error of one subscription and add it to `broken`, so that the others still get their answers.

    A database that is unavailable is no error of the subscription; that error is raised.
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


def _batches(found: Iterator[RowAndEvent]) -> Iterator[list[RowAndEvent]]:
    while part := list(islice(found, BATCH_SIZE)):
        yield part


def _park(subscriptions: Collection[int], at: datetime) -> None:
    if subscriptions:
        Subscription.objects.filter(pk__in=subscriptions).update(
            parked_at=at, parked_because=INTERNAL_ERROR_REASON
        )


# ------------------------------------------------------------------------------------------- runs


def _due(at: Any) -> QuerySet[Subscription]:
    return Subscription.answered(at=at).filter(next_run_at__lte=at)


_ANY_DUE: Final = PreparedQuery(lambda: _due(asked("at")).values_list("pk")[:1])


def answer_due(*, at: datetime) -> bool:
    """Answer the subscription that has been due longest; True when another may be due.

    Due are schedules, and streams before their first answer: the events recorded between their ``initialRecordTime`` and
    their creation.
    """
    if not _ANY_DUE.rows(at=at):
        return False
    subscription = _due(at).select_related("query__party").order_by("next_run_at", "pk").first()
    if subscription is None:
        return False
    until = subscription.last_round if subscription.stream else last_round()
    broken: set[int] = set()
    with DeliveryBuffer(at) as deliveries:
        with _isolated(subscription, broken):
            _run_subscription(subscription, until, deliveries)
        with transaction.atomic():
            still = Subscription.answered(at=at).filter(pk=subscription.pk).exists()
            # Conditions on the subscription's own columns alone: after waiting for a row lock PostgreSQL evaluates those on
            # other tables not again, and two workers would both write the answer.
            unchanged = Subscription.objects.filter(
                pk=subscription.pk,
                parked_at=None,
                next_run_at=subscription.next_run_at,
                last_round=subscription.last_round,
            )
            if still and unchanged.update(
                next_run_at=_next_run_of(subscription, at), last_run_at=at, last_round=until
            ):  # otherwise another worker was first, or the client unsubscribed
                deliveries.write()
                _park(broken, at)
    return True


def _next_run_of(subscription: Subscription, at: datetime) -> datetime | None:
    if subscription.stream:
        return None
    zone = timezone.get_default_timezone()
    return next_run(parse_schedule(subscription.schedule, zone=zone), after=at, zone=zone)


def _run_subscription(subscription: Subscription, until: int, deliveries: DeliveryBuffer) -> None:
    """Add the answer of one run.

    An answer beyond the ``maxEventCount`` of the query, or too complex, is replaced by the problem, and the next run
    continues after it: the client can query what was left out by ``GE_recordTime``.
    """
    store = RoundEventStore(
        _viewer(subscription),
        after=0 if subscription.stream else subscription.last_round,
        until=until,
        since=subscription.initial_record_time,
    )
    query = replace(typed_query(subscription.query), per_page=BATCH_SIZE)
    if subscription.stream:
        query = replace(query, order_by=None, event_count_limit=None, max_event_count=None)
    try:
        page = store.query(query)
        if not page.events and subscription.report_if_empty:
            deliveries.add_empty(subscription)
        deliveries.add_events(subscription, page.events)
        while page.next_page_token is not None:
            page = store.query(replace(query, next_page_token=page.next_page_token))
            deliveries.add_events(subscription, page.events)
    except QueryError as error:
        deliveries.add_problem(subscription, error)
