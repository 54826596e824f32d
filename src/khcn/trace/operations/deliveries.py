"""Answers on their way: each is sent until its receiver has it, or is parked for a person to look at.

The outbox holds what a transaction wrote there together with what it answers (`khcn.trace.operations.subscription_answers`), so a
worker may be killed at any moment: an attempt that nobody recorded is made again with the same bytes and the same
``Webhook-Id``, by which a receiver sees that it has it already. Receivers do not wait for each other, and of one receiver
no delivery waits for another that it keeps refusing.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import random
import uuid
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from khcn.epcis.codec.json_binding import json_text
from khcn.trace.models import Delivery, Subscription
from khcn.trace.operations.webhook_client import Receipt, post

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=45)  # longer than an attempt may take (`sending`)
AT_ONCE: Final = 8
FIRST_WAIT: Final = timedelta(seconds=15)  # then four times as long each time
LONGEST_WAIT: Final = timedelta(hours=12)
MOST_ATTEMPTS: Final = 8  # in about a day
LONGEST_QUIET: Final = timedelta(minutes=5)
MOST_PARKED: Final = 5  # deliveries one after another, before the subscription itself is parked
LONGEST_FAILING: Final = timedelta(days=2)
MOST_FAILURES: Final = 20  # of the receiver one after another, before the days count
# Answers that say nothing about what was sent: the receiver is not well, or has too much to do.
_UNWELL: Final = frozenset({408, 425, 429, *range(500, 600)})


def signature(token: str, body: bytes) -> str:
    """The ``GS1-Signature`` of a body: HMAC with SHA-256, the subscriber's token as key, in hexadecimal."""
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def headers_of(delivery: Delivery, body: bytes) -> dict[str, str]:
    """What goes with a delivery and its body; the same at every attempt."""
    token = delivery.subscription.signature_token
    found = {
        "Content-Type": "application/json",
        "User-Agent": "khcn-trace",
        "GS1-EPCIS-Version": "2.0.0",
        "GS1-CBV-Version": "2.0.0",
        "Webhook-Id": str(delivery.name),
    }
    if token:
        found["GS1-Signature"] = signature(token, body)
    return found


def claim_deliveries(*, at: datetime, limit: int) -> list[Delivery]:
    """Take deliveries that are due, the oldest of each receiver; nobody else has them until the lease ends."""
    due = Q(delivered_at=None, parked_at=None, send_at__lte=at)
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    waiting = Delivery.objects.filter(due, free, subscription=OuterRef("pk")).order_by("send_at", "pk")
    claimed = Delivery.objects.filter(
        subscription=OuterRef("pk"), delivered_at=None, parked_at=None, claimed_until__gt=at
    )
    receivers = (
        Subscription.objects.filter(Q(quiet_until=None) | Q(quiet_until__lte=at), parked_at=None)
        .annotate(next_delivery=Subquery(waiting.values("pk")[:1]))
        .filter(~Exists(claimed), next_delivery__isnull=False)
        .order_by("next_delivery")
    )
    taken = [
        pk
        for pk in receivers.values_list("next_delivery", flat=True)[:limit]
        if Delivery.objects.filter(due, free, pk=pk).update(claimed_until=at + LEASE)
    ]
    return list(Delivery.objects.filter(pk__in=taken).select_related("subscription").order_by("pk"))


def wait_after(attempts: int, receipt: Receipt) -> timedelta:
    """How long to wait after so many failed attempts; spread, so that what failed together is not sent together."""
    usual = min(LONGEST_WAIT, FIRST_WAIT * 4 ** (attempts - 1))
    spread = usual * random.uniform(0.8, 1.2)  # noqa: S311 -- no secret
    return max(spread, receipt.retry_after or timedelta(0))


