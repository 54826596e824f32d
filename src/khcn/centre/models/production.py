"""Products with their unit, what is planned, made and sold of them, and where."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.centre.enums import ProductLine, ProductUnit, SiteKind
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.fields.kinds.quantity import QuantityField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

_AMOUNT: Final = DecimalField(max_digits=12, decimal_places=2)


def _amount_of(rows: QuerySet[models.Model]) -> Coalesce:
    """What rows about the product of the outer query add up to."""
    of_product = rows.filter(product=OuterRef("pk")).order_by().values("product")
    return Coalesce(
        Subquery(of_product.annotate(total=Sum("quantity")).values("total")),
        Value(Decimal(0)),
        output_field=_AMOUNT,
    )


class ProductQuerySet(RecordQuerySet["Product"]):
    """Products, seen on a day."""

    def with_stock(self, *, on: date) -> ProductQuerySet:
        """Adds ``stock``: what was made by a day less what was sold by then, in the unit of the product."""
        return self.annotate(
            stock=_amount_of(ProductionBatch.objects.filter(finished_on__lte=on))
            - _amount_of(ProductSale.objects.filter(sold_on__lte=on))
        )


class Product(Record):
    """Something that the Centre makes, in one unit (sản phẩm)."""

    searched = ("name", "code")

    code = models.CharField(_("mã sản phẩm"), max_length=40)
    name = models.CharField(_("tên sản phẩm"), max_length=200)
    line = models.CharField(_("nhóm sản phẩm"), max_length=20, choices=ProductLine.choices)
    unit = models.CharField(_("đơn vị tính"), max_length=12, choices=ProductUnit.choices)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("sản phẩm")
        verbose_name_plural = _("sản phẩm của Trung tâm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_product_key",
                violation_error_message=_("Đã có sản phẩm cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_unit_display()})"


def _more_than_nothing(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(quantity__gt=0), name=name, violation_error_message=_("Số lượng phải lớn hơn 0.")
    )


class ProductionSite(Record):
    """A nethouse, laboratory or garden in which the Centre makes things (cơ sở sản xuất)."""

    searched = ("name", "code")

    code = models.CharField(_("mã cơ sở"), max_length=40)
    name = models.CharField(_("tên cơ sở"), max_length=200)
    kind = models.CharField(_("loại cơ sở"), max_length=20, choices=SiteKind.choices)
    area_m2 = QuantityField(
        _("diện tích (m²)"), unit="m²", max_digits=10, decimal_places=2, null=True, blank=True
    )
    since_on = models.DateField(_("ngày đưa vào dùng"))
    left_on = models.DateField(_("ngày thôi dùng"), null=True, blank=True)

    class Meta:
        verbose_name = _("cơ sở sản xuất")
        verbose_name_plural = _("cơ sở sản xuất của Trung tâm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_production_site_key",
                violation_error_message=_("Đã có cơ sở sản xuất cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gt=F("since_on")),
                name="centre_production_site_days",
                violation_error_message=_("Ngày thôi dùng phải sau ngày đưa vào dùng. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class ProductionPlan(Record):
    """How much of a product is to be made in a year (kế hoạch sản xuất)."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="plans", verbose_name=_("sản phẩm"))
    year = YearField(_("năm kế hoạch"), validators=A_YEAR)
    quantity = models.DecimalField(_("số lượng kế hoạch"), max_digits=12, decimal_places=2)
    decided_on = models.DateField(_("ngày giao kế hoạch"), null=True, blank=True)

    class Meta:
        verbose_name = _("kế hoạch sản xuất")
        verbose_name_plural = _("kế hoạch sản xuất")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "year"],
                name="centre_production_plan_key",
                violation_error_message=_("Sản phẩm đã có kế hoạch của năm này."),
            ),
            _more_than_nothing("centre_production_plan_quantity"),
        ]

    def __str__(self) -> str:
        return str(self.year)


class ProductionBatch(Record):
    """What was finished of a product on a day (lô sản xuất)."""

    searched = ("code",)

    code = models.CharField(_("mã lô"), max_length=40)
    product = models.ForeignKey(Product, models.PROTECT, related_name="batches", verbose_name=_("sản phẩm"))
    site = models.ForeignKey(
        ProductionSite,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="batches",
        verbose_name=_("cơ sở sản xuất"),
    )
    finished_on = models.DateField(_("ngày hoàn thành"), db_index=True)
    quantity = models.DecimalField(_("số lượng sản xuất"), max_digits=12, decimal_places=2)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("lô sản xuất")
        verbose_name_plural = _("lô sản xuất")
        indexes: ClassVar = [models.Index(fields=["-finished_on", "-code"], name="batch_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_production_batch_key",
                violation_error_message=_("Đã có lô sản xuất cùng mã."),
            ),
            _more_than_nothing("centre_production_batch_quantity"),
        ]

    def __str__(self) -> str:
        return self.code


class ProductSale(Record):
    """What was sold of a product on a day (phiếu xuất bán)."""

    searched = ("code",)

    code = models.CharField(_("số phiếu xuất"), max_length=40)
    product = models.ForeignKey(Product, models.PROTECT, related_name="sales", verbose_name=_("sản phẩm"))
    customer = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="centre_purchases",
        verbose_name=_("khách hàng"),
    )
    sold_on = models.DateField(_("ngày xuất bán"), db_index=True)
    quantity = models.DecimalField(_("số lượng xuất bán"), max_digits=12, decimal_places=2)
    amount = MoneyField(_("thành tiền (đồng)"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("phiếu xuất bán")
        verbose_name_plural = _("xuất bán sản phẩm")
        indexes: ClassVar = [models.Index(fields=["-sold_on", "-code"], name="sale_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_product_sale_key",
                violation_error_message=_("Đã có phiếu xuất bán cùng số."),
            ),
            _more_than_nothing("centre_product_sale_quantity"),
        ]

    def __str__(self) -> str:
        return self.code
