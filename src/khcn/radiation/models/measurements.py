"""What is measured: devices, rooms, and what persons have received."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.quantity import QuantityField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record
from khcn.radiation.models.facilities import RadiationDevice, RadiationFacility
from khcn.radiation.models.workers import RadiationWorker


def _measured_by() -> models.ForeignKey[models.Model | None, models.Model | None]:
    return models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("đơn vị thực hiện"),
    )


class RadiationDeviceVerification(Record):
    """One technical check of a device by a body that may do it (kiểm định thiết bị bức xạ)."""

    searched = ("certificate_number",)

    device = models.ForeignKey(
        RadiationDevice, models.PROTECT, related_name="verifications", verbose_name=_("thiết bị")
    )
    verified_on = models.DateField(_("ngày kiểm định"), db_index=True)
    body = _measured_by()
    certificate_number = models.CharField(_("số giấy chứng nhận kiểm định"), max_length=60, blank=True)
    passed = models.BooleanField(_("đạt yêu cầu"), default=True)
    valid_until = models.DateField(_("giấy có giá trị đến ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("lượt kiểm định thiết bị bức xạ")
        verbose_name_plural = _("kiểm định thiết bị bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device", "verified_on"],
                name="radiation_device_verification_key",
                violation_error_message=_("Thiết bị đã có lượt kiểm định trong cùng ngày."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} ({self.verified_on:%d/%m/%Y})"


class RadiationSurvey(Record):
    """One survey of the radiation in a room (kiểm xạ)."""

    searched = ("room",)

    facility = models.ForeignKey(
        RadiationFacility, models.PROTECT, related_name="surveys", verbose_name=_("cơ sở bức xạ")
    )
    room = models.CharField(_("phòng, khu vực"), max_length=200)
    surveyed_on = models.DateField(_("ngày kiểm xạ"), db_index=True)
    body = _measured_by()
    passed = models.BooleanField(_("đạt yêu cầu"), default=True)
    findings = models.TextField(_("kết quả"), blank=True)

    class Meta:
        verbose_name = _("lượt kiểm xạ")
        verbose_name_plural = _("kiểm xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["facility", "room", "surveyed_on"],
                name="radiation_survey_key",
                violation_error_message=_("Phòng này đã có lượt kiểm xạ trong cùng ngày."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.room} ({self.surveyed_on:%d/%m/%Y})"


class Quarter(models.IntegerChoices):
    """Dosimeters are read for each quarter."""

    FIRST = 1, _("Quý I")
    SECOND = 2, _("Quý II")
    THIRD = 3, _("Quý III")
    FOURTH = 4, _("Quý IV")


class DoseRecord(Record):
    """What the dosimeter of a worker showed for one quarter (kết quả đo liều cá nhân)."""

    worker = models.ForeignKey(
        RadiationWorker, models.PROTECT, related_name="doses", verbose_name=_("nhân viên bức xạ")
    )
    year = YearField(_("năm"), validators=A_YEAR)
    quarter = models.PositiveSmallIntegerField(_("quý"), choices=Quarter.choices)
    read_on = models.DateField(_("ngày trả kết quả"))
    dose_msv = QuantityField(_("liều hiệu dụng (mSv)"), unit="mSv", max_digits=7, decimal_places=3)
    body = _measured_by()

    class Meta:
        verbose_name = _("kết quả đo liều cá nhân")
        verbose_name_plural = _("kết quả đo liều cá nhân")
        indexes: ClassVar = [models.Index(fields=["-year", "-quarter", "id"], name="dose_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "year", "quarter"],
                name="radiation_dose_record_key",
                violation_error_message=_("Nhân viên đã có kết quả đo liều của quý này."),
            ),
            models.CheckConstraint(
                condition=models.Q(dose_msv__gte=0),
                name="radiation_dose_record_not_negative",
                violation_error_message=_("Liều không thể nhỏ hơn 0. Hãy xem lại phiếu kết quả."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} – {self.get_quarter_display()}/{self.year}"
