"""Persons who work with radiation, and their certificates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record
from khcn.radiation.enums import WorkerRole
from khcn.radiation.models.facilities import RadiationFacility


class RadiationWorker(Record):
    """Somebody who works with radiation at one facility (nhân viên bức xạ)."""

    searched = ("code",)

    code = models.CharField(_("mã nhân viên"), max_length=40)
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="radiation_work", verbose_name=_("họ và tên")
    )
    facility = models.ForeignKey(
        RadiationFacility, models.PROTECT, related_name="workers", verbose_name=_("cơ sở bức xạ")
    )
    role = models.CharField(
        _("nhiệm vụ"), max_length=10, choices=WorkerRole.choices, default=WorkerRole.OPERATOR
    )
    since_on = models.DateField(_("làm việc từ ngày"))
    left_on = models.DateField(_("thôi làm từ ngày"), null=True, blank=True)
    dosimeter = models.CharField(_("mã liều kế cá nhân"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("nhân viên bức xạ")
        verbose_name_plural = _("nhân viên bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="radiation_worker_key",
                violation_error_message=_("Đã có nhân viên bức xạ cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("since_on")),
                name="radiation_worker_days",
                violation_error_message=_("Ngày thôi làm đứng trước ngày bắt đầu. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return self.code  # and not the person, whose name not everybody may read


class RadiationStaffCertificate(Record):
    """The certificate of a radiation worker (chứng chỉ nhân viên bức xạ)."""

    searched = ("number",)

    number = models.CharField(_("số chứng chỉ"), max_length=60)
    worker = models.ForeignKey(
        RadiationWorker, models.PROTECT, related_name="certificates", verbose_name=_("nhân viên bức xạ")
    )
    issued_on = models.DateField(_("ngày cấp"), db_index=True)
    expires_on = models.DateField(_("có giá trị đến ngày"), null=True, blank=True)
    ended_on = models.DateField(_("ngày thu hồi"), null=True, blank=True)

    class Meta:
        verbose_name = _("chứng chỉ nhân viên bức xạ")
        verbose_name_plural = _("chứng chỉ nhân viên bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number", "issued_on"],
                name="radiation_staff_certificate_key",
                violation_error_message=_("Đã có chứng chỉ cùng số và ngày cấp."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")),
                name="radiation_staff_certificate_days",
                violation_error_message=_("Ngày hết giá trị phải sau ngày cấp. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return self.number
