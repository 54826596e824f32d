"""Files attached to records of any register."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited


class Attachment(Audited):
    """A file on a record, under the name it came with."""

    model = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    file = models.ForeignKey("kernel_files.StoredFile", models.PROTECT, related_name="attachments")
    name = models.CharField(_("tên tệp"), max_length=150)

    class Meta:
        verbose_name = _("tệp đính kèm")
        verbose_name_plural = _("tệp đính kèm")
        indexes: ClassVar = [models.Index(fields=["model", "object_id"])]

    def __str__(self) -> str:
        return self.name
