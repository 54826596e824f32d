"""What stands beside the goods on public pages: certificates, and what the public says of labels."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.goods import operations, rules
from khcn.goods.models import LabelFeedback, ProductCertificate
from khcn.goods.register.base import GoodsRegister, of_organisation
from khcn.kernel.access.scopes import READING, Department, OwnOrganisation, Scope
from khcn.kernel.actions import Action
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section


@register
class ProductCertificates(GoodsRegister):
    model = ProductCertificate
    slug = "certificates"
    icon = "certificate"
    scope: ClassVar[Scope] = of_organisation("organisation")
    columns = (
        "kind",
        Column("number", look="link"),
        "organisation",
        "item",
        "issuer",
        "issued_on",
        "valid_until",
        Column("checked_on", hidden=True),
    )
    filters = {
        "organisation": ["exact"],
        "item": ["exact"],
        "kind": ["exact"],
        "issued_on": ["gte", "lt"],
        "valid_until": ["gte", "lt"],
        "checked_on": ["gte", "lt"],
    }
    search = ("organisation", "item")
    form = (
        Section(_("Chứng nhận"), "organisation", "item", "kind", "number", "issuer"),
        Section(_("Hiệu lực"), "issued_on", "valid_until"),
    )
    outcome = Section(_("Sở xem bản gốc"), "checked_on")
    panel_of = (
        Panel("organisation", _("Chứng nhận của sản phẩm"), position=42),
        Panel("item", _("Chứng nhận"), position=20),
    )
    natural_key = ("organisation", "kind", "number")
    lookup = "number"
    order = ("-issued_on", "number")
    date_field = "issued_on"
    happened = ("issued_on",)
    writer = PastDayWriter("issued_on")
    owned = (
        OwnedFields(("checked_on",), _("Ghi bằng nút “Đã xem bản gốc”."), covers_empty=True),
        OwnedFields(
            ("organisation", "item", "kind", "number", "issuer", "issued_on", "valid_until"),
            _("Sở đã xem bản gốc nên không sửa. Giấy mới thì ghi chứng nhận khác."),
            where=operations.checked_certificates,
        ),
    )
    actions = (
        Action(
            name="check-original",
            label=_("Đã xem bản gốc"),
            operation=operations.check_certificate,
            subject="certificate",
            who=rules.editors,
            guard=operations.why_not_checked,
            writes=("checked_on",),
            icon="eye",
            help_text=_("Trang của sản phẩm ghi là Sở đã xem bản gốc; chưa xem thì ghi là cơ sở tự khai."),
        ),
    )


@register
class LabelFeedbacks(GoodsRegister):
    model = LabelFeedback
    slug = "label-feedback"
    icon = "message-circle"
    scope: ClassVar[Scope] = Department(write=rules.editors) | OwnOrganisation(
        "lot__item__organisation", READING
    )
    columns = (
        Column("code", look="link"),
        "kind",
        "label",
        "lot",
        "received_on",
        "handled_on",
        Column("content", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "lot": ["exact"],
        "lot__item__organisation": ["exact"],
        "received_on": ["gte", "lt"],
        "handled_on": ["gte", "lt"],
    }
    search = ("lot",)
    form = (
        Section(_("Phản ánh"), "code", "label", "lot", "kind", "content", "received_on"),
        Section(_("Xử lý"), "handled_on", "outcome"),
    )
    panel_of = (Panel("lot", _("Phản ánh của người dùng"), position=40),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    may_be_long = True
    date_field = "received_on"
    happened = ("received_on", "handled_on")
    writer = PastDayWriter("received_on", "handled_on")
