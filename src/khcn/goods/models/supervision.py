"""What the department has to look at in the reports of parties."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import CopyVerdict, PartyFindingKind
from khcn.goods.models.lots import Lot
from khcn.goods.models.shipments import Shipment
from khcn.kernel.registers.record_model import Record


class PartyFinding(Record):
    """One thing that cannot be, or that is missing, in what a party reports (phát hiện khi giám sát).

    Found by the rules every night; it is over when the rules do not find it any more. What look-ups of labels tell no rule can see the
    end of: a person says what it was.
    """

    searched = ("words",)

    party = models.ForeignKey(
        "trace.TraceParty", models.PROTECT, editable=False, related_name="findings", verbose_name=_("cơ sở")
    )
    kind = models.CharField(
        _("phát hiện"), max_length=12, choices=PartyFindingKind.choices, editable=False, db_index=True
    )
    subject = models.CharField(_("mã hàng"), max_length=200, blank=True, editable=False)
    lot = models.ForeignKey(
        Lot,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="findings",
        verbose_name=_("lô hàng"),
    )
    shipment = models.ForeignKey(
        Shipment,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="findings",
        verbose_name=_("chuyến hàng"),
    )
    words = models.CharField(_("nội dung"), max_length=400, editable=False)
    found_on = models.DateField(_("phát hiện ngày"), editable=False, db_index=True)
    over_on = models.DateField(_("hết ngày"), null=True, blank=True, editable=False, db_index=True)
    # Of codes that may be on more than one label: what a person has found out.
    verdict = models.CharField(
        _("kết luận"),
        max_length=8,
        choices=CopyVerdict.choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    review = models.TextField(_("đã xem xét"), blank=True, default="", db_default="", editable=False)
    reviewed_on = models.DateField(_("xem xét ngày"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("phát hiện giám sát")
        verbose_name_plural = _("giám sát truy xuất")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "kind", "subject", "found_on"],
                name="goods_finding_key",
                violation_error_message=_("Phát hiện này đã được ghi trong ngày."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.party}"
