"""Which backups and rehearsals there were, and how they ended."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class BackupAction(models.TextChoices):
    """What was done."""

    BACKUP = "backup", _("Sao lưu")
    REHEARSAL = "rehearsal", _("Phục hồi thử")


class BackupRun(models.Model):
    """One backup, or one restore of a set into a temporary place."""

    action = models.CharField(_("Việc"), max_length=10, choices=BackupAction.choices)
    started_at = models.DateTimeField(_("Bắt đầu"))
    finished_at = models.DateTimeField(_("Xong"), db_index=True)
    folder = models.CharField(_("Thư mục"), max_length=500)
    set_name = models.CharField(_("Bộ sao lưu"), max_length=120, blank=True)
    size = models.BigIntegerField(_("Dung lượng (byte)"), default=0)
    is_good = models.BooleanField(_("Đạt"))
    problem = models.TextField(_("Lý do không đạt"), blank=True)

    class Meta:
        verbose_name = _("Lần sao lưu")
        verbose_name_plural = _("Các lần sao lưu")
        indexes: ClassVar = [models.Index(fields=["action", "is_good", "finished_at"])]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.set_name}"
