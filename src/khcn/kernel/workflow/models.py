"""Every step a record with a stored workflow has taken: the date it takes effect and the instant it was recorded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited


class WorkflowStep(Audited):
    """One transition that happened."""

    workflow = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    target = models.CharField(max_length=40)
    effective_on = models.DateField(_("Ngày có hiệu lực"))
    recorded_at = models.DateTimeField(_("Ghi nhận lúc"), auto_now_add=True)
    actor_label = models.CharField(_("Người thực hiện"), max_length=150)
    note = models.TextField(_("Ghi chú"), blank=True)

    class Meta:
        verbose_name = _("Bước xử lý")
        verbose_name_plural = _("Các bước xử lý")
        indexes: ClassVar = [models.Index(fields=["workflow", "object_id", "effective_on"])]
        ordering: ClassVar = ["effective_on", "pk"]

    def __str__(self) -> str:
        return f"{self.workflow} {self.object_id}: {self.source} → {self.target}"
