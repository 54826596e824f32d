"""What must be so of files attached to records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import Moment, integrity_rule
from khcn.kernel.integrity_rules.named_records import without_named_record
from khcn.kernel.registers.models import Attachment

if TYPE_CHECKING:
    from django.db.models import QuerySet


@integrity_rule(
    "registers.attachment_without_record",
    _("Tệp đính kèm của bản ghi không còn"),
    explanation=_(
        "Bản ghi có tệp đính kèm thì không xóa được; tệp còn mà bản ghi mất là bị xóa ngoài chương trình."
    ),
    remedy=_("Xem nhật ký của bản ghi đã mất và báo người bảo trì phần mềm."),
)
def attachment_without_record(_now: Moment) -> QuerySet[Attachment]:
    return without_named_record(Attachment.objects.all())


@integrity_rule(
    "registers.attachment_hash",
    _("Tệp đính kèm không còn là tệp đã đính kèm"),
    explanation=_("Mã băm ghi lúc đính kèm khác mã băm của tệp: tệp bị tráo ngoài chương trình."),
    remedy=_("Giữ nguyên máy chủ, chạy kiểm tra nhật ký, lấy lại tệp từ bản sao lưu và báo lãnh đạo Sở."),
)
def attachment_hash(_now: Moment) -> QuerySet[Attachment]:
    return Attachment.objects.exclude(sha256="").exclude(sha256=F("file__sha256"))
