"""The slot that this installation was given."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

STEP: Final = 64
"""How many installations can be merged without a new number for any row. It can never be changed."""


class IdSlot(models.Model):
    """One row, written when the database is made."""

    slot = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(slot__lt=STEP), name="kernel_id_slots_below_step")
        ]

    def __str__(self) -> str:
        return str(self.slot)
