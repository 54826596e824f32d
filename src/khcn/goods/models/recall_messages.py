"""The queue of text messages about notices of recalls: what became of each is on the notice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from khcn.goods.models.recall_notices import RecallNotice


class RecallMessage(models.Model):
    """A text message about a notice, or about the end of its recall, and when it is its turn. Neither number nor words are stored here."""

    notice = models.ForeignKey(RecallNotice, models.CASCADE, related_name="messages")
    is_ending = models.BooleanField()
    # By which the gateway recognises what it has received before: the same at each attempt, another one when a person sends again.
    reference = models.UUIDField()
    asked_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "is_ending"], name="goods_recall_message_key")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(is_open=True), name="goods_recall_message_due")
        ]
