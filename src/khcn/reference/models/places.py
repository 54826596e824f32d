"""Provinces, districts and communes, each for the days it existed, and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.models import Dated, Succession
from khcn.kernel.registers.record_model import Record
from khcn.reference.models.base import DatedRecordQuerySet
from khcn.reference.models.documents import LegalDocument


class AdminLevel(models.TextChoices):
    """Levels of administrative unit; the middle one ended on 01/7/2025."""

    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện")
    COMMUNE = "commune", _("Cấp xã")


class AdminUnit(Dated, Record):
    """A province, district or commune for the days it existed. Codes and names are reused: the key is code and day."""

    searched = ("full_name",)

    code = models.CharField(_("mã"), max_length=8)
    name = models.CharField(_("tên"), max_length=100)
    full_name = models.CharField(
        _("tên đầy đủ"), max_length=200, help_text=_("Ví dụ: Xã Nam Cường, Huyện Chợ Đồn.")
    )
    level = models.CharField(_("cấp"), max_length=10, choices=AdminLevel.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("thuộc")
    )

    objects = DatedRecordQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("đơn vị hành chính")
        verbose_name_plural = _("đơn vị hành chính")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["level", "code", "valid_from"],
                name="admin_unit_key",
                violation_error_message=_("Đã có đơn vị hành chính cùng mã và cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class AdminUnitSuccession(Succession, Record):
    """Which unit took over which on which day: Nông Hạ (02107) → Thanh Thịnh (02107)."""

    predecessor = models.ForeignKey(
        AdminUnit, models.PROTECT, related_name="successions", verbose_name=_("đơn vị cũ")
    )
    successor = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="origins", verbose_name=_("đơn vị mới")
    )
    legal_document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name=_("văn bản")
    )

    class Meta(Succession.Meta):
        verbose_name = _("sắp xếp đơn vị hành chính")
        verbose_name_plural = _("sắp xếp đơn vị hành chính")
        constraints: ClassVar = [
            *Succession.Meta.constraints,
            models.UniqueConstraint(fields=["predecessor", "successor"], name="admin_unit_succession_key"),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=models.Q(successor__isnull=True),
                name="admin_unit_abolition_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
