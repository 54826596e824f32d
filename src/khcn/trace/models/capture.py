"""Documents that were sent in, and what became of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from khcn.trace.enums import ErrorBehaviour


class CaptureJob(models.Model):
    """One document's way into the store (``/capture/{captureID}``).

    A small document is stored before its sender is answered; a large one is kept as ``body`` until a worker has
    stored it. Either way an answer means that nothing can be lost any more. The row that ends a job is written in
    the transaction that stores its events, so a job that broke off is simply done again.
    """

    name = models.UUIDField(
        default=uuid.uuid4, unique=True
    )  # the captureID; says nothing about the number of jobs
    party = models.ForeignKey("trace.TraceParty", models.PROTECT, related_name="capture_jobs")
    behaviour = models.CharField(
        max_length=8, choices=ErrorBehaviour.choices, default=ErrorBehaviour.ROLLBACK
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    success = models.BooleanField(default=False)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    errors = models.JSONField(
        default=list
    )  # problem details (RFC 7807), one for each fault that refused an event
    warnings = models.JSONField(
        default=list
    )  # faults that the standard's schema lets pass: check digits and the like
    body = models.BinaryField(null=True)  # the document while it waits, compressed (zlib)
    claimed_until = models.DateTimeField(null=True)  # a worker has it until then; later another may take it
    attempts = models.PositiveSmallIntegerField(default=0)
    first_event = models.BigIntegerField(null=True)  # the events of the job lie among these ids
    last_event = models.BigIntegerField(null=True)
    # The round in which its events were held against the subscriptions; 0: not yet. Rounds count upwards in the order
    # in which they are committed, which ids and instants do not.
    dispatch_round = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["party", "-id"], name="trace_job_party"),
            models.Index(
                fields=["id"], condition=models.Q(finished_at__isnull=True), name="trace_job_waiting"
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(dispatch_round=0, accepted__gt=0),
                name="trace_job_undispatched",
            ),
            models.Index(fields=["dispatch_round"], name="trace_job_round"),
        ]
