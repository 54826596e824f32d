"""Quality management systems of agencies: what they declared, their internal audits and controlled documents."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record
from khcn.kernel.text.dates import day_text
from khcn.quality.models.standards import Standard


class QualitySystem(Record):
    """The quality management system of one agency (hệ thống quản lý chất lượng theo TCVN ISO 9001)."""

    searched = ("code", "scope")

    code = models.CharField(_("mã hệ thống"), max_length=40)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="quality_systems",
        verbose_name=_("cơ quan, đơn vị"),
    )
    standard = models.ForeignKey(
        Standard, models.PROTECT, related_name="systems", verbose_name=_("tiêu chuẩn áp dụng")
    )
    scope = models.CharField(_("phạm vi áp dụng"), max_length=300, blank=True)
    plan = models.CharField(_("kế hoạch duy trì của năm"), max_length=120, blank=True)
    declared_on = models.DateField(_("ngày công bố phù hợp"), db_index=True)
    ended_on = models.DateField(_("ngày thôi áp dụng"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("hệ thống quản lý chất lượng")
        verbose_name_plural = _("hệ thống quản lý chất lượng ISO 9001")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="quality_system_key",
                violation_error_message=_("Đã có hệ thống quản lý chất lượng cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("declared_on")),
                name="quality_system_days",
                violation_error_message=_("Ngày thôi áp dụng đứng trước ngày công bố. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class InternalAudit(Record):
    """One internal audit of a system (đánh giá nội bộ)."""

    system = models.ForeignKey(
        QualitySystem, models.PROTECT, related_name="audits", verbose_name=_("hệ thống quản lý chất lượng")
    )
    audited_on = models.DateField(_("ngày đánh giá nội bộ"), db_index=True)
    nonconformities = models.PositiveSmallIntegerField(_("số điểm không phù hợp"), default=0)
    corrected_on = models.DateField(_("ngày khắc phục xong"), null=True, blank=True)
    result = models.TextField(_("kết quả đánh giá"), blank=True)

    class Meta:
        verbose_name = _("lượt đánh giá nội bộ")
        verbose_name_plural = _("đánh giá nội bộ hệ thống quản lý chất lượng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["system", "audited_on"],
                name="internal_audit_key",
                violation_error_message=_("Hệ thống đã có lượt đánh giá nội bộ cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(corrected_on__isnull=True)
                | Q(corrected_on__gte=F("audited_on"), nonconformities__gte=1),
                name="internal_audit_corrected",
                violation_error_message=_(
                    "Ngày khắc phục không trước ngày đánh giá, và chỉ ghi khi có điểm không phù hợp. Hãy xem lại."
                ),
            ),
        ]

    def __str__(self) -> str:
        return day_text(self.audited_on)


class SystemDocument(Record):
    """One edition of a controlled document of a system (tài liệu của hệ thống)."""

    searched = ("number", "title")

    system = models.ForeignKey(
        QualitySystem, models.PROTECT, related_name="documents", verbose_name=_("hệ thống quản lý chất lượng")
    )
    number = models.CharField(_("mã tài liệu"), max_length=60)
    edition = models.PositiveSmallIntegerField(_("lần ban hành"), default=1)
    title = models.CharField(_("tên tài liệu"), max_length=300)
    issued_on = models.DateField(_("ngày ban hành"), db_index=True)
    ended_on = models.DateField(_("ngày thôi dùng"), null=True, blank=True)

    class Meta:
        verbose_name = _("tài liệu của hệ thống")
        verbose_name_plural = _("tài liệu của hệ thống quản lý chất lượng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["system", "number", "edition"],
                name="system_document_key",
                violation_error_message=_("Hệ thống đã có tài liệu cùng mã và lần ban hành."),
            ),
            models.UniqueConstraint(
                fields=["system", "number"],
                condition=Q(ended_on__isnull=True),
                name="system_document_in_use",
                violation_error_message=_(
                    "Lần ban hành trước của tài liệu còn dùng. Ghi ngày thôi dùng của lần trước rồi ghi lần mới."
                ),
            ),
            models.CheckConstraint(
                condition=Q(edition__gte=1) & (Q(ended_on__isnull=True) | Q(ended_on__gte=F("issued_on"))),
                name="system_document_days",
                violation_error_message=_(
                    "Lần ban hành bắt đầu từ 1; ngày thôi dùng không trước ngày ban hành. Hãy xem lại."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.title}"
