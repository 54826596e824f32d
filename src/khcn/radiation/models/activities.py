"""What the division does around licences: checks, trainings, plans for incidents, letters to facilities."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record
from khcn.radiation.enums import CheckSubject
from khcn.radiation.models.facilities import RadiationFacility


class RadiationCheck(Record):
    """One check of one facility: five facilities checked on one trip are five rows (kiểm tra an toàn bức xạ)."""

    searched = ("findings",)

    facility = models.ForeignKey(
        RadiationFacility, models.PROTECT, related_name="checks", verbose_name=_("cơ sở bức xạ")
    )
    subject = models.CharField(_("đối tượng kiểm tra"), max_length=10, choices=CheckSubject.choices)
    checked_on = models.DateField(_("ngày kiểm tra"), db_index=True)
    team = models.CharField(_("đoàn kiểm tra"), max_length=300, blank=True)
    findings = models.TextField(_("kết quả kiểm tra"), blank=True)
    follow_up = models.TextField(_("yêu cầu khắc phục"), blank=True)

    class Meta:
        verbose_name = _("lượt kiểm tra an toàn bức xạ")
        verbose_name_plural = _("kiểm tra an toàn bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["facility", "subject", "checked_on"],
                name="radiation_check_key",
                violation_error_message=_("Cơ sở đã có lượt kiểm tra này trong cùng ngày."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility} ({self.checked_on:%d/%m/%Y})"


class RadiationTraining(Record):
    """One class for those who work with radiation (lớp tập huấn)."""

    searched = ("title",)

    code = models.CharField(_("mã lớp"), max_length=40)
    title = models.CharField(_("tên lớp tập huấn"), max_length=300)
    held_on = models.DateField(_("ngày tổ chức"), db_index=True)
    participants = models.PositiveSmallIntegerField(_("số người dự"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("lớp tập huấn an toàn bức xạ")
        verbose_name_plural = _("tập huấn an toàn bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="radiation_training_key",
                violation_error_message=_("Đã có lớp tập huấn cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class EmergencyPlan(Record):
    """The plan of a facility for incidents, which the department approves (kế hoạch ứng phó sự cố)."""

    searched = ("approval_number",)

    facility = models.ForeignKey(
        RadiationFacility, models.PROTECT, related_name="emergency_plans", verbose_name=_("cơ sở bức xạ")
    )
    submitted_on = models.DateField(_("ngày nộp"))
    approved_on = models.DateField(_("ngày phê duyệt"), null=True, blank=True)
    approval_number = models.CharField(_("số quyết định phê duyệt"), max_length=60, blank=True)
    drilled_on = models.DateField(_("ngày diễn tập gần nhất"), null=True, blank=True)

    class Meta:
        verbose_name = _("kế hoạch ứng phó sự cố bức xạ")
        verbose_name_plural = _("kế hoạch ứng phó sự cố bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["facility", "submitted_on"],
                name="emergency_plan_key",
                violation_error_message=_("Cơ sở đã nộp kế hoạch trong cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(approved_on__isnull=True) | Q(approved_on__gte=F("submitted_on")),
                name="emergency_plan_days",
                violation_error_message=_("Ngày phê duyệt đứng trước ngày nộp. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility} ({self.submitted_on:%d/%m/%Y})"


class GuidanceLetter(Record):
    """A letter by which the department guides facilities (văn bản hướng dẫn)."""

    searched = ("subject", "number")

    code = models.CharField(_("mã"), max_length=40)
    number = models.CharField(_("số, ký hiệu"), max_length=60, blank=True)
    subject = models.CharField(_("trích yếu"), max_length=500)
    addressees = models.CharField(_("nơi nhận"), max_length=300)
    issued_on = models.DateField(_("ngày ban hành"), db_index=True)
    facility = models.ForeignKey(
        RadiationFacility,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("cơ sở được hướng dẫn"),
    )

    class Meta:
        verbose_name = _("văn bản hướng dẫn an toàn bức xạ")
        verbose_name_plural = _("văn bản hướng dẫn an toàn bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="guidance_letter_key",
                violation_error_message=_("Đã có văn bản cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.subject
