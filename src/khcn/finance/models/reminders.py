"""Letters that ask a host to clear what it was advanced."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.finance.workflow import REMINDER_FLOW
from khcn.kernel.registers.record_model import Record


class AdvanceReminder(Record):
    """A host is asked to clear its advances that are past their term (đôn đốc thanh toán tạm ứng)."""

    searched = ("code", "document_number")

    code = models.CharField(_("mã đôn đốc"), max_length=40)
    host = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="advance_reminders",
        verbose_name=_("tổ chức chủ trì"),
    )
    answer_by = models.DateField(_("đề nghị thanh toán trước ngày"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=REMINDER_FLOW.choices(),
        default=REMINDER_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    document_number = models.CharField(_("số công văn"), max_length=60, blank=True, editable=False)
    sent_on = models.DateField(_("ngày công văn"), null=True, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = _("đôn đốc thanh toán tạm ứng")
        verbose_name_plural = _("đôn đốc thanh toán tạm ứng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="advance_reminder_key",
                violation_error_message=_("Đã có lần đôn đốc cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(answer_by__isnull=True) | Q(sent_on__isnull=True) | Q(answer_by__gt=F("sent_on")),
                name="advance_reminder_days",
                violation_error_message=_(
                    "Ngày đề nghị thanh toán cần sau ngày công văn. Hãy xem lại hai ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code
