"""Guidance for organisations, what they have protected, who may use it, and what was organised."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.ip.enums import AssetStanding, GuidancePurpose, IpEventKind, IpKind
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from datetime import date


class IpAssetQuerySet(RecordQuerySet["IpAsset"]):
    """Assets, seen on a day."""

    def with_standing(self, *, on: date) -> IpAssetQuerySet:
        """Adds ``standing`` as of a day."""
        return self.annotate(
            standing=Case(
                When(ended_on__lte=on, then=Value(AssetStanding.ENDED.value)),
                # What was never granted does not expire.
                When(granted_on__lte=on, expires_on__lt=on, then=Value(AssetStanding.EXPIRED.value)),
                When(granted_on__lte=on, then=Value(AssetStanding.IN_FORCE.value)),
                When(filed_on__lte=on, then=Value(AssetStanding.FILED.value)),
                default=Value(AssetStanding.PREPARING.value),
                output_field=models.CharField(),
            )
        )

    def in_force(self, *, on: date) -> IpAssetQuerySet:
        """Those whose title protects them on a day."""
        return self.with_standing(on=on).filter(standing=AssetStanding.IN_FORCE)


class IpAsset(Record):
    """A geographical indication, mark or other right that is applied for or protected (tài sản trí tuệ)."""

    searched = ("code", "name", "certificate_number", "application_number")

    code = models.CharField(_("mã tài sản trí tuệ"), max_length=40)
    kind = models.CharField(_("đối tượng"), max_length=15, choices=IpKind.choices)
    name = models.CharField(_("tên, nhãn hiệu"), max_length=300)
    owner = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="ip_assets",
        verbose_name=_("chủ sở hữu, tổ chức quản lý"),
    )
    products = models.CharField(_("sản phẩm, dịch vụ"), max_length=300, blank=True)
    application_number = models.CharField(_("số đơn"), max_length=60, blank=True)
    filed_on = models.DateField(_("ngày nộp đơn"), null=True, blank=True)
    certificate_number = models.CharField(_("số văn bằng bảo hộ"), max_length=60, blank=True)
    granted_on = models.DateField(_("ngày cấp văn bằng"), null=True, blank=True)
    expires_on = models.DateField(_("có hiệu lực đến ngày"), null=True, blank=True)
    renewal_filed_on = models.DateField(_("ngày nộp đơn gia hạn"), null=True, blank=True)
    ended_on = models.DateField(_("chấm dứt từ ngày"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = IpAssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("tài sản trí tuệ")
        verbose_name_plural = _("tài sản trí tuệ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="ip_asset_key",
                violation_error_message=_("Đã có tài sản trí tuệ cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(filed_on__isnull=True)
                | Q(granted_on__isnull=True)
                | Q(granted_on__gte=F("filed_on")),
                name="ip_asset_granted",
                violation_error_message=_("Ngày cấp văn bằng đứng trước ngày nộp đơn. Hãy xem lại hai ngày."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(granted_on__isnull=True)
                | Q(expires_on__gt=F("granted_on")),
                name="ip_asset_days",
                violation_error_message=_("Ngày hết hiệu lực phải sau ngày cấp. Hãy xem lại hai ngày."),
            ),
            models.CheckConstraint(
                condition=Q(renewal_filed_on__isnull=True)
                | Q(granted_on__isnull=True)
                | Q(renewal_filed_on__gt=F("granted_on")),
                name="ip_asset_renewal",
                violation_error_message=_("Ngày nộp đơn gia hạn phải sau ngày cấp. Hãy xem lại hai ngày."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(granted_on__isnull=True)
                | Q(ended_on__gte=F("granted_on")),
                name="ip_asset_ended",
                violation_error_message=_("Ngày chấm dứt đứng trước ngày cấp. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class IpAssetUser(Record):
    """An organisation that may use an indication or mark (tổ chức được sử dụng)."""

    searched = ("authorisation_number",)

    asset = models.ForeignKey(
        IpAsset, models.PROTECT, related_name="users", verbose_name=_("tài sản trí tuệ")
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="used_ip_assets",
        verbose_name=_("tổ chức được sử dụng"),
    )
    authorisation_number = models.CharField(_("số giấy cho phép sử dụng"), max_length=60, blank=True)
    authorised_on = models.DateField(_("được sử dụng từ ngày"))
    ended_on = models.DateField(_("thôi sử dụng từ ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("tổ chức được sử dụng tài sản trí tuệ")
        verbose_name_plural = _("tổ chức được sử dụng chỉ dẫn địa lý, nhãn hiệu")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asset", "organisation", "authorised_on"],
                name="ip_asset_user_key",
                violation_error_message=_("Tổ chức đã được cho phép sử dụng từ cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("authorised_on")),
                name="ip_asset_user_days",
                violation_error_message=_(
                    "Ngày thôi sử dụng phải sau ngày được sử dụng. Hãy xem lại hai ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authorisation_number} ({self.authorised_on:%d/%m/%Y})".strip()


class IpAssetControl(Record):
    """One control of a user of an indication or mark (kiểm soát sử dụng)."""

    searched = ("findings",)

    asset = models.ForeignKey(
        IpAsset, models.PROTECT, related_name="controls", verbose_name=_("tài sản trí tuệ")
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="ip_controls",
        verbose_name=_("tổ chức được kiểm soát"),
    )
    controlled_on = models.DateField(_("ngày kiểm soát"), db_index=True)
    passed = models.BooleanField(_("đạt yêu cầu"), default=True)
    findings = models.TextField(_("kết quả kiểm soát"), blank=True)

    class Meta:
        verbose_name = _("lượt kiểm soát sử dụng")
        verbose_name_plural = _("kiểm soát sử dụng chỉ dẫn địa lý, nhãn hiệu")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asset", "organisation", "controlled_on"],
                name="ip_asset_control_key",
                violation_error_message=_("Tổ chức đã có lượt kiểm soát trong cùng ngày."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.controlled_on:%d/%m/%Y}"


class IpGuidance(Record):
    """One organisation that was guided to apply for a right or for its use (lượt hướng dẫn)."""

    searched = ("code", "subject")

    code = models.CharField(_("mã lượt hướng dẫn"), max_length=40)
    purpose = models.CharField(_("nội dung hướng dẫn"), max_length=10, choices=GuidancePurpose.choices)
    kind = models.CharField(_("đối tượng"), max_length=15, choices=IpKind.choices)
    subject = models.CharField(_("tên chỉ dẫn địa lý, nhãn hiệu"), max_length=300, blank=True)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="ip_guidance",
        verbose_name=_("tổ chức được hướng dẫn"),
    )
    asset = models.ForeignKey(
        IpAsset,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="guidance",
        verbose_name=_("tài sản trí tuệ"),
    )
    guided_on = models.DateField(_("ngày hướng dẫn"), db_index=True)
    result = models.TextField(_("kết quả"), blank=True)

    class Meta:
        verbose_name = _("lượt hướng dẫn sở hữu trí tuệ")
        verbose_name_plural = _("hướng dẫn sở hữu trí tuệ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="ip_guidance_key",
                violation_error_message=_("Đã có lượt hướng dẫn cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_purpose_display()}"


class IpEvent(Record):
    """A workshop or training about intellectual property, innovation or start-ups (hội thảo, tập huấn)."""

    searched = ("code", "title")

    code = models.CharField(_("mã hội thảo, tập huấn"), max_length=40)
    kind = models.CharField(_("hình thức"), max_length=10, choices=IpEventKind.choices)
    title = models.CharField(_("tên hội thảo, lớp tập huấn"), max_length=300)
    took_place_on = models.DateField(_("ngày tổ chức"), db_index=True)
    participants = models.PositiveSmallIntegerField(_("số người dự"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("hội thảo, tập huấn")
        verbose_name_plural = _("hội thảo, tập huấn sở hữu trí tuệ, đổi mới sáng tạo")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="ip_event_key",
                violation_error_message=_("Đã có hội thảo, tập huấn cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"
