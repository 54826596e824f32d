"""Named queries, subscriptions to their answers, and the deliveries of these answers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


class NamedQuery(models.Model):
    """A query stored under a name (``/queries/{queryName}``). Each party has its own names."""

    party = models.ForeignKey("trace.TraceParty", models.PROTECT, related_name="named_queries")
    name = models.CharField(max_length=200)
    parameters = models.TextField()  # the query as sent, JSON: names and values of `khcn.epcis.parse_query`
    prefixes = models.JSONField(default=dict)  # of extension names in it, from the header GS1-Extensions
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "name"], name="trace_named_query_key")
        ]


class Subscription(models.Model):
    """A webhook that receives the answers of a named query, after every capture or on a schedule (EPCIS 2.0, 8.2.5).

    An answer holds the events of the capture jobs of certain rounds (`CaptureJob.dispatch_round`): a stream gets each
    round as it comes, a schedule the rounds since its last run. A subscription that asks for events recorded before it
    was made gets them in one first run.

    It belongs to the key by which it was asked for and is answered while that key is good (`answered`): a person who found or
    stole a key has no feed after the key is revoked.
    """

    name = models.UUIDField(default=uuid.uuid4, unique=True)  # the subscriptionID
    query = models.ForeignKey(NamedQuery, models.CASCADE, related_name="subscriptions")
    key = models.ForeignKey("trace.ApiKey", models.PROTECT, related_name="subscriptions")
    destination = models.URLField(max_length=2000)
    signature_token = models.TextField(
        blank=True
    )  # given by the subscriber; the key of the HMAC that signs each delivery
    stream = models.BooleanField()  # after every capture; otherwise by `schedule`
    schedule = models.JSONField(default=dict)  # second, minute, hour, dayOfMonth, month, dayOfWeek
    report_if_empty = models.BooleanField(default=False)
    initial_record_time = (
        models.BigIntegerField()
    )  # microseconds; the first answer holds events recorded from then on
    epc_format = models.CharField(max_length=40, blank=True)  # header GS1-EPC-Format of the subscriber
    cbv_format = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    next_run_at = models.DateTimeField(null=True)
    last_run_at = models.DateTimeField(null=True)
    last_round = (
        models.BigIntegerField()
    )  # rounds up to this one are answered, or are before the start of a stream
    last_notified_at = models.DateTimeField(null=True)  # the last accepted delivery
    failures = models.PositiveIntegerField(default=0)  # consecutive failures of the receiver
    failing_since = models.DateTimeField(null=True)
    quiet_until = models.DateTimeField(null=True)  # nothing is sent before, so that the receiver can recover
    parked_at = models.DateTimeField(
        null=True
    )  # nothing is sent any more: the receiver kept failing, or answered 410
    parked_because = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_run_at"],
                condition=models.Q(parked_at__isnull=True),
                name="trace_subscription_due",
            )
        ]

    @classmethod
    def answered(cls, *, at: datetime) -> QuerySet[Subscription]:
        """The subscriptions that get answers: not parked, and of a key that is good."""
        return cls.objects.filter(parked_at=None, key__revoked_at=None, key__expires_at__gt=at)


class Delivery(models.Model):
    """An answer to be delivered: stored with the data it answers, sent until the receiver accepts it, or parked."""

    name = models.UUIDField(
        default=uuid.uuid4, unique=True
    )  # by which the receiver recognises a repeated delivery
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries")
    body = models.TextField()  # a query document as JSON-LD; every attempt sends the same bytes
    created_at = models.DateTimeField()
    send_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["subscription", "send_at"],
                condition=models.Q(delivered_at__isnull=True, parked_at__isnull=True),
                name="trace_delivery_waiting",
            )
        ]
