"""Contradictions that the office lets stand, each with its reason and the name of who gave it, before a leader sees the report."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited


class WaivedContradiction(Audited):
    """A reason for one contradiction. ``key`` changes with places and values (`Finding.key`): a reason does not outlive them."""

    report = models.ForeignKey(
        "reports.ReportInstance", models.CASCADE, related_name="waived", verbose_name=_("báo cáo")
    )
    key = models.CharField(max_length=16)
    place = models.CharField(_("chỗ có mâu thuẫn"), max_length=300)
    message = models.TextField(_("mâu thuẫn"))
    reason = models.CharField(_("lý do chấp nhận"), max_length=500)
    actor_label = models.CharField(_("người chấp nhận"), max_length=150)

    class Meta:
        verbose_name = _("mâu thuẫn được chấp nhận")
        verbose_name_plural = _("mâu thuẫn được chấp nhận")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "key"], name="report_waived_contradiction_key"),
            models.CheckConstraint(condition=~Q(reason=""), name="report_waived_contradiction_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"[:300]
