"""TradeItems of producers, in the groups that the department names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.epcis.ids.digital_link import GTIN_LENGTH
from khcn.goods.enums import PACKED, TradeUnit
from khcn.goods.rules import check_gtin, is_internal, shortest_gtin
from khcn.kernel.registers.record_model import Record

if TYPE_CHECKING:
    from datetime import date


class ProductGroup(Record):
    """Goods that are made alike (nhóm sản phẩm): canna noodles, Shan tea …."""

    searched = ("name", "code")

    code = models.CharField(_("mã nhóm hàng"), max_length=40)
    name = models.CharField(_("tên nhóm hàng"), max_length=200)

    class Meta:
        verbose_name = _("nhóm hàng")
        verbose_name_plural = _("nhóm hàng truy xuất")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="goods_product_group_key",
                violation_error_message=_("Đã có nhóm hàng cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TradeItem(Record):
    """Something that a producer puts on the market, in one package and weight (sản phẩm; trade item in the words of GS1)."""

    searched = ("name", "gtin")

    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="trade_items",
        verbose_name=_("cơ sở sản xuất, kinh doanh"),
    )
    # NULL until the program has given a number: several that come together have none for a moment.
    gtin = models.CharField(
        _("mã GTIN"), max_length=GTIN_LENGTH, null=True, blank=True, validators=[check_gtin], db_index=True
    )
    name = models.CharField(_("tên sản phẩm"), max_length=200)
    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="items", verbose_name=_("nhóm hàng"))
    brand = models.CharField(_("thương hiệu"), max_length=120, blank=True)
    net_content = models.CharField(_("quy cách"), max_length=60, blank=True)
    unit = models.CharField(_("đơn vị tính"), max_length=3, choices=TradeUnit.choices)
    shelf_life_days = models.PositiveSmallIntegerField(
        _("hạn sử dụng (ngày)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1, _("Hạn sử dụng ít nhất là 1 ngày."))],
    )
    is_without_brand = models.BooleanField(_("không có thương hiệu"), default=False)
    is_without_expiry = models.BooleanField(_("không có hạn sử dụng"), default=False)
    standards = models.CharField(_("tiêu chuẩn, quy chuẩn của sản phẩm"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("sản phẩm")
        verbose_name_plural = _("sản phẩm truy xuất")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "gtin"],
                name="goods_trade_item_key",
                violation_error_message=_("Đã có sản phẩm với mã GTIN này."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_without_brand=False) | models.Q(brand=""),
                name="goods_trade_item_brand",
                violation_error_message=_("Đã ghi thương hiệu thì không khai không có thương hiệu."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_without_expiry=False) | models.Q(shelf_life_days__isnull=True),
                name="goods_trade_item_expiry",
                violation_error_message=_("Đã ghi hạn sử dụng thì không khai không có hạn sử dụng."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """One number is written in one way, so that it names one product."""
        self.gtin = shortest_gtin(self.gtin or "") or None

    @property
    def number(self) -> str:
        """The GTIN in 14 digits, as it stands in a Digital Link."""
        return (self.gtin or "").zfill(GTIN_LENGTH)

    @property
    def full_name(self) -> str:
        """Its name with what is in a package."""
        return f"{self.name}, {self.net_content}" if self.net_content else self.name

    @property
    def is_packed(self) -> bool:
        """Whether it is counted in packets, bags or bottles."""
        return self.unit in PACKED

    @property
    def public_path(self) -> str:
        """Of the page where the public looks it up (GS1 Digital Link, AI 01)."""
        return f"/01/{self.number}"

    def last_day_of(self, made_on: date) -> date | None:
        """Until when goods made on a day may be used by the shelf life of today; None where there is none."""
        return None if self.shelf_life_days is None else made_on + timedelta(days=self.shelf_life_days)

    @property
    def has_internal_number(self) -> bool:
        """Whether its number means something in this system alone."""
        return is_internal(self.gtin or "")
