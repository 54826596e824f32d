"""What the worker remembers from one day to the next."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class DailyRun(models.Model):
    """When a piece of daily work was last done."""

    path = models.CharField(max_length=200, primary_key=True)
    done_on = models.DateField(null=True)
    leased_until = models.DateTimeField(null=True)  # a worker is at it; when that has passed, another may be


class WorkFailure(models.Model):
    """Recurring or daily work that failed and has not been done since; the row goes when it is."""

    path = models.CharField(max_length=200, primary_key=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    problem = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar = ["first_at", "path"]


class WriteProbe(models.Model):
    """What readiness checks write and read to see whether the database does both. One row."""

    at = models.DateTimeField()
    number = models.CharField(max_length=32)


class Heartbeat(models.Model):
    """When a scheduler last showed that it runs. One row."""

    at = models.DateTimeField()
