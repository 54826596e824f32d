"""Sheets of labels that were printed for a lot."""

from __future__ import annotations

from typing import ClassVar, Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import LabelLayout
from khcn.goods.models.lots import Lot
from khcn.kernel.registers.record_model import Record

MOST: Final = 2_000
"""Labels in one file: more than eighty sheets."""


class LabelPrint(Record):
    """One printing of labels of a lot, in the log of which nothing is changed (lượt in nhãn)."""

    searched = ("note",)

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="label_prints", verbose_name=_("lô hàng"))
    printed_on = models.DateField(_("ngày in"), db_index=True)
    layout = models.CharField(_("khổ nhãn"), max_length=8, choices=LabelLayout.choices)
    copies = models.PositiveSmallIntegerField(
        _("số nhãn"),
        validators=[
            MinValueValidator(1, _("In ít nhất 1 nhãn.")),
            MaxValueValidator(MOST, _("Mỗi lượt in nhiều nhất 2.000 nhãn.")),
        ],
    )
    has_data_matrix = models.BooleanField(_("in thêm mã GS1 DataMatrix"), default=False, db_default=False)
    note = models.TextField(_("lý do in lại"), blank=True)
    ordinal = models.PositiveIntegerField(_("lượt số"), null=True, blank=True)

    class Meta:
        verbose_name = _("lượt in nhãn")
        verbose_name_plural = _("sổ in nhãn")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lot", "ordinal"],
                name="goods_label_print_key",
                violation_error_message=_("Lô đã có lượt in cùng số."),
            ),
            models.CheckConstraint(
                condition=models.Q(copies__gte=1, copies__lte=MOST),
                name="goods_label_copies",
                violation_error_message=_("Mỗi lượt in từ 1 đến 2.000 nhãn."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot} – {self.copies} {_('nhãn')}"
