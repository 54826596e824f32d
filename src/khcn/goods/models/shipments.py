"""Goods on their way from one party to another, as far as both may see them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.epcis.ids.digital_link import GTIN_LENGTH
from khcn.goods.enums import TradeUnit
from khcn.goods.models.lots import LotEntry
from khcn.goods.rules import LONGEST_LOT
from khcn.goods.workflow import SHIPMENT_FLOW
from khcn.kernel.fields.kinds.amount import AmountField
from khcn.kernel.registers.record_model import Record


class Shipment(Record):
    """What one party sent to another (chuyến giao hàng), written with the sender's entry of its diary.

    It repeats what the receiver may know of the goods: a link to the sender's lot or product would show more.
    """

    searched = ("code", "item_name", "lot_number")

    code = models.CharField(_("mã chuyến hàng"), max_length=20, editable=False)
    entry = models.OneToOneField(
        LotEntry, models.PROTECT, editable=False, related_name="shipment", verbose_name=_("mục giao hàng")
    )
    arrival = models.OneToOneField(
        LotEntry,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="arrival_of",
        verbose_name=_("mục nhận hàng"),
    )
    package = models.ForeignKey(
        "goods.Package",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="shipments",
        verbose_name=_("giao trong kiện"),
    )
    sender = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        editable=False,
        related_name="sent_shipments",
        verbose_name=_("bên giao"),
    )
    receiver = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        editable=False,
        related_name="expected_shipments",
        verbose_name=_("bên nhận"),
    )
    item_name = models.CharField(_("hàng hóa"), max_length=280, editable=False)
    gtin = models.CharField(_("mã GTIN"), max_length=GTIN_LENGTH, editable=False)
    lot_number = models.CharField(_("số lô"), max_length=LONGEST_LOT, editable=False)
    lot_path = models.CharField(_("mã truy xuất"), max_length=100, editable=False, db_index=True)
    made_on = models.DateField(_("ngày sản xuất"), editable=False)
    expires_on = models.DateField(_("hạn sử dụng"), null=True, blank=True, editable=False)
    unit = models.CharField(_("đơn vị tính"), max_length=3, choices=TradeUnit.choices, editable=False)
    amount = AmountField(_("số lượng giao"), max_digits=12, decimal_places=2, editable=False)
    sent_on = models.DateField(_("ngày giao"), editable=False, db_index=True)
    state = models.CharField(
        _("tình trạng giao nhận"),
        max_length=10,
        choices=SHIPMENT_FLOW.choices(),
        default=SHIPMENT_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    received_on = models.DateField(_("ngày nhận"), null=True, blank=True, editable=False, db_index=True)
    received_amount = AmountField(
        _("số lượng nhận"), null=True, blank=True, max_digits=12, decimal_places=2, editable=False
    )
    answer = models.TextField(_("lý do từ chối, thống nhất"), blank=True, editable=False)

    class Meta:
        verbose_name = _("chuyến hàng")
        verbose_name_plural = _("hàng giao nhận")
        indexes: ClassVar = [models.Index(fields=["-sent_on", "code"], name="shipment_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="goods_shipment_key",
                violation_error_message=_("Đã có chuyến hàng cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.item_name}"
