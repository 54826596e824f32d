"""Reference standards, by which the instruments of customers are verified, and their own calibrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.centre.enums import StandardStanding
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from datetime import date


class ReferenceStandardQuerySet(RecordQuerySet["ReferenceStandard"]):
    """Standards, seen on a day."""

    def with_standing(self, *, on: date) -> ReferenceStandardQuerySet:
        """Adds ``standing`` and ``calibrated_until`` as of a day: what the last calibration by then says."""
        done = StandardCalibration.objects.filter(standard=OuterRef("pk"), calibrated_on__lte=on)
        last = done.order_by("-calibrated_on", "-pk").annotate(
            good_until=Case(When(passed=True, then=F("valid_until")), output_field=models.DateField())
        )
        return self.annotate(calibrated_until=Subquery(last.values("good_until")[:1])).annotate(
            standing=Case(
                When(withdrawn_on__lte=on, then=Value(StandardStanding.WITHDRAWN.value)),
                When(calibrated_until__gte=on, then=Value(StandardStanding.USABLE.value)),
                default=Value(StandardStanding.OUT_OF_CALIBRATION.value),
                output_field=models.CharField(),
            )
        )


class ReferenceStandard(Record):
    """A standard of the Centre; out of calibration it cannot be used (chuẩn đo lường)."""

    searched = ("name", "code", "serial_number")

    code = models.CharField(_("mã chuẩn"), max_length=40)
    name = models.CharField(_("tên chuẩn, thiết bị"), max_length=200)
    serial_number = models.CharField(_("số sê-ri"), max_length=100, blank=True)
    measuring_range = models.CharField(_("phạm vi đo"), max_length=200, blank=True)
    accuracy = models.CharField(_("cấp chính xác"), max_length=100, blank=True)
    since_on = models.DateField(_("ngày đưa vào dùng"))
    withdrawn_on = models.DateField(_("ngày thôi dùng"), null=True, blank=True, editable=False)

    objects = ReferenceStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("chuẩn đo lường")
        verbose_name_plural = _("chuẩn đo lường của Trung tâm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_reference_standard_key",
                violation_error_message=_("Đã có chuẩn đo lường cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class StandardCalibration(Record):
    """One calibration of a standard by a body that may do it (hiệu chuẩn chuẩn đo lường)."""

    searched = ("certificate_number",)

    standard = models.ForeignKey(
        ReferenceStandard, models.PROTECT, related_name="calibrations", verbose_name=_("chuẩn đo lường")
    )
    calibrated_on = models.DateField(_("ngày hiệu chuẩn"), db_index=True)
    body = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("nơi hiệu chuẩn"),
    )
    certificate_number = models.CharField(_("số giấy chứng nhận hiệu chuẩn"), max_length=60, blank=True)
    passed = models.BooleanField(_("đạt yêu cầu"), default=True)
    valid_until = models.DateField(_("dùng được đến ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("lượt hiệu chuẩn chuẩn đo lường")
        verbose_name_plural = _("hiệu chuẩn chuẩn đo lường")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["standard", "calibrated_on"],
                name="centre_standard_calibration_key",
                violation_error_message=_("Chuẩn đã có lượt hiệu chuẩn trong cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("calibrated_on")),
                name="centre_standard_calibration_days",
                violation_error_message=_("Hạn dùng đứng trước ngày hiệu chuẩn. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_number} ({self.calibrated_on:%d/%m/%Y})".strip()
