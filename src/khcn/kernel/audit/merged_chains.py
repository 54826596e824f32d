"""Logs of other installations whose stores were merged into this one: each chain stays as its own installation sealed it.

The record of a merger is logged, so how far the chain went and what its last seal was is in this installation's own chain. The
keys of the other installation are among those before ours (`LOG_SECRETS_BEFORE`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited


class MergedChain(Audited):
    """That a store was merged, and how far its chain goes."""

    province = models.CharField(_("Mã tỉnh"), max_length=8, editable=False)
    slot = models.PositiveSmallIntegerField(_("Số kho"), unique=True)
    position = models.BigIntegerField()
    seal = models.CharField(max_length=64)
    plain_to = models.BigIntegerField(
        default=0
    )  # as in `ChainHead`; its signature was verified when the store was merged
    merged_at = models.DateTimeField(_("Gộp lúc"))

    class Meta:
        verbose_name = _("Kho đã gộp")
        verbose_name_plural = _("Kho đã gộp")

    def __str__(self) -> str:
        return f"{self.province} ({self.slot})"


class MergedLink(models.Model):
    """The place of one row of the log in the chain of its own installation. Never changed."""

    slot = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    entry = models.BigIntegerField(unique=True)  # no foreign key, as in `ChainLink`
    digest = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["slot", "position"], name="kernel_audit_merged_position")
        ]

    def __str__(self) -> str:
        return f"{self.slot}/{self.position}"
