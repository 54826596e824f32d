"""Guidance for organisations, and declarations of conformity that the department receives."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record
from khcn.quality.enums import AssessmentBasis, DeclarationKind, QualityPurpose
from khcn.quality.models.standards import Standard
from khcn.quality.workflow import DECLARATION_FLOW


class QualityGuidance(Record):
    """What an organisation was guided to do on one day (hướng dẫn mã số mã vạch, ghi nhãn, công bố)."""

    searched = ("code", "product")

    code = models.CharField(_("mã lượt hướng dẫn"), max_length=40)
    purpose = models.CharField(_("nội dung hướng dẫn"), max_length=16, choices=QualityPurpose.choices)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="quality_guidance",
        verbose_name=_("cơ sở được hướng dẫn"),
    )
    product = models.CharField(_("sản phẩm, hàng hóa"), max_length=300, blank=True)
    guided_on = models.DateField(_("ngày hướng dẫn"), db_index=True)
    result = models.TextField(_("kết quả"), blank=True)

    class Meta:
        verbose_name = _("lượt hướng dẫn chất lượng")
        verbose_name_plural = _("hướng dẫn mã số mã vạch, ghi nhãn, công bố")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="quality_guidance_key",
                violation_error_message=_("Đã có lượt hướng dẫn cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_purpose_display()}"


class ConformityDeclaration(Record):
    """The dossier of a declaration of conformity, and what was done with it (hồ sơ công bố hợp chuẩn, hợp quy)."""

    searched = ("code", "product", "notice_number")

    code = models.CharField(_("mã hồ sơ công bố"), max_length=40)
    kind = models.CharField(_("loại công bố"), max_length=10, choices=DeclarationKind.choices)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="conformity_declarations",
        verbose_name=_("tổ chức công bố"),
    )
    product = models.CharField(_("sản phẩm, hàng hóa, dịch vụ"), max_length=300)
    standard = models.ForeignKey(
        Standard,
        models.PROTECT,
        related_name="declarations",
        verbose_name=_("tiêu chuẩn, quy chuẩn công bố"),
    )
    basis = models.CharField(_("căn cứ công bố"), max_length=10, choices=AssessmentBasis.choices)
    received_on = models.DateField(_("ngày nhận hồ sơ hợp lệ"), db_index=True)
    valid_until = models.DateField(_("giá trị đến ngày"), null=True, blank=True)
    renewed_on = models.DateField(_("ngày công bố lại hoặc chấm dứt"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=DECLARATION_FLOW.choices(),
        default=DECLARATION_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    notice_number = models.CharField(_("số thông báo tiếp nhận"), max_length=60, blank=True, editable=False)
    notified_on = models.DateField(
        _("ngày thông báo tiếp nhận"), null=True, blank=True, editable=False, db_index=True
    )
    returned_on = models.DateField(_("ngày trả lại hồ sơ"), null=True, blank=True, editable=False)
    return_reason = models.TextField(_("lý do trả lại"), blank=True, editable=False)

    class Meta:
        verbose_name = _("hồ sơ công bố hợp chuẩn, hợp quy")
        verbose_name_plural = _("hồ sơ công bố hợp chuẩn, hợp quy")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="conformity_declaration_key",
                violation_error_message=_("Đã có hồ sơ công bố cùng mã."),
            ),
            models.CheckConstraint(
                condition=(Q(notified_on__isnull=True) | Q(notified_on__gte=F("received_on")))
                & (Q(returned_on__isnull=True) | Q(returned_on__gte=F("received_on"))),
                name="conformity_declaration_days",
                violation_error_message=_(
                    "Ngày thông báo hoặc trả lại đứng trước ngày nhận hồ sơ. Hãy xem lại hai ngày."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(valid_until__isnull=True) | Q(valid_until__gt=F("received_on")))
                & (Q(renewed_on__isnull=True) | Q(renewed_on__gte=F("received_on")))
                & (
                    Q(renewed_on__isnull=True)
                    | Q(notified_on__isnull=True)
                    | Q(renewed_on__gte=F("notified_on"))
                ),
                name="conformity_declaration_validity",
                violation_error_message=_(
                    "Ngày hết giá trị phải sau ngày nhận hồ sơ; ngày công bố lại không trước ngày nhận, ngày thông báo. Hãy xem lại "
                    "các ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.product}"
