"""Whether anything leaves: the operator has named the portal, and the department has decided that it may (docs/adr/0061)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.translation import gettext as _

from khcn.reference.models import RuleParameter

if TYPE_CHECKING:
    from datetime import date

    from khcn.goods.models import OutboxAccount

SWITCH_RULE: Final = "goods.outbox_sending"
"""1 from the day of the department's decision; its paper is the basis of the rule."""


def is_named() -> bool:
    """Whether the settings name the portal. Without that nothing is asked of the database."""
    return bool(settings.NATIONAL_PORTAL_URL)


def why_nothing_leaves(on: date) -> str:
    """Why nothing is sent on a day, regardless of who has agreed; "" where the switch is on."""
    if not is_named():
        return _("Máy chủ chưa nêu địa chỉ Cổng quốc gia (KHCN_NATIONAL_PORTAL_URL).")
    rule = RuleParameter.objects.in_force(SWITCH_RULE, on=on)
    if rule is None or rule.value != 1:
        return _(
            "Sở chưa quyết định gửi: tham số “Gửi dữ liệu lên Cổng truy xuất quốc gia” chưa có giá trị 1 vào ngày này."
        )
    if rule.legal_document_id is None or rule.is_illustrative("value"):
        return _(
            "Tham số “Gửi dữ liệu lên Cổng truy xuất quốc gia” chưa ghi quyết định của Sở ở ô Căn cứ, hoặc còn là dữ liệu minh họa."
        )
    return ""


def why_not_of(account: OutboxAccount | None) -> str:
    """Why nothing is sent for a producer; "" where it has agreed and has a key that was not refused."""
    if account is None:
        return _("Cơ sở chưa đồng ý gửi.")
    credential = getattr(account, "credential", None)
    if credential is None:
        return _("Chưa nhập khóa mà Cổng quốc gia cấp cho cơ sở.")
    if credential.refused_at is not None:
        return _("Cổng quốc gia không nhận khóa của cơ sở. Nhập khóa mới.")
    return ""
