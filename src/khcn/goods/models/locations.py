"""Places where goods are grown, made, stored and sold."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import LocationKind
from khcn.goods.models.coordinates import (
    LONGEST_COORDINATES,
    LONGEST_PASTED,
    Point,
    check_coordinates,
    read_coordinates,
)
from khcn.goods.rules import LONGEST_LOT, check_key_text
from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.trace.rules import check_gln

if TYPE_CHECKING:
    from datetime import date


class LocationQuerySet(RecordQuerySet["Location"]):
    """Places."""

    def in_use(self, on: date) -> LocationQuerySet:
        """Those that are used on the day."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), since_on__lte=on)


class CoordinatesField(DjangoColumn, models.CharField):
    """Coordinates in one spelling. A form takes longer ones, such as a link to a map, and the record has the point."""

    def clean(self, value: Any, model_instance: Any) -> Any:
        with suppress(ValidationError):  # what cannot be read is refused as it was typed
            value = str(read_coordinates(value)) if value else value
        return super().clean(value, model_instance)

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"max_length": LONGEST_PASTED, **options})


class Location(Record):
    """A place of a producer (địa điểm; location in the words of GS1)."""

    searched = ("name", "code")
    in_force_on: ClassVar = {"admin_unit": "since_on"}

    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="locations",
        verbose_name=_("cơ sở sản xuất, kinh doanh"),
    )
    code = models.CharField(_("mã địa điểm"), max_length=LONGEST_LOT, validators=[check_key_text])
    name = models.CharField(_("tên địa điểm"), max_length=200)
    kind = models.CharField(_("loại địa điểm"), max_length=12, choices=LocationKind.choices)
    gln = models.CharField(_("mã GLN"), max_length=13, blank=True, validators=[check_gln])
    admin_unit = models.ForeignKey("reference.AdminUnit", models.PROTECT, verbose_name=_("xã, phường"))
    address = models.CharField(_("thôn, đường, số nhà"), max_length=300, blank=True)
    coordinates = CoordinatesField(
        _("tọa độ"),
        max_length=LONGEST_COORDINATES,
        blank=True,
        default="",
        db_default="",
        validators=[check_coordinates],
    )
    since_on = models.DateField(_("dùng từ ngày"))
    closed_on = models.DateField(_("thôi dùng từ ngày"), null=True, blank=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("địa điểm")
        verbose_name_plural = _("địa điểm sản xuất, kinh doanh")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "organisation", "code"],
                name="goods_location_key",
                violation_error_message=_("Cơ sở đã có địa điểm cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("since_on")),
                name="goods_location_days",
                violation_error_message=_("Ngày thôi dùng không được trước ngày bắt đầu dùng."),
            ),
        ]

    @property
    def point(self) -> Point | None:
        """Where it is; None where nobody has written that."""
        with suppress(ValidationError):
            return read_coordinates(self.coordinates) if self.coordinates else None
        return None

    def is_in_use(self, on: date) -> bool:
        """Whether it is used on the day."""
        return self.since_on <= on and (self.closed_on is None or on < self.closed_on)

    def __str__(self) -> str:
        return self.name
