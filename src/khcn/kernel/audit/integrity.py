"""What must be so of the change log beside what its verification computes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.models import ChainLink, ChangeEntry
from khcn.kernel.audit.sealer import unsealed
from khcn.kernel.integrity_rules import Moment, integrity_rule

if TYPE_CHECKING:
    from django.db.models import QuerySet


@integrity_rule(
    "audit.not_sealed",
    _("Lượt ghi trong nhật ký hơn một giờ chưa được niêm phong"),
    explanation=_(
        "Nhật ký được niêm phong trong vài giây; lượt chưa niêm phong bị xóa thì không để lại dấu vết."
    ),
    remedy=_(
        "Xem trang Tình trạng hệ thống, khởi động lại dịch vụ; nếu vẫn còn thì chạy kiểm tra nhật ký và báo người bảo trì."
    ),
)
def not_sealed(now: Moment) -> QuerySet[ChangeEntry]:
    return unsealed().filter(at__lt=now.at - timedelta(hours=1))


@integrity_rule(
    "audit.link_without_entry",
    _("Mắt xích niêm phong của lượt ghi không còn trong nhật ký"),
    explanation=_("Lượt ghi không bao giờ bị xóa; mắt xích còn mà lượt ghi mất là nhật ký bị cắt."),
    remedy=_("Giữ nguyên máy chủ, chạy kiểm tra nhật ký và báo lãnh đạo Sở."),
)
def link_without_entry(_now: Moment) -> QuerySet[ChainLink]:
    return ChainLink.objects.filter(~Exists(ChangeEntry.objects.filter(pk=OuterRef("entry"))))
