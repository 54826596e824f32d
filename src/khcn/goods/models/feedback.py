"""What the public says of goods after looking up a label."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import FeedbackKind
from khcn.goods.models.lots import Lot
from khcn.kernel.registers.record_model import Record


class LabelFeedback(Record):
    """Somebody looked up a label and says whether the goods are those of its page (phản ánh về nhãn)."""

    searched = ("code", "label", "content")

    code = models.CharField(_("mã phản ánh"), max_length=40)
    label = models.CharField(_("mã trên nhãn"), max_length=200)
    lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, blank=True, related_name="feedback", verbose_name=_("lô hàng")
    )
    kind = models.CharField(_("phản ánh"), max_length=8, choices=FeedbackKind.choices)
    content = models.TextField(_("nội dung"), blank=True)
    received_on = models.DateField(_("ngày nhận"), db_index=True)
    handled_on = models.DateField(_("ngày xử lý"), null=True, blank=True, db_index=True)
    outcome = models.TextField(_("kết quả xử lý"), blank=True)

    class Meta:
        verbose_name = _("phản ánh về nhãn")
        verbose_name_plural = _("phản ánh của người dùng về nhãn")
        indexes: ClassVar = [models.Index(fields=["-received_on", "-code"], name="feedback_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="goods_feedback_key",
                violation_error_message=_("Đã có phản ánh cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(handled_on__isnull=True) | Q(handled_on__gte=F("received_on")),
                name="goods_feedback_days",
                violation_error_message=_("Ngày xử lý không được trước ngày nhận."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()}"
