"""Who asks to take part in traceability, and what the department answers."""

from __future__ import annotations

from django.db.models import PROTECT, ForeignKey
from django.utils.translation import gettext_lazy as _

from khcn.goods import operations, rules
from khcn.goods.deadlines import PARTICIPATION_DEADLINES
from khcn.goods.models import ParticipationRequest
from khcn.goods.register.base import GoodsRegister
from khcn.kernel.access.scopes import Department
from khcn.kernel.actions import Action
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.parties.models import Organisation


@register
class ParticipationRequests(GoodsRegister):
    model = ParticipationRequest
    slug = "participation-requests"
    icon = "user-plus"
    scope = Department(write=rules.editors)
    columns = (
        Column("name", look="link"),
        "code",
        "received_on",
        "kind",
        "goods",
        "admin_unit",
        "decided_on",
        "party",
        Column("contact_name", hidden=True),
        Column("phone", hidden=True),
        Column("email", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "admin_unit": ["exact"],
        "party": ["exact"],
        "received_on": ["gte", "lt"],
        "decided_on": ["gte", "lt"],
    }
    form = (
        Section(_("Đăng ký"), "code", "received_on", "name", "kind", "tax_code", "goods", "gln"),
        Section(_("Ở đâu"), "admin_unit", "address"),
        Section(_("Liên hệ"), "contact_name", "phone", "email"),
    )
    outcome = Section(_("Trả lời"), "consented_on", "decided_on", "party", "refusal_reason")
    panel_of = (Panel("party", _("Đăng ký tham gia"), position=50),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    similar = ("name",)
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("received_on",)
    deadlines = PARTICIPATION_DEADLINES
    writer = operations.ParticipationWriter()
    owned = (
        OwnedFields(
            ("decided_on", "party", "refusal_reason", "consented_on"),
            _("Trả lời đăng ký bằng nút “Xác nhận tham gia” hoặc “Không nhận”."),
            covers_empty=True,
        ),
    )
    actions = (
        Action(
            name="confirm",
            label=_("Xác nhận tham gia"),
            operation=operations.confirm_participation,
            subject="request",
            who=rules.editors,
            guard=operations.why_not_decided,
            source=ParticipationRequest,
            fields={
                "organisation": ForeignKey(
                    Organisation, PROTECT, null=True, blank=True, verbose_name=_("tổ chức")
                )
            },
            inputs=(Section(_("Cơ sở tham gia"), "organisation", "gln"),),
            initial=operations.organisation_on_record,
            shows=operations.compared_with_record,
            writes=("decided_on", "party"),
            takes_person=True,
            shows_record=True,
            icon="check",
            help_text=_(
                "Để trống tổ chức thì lập tổ chức mới theo tên đã gửi; để trống mã GLN thì hệ thống cấp mã nội bộ. Cơ sở có dải mã nội bộ "
                "riêng cho sản phẩm chưa có GTIN. Chọn tổ chức đang có thì hãy đối chiếu từng ô, gọi số điện thoại đang ghi của tổ chức để "
                "hỏi lại; tên, địa chỉ, điện thoại và thư của tổ chức giữ như đang ghi."
            ),
        ),
        Action(
            name="refuse",
            label=_("Không nhận"),
            operation=operations.refuse_participation,
            subject="request",
            who=rules.editors,
            guard=operations.why_not_decided,
            source=ParticipationRequest,
            writes=("decided_on", "refusal_reason"),
            asks_reason=_("Lý do"),
            icon="x",
            help_text=_("Lý do được gửi cho người đăng ký."),
        ),
    )
