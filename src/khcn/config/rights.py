"""Rights outside the registers, for the permission page: each with the predicate that guards its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from khcn.kernel.intake.workflow import may_enter
from khcn.kernel.numbering.operations import keeps_books
from khcn.kernel.papers.template_versions import may_edit_templates
from khcn.kernel.registers.history_from_paper import may_take_over
from khcn.privacy import rules as privacy
from khcn.reports import rules
from khcn.web.navigation import can_administer, can_confirm_passwords, can_read_log
from khcn.web.permissions import OtherRight

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor


class _OwnSection(NamedTuple):
    """A section of a report that the actor's own division writes, as far as the rules look at it."""

    owner_code: str


def _own_section(actor: Actor) -> _OwnSection:
    return _OwnSection(actor.unit_code)


_REPORTS, _ENTRY, _PAPERS, _SYSTEM = _("Báo cáo"), _("Nhập dữ liệu"), _("Giấy tờ, sổ cấp số"), _("Hệ thống")
RIGHTS = (
    OtherRight(group=_REPORTS, label=_("Lập, tổng hợp, trình báo cáo"), who=rules.office),
    OtherRight(group=_REPORTS, label=_("Soạn mục của báo cáo"), who=rules.can_edit_section, own=_own_section),
    OtherRight(group=_REPORTS, label=_("Nộp mục của báo cáo"), who=rules.can_hand_in, own=_own_section),
    OtherRight(group=_REPORTS, label=_("Duyệt, trả lại báo cáo"), who=rules.leader),
    OtherRight(group=_REPORTS, label=_("Sửa mẫu báo cáo"), who=rules.can_edit_form),
    OtherRight(group=_ENTRY, label=_("Nhập từ tệp Excel"), who=may_enter),
    OtherRight(group=_ENTRY, label=_("Nhập hồ sơ chuyển từ bản giấy"), who=may_take_over),
    OtherRight(group=_PAPERS, label=_("Ghi vào sổ cấp số"), who=keeps_books),
    OtherRight(group=_PAPERS, label=_("Thay mẫu giấy tờ"), who=may_edit_templates),
    OtherRight(group=_SYSTEM, label=_("Xem và kiểm tra nhật ký"), who=can_read_log),
    OtherRight(group=_SYSTEM, label=_("Xem bảng kê dữ liệu cá nhân"), who=privacy.readers),
    OtherRight(group=_SYSTEM, label=_("Xem đủ số định danh, gom dữ liệu về một người"), who=privacy.editors),
    OtherRight(group=_SYSTEM, label=_("Quản lý tài khoản và quyền"), who=can_administer),
    OtherRight(group=_SYSTEM, label=_("Xác nhận cấp mật khẩu (người thứ hai)"), who=can_confirm_passwords),
)
