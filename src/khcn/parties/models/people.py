"""The department's own units, other organisations, and persons, once each."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.models import Dated, Succession
from khcn.kernel.registers.record_model import Record
from khcn.reference.models import DatedRecordQuerySet


class UnitKind(models.TextChoices):
    """Kinds of unit inside the department."""

    BOARD = "board", _("Ban Giám đốc")
    OFFICE = "office", _("Văn phòng")
    DIVISION = "division", _("Phòng")
    BRANCH = "branch", _("Chi cục")
    INSPECTORATE = "inspectorate", _("Thanh tra")
    CENTRE = "centre", _("Trung tâm")


class OrgUnit(Dated, Record):
    """A unit of the department for the days it existed."""

    searched = ("name", "code")

    code = models.CharField(_("mã"), max_length=20)
    name = models.CharField(_("tên đơn vị"), max_length=200)
    kind = models.CharField(_("loại"), max_length=20, choices=UnitKind.choices)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    objects = DatedRecordQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("phòng, đơn vị")
        verbose_name_plural = _("phòng, đơn vị thuộc Sở")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "code", "valid_from"],
                name="org_unit_key",
                violation_error_message=_("Đã có đơn vị cùng mã và cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrgUnitSuccession(Succession, Record):
    """Which unit took over which: renamed, merged, split, its work transferred, or abolished."""

    predecessor = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="successions", verbose_name=_("đơn vị cũ")
    )
    successor = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="origins", verbose_name=_("đơn vị mới")
    )
    legal_document = models.ForeignKey(
        "reference.LegalDocument", models.PROTECT, null=True, blank=True, verbose_name=_("văn bản")
    )

    class Meta(Succession.Meta):
        verbose_name = _("sắp xếp đơn vị")
        verbose_name_plural = _("sắp xếp đơn vị")
        constraints: ClassVar = [
            *Succession.Meta.constraints,
            models.UniqueConstraint(fields=["predecessor", "successor"], name="org_unit_succession_key"),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=models.Q(successor__isnull=True),
                name="org_unit_abolition_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class OrganisationKind(models.TextChoices):
    """What an organisation is to the department."""

    STATE_BODY = "state_body", _("Cơ quan nhà nước")
    PARTY_BODY = "party_body", _("Cơ quan Đảng, đoàn thể")
    PUBLIC_UNIT = "public_unit", _("Đơn vị sự nghiệp công lập")
    INSTITUTE = "institute", _("Viện, trường")
    ENTERPRISE = "enterprise", _("Doanh nghiệp")
    COOPERATIVE = "cooperative", _("Hợp tác xã")
    ST_ORGANISATION = "st_organisation", _("Tổ chức KH&CN")
    OTHER = "other", _("Tổ chức khác")


class Organisation(Record):
    """A body outside the department (or its Centre) that takes part in anything on record."""

    searched = ("name", "short_name")

    name = models.CharField(_("tên tổ chức"), max_length=300)
    short_name = models.CharField(_("tên viết tắt"), max_length=100, blank=True)
    kind = models.CharField(_("loại hình"), max_length=20, choices=OrganisationKind.choices, default="other")
    tax_code = models.CharField(_("mã số thuế"), max_length=14, blank=True)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    admin_unit = models.ForeignKey(
        "reference.AdminUnit", models.PROTECT, null=True, blank=True, verbose_name=_("đơn vị hành chính")
    )
    governing_body = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name=_("cơ quan chủ quản"),
    )
    phone = models.CharField(_("điện thoại"), max_length=40, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)

    class Meta:
        verbose_name = _("tổ chức")
        verbose_name_plural = _("tổ chức")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "name"],
                name="organisation_key",
                violation_error_message=_("Đã có tổ chức cùng tên."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Person(Record):
    """A person who takes part in anything on record; once, wherever named."""

    searched = ("full_name",)

    full_name = models.CharField(_("họ và tên"), max_length=150)
    degree = models.CharField(_("học hàm, học vị"), max_length=60, blank=True)
    position = models.CharField(_("chức vụ"), max_length=150, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("đơn vị công tác"),
    )
    distinction = models.CharField(
        _("phân biệt người cùng tên"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Chỉ ghi khi có hai người cùng họ tên ở một đơn vị: năm sinh, phòng, hoặc số thứ tự. Ví dụ: sinh năm 1975."
        ),
    )
    phone = models.CharField(_("điện thoại"), max_length=40, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)

    class Meta:
        verbose_name = _("cá nhân")
        verbose_name_plural = _("cá nhân")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "full_name", "organisation", "distinction"],
                name="person_key",
                violation_error_message=_(
                    "Đã có người cùng họ tên ở cùng đơn vị công tác. Nếu là người khác, ghi ô “Phân biệt người cùng tên” khác với "
                    "người đó."
                ),
            ),
            # SQLite has no NULLS NOT DISTINCT, so that a missing workplace needs its own index.
            models.UniqueConstraint(
                fields=["province", "full_name", "distinction"],
                condition=models.Q(organisation__isnull=True),
                name="person_without_organisation_key",
                violation_error_message=_(
                    "Đã có người cùng họ tên chưa ghi đơn vị công tác. Nếu là người khác, ghi đơn vị công tác, hoặc ghi ô “Phân biệt "
                    "người cùng tên” khác với người đó."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.distinction})" if self.distinction else self.full_name

    @property
    def printed_name(self) -> str:
        """ "TS. Nguyễn Văn A", as papers name a person."""
        return " ".join(filter(None, (self.degree, self.full_name)))

    @classmethod
    def columns_in_title(cls, text: str) -> dict[str, Any]:
        """Name and what tells apart in "Ma Thế Khải (sinh năm 1975)"."""
        name, bracket, rest = text.strip().partition(" (")
        is_title = bracket and rest.endswith(")")
        return {"full_name": name, "distinction": rest[:-1]} if is_title else {}
