"""Actions that were carried out under a key, so that a repeated request gets the first result and does nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ActionRun(models.Model):
    """One request that was carried out. Written in the transaction of the action itself."""

    key = models.CharField(max_length=100)
    actor = models.CharField(max_length=40)  # number of the account; "system" for the program itself
    request = models.CharField(max_length=64)  # hash of register, record, action and inputs
    result = models.JSONField()
    recorded_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "action run"
        constraints: ClassVar = [models.UniqueConstraint(fields=["actor", "key"], name="action_run_key")]

    def __str__(self) -> str:
        return self.key
