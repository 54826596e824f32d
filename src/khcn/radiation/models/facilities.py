"""Facilities, their devices and sources, and what they have notified of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.quantity import QuantityField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.kernel.workflow.query_expressions import ValueMapping
from khcn.radiation.enums import NotificationKind, SourceCategory
from khcn.radiation.workflow import IN_USE, NOT_NOTIFIED, TARGETS

if TYPE_CHECKING:
    from datetime import date


# A row is about a device or about a source, and never about both or none; its writer refuses the rest.
ABOUT_ONE: Final = Q(device__isnull=False, source__isnull=True) | Q(device__isnull=True, source__isnull=False)


class RadiationFacility(Record):
    """A place of an organisation where radiation is worked with: it applies, notifies and is checked (cơ sở bức xạ)."""

    searched = ("name", "code")

    code = models.CharField(_("mã cơ sở"), max_length=40)
    name = models.CharField(_("tên cơ sở"), max_length=300)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="radiation_facilities",
        verbose_name=_("tổ chức"),
    )
    admin_unit = models.ForeignKey(
        "reference.AdminUnit", models.PROTECT, null=True, blank=True, verbose_name=_("đơn vị hành chính")
    )
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    head = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="headed_facilities",
        verbose_name=_("người đứng đầu"),
    )
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("cơ sở bức xạ")
        verbose_name_plural = _("cơ sở bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="radiation_facility_key",
                violation_error_message=_("Đã có cơ sở bức xạ cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.name


def _state_by_notifications(link: str, on: date) -> Coalesce:
    """The state of a device or source on a day: what was last notified of it by then says it."""
    notified = RadiationNotification.objects.filter(**{link: OuterRef("pk")}, happened_on__lte=on)
    last = notified.order_by("-happened_on", "-pk").annotate(
        leads_to=ValueMapping("kind", TARGETS, models.CharField())
    )
    return Coalesce(
        Subquery(last.values("leads_to")[:1]), Value(NOT_NOTIFIED), output_field=models.CharField()
    )


class RadiationDeviceQuerySet(RecordQuerySet["RadiationDevice"]):
    """Devices, seen on a day."""

    def with_state(self, *, on: date) -> RadiationDeviceQuerySet:
        """Adds ``state`` as of a day."""
        return self.annotate(state=_state_by_notifications("device", on))

    def in_use(self, *, on: date) -> RadiationDeviceQuerySet:
        """Those that were last notified as used by a day."""
        return self.with_state(on=on).filter(state=IN_USE).select_related("facility")


class RadioactiveSourceQuerySet(RecordQuerySet["RadioactiveSource"]):
    """Sources, seen on a day."""

    def with_state(self, *, on: date) -> RadioactiveSourceQuerySet:
        """Adds ``state`` as of a day."""
        return self.annotate(state=_state_by_notifications("source", on))


class RadiationDevice(Record):
    """An X-ray machine or another generator of radiation (thiết bị bức xạ)."""

    searched = ("name", "code", "serial_number")
    in_force_on: ClassVar = {"kind": "acquired_on"}

    code = models.CharField(_("mã thiết bị"), max_length=40)
    facility = models.ForeignKey(
        RadiationFacility, models.PROTECT, related_name="devices", verbose_name=_("cơ sở bức xạ")
    )
    kind = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        related_name="radiation_devices",
        limit_choices_to={"code_list": "radiation_device"},
        verbose_name=_("loại thiết bị"),
    )
    name = models.CharField(_("tên, kiểu thiết bị"), max_length=200)
    serial_number = models.CharField(_("số sê-ri"), max_length=100, blank=True)
    made_in = YearField(_("năm sản xuất"), null=True, blank=True, validators=A_YEAR)
    room = models.CharField(_("phòng đặt máy"), max_length=200, blank=True)
    acquired_on = models.DateField(_("ngày có thiết bị"))

    objects = RadiationDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("thiết bị bức xạ")
        verbose_name_plural = _("thiết bị bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="radiation_device_key",
                violation_error_message=_("Đã có thiết bị bức xạ cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class RadioactiveSource(Record):
    """A radioactive source (nguồn phóng xạ)."""

    searched = ("name", "code", "serial_number")

    code = models.CharField(_("mã nguồn"), max_length=40)
    facility = models.ForeignKey(
        RadiationFacility, models.PROTECT, related_name="sources", verbose_name=_("cơ sở bức xạ")
    )
    name = models.CharField(_("đồng vị, thiết bị chứa nguồn"), max_length=200)
    serial_number = models.CharField(_("số sê-ri"), max_length=100, blank=True)
    is_sealed = models.BooleanField(_("nguồn kín"), default=True)
    category = models.PositiveSmallIntegerField(
        _("nhóm nguồn"), choices=SourceCategory.choices, null=True, blank=True
    )
    activity = QuantityField(
        _("hoạt độ (MBq)"), unit="MBq", max_digits=14, decimal_places=3, null=True, blank=True
    )
    measured_on = models.DateField(_("ngày xác định hoạt độ"), null=True, blank=True)
    acquired_on = models.DateField(_("ngày có nguồn"))

    objects = RadioactiveSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("nguồn phóng xạ")
        verbose_name_plural = _("nguồn phóng xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="radioactive_source_key",
                violation_error_message=_("Đã có nguồn phóng xạ cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class RadiationNotification(Record):
    """What a facility notified of one device or source: that it has it, stopped it, uses it again, or has it no more (khai báo)."""

    searched = ("code",)

    code = models.CharField(_("mã khai báo"), max_length=40)
    kind = models.CharField(_("nội dung khai báo"), max_length=12, choices=NotificationKind.choices)
    device = models.ForeignKey(
        RadiationDevice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notifications",
        verbose_name=_("thiết bị"),
    )
    source = models.ForeignKey(
        RadioactiveSource,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notifications",
        verbose_name=_("nguồn phóng xạ"),
    )
    happened_on = models.DateField(_("ngày xảy ra"))
    received_on = models.DateField(_("ngày nhận khai báo"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("khai báo")
        verbose_name_plural = _("khai báo thiết bị, nguồn bức xạ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="radiation_notification_key",
                violation_error_message=_("Đã có khai báo cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(received_on__gte=F("happened_on")),
                name="radiation_notification_days",
                violation_error_message=_("Ngày nhận khai báo đứng trước ngày xảy ra. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()}"
