"""The catalogue of standards and technical regulations, without their texts, and who asked for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.quality.enums import StandardField, StandardForce, StandardKind, StandardRequestKind

if TYPE_CHECKING:
    from datetime import date


class StandardQuerySet(RecordQuerySet["Standard"]):
    """Standards, seen on a day."""

    def with_standing(self, *, on: date) -> StandardQuerySet:
        """Adds ``standing`` as of a day."""
        ended = Q(ended_on__lte=on)
        return self.annotate(
            standing=Case(
                When(ended & Q(replaced_by__isnull=False), then=Value(StandardForce.REPLACED.value)),
                When(ended, then=Value(StandardForce.WITHDRAWN.value)),
                default=Value(StandardForce.IN_FORCE.value),
                output_field=models.CharField(),
            )
        )


class Standard(Record):
    """A standard or technical regulation: its number, title and what took its place (tiêu chuẩn, quy chuẩn)."""

    searched = ("number", "title")

    number = models.CharField(_("số hiệu"), max_length=80)
    title = models.CharField(_("tên tiêu chuẩn, quy chuẩn"), max_length=500)
    kind = models.CharField(_("loại"), max_length=8, choices=StandardKind.choices)
    field = models.CharField(_("lĩnh vực"), max_length=2, choices=StandardField.choices, blank=True)
    published_on = models.DateField(_("ngày công bố, ban hành"), null=True, blank=True)
    ended_on = models.DateField(_("hết hiệu lực từ ngày"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("được thay bằng"),
    )
    shelf = models.CharField(_("nơi lưu bản giấy"), max_length=120, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiêu chuẩn, quy chuẩn kỹ thuật")
        verbose_name_plural = _("kho tiêu chuẩn, quy chuẩn kỹ thuật")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number"],
                name="standard_key",
                violation_error_message=_("Đã có tiêu chuẩn, quy chuẩn cùng số hiệu."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(published_on__isnull=True)
                | Q(ended_on__gt=F("published_on")),
                name="standard_days",
                violation_error_message=_(
                    "Ngày hết hiệu lực phải sau ngày công bố, ban hành. Hãy xem lại hai ngày."
                ),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | Q(ended_on__isnull=False),
                name="standard_replaced",
                violation_error_message=_(
                    "Tiêu chuẩn đã có tiêu chuẩn thay thế thì ghi ngày hết hiệu lực. Bổ sung ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.title}"


class StandardRequest(Record):
    """Somebody asked for a standard, or about technical barriers to trade, and was answered (tra cứu, cung cấp tiêu chuẩn, TBT)."""

    searched = ("code", "content")

    code = models.CharField(_("mã yêu cầu"), max_length=40)
    kind = models.CharField(_("loại yêu cầu"), max_length=8, choices=StandardRequestKind.choices)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="standard_requests",
        verbose_name=_("tổ chức yêu cầu"),
    )
    standard = models.ForeignKey(
        Standard,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("tiêu chuẩn được hỏi"),
    )
    content = models.CharField(_("nội dung yêu cầu"), max_length=500)
    received_on = models.DateField(_("ngày nhận yêu cầu"), db_index=True)
    answered_on = models.DateField(_("ngày trả lời"), null=True, blank=True, db_index=True)
    answer = models.TextField(_("nội dung trả lời"), blank=True)
    # As somebody without an account typed it on the public page; which organisation of ours that is, an official says.
    asker_name = models.CharField(_("người gửi yêu cầu"), max_length=120, blank=True, editable=False)
    asker_organisation = models.CharField(_("tổ chức tự ghi"), max_length=200, blank=True, editable=False)
    asker_contact = models.CharField(_("liên hệ của người gửi"), max_length=120, blank=True, editable=False)
    consented_on = models.DateField(
        _("ngày đồng ý cho dùng dữ liệu cá nhân"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("yêu cầu tra cứu tiêu chuẩn")
        verbose_name_plural = _("tra cứu, cung cấp tiêu chuẩn, TBT")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="standard_request_key",
                violation_error_message=_("Đã có yêu cầu cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("received_on")),
                name="standard_request_days",
                violation_error_message=_("Ngày trả lời đứng trước ngày nhận yêu cầu. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()}"

    def clean(self) -> None:
        """Somebody asked: an organisation on record, or who typed a name on the public page."""
        if self.organisation_id is None and not self.asker_name:
            raise ValidationError({"organisation": _("Ghi tổ chức yêu cầu.")})