@transaction.atomic
def record_outcome(*, delivery: Delivery, receipt: Receipt, at: datetime) -> None:
    """Keep what an attempt came to, and what that means for the delivery and its receiver."""
    subscriptions = Subscription.objects.select_for_update(
        no_key=True
    )  # new deliveries may be written meanwhile
    subscription = subscriptions.filter(pk=delivery.subscription_id).first()
    current = Delivery.objects.filter(pk=delivery.pk, delivered_at=None).defer("body").first()
    if (
        subscription is None or current is None
    ):  # unsubscribed meanwhile, or another worker's attempt was taken
        return
    current.attempts += 1
    current.claimed_until = None
    current.last_error = "" if receipt.taken else receipt.problem[:500]
    if receipt.taken:
        current.delivered_at = at
        subscription.last_notified_at = at
        subscription.failures, subscription.failing_since, subscription.quiet_until = 0, None, None
    elif receipt.status == HTTPStatus.GONE:
        _park(subscription, at, "the receiver answered 410 Gone")
    elif receipt.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and _split(current, at):
        return
    else:
        _put_off(current, subscription, receipt, at)
    current.save(
        update_fields=["attempts", "claimed_until", "last_error", "send_at", "delivered_at", "parked_at"]
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


def _put_off(delivery: Delivery, subscription: Subscription, receipt: Receipt, at: datetime) -> None:
    delivery.send_at = at + wait_after(delivery.attempts, receipt)
    if receipt.status is None or receipt.status in _UNWELL:
        quiet = min(LONGEST_QUIET, timedelta(seconds=2 ** min(subscription.failures, 9)))
        subscription.quiet_until = at + max(quiet, receipt.retry_after or timedelta(0))
        subscription.failing_since = subscription.failing_since or at
        subscription.failures += 1
    if delivery.attempts >= MOST_ATTEMPTS:
        delivery.parked_at = at
        log.warning("delivery %s is parked: %s", delivery.name, receipt.problem)
        since = (
            Q() if subscription.last_notified_at is None else Q(parked_at__gt=subscription.last_notified_at)
        )
        parked = (
            Delivery.objects.filter(since, subscription=subscription, parked_at__isnull=False).count() + 1
        )
        if parked >= MOST_PARKED:
            _park(
                subscription, at, f"{parked} deliveries failed one after another; the last: {receipt.problem}"
            )
    days = at - (subscription.failing_since or at)
    if subscription.failures >= MOST_FAILURES and days >= LONGEST_FAILING:
        _park(subscription, at, f"the receiver has failed for days; the last: {receipt.problem}")


def _park(subscription: Subscription, at: datetime, reason: str) -> None:
    subscription.parked_at = at
    subscription.parked_because = reason[:500]
    log.warning("subscription %s is parked: %s", subscription.name, reason)


def _split(delivery: Delivery, at: datetime) -> bool:
    """Send two halves instead of what the receiver calls too large; False where there is only one event."""
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


def send_waiting(*, clock: Callable[[], datetime], stopping: Event) -> None:
    """Send all that is due, several receivers at a time, until nothing is due or the worker stops.

    Only this thread uses the database; the threads of the pool talk to receivers.
    """
    in_flight: dict[Future[Receipt], Delivery] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        while True:
            if not stopping.is_set() and len(in_flight) < AT_ONCE:
                for delivery in claim_deliveries(at=clock(), limit=AT_ONCE - len(in_flight)):
                    body = delivery.body.encode()
                    delivery.body = ""  # is read again where it is needed; eight of a megabyte add up
                    headers = headers_of(delivery, body)
                    in_flight[pool.submit(post, delivery.subscription.destination, body, headers)] = delivery
                    del body
            if not in_flight:
                return
            done, _rest = wait(in_flight, timeout=0.2, return_when=FIRST_COMPLETED)
            for each in done:
                record_outcome(delivery=in_flight.pop(each), receipt=each.result(), at=clock())


def forget_deliveries(*, before: datetime) -> int:
    """Remove deliveries that were taken or parked before an instant; returns how many."""
    old = Q(delivered_at__lt=before) | Q(parked_at__lt=before)
    removed, _each = Delivery.objects.filter(old).delete()
    return removed
