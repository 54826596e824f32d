"""Sends deliveries: each until its receiver accepts it, or until it is parked for a person to look at.

Deliveries are written to the database (`delivery_buffer`) in the transaction of the data they answer
(`khcn.trace.operations.subscription_answers`), so a worker may be killed at any moment: an attempt that was not recorded
is repeated with the same bytes and the same ``Webhook-Id``, by which the receiver recognises it. Receivers do not wait
for each other, and a delivery that its receiver keeps refusing does not block its other deliveries.
"""

from __future__ import annotations

import logging
import uuid
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from khcn.epcis.codec.json_binding import json_text
from khcn.kernel.jobs.leases import Lease
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.trace.models import Delivery, Subscription
from khcn.trace.operations.webhook_client import DeliveryResult, headers_of, post

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

log = logging.getLogger(__name__)

LEASE: Final = Lease(timedelta(seconds=45))  # longer than an attempt can take (`webhook_client`)
MAX_CONCURRENT: Final = 8
FIRST_RETRY_DELAY: Final = timedelta(seconds=15)  # multiplied by four for each further attempt
LONGEST_RETRY_DELAY: Final = timedelta(hours=12)
MAX_ATTEMPTS: Final = 8  # over about a day
LONGEST_PAUSE: Final = timedelta(minutes=5)
MAX_PARKED: Final = 5  # consecutive deliveries, after which the subscription is parked
MAX_FAILING_TIME: Final = timedelta(days=2)
MIN_FAILURES: Final = 20  # consecutive failures of the receiver, in addition to the time
# Statuses that are not about the content: the receiver is down or overloaded.
_TEMPORARY_STATUSES: Final = frozenset({408, 425, 429, *range(500, 600)})


def _due(at: Any) -> Q:
    return Q(delivered_at=None, parked_at=None, send_at__lte=at)


_ANY_DUE: Final = PreparedQuery(lambda: Delivery.objects.filter(_due(asked("at"))).values_list("pk")[:1])


def lease_deliveries(*, at: datetime, limit: int) -> list[Delivery]:
    """Lease deliveries that are due, the oldest one of each receiver, to this worker."""
    # a plain look first: workers ask several times a second, and putting the question below into words takes ten times as long
    if not _ANY_DUE.rows(at=at):
        return []
    due = _due(at)
    waiting = Delivery.objects.filter(due, LEASE.free(at), subscription=OuterRef("pk")).order_by(
        "send_at", "pk"
    )
    leased = Delivery.objects.filter(
        LEASE.active(at), subscription=OuterRef("pk"), delivered_at=None, parked_at=None
    )
    receivers = (
        Subscription.answered(at=at)
        .filter(Q(quiet_until=None) | Q(quiet_until__lte=at))
        .annotate(next_delivery=Subquery(waiting.values("pk")[:1]))
        .filter(~Exists(leased), next_delivery__isnull=False)
        .order_by("next_delivery")
    )
    taken = [
        pk
        for pk in receivers.values_list("next_delivery", flat=True)[:limit]
        if LEASE.acquire(Delivery.objects.filter(due), Delivery(pk=pk), at=at)
    ]
    return list(Delivery.objects.filter(pk__in=taken).select_related("subscription").order_by("pk"))


def retry_delay(attempts: int, result: DeliveryResult) -> timedelta:
    """The delay after so many failed attempts."""
    return result.delay(min(LONGEST_RETRY_DELAY, FIRST_RETRY_DELAY * 4 ** (attempts - 1)))


@transaction.atomic
def record_outcome(*, delivery: Delivery, result: DeliveryResult, at: datetime) -> None:
    """Store the result of an attempt, and what it means for the delivery and its receiver."""
    subscriptions = Subscription.objects.select_for_update(
        no_key=True
    )  # lets other transactions insert deliveries meanwhile
    subscription = subscriptions.filter(pk=delivery.subscription_id).first()
    current = Delivery.objects.filter(pk=delivery.pk, delivered_at=None).defer("body").first()
    if (
        subscription is None or current is None
    ):  # unsubscribed meanwhile, or already delivered by another worker
        return
    current.attempts += 1
    current.leased_until = None
    current.last_error = "" if result.is_accepted else result.problem[:500]
    if result.is_accepted:
        current.delivered_at = at
        subscription.last_notified_at = at
        subscription.failures, subscription.failing_since, subscription.quiet_until = 0, None, None
    elif result.status == HTTPStatus.GONE:
        _park(subscription, at, "the receiver answered 410 Gone")
    elif result.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and _split(current, at):
        return
    else:
        _schedule_retry(current, subscription, result, at)
    current.save(
        update_fields=["attempts", "leased_until", "last_error", "send_at", "delivered_at", "parked_at"]
    )
    subscription.save(
        update_fields=[
            "last_notified_at",
            "failures",
            "failing_since",
            "quiet_until",
            "parked_at",
            "parked_because",
        ]
    )


