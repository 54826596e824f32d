"""Certificates and marks of goods: VietGAP, organic, HACCP, OCOP stars, the right to use a geographical indication."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import ProductCertificateKind
from khcn.goods.models.trade_items import TradeItem
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from datetime import date


class ProductCertificateQuerySet(RecordQuerySet["ProductCertificate"]):
    """Certificates by the product that they are about."""

    def about(self, item: TradeItem, *, on: date) -> ProductCertificateQuerySet:
        """Those issued by a day of a product, or of all products of its producer."""
        mine = Q(item=item) | Q(item__isnull=True, organisation=item.organisation_id)
        return self.filter(mine, issued_on__lte=on)


class ProductCertificate(Record):
    """A certificate or mark of one product, or of all that a producer makes (chứng nhận của sản phẩm)."""

    searched = ("number", "issuer")

    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="product_certificates",
        verbose_name=_("cơ sở sản xuất, kinh doanh"),
    )
    item = models.ForeignKey(
        TradeItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("của sản phẩm"),
    )
    kind = models.CharField(_("loại chứng nhận"), max_length=10, choices=ProductCertificateKind.choices)
    number = models.CharField(_("số chứng nhận"), max_length=80)
    issuer = models.CharField(_("nơi cấp"), max_length=200)
    issued_on = models.DateField(_("ngày cấp"))
    valid_until = models.DateField(_("có hiệu lực đến"), null=True, blank=True, db_index=True)
    checked_on = models.DateField(_("Sở xem bản gốc ngày"), null=True, blank=True, editable=False)

    objects = ProductCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("chứng nhận của sản phẩm")
        verbose_name_plural = _("chứng nhận của sản phẩm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "number"],
                name="goods_certificate_key",
                violation_error_message=_("Cơ sở đã có chứng nhận cùng loại, cùng số."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("issued_on")),
                name="goods_certificate_days",
                violation_error_message=_("Ngày hết hiệu lực không được trước ngày cấp."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def clean(self) -> None:
        """The product is one of the producer's own."""
        if self.item is not None and self.item.organisation_id != self.organisation_id:
            raise ValidationError({"item": _("Sản phẩm này là của cơ sở khác.")})
