"""Figures about what the Centre plans, makes and sells, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.centre.enums import UNITS, ProductLine, SiteKind
from khcn.centre.models import (
    ProductionBatch,
    ProductionPlan,
    ProductionSite,
    ProductSale,
)
from khcn.centre.rules import UNIT
from khcn.kernel.indicators import Basis, Indicator, Measure, Period

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

QUANTITY: Final = Measure("quantity")
_IN_ONE_UNIT: Final = _(
    "Cộng số lượng của sản phẩm cùng nhóm, cùng đơn vị tính nêu trong số liệu; sản phẩm tính theo đơn vị khác không cộng vào."
)


def _product_name(row: Any) -> str:
    return str(row.product.name)


def _made(code: str, label: StrOrPromise, figure: str, line: ProductLine) -> Indicator:
    unit = UNITS[line]

    def records(period: Period) -> QuerySet[ProductionBatch]:
        rows = ProductionBatch.objects.filter(
            period.covers("finished_on"), product__line=line, product__unit=unit
        )
        return rows.select_related("product")

    return Indicator(
        code, label, records, unit.label, _IN_ONE_UNIT, measure=QUANTITY, line=_product_name, figure_ids=(figure,),
        owner=UNIT, date_path="finished_on",
    )  # fmt: skip


def _planned(code: str, label: StrOrPromise, figure: str, line: ProductLine) -> Indicator:
    unit = UNITS[line]

    def records(period: Period) -> QuerySet[ProductionPlan]:
        rows = ProductionPlan.objects.filter(year=period.year, product__line=line, product__unit=unit)
        return rows.select_related("product")

    return Indicator(
        code, label, records, unit.label, _IN_ONE_UNIT, basis=Basis.STOCK, measure=QUANTITY, line=_product_name,
        figure_ids=(figure,), owner=UNIT,
    )  # fmt: skip


def _sold(code: str, label: StrOrPromise, figure: str, line: ProductLine) -> Indicator:
    unit = UNITS[line]

    def records(period: Period) -> QuerySet[ProductSale]:
        rows = ProductSale.objects.filter(period.covers("sold_on"), product__line=line, product__unit=unit)
        return rows.select_related("product")

    return Indicator(
        code, label, records, unit.label, _IN_ONE_UNIT, measure=QUANTITY, line=_product_name, figure_ids=(figure,),
        owner=UNIT, date_path="sold_on",
    )  # fmt: skip


PLANS = (
    _planned("UD-02", _("Kế hoạch sản xuất giống nấm"), "F151", ProductLine.MUSHROOM_SPAWN),
    _planned("UD-04", _("Kế hoạch sản xuất nấm thương phẩm"), "F153", ProductLine.MUSHROOM_BAG),
)
BATCHES = (
    _made("UD-01", _("Giống nấm đã sản xuất"), "F150", ProductLine.MUSHROOM_SPAWN),
    _made("UD-03", _("Nấm thương phẩm đã sản xuất"), "F152", ProductLine.MUSHROOM_BAG),
    _made("UD-06", _("Bịch chồi dâu tây đã nhân"), "F155", ProductLine.STRAWBERRY_SHOOT),
    _made("UD-07", _("Cây dâu tây hoàn chỉnh"), "F156", ProductLine.STRAWBERRY_PLANT),
    _made(
        "UD-09",
        _("Bịch chồi lan Kim Tuyến đã nhân"),
        "F158",
        ProductLine.ANOECTOCHILUS_SHOOT,
    ),
    _made("UD-11", _("Bịch chồi bạch đàn đã nhân"), "F160", ProductLine.EUCALYPTUS_SHOOT),
    _made("UD-12", _("Bịch chồi keo đã nhân"), "F161", ProductLine.ACACIA_SHOOT),
    _made("UD-13", _("Chậu lan Phi Điệp đã nhân"), "F162", ProductLine.PHI_DIEP_ORCHID),
    _made("UD-14", _("Giò lan Hạc Vỹ đã nhân"), "F163", ProductLine.HAC_VY_ORCHID),
)
SALES = (
    _sold("UD-08", _("Cây dâu tây xuất bán"), "F157", ProductLine.STRAWBERRY_PLANT),
    _sold(
        "UD-10",
        _("Cây mạ lan Kim Tuyến xuất bán"),
        "F159",
        ProductLine.ANOECTOCHILUS_PLANT,
    ),
)


def _net_houses(period: Period) -> QuerySet[ProductionSite]:
    there = Q(left_on__isnull=True) | Q(left_on__gt=period.last_day)
    return ProductionSite.objects.filter(there, kind=SiteKind.NETHOUSE, since_on__lte=period.last_day)


SITES = (
    Indicator(
        "UD-15",
        _("Diện tích nhà lưới"),
        _net_houses,
        _("m²"),
        _("Cộng diện tích các nhà lưới Trung tâm đang dùng vào ngày cuối kỳ."),
        basis=Basis.STOCK,
        measure=Measure("area_m2"),
        line=lambda site: site.name,
        figure_ids=("F164",),
        owner=UNIT,
    ),
)
