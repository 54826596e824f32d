"""What producers enter about their goods, and what the department sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.goods import operations, rules
from khcn.goods.models import Location, Lot, LotEntry, ProcessStep, ProductGroup, TradeItem
from khcn.goods.models.packages import with_packed
from khcn.goods.register.base import GoodsRegister, of_organisation
from khcn.goods.register.packages import PACK
from khcn.kernel.access.scopes import AnyOrganisation, Department
from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.reference.operations.versions import VersionWriter

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.access.scopes import Scope


@register
class ProductGroups(GoodsRegister):
    model = ProductGroup
    slug = "product-groups"
    icon = "category"
    scope: ClassVar[Scope] = Department(write=rules.editors) | AnyOrganisation()
    columns = ("code", Column("name", look="link"))
    form = (Section(_("Nhóm hàng"), "code", "name"),)
    natural_key = ("code",)
    lookup = "code"
    lookup_aliases = ("name",)
    shown = "name"
    similar = ("name",)


@register
class ProcessSteps(GoodsRegister):
    model = ProcessStep
    slug = "process-steps"
    icon = "list-numbers"
    scope: ClassVar[Scope] = Department(write=rules.editors) | AnyOrganisation()
    columns = (
        Column("name", look="link"),
        "code",
        "group",
        "ordinal",
        "kind",
        Column("makes", hidden=True),
        "biz_step",
        "is_required",
        "asked",
        "usual_yield",
        Column("valid_from", hidden=True),
        "valid_to",
    )
    filters = {
        "group": ["exact"],
        "kind": ["exact"],
        "makes": ["exact"],
        "biz_step": ["exact"],
        "is_required": ["exact"],
        "valid_from": ["gte", "lt"],
        "valid_to": ["gte", "lt"],
    }
    search = ("group",)
    form = (
        Section(_("Công đoạn"), "group", "code", "ordinal", "name"),
        Section(_("Cơ sở ghi gì"), "kind", "makes", "biz_step", "is_required", "asked"),
        Section(_("Chế biến"), "usual_yield", when=("kind", ("make",))),
        Section(_("Hiệu lực"), "valid_from", "valid_to"),
    )
    panel_of = (Panel("group", _("Quy trình mẫu"), position=5),)
    natural_key = ("code", "valid_from")
    lookup = "code"
    lookup_aliases = ("name",)
    shown = "name"
    order = ("group", "ordinal", "code", "-valid_from")
    date_field = "valid_from"
    owned = (
        OwnedFields(
            ("group", "kind", "makes", "biz_step"),
            _("Nhật ký đã nêu công đoạn này nên không đổi. Ghi ngày hết hiệu lực rồi lập phiên bản mới."),
            where=operations.steps_in_entries,
        ),
    )
    writer = VersionWriter()


@register
class Locations(GoodsRegister):
    model = Location
    slug = "locations"
    icon = "map-pin"
    scope: ClassVar[Scope] = of_organisation("organisation")
    columns = (
        Column("name", look="link"),
        "code",
        "kind",
        "organisation",
        "admin_unit",
        "address",
        Column("coordinates", hidden=True),
        Column("gln", hidden=True),
        Column("since_on", hidden=True),
        "closed_on",
    )
    filters = {
        "organisation": ["exact"],
        "kind": ["exact"],
        "admin_unit": ["exact"],
        "since_on": ["gte", "lt"],
        "closed_on": ["gte", "lt"],
    }
    search = ("organisation",)
    form = (
        Section(_("Địa điểm"), "organisation", "code", "name", "kind", "gln"),
        Section(_("Ở đâu"), "admin_unit", "address", "coordinates"),
        Section(_("Thời gian dùng"), "since_on", "closed_on"),
    )
    panel_of = (Panel("organisation", _("Địa điểm sản xuất, kinh doanh"), position=40),)
    natural_key = ("organisation", "code")
    lookup = "code"
    shown = "name"
    order = ("organisation", "code")
    writer = operations.LocationWriter()


@register
class TradeItems(GoodsRegister):
    model = TradeItem
    slug = "trade-items"
    icon = "package"
    scope: ClassVar[Scope] = of_organisation("organisation")
    columns = (
        Column("name", look="link"),
        "gtin",
        "group",
        "organisation",
        "brand",
        "net_content",
        "unit",
        Column("shelf_life_days", hidden=True),
        Column("standards", hidden=True),
    )
    filters = {"organisation": ["exact"], "group": ["exact"], "unit": ["exact"]}
    search = ("organisation", "group")
    form = (
        Section(
            _("Sản phẩm"), "organisation", "name", "group", "brand", "is_without_brand", "net_content", "unit"
        ),
        Section(_("Mã và chất lượng"), "gtin", "shelf_life_days", "is_without_expiry", "standards"),
    )
    panel_of = (
        Panel("organisation", _("Sản phẩm truy xuất"), position=41),
        Panel("group", _("Sản phẩm"), position=10),
    )
    natural_key = ("gtin",)
    lookup = "gtin"
    lookup_aliases = ("name",)
    shown = "name"
    similar = ("name",)
    writer = operations.TradeItemWriter()
    owned = (
        OwnedFields(
            ("organisation", "gtin", "unit"),
            _(
                "Sự kiện truy xuất đã nêu mã này nên cơ sở, mã và đơn vị tính không đổi. Hãy lập sản phẩm khác."
            ),
            where=operations.items_in_events,
        ),
    )


def with_amount(records: QuerySet[Lot], on: date) -> QuerySet[Lot]:
    """What is in each lot now, and how much of it is packed and loose."""
    return with_packed(records.with_amount())  # type: ignore[attr-defined]  # the query set of the model


@register
class Lots(GoodsRegister):
    model = Lot
    slug = "lots"
    icon = "packages"
    scope: ClassVar[Scope] = of_organisation("item__organisation")
    columns = (
        Column("number", look="link"),
        "item",
        "made_on",
        "expires_on",
        Column("amount", _("Số lượng hiện có"), look="num"),
        Column("packed", _("Trong thùng, kiện"), look="num", hidden=True),
        Column("loose", _("Ngoài thùng, kiện"), look="num", hidden=True),
        "published_on",
    )
    filters = {
        "item": ["exact"],
        "item__organisation": ["exact"],
        "made_on": ["gte", "lt"],
        "expires_on": ["gte", "lt"],
        "published_on": ["gte", "lt"],
    }
    search = ("item",)
    form = (
        Section(_("Lô hàng"), "item", "number", "made_on", "expires_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("item", _("Lô hàng"), position=10),)
    natural_key = ("item", "number")
    lookup = "number"
    chosen_with = ("item", "item__organisation", "made_on")
    order = ("-made_on", "-number")
    date_field = "made_on"
    happened = ("made_on",)
    annotate = with_amount
    detail_template = "goods/lot.html"
    writer = operations.LotWriter()
    owned = (
        OwnedFields(
            ("item", "number"),
            _("Sự kiện truy xuất đã nêu lô này nên sản phẩm và số lô không đổi. Hãy lập lô khác."),
            where=operations.lots_in_events,
        ),
        OwnedFields(
            ("made_on", "expires_on"),
            _(
                "Nhật ký của lô đã có mục nên ngày sản xuất và hạn sử dụng không sửa ở đây. Ghi nhầm thì dùng “Đính chính ngày của lô”."
            ),
            where=operations.lots_in_events,
        ),
        OwnedFields(("published_on",), _("Công bố bằng nút “Công bố lô”."), covers_empty=True),
    )
    outcome = Section(_("Công khai"), "published_on", "source_path")
    actions = (
        Action(
            name="publish",
            label=_("Công bố lô"),
            operation=operations.publish_lot,
            subject="lot",
            who=rules.producers | rules.editors,
            guard=operations.why_not_published,
            writes=("published_on",),
            importable=True,
            icon="world",
            help_text=_("Ai quét nhãn của lô cũng xem được hành trình."),
        ),
        Action(
            name="withdraw-publication",
            label=_("Ngừng công bố"),
            operation=operations.withdraw_publication,
            subject="lot",
            who=rules.producers | rules.editors,
            guard=operations.why_not_withdrawn,
            writes=("published_on",),
            asks_reason=_("Lý do"),
            icon="eye-off",
            help_text=_(
                "Nhãn đã in vẫn dẫn đến trang của lô; trang ghi là chưa công bố. Hàng có lỗi thì thu hồi, không ngừng công bố."
            ),
        ),
        PACK,
        correction(
            name="correct-days",
            label=_("Đính chính ngày của lô"),
            operation=operations.correct_lot_days,
            subject="lot",
            who=rules.producers | rules.editors,
            guard=operations.why_lot_days_not_corrected,
            source=Lot,
            required=("made_on",),
            writes=("made_on", "expires_on"),
            initial=initial_from_stored_values("made_on", "expires_on"),
            inputs=(Section(_("Ngày của lô"), "made_on", "expires_on"),),
        ),
    )


@register
class LotEntries(GoodsRegister):
    model = LotEntry
    slug = "diary"
    icon = "notebook"
    scope: ClassVar[Scope] = of_organisation("lot__item__organisation")
    columns = (
        Column("done_on", look="link"),
        Column("done_at", hidden=True),
        "kind",
        "step",
        "lot",
        "amount",
        "location",
        "into",
        "partner",
        "wrong_on",
        Column("note", hidden=True),
    )
    filters = {
        "lot": ["exact"],
        "lot__item": ["exact"],
        "lot__item__organisation": ["exact"],
        "kind": ["exact"],
        "step": ["exact"],
        "location": ["exact"],
        "into": ["exact"],
        "partner": ["exact"],
        "done_on": ["gte", "lt"],
        "wrong_on": ["gte", "lt"],
    }
    search = ("lot", "location")
    form = (
        Section(_("Việc đã làm"), "lot", "step", "kind", "done_on", "done_at", "location", "amount"),
        Section(_("Dùng làm nguyên liệu"), "into", when=("kind", ("use",))),
        Section(_("Giao hàng"), "partner", when=("kind", ("ship",))),
        Section(_("Ghi chú"), "note", "ordinal"),
    )
    outcome = Section(_("Ghi sai"), "wrong_on", "wrong_reason")
    panel_of = (Panel("lot", _("Nhật ký"), position=10), Panel("into", _("Nguyên liệu đã dùng"), position=20))
    natural_key = ("lot", "ordinal")
    numbered_by = "ordinal"
    order = ("-done_on", "kind")
    may_be_long = True
    date_field = "done_on"
    happened = ("done_on",)
    detail_template = "goods/lot_entry.html"
    writer = operations.DiaryWriter()
    owned = (
        OwnedFields(
            (
                "lot",
                "step",
                "kind",
                "done_on",
                "done_at",
                "location",
                "amount",
                "into",
                "partner",
                "receiver",
                "ordinal",
            ),
            _(
                "Mục nhật ký đã thành sự kiện truy xuất nên không sửa được. Bấm “Báo ghi sai” rồi ghi mục đúng."
            ),
            covers_empty=True,
        ),
        OwnedFields(
            ("wrong_on", "wrong_reason"),
            _("Ghi sai báo bằng nút “Báo ghi sai”."),
            covers_empty=True,
        ),
    )
    actions = (
        Action(
            name="declare-wrong",
            label=_("Báo ghi sai"),
            operation=operations.declare_wrong,
            subject="entry",
            who=rules.producers | rules.editors,
            guard=operations.why_not_declared_wrong,
            lock_first=operations.lock_goods_of,
            source=LotEntry,
            writes=("wrong_on", "wrong_reason"),
            asks_reason=_("Sai ở đâu"),
            icon="alert-triangle",
            help_text=_("Sự kiện truy xuất của mục này được báo sai; mục vẫn còn trong nhật ký, gạch bỏ."),
        ),
    )
