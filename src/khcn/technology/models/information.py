"""What is published about S&T as planned and done, publications and who has them, and S&T statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.technology.enums import MediaKind, MediaTopic, PublicationKind, StatisticsKind

if TYPE_CHECKING:
    from datetime import date


class MediaPlanQuerySet(RecordQuerySet["MediaPlan"]):
    """Plans."""

    def with_done(self, *, on: date) -> MediaPlanQuerySet:
        """Adds ``done``: how many items of the plan were published by a day, counted for the rows that are shown."""
        items = MediaItem.objects.filter(plan=OuterRef("pk"), published_on__lte=on).order_by()
        counted = items.values("plan").annotate(items=Count("pk")).values("items")
        return self.annotate(done=Coalesce(Subquery(counted), 0))


class MediaPlan(Record):
    """How much is to be published in a year, with whom (kế hoạch tuyên truyền)."""

    searched = ("code", "name")

    code = models.CharField(_("mã kế hoạch"), max_length=40)
    name = models.CharField(_("tên kế hoạch"), max_length=300)
    kind = models.CharField(_("hình thức"), max_length=16, choices=MediaKind.choices)
    year = YearField(_("năm"), validators=A_YEAR)
    outlet = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="media_plans",
        verbose_name=_("đơn vị phối hợp"),
    )
    planned = models.PositiveSmallIntegerField(_("số lượng theo kế hoạch"))
    agreed_on = models.DateField(_("ngày ban hành kế hoạch"))
    complete_by = models.DateField(_("hoàn thành trước ngày"), null=True, blank=True)
    ended_on = models.DateField(_("thôi thực hiện từ ngày"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = MediaPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("kế hoạch tuyên truyền")
        verbose_name_plural = _("kế hoạch tuyên truyền KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="media_plan_key",
                violation_error_message=_("Đã có kế hoạch cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(planned__gt=0),
                name="media_plan_planned",
                violation_error_message=_("Số lượng theo kế hoạch phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=(Q(complete_by__isnull=True) | Q(complete_by__gte=F("agreed_on")))
                & (Q(ended_on__isnull=True) | Q(ended_on__gte=F("agreed_on"))),
                name="media_plan_days",
                violation_error_message=_(
                    "Ngày hoàn thành, thôi thực hiện đứng trước ngày ban hành kế hoạch. Hãy xem lại các ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class MediaItem(Record):
    """One broadcast, article or post (số phát sóng, tin, bài)."""

    searched = ("code", "title")

    code = models.CharField(_("mã tin, bài"), max_length=40)
    kind = models.CharField(_("hình thức"), max_length=16, choices=MediaKind.choices)
    plan = models.ForeignKey(
        MediaPlan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("theo kế hoạch"),
    )
    title = models.CharField(_("tên tin, bài, chuyên mục"), max_length=300)
    topic = models.CharField(_("nội dung"), max_length=16, choices=MediaTopic.choices)
    published_on = models.DateField(_("ngày đăng, phát sóng"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("tin, bài, số phát sóng")
        verbose_name_plural = _("tin, bài, số phát sóng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="media_item_key",
                violation_error_message=_("Đã có tin, bài cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"


class PublicationQuerySet(RecordQuerySet["Publication"]):
    """Publications."""

    def with_handed_out(self, *, on: date) -> PublicationQuerySet:
        """Adds ``handed_out``: how many copies were handed out by a day."""
        rows = PublicationDistribution.objects.filter(publication=OuterRef("pk"), handed_out_on__lte=on)
        added = rows.order_by().values("publication").annotate(total=Sum("copies")).values("total")
        return self.annotate(handed_out=Coalesce(Subquery(added), 0))


class Publication(Record):
    """Something that the department has printed (ấn phẩm)."""

    searched = ("code", "title")

    code = models.CharField(_("mã ấn phẩm"), max_length=40)
    title = models.CharField(_("tên ấn phẩm"), max_length=300)
    kind = models.CharField(_("loại ấn phẩm"), max_length=16, choices=PublicationKind.choices)
    year = YearField(_("năm của ấn phẩm"), validators=A_YEAR)
    licence_number = models.CharField(_("số giấy phép xuất bản"), max_length=60, blank=True)
    printed_on = models.DateField(_("ngày in xong"), null=True, blank=True)
    copies = models.PositiveIntegerField(_("số lượng in"))
    note = models.TextField(_("ghi chú"), blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("ấn phẩm")
        verbose_name_plural = _("ấn phẩm KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="publication_key",
                violation_error_message=_("Đã có ấn phẩm cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(copies__gt=0),
                name="publication_copies",
                violation_error_message=_("Số lượng in phải lớn hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"


class PublicationDistribution(Record):
    """Copies of a publication that were handed out (lượt cấp phát)."""

    searched = ("code", "recipients")

    code = models.CharField(_("mã lượt cấp"), max_length=40)
    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="distributions", verbose_name=_("ấn phẩm")
    )
    recipients = models.CharField(_("nơi nhận"), max_length=300)
    copies = models.PositiveIntegerField(_("số cuốn"))
    handed_out_on = models.DateField(_("ngày cấp"), db_index=True)

    class Meta:
        verbose_name = _("lượt cấp ấn phẩm")
        verbose_name_plural = _("cấp phát ấn phẩm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="publication_distribution_key",
                violation_error_message=_("Đã có lượt cấp cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(copies__gt=0),
                name="publication_distribution_copies",
                violation_error_message=_("Số cuốn phải lớn hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.recipients}"


class StatisticsReport(Record):
    """A report or survey of S&T statistics about a year (báo cáo, điều tra thống kê)."""

    searched = ("code", "name", "document_number")

    code = models.CharField(_("mã báo cáo thống kê"), max_length=40)
    kind = models.CharField(_("hình thức"), max_length=10, choices=StatisticsKind.choices)
    name = models.CharField(_("tên báo cáo, cuộc điều tra"), max_length=300)
    year = YearField(_("năm của số liệu"), validators=A_YEAR)
    recipient = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statistics_reports",
        verbose_name=_("nơi nhận báo cáo"),
    )
    due_on = models.DateField(_("hạn gửi ghi ở văn bản"), null=True, blank=True)
    units_asked = models.PositiveSmallIntegerField(_("số đơn vị phải báo cáo"), null=True, blank=True)
    units_answered = models.PositiveSmallIntegerField(_("số đơn vị đã báo cáo"), null=True, blank=True)
    document_number = models.CharField(_("số văn bản gửi"), max_length=60, blank=True)
    submitted_on = models.DateField(_("ngày gửi"), null=True, blank=True, db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("báo cáo, điều tra thống kê KH&CN")
        verbose_name_plural = _("thống kê KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="statistics_report_key",
                violation_error_message=_("Đã có báo cáo thống kê cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(units_answered__isnull=True)
                | Q(units_asked__isnull=True)
                | Q(units_answered__lte=F("units_asked")),
                name="statistics_report_units",
                violation_error_message=_("Số đơn vị đã báo cáo lớn hơn số đơn vị phải báo cáo."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"
