"""Capture jobs: the documents that were sent, and their results."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ErrorBehaviour(models.TextChoices):
    """What happens to a document with faulty events (header ``GS1-Capture-Error-Behaviour``)."""

    ROLLBACK = "rollback", _("Có lỗi thì không ghi sự kiện nào")
    PROCEED = "proceed", _("Ghi các sự kiện đúng, bỏ các sự kiện lỗi")


class CaptureJob(models.Model):
    """The capture of one document (``/capture/{captureID}``).

    A small document is stored before the sender gets an answer; a large one is saved as ``body`` until a worker has
    stored it. In both cases the document is durable when the sender gets the answer. The row of a job is finished in the
    transaction that stores its events, so a job that was interrupted can simply be repeated.
    """

    name = models.UUIDField(
        default=uuid.uuid4, unique=True
    )  # the captureID; does not reveal the number of jobs
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
    )  # problem details (RFC 7807), one for each fault that rejected an event
    warnings = models.JSONField(
        default=list
    )  # faults that the schema of the standard does not detect, such as wrong check digits
    body = models.BinaryField(null=True)  # the document until it is stored, compressed (zlib)
    leased_until = models.DateTimeField(null=True)  # end of the lease: then another worker may take the job
    attempts = models.PositiveSmallIntegerField(default=0)
    # Waiting documents are stored in the order of turns. The documents of one party have one turn after the other, so that
    # parties alternate, however many documents one of them has waiting (`khcn.trace.operations.capture`).
    turn = models.BigIntegerField(default=0)
    first_event = models.BigIntegerField(null=True)  # range of ids that contains the events of the job
    last_event = models.BigIntegerField(null=True)
    # The round in which its events were matched with the subscriptions; 0: not yet. Rounds increase in the order in
    # which they are committed; ids and instants do not.
    dispatch_round = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["party", "-id"], name="trace_job_party"),
            models.Index(
                fields=["turn", "id", "party"],
                condition=models.Q(finished_at__isnull=True),
                name="trace_job_waiting",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(dispatch_round=0, accepted__gt=0),
                name="trace_job_undispatched",
            ),
            models.Index(fields=["dispatch_round"], name="trace_job_round"),
        ]
