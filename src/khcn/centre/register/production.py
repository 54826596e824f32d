"""Registers of products, plans, batches, sales and sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.centre import indicators, operations
from khcn.centre.models import Product, ProductionBatch, ProductionPlan, ProductionSite, ProductSale
from khcn.centre.register.base import CentreRegister
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, Panel, Section

if TYPE_CHECKING:
    from datetime import date

    from khcn.centre.models.production import ProductQuerySet


def as_of(records: ProductQuerySet, on: date) -> ProductQuerySet:
    """What is in stock on the day of the page."""
    return records.with_stock(on=on)


@register
class Products(CentreRegister):
    model = Product
    slug = "products"
    icon = "plant"
    columns = (
        Column("name", look="link"),
        "line",
        "unit",
        Column("stock", _("Tồn kho")),
        Column("code", hidden=True),
    )
    filters = {"line": ["exact"], "unit": ["exact"]}
    form = (Section(_("Sản phẩm"), "code", "name", "line", "unit"), Section(_("Ghi chú"), "note"))
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    similar = ("name",)
    annotate = as_of
    writer = operations.ProductWriter()


@register
class ProductionPlans(CentreRegister):
    model = ProductionPlan
    slug = "production-plans"
    icon = "target-arrow"
    columns = (Column("product", look="link"), "year", "quantity", "decided_on")
    filters = {"product": ["exact"], "year": ["exact"], "decided_on": ["gte", "lt"]}
    search = ("product",)
    form = (Section(_("Kế hoạch"), "product", "year", "quantity", "decided_on"),)
    panel_of = (Panel("product", _("Kế hoạch sản xuất"), position=10),)
    natural_key = ("product", "year")
    order = ("-year",)
    indicators = indicators.PLANS


@register
class ProductionBatches(CentreRegister):
    model = ProductionBatch
    slug = "production-batches"
    icon = "packages"
    columns = (Column("code", look="link"), "product", "quantity", "finished_on", "site")
    filters = {
        "product": ["exact"],
        "product__line": ["exact"],
        "site": ["exact"],
        "finished_on": ["gte", "lt"],
    }
    search = ("product", "site")
    form = (
        Section(_("Lô sản xuất"), "code", "product", "site", "finished_on", "quantity"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("product", _("Lô sản xuất"), position=20),
        Panel("site", _("Lô sản xuất"), position=10),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-finished_on", "-code")
    may_be_long = True
    date_field = "finished_on"
    happened = ("finished_on",)
    indicators = indicators.BATCHES
    writer = operations.BatchWriter()


@register
class ProductSales(CentreRegister):
    model = ProductSale
    slug = "product-sales"
    icon = "file-invoice"
    columns = (
        Column("code", look="link"),
        "product",
        "quantity",
        "sold_on",
        "customer",
        Column("amount", look="money"),
    )
    filters = {
        "product": ["exact"],
        "product__line": ["exact"],
        "customer": ["exact"],
        "sold_on": ["gte", "lt"],
    }
    search = ("product", "customer")
    form = (
        Section(_("Xuất bán"), "code", "product", "sold_on", "quantity", "amount", "customer"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("product", _("Xuất bán"), position=30),
        Panel("customer", _("Sản phẩm đã mua của Trung tâm"), position=82),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-sold_on", "-code")
    may_be_long = True
    date_field = "sold_on"
    happened = ("sold_on",)
    indicators = indicators.SALES
    writer = operations.SaleWriter()


@register
class ProductionSites(CentreRegister):
    model = ProductionSite
    slug = "production-sites"
    icon = "building-factory"
    columns = (
        Column("name", look="link"),
        "kind",
        "area_m2",
        "since_on",
        "left_on",
        Column("code", hidden=True),
    )
    filters = {"kind": ["exact"], "since_on": ["gte", "lt"], "left_on": ["gte", "lt"]}
    form = (
        Section(_("Cơ sở"), "code", "name", "kind", "area_m2"),
        Section(_("Sử dụng"), "since_on", "left_on"),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    date_field = "since_on"
    happened = ("since_on", "left_on")
    not_before = (NotBefore("left_on", "since_on", _("Thôi dùng trước ngày đưa vào dùng.")),)
    indicators = indicators.SITES
    writer = PastDayWriter("since_on")