def _schedule_retry(
    delivery: Delivery, subscription: Subscription, result: DeliveryResult, at: datetime
) -> None:
    delivery.send_at = at + retry_delay(delivery.attempts, result)
    if result.status is None or result.status in _TEMPORARY_STATUSES:
        quiet = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(subscription.failures, 9)))
        subscription.quiet_until = at + max(quiet, result.retry_after or timedelta(0))
        subscription.failing_since = subscription.failing_since or at
        subscription.failures += 1
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.parked_at = at
        log.warning("delivery %s is parked: %s", delivery.name, result.problem)
        since = (
            Q() if subscription.last_notified_at is None else Q(parked_at__gt=subscription.last_notified_at)
        )
        parked = (
            Delivery.objects.filter(since, subscription=subscription, parked_at__isnull=False).count() + 1
        )
        if parked >= MAX_PARKED:
            _park(
                subscription, at, f"{parked} deliveries failed one after another; the last: {result.problem}"
            )
    days = at - (subscription.failing_since or at)
    if subscription.failures >= MIN_FAILURES and days >= MAX_FAILING_TIME:
        _park(subscription, at, f"the receiver has failed for days; the last: {result.problem}")


def _park(subscription: Subscription, at: datetime, reason: str) -> None:
    subscription.parked_at = at
    subscription.parked_because = reason[:500]
    log.warning("subscription %s is parked: %s", subscription.name, reason)


def _split(delivery: Delivery, at: datetime) -> bool:
    """Replace a delivery that is too large for its receiver by two halves; False where it has only one event."""
    document = json_text.loads(delivery.body)
    results = document.get("epcisBody", {}).get("queryResults", {}).get("resultsBody", {})
    events = results.get("eventList", [])
    if len(events) < 2:  # noqa: PLR2004 -- two halves need two
        return False
    for half in (events[: len(events) // 2], events[len(events) // 2 :]):
        name = uuid.uuid4()
        results["eventList"] = half
        document["id"] = f"urn:uuid:{name}"
        Delivery.objects.create(
            name=name,
            subscription_id=delivery.subscription_id,
            body=json_text.dumps(document).decode(),
            created_at=delivery.created_at,
            send_at=at,
        )
    delivery.delete()
    return True


def send_waiting_deliveries(*, clock: Callable[[], datetime], stopping: Event) -> None:
    """Send all deliveries that are due, to several receivers at a time, until none is due or the worker stops.

    Only this thread uses the database; the threads of the pool only send.
    """
    in_flight: dict[Future[DeliveryResult], Delivery] = {}
    with ThreadPoolExecutor(MAX_CONCURRENT, thread_name_prefix="webhook") as pool:
        while True:
            if not stopping.is_set() and len(in_flight) < MAX_CONCURRENT:
                for delivery in lease_deliveries(at=clock(), limit=MAX_CONCURRENT - len(in_flight)):
                    body = delivery.body.encode()
                    delivery.body = ""  # saves memory; `record_outcome` reads it again where needed
                    headers = headers_of(delivery, body)
                    in_flight[pool.submit(post, delivery.subscription.destination, body, headers)] = delivery
                    del body
            if not in_flight:
                return
            done, _rest = wait(in_flight, timeout=0.2, return_when=FIRST_COMPLETED)
            for each in done:
                record_outcome(delivery=in_flight.pop(each), result=each.result(), at=clock())


def delete_old_deliveries(*, before: datetime) -> int:
    """Delete deliveries that were accepted or parked before an instant; returns how many."""
    old = Q(delivered_at__lt=before) | Q(parked_at__lt=before)
    removed, _each = Delivery.objects.filter(old).delete()
    return removed
