"""How often the labels of a product or a lot were looked up on a day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.goods.models.lots import Lot
from khcn.goods.models.trade_items import TradeItem
from khcn.kernel.registers.record_model import Record


class LabelScan(Record):
    """How often one code of a label was looked up on one day (lượt quét nhãn). Product and lot are those of the producer whose code it is."""

    searched = ("path",)

    path = models.CharField(_("mã trên nhãn"), max_length=200, editable=False)
    item = models.ForeignKey(
        TradeItem,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="scans",
        verbose_name=_("sản phẩm"),
    )
    lot = models.ForeignKey(
        Lot,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="scans",
        verbose_name=_("lô hàng"),
    )
    scanned_on = models.DateField(_("ngày quét"), editable=False, db_index=True)
    scans = models.PositiveIntegerField(_("lượt quét"), editable=False)

    class Meta:
        verbose_name = _("lượt quét nhãn")
        verbose_name_plural = _("lượt quét nhãn theo ngày")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "path", "scanned_on"],
                name="goods_label_scan_key",
                violation_error_message=_("Đã có số lượt quét của mã này trong ngày."),
            )
        ]

    def __str__(self) -> str:
        return self.path
