"""What the worker remembers from one day to the next."""

from __future__ import annotations

from django.db import models


class DailyRun(models.Model):
    """When a piece of daily work was last done."""

    path = models.CharField(max_length=200, primary_key=True)
    done_on = models.DateField(null=True)
    leased_until = models.DateTimeField(null=True)  # a worker is at it; when that has passed, another may be


class Heartbeat(models.Model):
    """When a scheduler last showed that it runs. One row."""

    at = models.DateTimeField()
