"""Corrections and removals that nothing but the preparation of a replacement let through."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited


class RelyingCorrection(Audited):
    """A record that a signed report printed was corrected or removed because this replacement of it was being prepared.

    The record may be gone: its name is as it was before.
    """

    replacement = models.ForeignKey(
        "reports.ReportInstance",
        models.PROTECT,
        related_name="relying_corrections",
        verbose_name=_("bản thay thế"),
    )
    model = models.CharField(max_length=80)
    record_id = models.BigIntegerField(_("mã bản ghi"))
    label = models.CharField(_("bản ghi"), max_length=300)

    class Meta:
        verbose_name = _("đính chính nhờ bản thay thế")
        verbose_name_plural = _("đính chính nhờ bản thay thế")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.label
