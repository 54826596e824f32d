"""Goods on their way from one party to another, as both see them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MinValueValidator
from django.db.models import PROTECT, DateField, DecimalField, ForeignKey
from django.utils.translation import gettext_lazy as _

from khcn.goods import operations, rules
from khcn.goods.models import Location, Shipment
from khcn.goods.operations.package_contents import lock_package_of
from khcn.goods.register.base import DepartmentActs, GoodsRegister
from khcn.goods.workflow import SHIPMENT_FLOW
from khcn.kernel.access.scopes import ACT, READING, Department, OwnOrganisation
from khcn.kernel.actions import Action
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section

if TYPE_CHECKING:
    from khcn.kernel.access.scopes import Scope

COUNTED = DecimalField(
    _("số lượng đếm được"),
    max_digits=12,
    decimal_places=2,
    validators=[
        MinValueValidator(Decimal("0.01"), _("Số lượng phải lớn hơn 0. Không có hàng thì từ chối nhận."))
    ],
)


@register
class Shipments(GoodsRegister):
    """Rows come with the sender's diary alone; each side takes its own steps."""

    model = Shipment
    slug = "shipments"
    icon = "transfer"
    scope: ClassVar[Scope] = (
        Department()
        | DepartmentActs(rules.editors)
        | OwnOrganisation("sender", READING | {ACT})
        | OwnOrganisation("receiver", READING | {ACT})
    )
    columns = (
        Column("code", look="link"),
        "item_name",
        "lot_number",
        "sender",
        "receiver",
        "sent_on",
        "amount",
        "unit",
        "received_on",
        "received_amount",
        Column("package", hidden=True),
        Column("state", look="badge"),
    )
    filters = {
        "sender": ["exact"],
        "receiver": ["exact"],
        "package": ["exact"],
        "state": ["exact"],
        "sent_on": ["gte", "lt"],
        "received_on": ["gte", "lt"],
    }
    search = ("sender", "receiver")
    outcome = Section(
        _("Chuyến hàng"),
        "code",
        "sender",
        "receiver",
        "item_name",
        "gtin",
        "lot_number",
        "lot_path",
        "made_on",
        "expires_on",
        "amount",
        "unit",
        "sent_on",
        "package",
        "received_on",
        "received_amount",
        "answer",
    )
    panel_of = (Panel("package", _("Hàng giao trong kiện"), position=30),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-sent_on", "code")
    may_be_long = True
    date_field = "sent_on"
    workflow = SHIPMENT_FLOW
    actions = (
        Action(
            name="receive",
            label=_("Xác nhận đã nhận"),
            operation=operations.receive,
            subject="shipment",
            who=rules.is_receiver | rules.editors,
            guard=operations.why_not_received,
            lock_first=lock_package_of,
            initial=operations.received_today,
            notice=operations.coming_in_words,
            source=Shipment,
            fields={
                "location": ForeignKey(Location, PROTECT, verbose_name=_("nhận ở địa điểm")),
                "received_on": DateField(_("ngày nhận")),
                "received_amount": COUNTED,
            },
            inputs=(Section(_("Đã nhận"), "received_amount", "received_on", "location"),),
            writes=("goods.Lot.made_on", "goods.Lot.expires_on"),
            shows_record=True,
            folds_record=True,
            icon="inbox",
            help_text=_(
                "Ghi số đếm được. Lệch với số giao thì hai bên cùng thấy, đến khi thống nhất; lô vào sổ của bên nhận."
            ),
        ),
        Action(
            name="refuse",
            label=_("Từ chối nhận"),
            operation=operations.refuse,
            subject="shipment",
            who=rules.is_receiver | rules.editors,
            guard=operations.why_not_received,
            lock_first=lock_package_of,
            asks_reason=_("Vì sao không nhận"),
            shows_record=True,
            icon="x",
            help_text=_(
                "Bên giao thấy lý do. Hàng quay về thì bên giao bấm “Hàng đã về”; chưa từng giao thì báo ghi sai mục giao hàng."
            ),
        ),
        Action(
            name="bring-back",
            label=_("Hàng đã về"),
            operation=operations.bring_back,
            subject="shipment",
            who=rules.is_sender | rules.editors,
            guard=operations.why_not_brought_back,
            lock_first=lock_package_of,
            source=Shipment,
            fields={
                "location": ForeignKey(Location, PROTECT, verbose_name=_("nhận ở địa điểm")),
                "received_on": DateField(_("ngày nhận")),
            },
            inputs=(Section(_("Đã nhận"), "received_on", "location"),),
            shows_record=True,
            icon="arrow-back-up",
            help_text=_(
                "Cả số đã giao về lại lô của bên giao. Chưa từng giao hàng này thì báo ghi sai mục giao hàng thay vì bấm đây."
            ),
        ),
        Action(
            name="count-again",
            label=_("Đếm lại"),
            operation=operations.count_again,
            subject="shipment",
            who=rules.is_receiver | rules.editors,
            guard=operations.why_not_settled,
            fields={"received_amount": COUNTED},
            inputs=(Section(_("Đã nhận"), "received_amount"),),
            writes=("goods.LotEntry.wrong_on", "goods.LotEntry.wrong_reason"),
            asks_reason=_("Vì sao đếm lại"),
            shows_record=True,
            icon="refresh",
            help_text=_("Sự kiện nhận hàng trước được báo sai và ghi lại với số mới."),
        ),
        Action(
            name="settle",
            label=_("Đồng ý số bên nhận đếm"),
            operation=operations.settle,
            subject="shipment",
            who=rules.is_sender | rules.editors,
            guard=operations.why_not_settled,
            asks_reason=_("Vì sao lệch"),
            shows_record=True,
            icon="circle-check",
            help_text=_("Phần lệch được ghi là hao hụt khi giao; hai bên cùng thấy lý do."),
        ),
    )
