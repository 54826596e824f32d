"""Licences for work with radiation, and the applications by which they are granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.radiation.enums import ApplicationKind, LicenceIssuer, LicenceStanding
from khcn.radiation.models.facilities import (
    RadiationDevice,
    RadiationFacility,
    RadioactiveSource,
)
from khcn.radiation.workflow import APPLICATION_FLOW, RETURNED

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import Period

_OF_PRACTICES = {"code_list": "radiation_practice"}


class RadiationLicenceQuerySet(RecordQuerySet["RadiationLicence"]):
    """Licences, seen on a day."""

    def with_standing(self, *, on: date) -> RadiationLicenceQuerySet:
        """Adds ``standing`` as of a day. That a licence has lapsed follows from its last day."""
        return self.annotate(
            standing=Case(
                When(ended_on__lte=on, then=Value(LicenceStanding.ENDED.value)),
                When(replaced_on__lte=on, then=Value(LicenceStanding.REPLACED.value)),
                When(expires_on__lt=on, then=Value(LicenceStanding.EXPIRED.value)),
                default=Value(LicenceStanding.IN_FORCE.value),
                output_field=models.CharField(),
            )
        )

    def in_force(self, *, on: date) -> RadiationLicenceQuerySet:
        """Those that count on a day, of every issuer."""
        found = self.filter(issued_on__lte=on).with_standing(on=on)
        return found.filter(standing=LicenceStanding.IN_FORCE).select_related("facility")

    def granted_in(self, period: Period) -> RadiationLicenceQuerySet:
        """Granted by the department inside the window."""
        return self.filter(period.covers("issued_on"), issuer=LicenceIssuer.PROVINCE).select_related(
            "facility"
        )


class RadiationLicence(Record):
    """A licence for one kind of work of a facility (giấy phép tiến hành công việc bức xạ)."""

    searched = ("number",)
    in_force_on: ClassVar = {"practice": "issued_on"}

    number = models.CharField(_("số giấy phép"), max_length=60)
    facility = models.ForeignKey(
        RadiationFacility, models.PROTECT, related_name="licences", verbose_name=_("cơ sở bức xạ")
    )
    practice = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        related_name="radiation_licences",
        limit_choices_to=_OF_PRACTICES,
        verbose_name=_("công việc bức xạ"),
    )
    kind = models.CharField(_("hình thức cấp"), max_length=10, choices=ApplicationKind.choices)
    issuer = models.CharField(
        _("cơ quan cấp"), max_length=10, choices=LicenceIssuer.choices, default=LicenceIssuer.PROVINCE
    )
    issued_on = models.DateField(_("ngày cấp"), db_index=True)
    expires_on = models.DateField(_("có giá trị đến ngày"), null=True, blank=True)
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("thay giấy phép"),
    )
    # Written with the licence that takes the place of this one.
    replaced_on = models.DateField(_("ngày được thay"), null=True, editable=False)
    ended_on = models.DateField(_("ngày chấm dứt, thu hồi"), null=True, editable=False)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = RadiationLicenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("giấy phép bức xạ")
        verbose_name_plural = _("giấy phép tiến hành công việc bức xạ")
        indexes: ClassVar = [models.Index(fields=["-issued_on", "number"], name="licence_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number", "issued_on"],
                name="radiation_licence_key",
                violation_error_message=_("Đã có giấy phép cùng số và ngày cấp."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")),
                name="radiation_licence_days",
                violation_error_message=_("Ngày hết giá trị phải sau ngày cấp. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.facility}"


class LicensedItem(Record):
    """A device or source that a licence covers or an application asks for."""

    ordinal = models.PositiveSmallIntegerField(_("số thứ tự"))
    device = models.ForeignKey(
        RadiationDevice, models.PROTECT, null=True, blank=True, verbose_name=_("thiết bị")
    )
    source = models.ForeignKey(
        RadioactiveSource, models.PROTECT, null=True, blank=True, verbose_name=_("nguồn phóng xạ")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.device or self.source)


class RadiationLicenceItem(LicensedItem):
    """One device or source that a licence covers."""

    licence = models.ForeignKey(
        RadiationLicence, models.PROTECT, related_name="items", verbose_name=_("giấy phép")
    )

    class Meta:
        verbose_name = _("thiết bị, nguồn trong giấy phép")
        verbose_name_plural = _("thiết bị, nguồn trong giấy phép")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["licence", "ordinal"],
                name="radiation_licence_item_key",
                violation_error_message=_("Giấy phép đã có dòng cùng số thứ tự."),
            ),
        ]


class RadiationLicenceApplicationQuerySet(RecordQuerySet["RadiationLicenceApplication"]):
    """Applications."""

    def returned_in(self, period: Period) -> RadiationLicenceApplicationQuerySet:
        """Returned to the facility inside the window."""
        return self.filter(period.covers("decided_on"), state=RETURNED).select_related("facility")


class RadiationLicenceApplication(Record):
    """What a facility applies for: received, complete, appraised, then granted or returned (hồ sơ đề nghị cấp giấy phép)."""

    searched = ("code",)
    in_force_on: ClassVar = {"practice": "received_on"}

    code = models.CharField(_("mã hồ sơ"), max_length=40)
    kind = models.CharField(_("loại đề nghị"), max_length=10, choices=ApplicationKind.choices)
    facility = models.ForeignKey(
        RadiationFacility,
        models.PROTECT,
        related_name="licence_applications",
        verbose_name=_("cơ sở bức xạ"),
    )
    practice = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        related_name="radiation_applications",
        limit_choices_to=_OF_PRACTICES,
        verbose_name=_("công việc bức xạ"),
    )
    licence = models.ForeignKey(
        RadiationLicence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later_applications",
        verbose_name=_("giấy phép đang có"),
    )
    received_on = models.DateField(_("ngày nhận hồ sơ"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=APPLICATION_FLOW.choices(),
        default=APPLICATION_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    filing_note = models.CharField(_("thời điểm nộp"), max_length=200, blank=True, editable=False)
    appraisal = models.TextField(_("kết quả thẩm định"), blank=True, editable=False)
    decided_on = models.DateField(_("ngày cấp, trả lại"), null=True, blank=True, editable=False)
    return_reason = models.TextField(_("lý do trả lại"), blank=True, editable=False)
    granted = models.OneToOneField(
        RadiationLicence,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="application",
        verbose_name=_("giấy phép được cấp"),
    )

    objects = RadiationLicenceApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ cấp giấy phép bức xạ")
        verbose_name_plural = _("hồ sơ đề nghị cấp giấy phép bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="radiation_application_key",
                violation_error_message=_("Đã có hồ sơ cùng mã."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()} – {self.facility}"

    def clean(self) -> None:
        """All but a new licence is about one that the facility has."""
        if self.kind == ApplicationKind.NEW and self.licence_id is not None:
            raise ValidationError(
                {
                    "licence": _(
                        "Đề nghị cấp mới không chọn giấy phép đang có. Hãy bỏ chọn hoặc đổi loại đề nghị."
                    )
                }
            )
        if self.kind != ApplicationKind.NEW and self.licence is None:
            raise ValidationError({"licence": _("Chọn giấy phép đang có cần gia hạn, sửa đổi hoặc cấp lại.")})
        if self.licence is not None and self.licence.facility_id != self.facility_id:
            raise ValidationError(
                {"licence": _("Giấy phép này của cơ sở khác. Hãy chọn giấy phép của cơ sở.")}
            )


class RadiationApplicationItem(LicensedItem):
    """One device or source that an application asks for."""

    application = models.ForeignKey(
        RadiationLicenceApplication, models.PROTECT, related_name="items", verbose_name=_("hồ sơ")
    )

    class Meta:
        verbose_name = _("thiết bị, nguồn trong hồ sơ")
        verbose_name_plural = _("thiết bị, nguồn trong hồ sơ cấp giấy phép")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "ordinal"],
                name="radiation_application_item_key",
                violation_error_message=_("Hồ sơ đã có dòng cùng số thứ tự."),
            ),
        ]
