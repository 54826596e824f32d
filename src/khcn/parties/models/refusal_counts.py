"""What accounts and keys were refused lately, counted so that a flood is a few lines of the log."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RefusalCount(models.Model):
    """Refusals of one kind at one place since the log has heard of them. Not logged itself: it waits for the log."""

    subject = models.CharField(max_length=40)  # "account 12", "party 3"
    label = models.CharField(max_length=150)
    kind = models.CharField(max_length=10)
    place = models.CharField(max_length=120)
    """Route and what the address named; "" for all beyond the number of places that are counted separately."""
    where = models.CharField(max_length=60)
    count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "kind", "place"], name="refusal_count_key")
        ]
