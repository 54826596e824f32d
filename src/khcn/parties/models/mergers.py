"""Records that were entered twice and made one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited


class Merger(Audited):
    """Two records of one organisation or person that were made one; the change log has what was moved."""

    model = models.CharField(max_length=80)
    target_id = models.BigIntegerField()
    duplicate_id = models.BigIntegerField()
    duplicate_label = models.CharField(_("bản ghi đã gộp"), max_length=300)
    batch = models.UUIDField()
    merged_on = models.DateField(_("ngày gộp"))
    moved = models.PositiveIntegerField(_("số bản ghi chuyển sang"))
    undone_on = models.DateField(_("ngày tách lại"), null=True, blank=True)

    class Meta:
        verbose_name = _("lần gộp bản ghi")
        verbose_name_plural = _("các lần gộp bản ghi")
        indexes: ClassVar = [models.Index(fields=["model", "target_id"])]

    def __str__(self) -> str:
        return self.duplicate_label
