"""Crates, bales and pallets, and what is in them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import (
    PROTECT,
    CharField,
    DateField,
    DecimalField,
    ForeignKey,
    PositiveSmallIntegerField,
    Q,
)
from django.utils.translation import gettext_lazy as _

from khcn.goods import rules
from khcn.goods.enums import LogisticKind
from khcn.goods.models import Location, Lot, LotEntry, Package, PackageLine
from khcn.goods.operations import package_stacking, package_ways, packages
from khcn.goods.register.base import DepartmentActs, GoodsRegister
from khcn.goods.workflow import PACKAGE_FLOW, PACKED
from khcn.kernel.access.scopes import ACT, READING, Department, OwnOrganisation
from khcn.kernel.actions import Action, Bulk
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section

if TYPE_CHECKING:
    from khcn.kernel.access.scopes import Scope

_SOME: Final = [MinValueValidator(Decimal("0.01"), _("Số lượng phải lớn hơn 0."))]
AMOUNT: Final = DecimalField(_("số lượng"), max_digits=12, decimal_places=2, validators=_SOME)
AMOUNT_EACH: Final = DecimalField(
    _("số lượng mỗi thùng, kiện"), max_digits=12, decimal_places=2, validators=_SOME
)
MOST_STACKED: Final = 200
PLACE: Final = ForeignKey(Location, PROTECT, verbose_name=_("ở địa điểm"))
_PACKERS: Final = rules.is_packer | rules.editors
_RECEIVERS: Final = rules.is_receiver | rules.editors
"""Crates that are put onto a new pallet at once: more than one holds."""

PACK: Final = Action(
    name="pack",
    label=_("Đóng thùng"),
    operation=packages.pack,
    subject="lot",
    who=rules.producers | rules.editors,
    guard=packages.why_not_packed,
    initial=packages.packed_today,
    notice=packages.left_in_words,
    source=Package,
    fields={
        "kind": CharField(_("đóng vào"), max_length=6, choices=LogisticKind.choices),
        "count": PositiveSmallIntegerField(
            _("số thùng, kiện như nhau"),
            validators=[
                MinValueValidator(1, _("Đóng ít nhất 1 thùng.")),
                MaxValueValidator(50, _("Mỗi lần đóng nhiều nhất 50 thùng.")),
            ],
        ),
        "amount": AMOUNT_EACH,
        "packed_on": DateField(_("ngày đóng")),
        "location": PLACE,
    },
    inputs=(Section(_("Đóng thùng"), "kind", "count", "amount", "packed_on", "location"),),
    opens_result=True,
    made=package_stacking.packed_in_words,
    icon="box",
    help_text=_("Số lượng là của mỗi thùng. Mỗi thùng có mã riêng để in tem và giao."),
)
"""Of the register of lots."""

_PACKING: Final = (
    Action(
        name="add-goods",
        label=_("Xếp thêm hàng"),
        operation=packages.add_goods,
        subject="package",
        who=_PACKERS,
        guard=packages.why_not_open,
        initial=packages.packing_today,
        source=Package,
        fields={
            "lot": ForeignKey(Lot, PROTECT, verbose_name=_("lô hàng")),
            "amount": AMOUNT,
            "packed_on": DateField(_("ngày đóng")),
            "location": PLACE,
        },
        inputs=(Section(_("Hàng xếp thêm"), "lot", "amount", "packed_on", "location"),),
        icon="plus",
    ),
    Action(
        name="stack",
        label=_("Xếp lên pallet mới"),
        operation=package_stacking.stack,
        subject="packages",
        who=_PACKERS,
        guard=package_stacking.why_not_stacked,
        initial=packages.packing_today,
        source=Package,
        fields={
            "count": PositiveSmallIntegerField(
                _("số thùng giống nhau, kể cả thùng này"),
                default=1,
                validators=[
                    MinValueValidator(1, _("Xếp ít nhất 1 thùng.")),
                    MaxValueValidator(MOST_STACKED, _("Mỗi lần xếp nhiều nhất 200 thùng.")),
                ],
            ),
            "packed_on": DateField(_("ngày đóng")),
            "location": PLACE,
        },
        inputs=(Section(_("Pallet mới"), "count", "packed_on", "location"),),
        bulk=Bulk.TOGETHER,
        selectable=Q(state=PACKED, inside__isnull=True) & ~Q(kind=LogisticKind.PALLET),
        described_by=("kind", "packed_on", "organisation"),
        made=package_stacking.with_count_inside,
        opens_result=True,
        icon="stack-push",
        help_text=_(
            "Pallet có mã riêng ngay khi xếp. Các thùng cùng lô, cùng số lượng, cùng ngày đóng được xếp cùng lúc: ghi số thùng. Thùng khác thì "
            "xếp sau, ở trang của thùng đó."
        ),
    ),
    Action(
        name="put-onto",
        label=_("Xếp lên pallet, vào kiện"),
        operation=packages.put_onto,
        subject="package",
        who=_PACKERS,
        guard=packages.why_not_open,
        lock_first=packages.wait_to_stack,
        initial=packages.packing_today,
        choices=package_stacking.outers_of,
        source=Package,
        fields={
            "outer": ForeignKey(Package, PROTECT, verbose_name=_("pallet, kiện")),
            "packed_on": DateField(_("ngày đóng")),
            "location": PLACE,
        },
        inputs=(Section(_("Xếp vào đâu"), "outer", "packed_on", "location"),),
        opens_result=True,
        icon="stack-2",
        help_text=_("Chưa có pallet thì bấm “Xếp lên pallet mới”."),
    ),
    Action(
        name="unpack",
        label=_("Dỡ"),
        operation=packages.unpack,
        subject="package",
        who=_PACKERS,
        guard=packages.why_not_open,
        initial=packages.unpacked_today,
        source=Package,
        fields={"unpacked_on": DateField(_("ngày dỡ")), "location": PLACE},
        inputs=(Section(_("Dỡ"), "unpacked_on", "location"),),
        icon="package-off",
        help_text=_("Lấy hết hàng ra; hàng về lại lô. Mã của kiện không dùng lại."),
    ),
)

_WAYS: Final = (
    Action(
        name="send",
        label=_("Giao cả kiện"),
        operation=package_ways.send_package,
        subject="package",
        who=_PACKERS,
        guard=package_ways.why_not_sent,
        initial=package_ways.sent_today,
        source=LotEntry,
        fields={"sent_on": DateField(_("ngày giao")), "location": PLACE},
        required=("partner",),
        inputs=(Section(_("Giao hàng"), "partner", "sent_on", "location"),),
        icon="truck",
        help_text=_("Mỗi lô trong kiện có một mục giao hàng và một chuyến hàng; bên nhận xác nhận cả kiện."),
    ),
    Action(
        name="call-back",
        label=_("Rút chuyến giao"),
        operation=package_ways.call_back,
        subject="package",
        who=_PACKERS,
        guard=package_ways.why_not_called_back,
        writes=("goods.LotEntry.wrong_on", "goods.LotEntry.wrong_reason"),
        asks_reason=_("Sai ở đâu"),
        icon="alert-triangle",
        help_text=_("Dùng khi kiện chưa từng đi. Các mục giao hàng và sự kiện của kiện được báo ghi sai."),
    ),
    Action(
        name="receive",
        label=_("Nhận cả kiện"),
        operation=package_ways.receive_package,
        subject="package",
        who=_RECEIVERS,
        guard=package_ways.why_not_received_whole,
        initial=package_ways.received_package_today,
        notice=package_ways.coming_with_package,
        source=Package,
        fields={"received_on": DateField(_("ngày nhận")), "location": PLACE},
        inputs=(Section(_("Đã nhận"), "received_on", "location"),),
        writes=("goods.Lot.made_on", "goods.Lot.expires_on"),
        icon="inbox",
        help_text=_("Dùng khi hàng đủ như bên giao ghi. Thiếu, thừa thì đếm ở từng chuyến hàng bên dưới."),
    ),
    Action(
        name="refuse",
        label=_("Từ chối cả kiện"),
        operation=package_ways.refuse_package,
        subject="package",
        who=_RECEIVERS,
        guard=package_ways.why_not_received_whole,
        asks_reason=_("Vì sao không nhận"),
        icon="x",
    ),
    Action(
        name="bring-back",
        label=_("Kiện đã về"),
        operation=package_ways.bring_package_back,
        subject="package",
        who=_PACKERS,
        guard=package_ways.why_not_back,
        initial=package_ways.back_today,
        source=Package,
        fields={"received_on": DateField(_("ngày nhận")), "location": PLACE},
        inputs=(Section(_("Đã nhận"), "received_on", "location"),),
        icon="arrow-back-up",
        help_text=_("Hàng về lại lô, vẫn ở trong kiện."),
    ),
)


@register
class Packages(GoodsRegister):
    """Rows come from the lot that is packed; the receiver reads them from when they are sent to it."""

    model = Package
    slug = "packages"
    icon = "box"
    scope: ClassVar[Scope] = (
        Department()
        | DepartmentActs(rules.editors)
        | OwnOrganisation("organisation", READING | {ACT})
        | OwnOrganisation("receiver", READING | {ACT})
    )
    columns = (
        Column("sscc", look="link"),
        "kind",
        "organisation",
        "packed_on",
        "inside",
        "receiver",
        "sent_on",
        "received_on",
        Column("unpacked_on", hidden=True),
        Column("state", look="badge"),
    )
    filters = {
        "organisation": ["exact"],
        "receiver": ["exact"],
        "inside": ["exact"],
        "kind": ["exact"],
        "state": ["exact"],
        "packed_on": ["gte", "lt"],
        "sent_on": ["gte", "lt"],
        "received_on": ["gte", "lt"],
        "unpacked_on": ["gte", "lt"],
    }
    search = ("organisation", "receiver")
    outcome = Section(
        _("Thùng, kiện, pallet"),
        "sscc",
        "kind",
        "organisation",
        "packed_on",
        "inside",
        "receiver",
        "sent_on",
        "received_on",
        "unpacked_on",
    )
    natural_key = ("sscc",)
    lookup = "sscc"
    chosen_with = ("kind_in_words", "packed_on", "inside_in_words")
    order = ("-packed_on", "sscc")
    may_be_long = True
    date_field = "packed_on"
    workflow = PACKAGE_FLOW
    detail_template = "goods/package.html"
    panel_of = (Panel("inside", _("Thùng, kiện bên trong"), position=20),)
    actions = (*_PACKING, *_WAYS)


@register
class PackageLines(GoodsRegister):
    """Rows come with the steps of packages; who receives a package sees its shipments instead."""

    model = PackageLine
    slug = "package-lines"
    icon = "list"
    scope: ClassVar[Scope] = (
        Department()
        | DepartmentActs(rules.editors)
        | OwnOrganisation("package__organisation", READING | {ACT})
    )
    columns = (
        Column("ordinal", look="link"),
        "package",
        "lot",
        "amount",
        "inner",
        "location",
        "packed_on",
        "taken_out_on",
        "wrong_on",
        Column("wrong_reason", hidden=True),
    )
    filters = {
        "package": ["exact"],
        "package__organisation": ["exact"],
        "lot": ["exact"],
        "inner": ["exact"],
        "location": ["exact"],
        "packed_on": ["gte", "lt"],
        "taken_out_on": ["gte", "lt"],
        "wrong_on": ["gte", "lt"],
    }
    search = ("package", "lot")
    outcome = Section(
        _("Hàng trong kiện"),
        "package",
        "ordinal",
        "lot",
        "amount",
        "inner",
        "location",
        "packed_on",
        "taken_out_on",
        "wrong_on",
        "wrong_reason",
    )
    panel_of = (
        Panel("package", _("Hàng trong kiện"), position=10),
        Panel("lot", _("Đã đóng vào thùng, kiện"), position=25),
    )
    natural_key = ("package", "ordinal")
    order = ("-packed_on",)
    may_be_long = True
    date_field = "packed_on"
    actions = (
        Action(
            name="declare-wrong",
            label=_("Báo ghi sai"),
            operation=packages.declare_line_wrong,
            subject="line",
            who=rules.producers | rules.editors,
            guard=packages.why_line_not_wrong,
            lock_first=packages.lock_package_of,
            asks_reason=_("Sai ở đâu"),
            icon="alert-triangle",
            help_text=_("Hàng về lại lô; sự kiện đóng kiện được báo sai, dòng này vẫn còn với lý do."),
        ),
    )
