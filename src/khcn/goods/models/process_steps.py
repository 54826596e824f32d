"""How goods of a group are usually made: the steps that the department names, for the diaries of all who make them."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import ADDS, HAS_OWN_STEP, BusinessStep, EntryKind, StepMakes
from khcn.goods.models.trade_items import ProductGroup, TradeItem
from khcn.kernel.dated.models import Dated
from khcn.kernel.registers.record_model import Record
from khcn.reference.models.base import DatedRecordQuerySet

_HIGHEST_YIELD = Decimal(1000)
"""Percent: goods that take up water weigh more than what they are made of."""


class ProcessStep(Dated, Record):
    """One step by which goods of a group are made (công đoạn), from a day to a day; a lot has the steps of the day it was made on."""

    searched = ("name", "code")
    says = ("group_id", "name", "kind", "makes", "biz_step")

    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="steps", verbose_name=_("nhóm hàng"))
    code = models.CharField(_("mã công đoạn"), max_length=40)
    ordinal = models.PositiveSmallIntegerField(_("thứ tự"))
    name = models.CharField(_("tên công đoạn"), max_length=200)
    kind = models.CharField(_("việc đã làm"), max_length=10, choices=EntryKind.choices)
    makes = models.CharField(
        _("làm ra hàng của"),
        max_length=6,
        choices=StepMakes.choices,
        default=StepMakes.ALL,
        db_default=StepMakes.ALL,
    )
    biz_step = models.CharField(
        _("tên với người mua"), max_length=16, choices=BusinessStep.choices, blank=True
    )
    is_required = models.BooleanField(_("bắt buộc có"), default=False)
    asked = models.CharField(_("phải ghi thêm"), max_length=200, blank=True)
    usual_yield = models.DecimalField(
        _("tỷ lệ thu hồi cao nhất thường gặp (%)"),
        null=True,
        blank=True,
        max_digits=6,
        decimal_places=2,
        validators=[
            MinValueValidator(Decimal("0.01"), _("Tỷ lệ phải lớn hơn 0.")),
            MaxValueValidator(_HIGHEST_YIELD, _("Tỷ lệ nhiều nhất là 1.000 phần trăm.")),
        ],
    )

    objects = DatedRecordQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("công đoạn mẫu")
        verbose_name_plural = _("quy trình mẫu của nhóm hàng")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "code", "valid_from"],
                name="goods_process_step_key",
                violation_error_message=_("Công đoạn này đã có phiên bản cùng ngày có hiệu lực."),
            ),
            models.CheckConstraint(
                condition=Q(usual_yield__isnull=True) | Q(kind=EntryKind.MAKE),
                name="goods_process_step_yield",
                violation_error_message=_("Chỉ công đoạn chế biến ra từ nguyên liệu mới có tỷ lệ thu hồi."),
            ),
            models.CheckConstraint(
                condition=Q(makes=StepMakes.ALL) | Q(kind__in=(EntryKind.HARVEST, EntryKind.MAKE)),
                name="goods_process_step_makes",
                violation_error_message=_(
                    "Chỉ công đoạn thu hoạch, chế biến mới làm ra hàng của một loại lô."
                ),
            ),
        ]

    def clean(self) -> None:
        """What moves goods is called in events as standards say."""
        super().clean()
        if self.biz_step and self.kind in HAS_OWN_STEP:
            text = _("Giao, nhận, bán, tiêu hủy đã có tên riêng trên trang tra cứu. Hãy để trống ô này.")
            raise ValidationError({"biz_step": text})

    def __str__(self) -> str:
        return self.name

    def makes_goods_elsewhere(self, item: TradeItem) -> bool:
        """Whether its goods are those of other lots of the group: tea leaves are plucked by the kilogram, and no packets of tea."""
        return self.makes != StepMakes.ALL and (self.makes == StepMakes.PACKED) != item.is_packed

    def kind_in(self, item: TradeItem) -> str:
        """As what it is entered for goods of its group."""
        return EntryKind.WORK if self.makes_goods_elsewhere(item) else self.kind

    def adds_to(self, item: TradeItem) -> bool:
        """Whether its amount comes into a lot of these goods."""
        return self.kind_in(item) in ADDS
