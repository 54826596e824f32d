"""Plans of administrative reform with their tasks, places in indices, reviews of the quality system, counts of correspondence."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record
from khcn.office.enums import (
    CorrespondenceKind,
    CorrespondenceWay,
    IndexGrade,
    IndexKind,
    IsoReviewKind,
    ParPlanKind,
)

_A_MONTH = [
    MinValueValidator(1, _("Tháng từ 1 đến 12.")),
    MaxValueValidator(12, _("Tháng từ 1 đến 12.")),
]


def last_day_of(year: int | None, month: int | None) -> date | None:
    """The last day of a month; None of what is no month, which the columns refuse."""
    try:
        return date(year, month, monthrange(year, month)[1])  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


class ParPlan(Record):
    """A plan of a year about administrative reform (kế hoạch CCHC)."""

    searched = ("title", "number")

    number = models.CharField(_("số, ký hiệu kế hoạch"), max_length=60)
    kind = models.CharField(_("lĩnh vực kế hoạch"), max_length=15, choices=ParPlanKind.choices)
    title = models.CharField(_("trích yếu"), max_length=300)
    year = YearField(_("năm"), validators=A_YEAR)
    issued_on = models.DateField(_("ngày ban hành"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("kế hoạch cải cách hành chính")
        verbose_name_plural = _("kế hoạch cải cách hành chính")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number"],
                name="par_plan_key",
                violation_error_message=_("Đã có kế hoạch cùng số, ký hiệu."),
            )
        ]

    def __str__(self) -> str:
        return self.number


class ParPlanTask(Record):
    """A task of such a plan, with the unit that does it and its last day (nhiệm vụ của kế hoạch)."""

    searched = ("title", "code")

    code = models.CharField(_("mã nhiệm vụ"), max_length=40)
    plan = models.ForeignKey(ParPlan, models.PROTECT, related_name="tasks", verbose_name=_("kế hoạch"))
    title = models.CharField(_("nội dung nhiệm vụ"), max_length=500)
    product = models.CharField(_("sản phẩm"), max_length=300, blank=True)
    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="par_plan_tasks", verbose_name=_("đơn vị chủ trì")
    )
    due_on = models.DateField(_("hạn hoàn thành"), null=True, blank=True, db_index=True)
    completed_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True, editable=False)
    result = models.TextField(_("kết quả thực hiện"), blank=True, editable=False)

    class Meta:
        verbose_name = _("nhiệm vụ kế hoạch CCHC")
        verbose_name_plural = _("nhiệm vụ kế hoạch CCHC")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="par_plan_task_key",
                violation_error_message=_("Đã có nhiệm vụ cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"


class IndexRanking(Record):
    """The place of the department in an index of a year (xếp hạng chỉ số)."""

    kind = models.CharField(_("chỉ số"), max_length=10, choices=IndexKind.choices)
    year = YearField(_("năm đánh giá"), validators=A_YEAR)
    rank = models.PositiveSmallIntegerField(_("vị trí"))
    population = models.PositiveSmallIntegerField(_("số đơn vị được xếp hạng"), null=True, blank=True)
    score = models.DecimalField(_("điểm"), max_digits=5, decimal_places=2, null=True, blank=True)
    grade = models.CharField(_("xếp loại"), max_length=10, choices=IndexGrade.choices, blank=True)
    published_on = models.DateField(_("ngày công bố"))
    decision_number = models.CharField(_("số văn bản công bố"), max_length=60, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("xếp hạng chỉ số")
        verbose_name_plural = _("xếp hạng chỉ số")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "kind", "year"],
                name="index_ranking_key",
                violation_error_message=_("Đã có xếp hạng của chỉ số này trong năm này."),
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1) & (Q(population__isnull=True) | Q(rank__lte=F("population"))),
                name="index_ranking_rank",
                violation_error_message=_("Vị trí phải từ 1 đến số đơn vị được xếp hạng."),
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100),
                name="index_ranking_score",
                violation_error_message=_("Điểm phải từ 0 đến 100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"


class IsoReview(Record):
    """A review of the department's own quality management system (đánh giá, xem xét ISO)."""

    searched = ("code",)

    code = models.CharField(_("mã lượt"), max_length=40)
    kind = models.CharField(_("hình thức"), max_length=15, choices=IsoReviewKind.choices)
    took_place_on = models.DateField(_("ngày thực hiện"), db_index=True)
    nonconformities = models.PositiveSmallIntegerField(_("số điểm không phù hợp"), default=0)
    corrected_on = models.DateField(_("ngày khắc phục xong"), null=True, blank=True)
    result = models.TextField(_("kết quả"), blank=True)

    class Meta:
        verbose_name = _("lượt đánh giá ISO")
        verbose_name_plural = _("đánh giá, xem xét ISO")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="iso_review_key",
                violation_error_message=_("Đã có lượt đánh giá ISO cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(corrected_on__isnull=True) | Q(corrected_on__gte=F("took_place_on")),
                name="iso_review_days",
                violation_error_message=_("Ngày khắc phục xong đứng trước ngày thực hiện."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()}"


class CorrespondenceCount(Record):
    """How many documents of a kind came or went in a month, from the export of the document system (số văn bản đi, đến)."""

    derived = (*Record.derived, "ends_on")
    unlogged = (*Record.unlogged, "ends_on")

    way = models.CharField(_("chiều"), max_length=10, choices=CorrespondenceWay.choices)
    kind = models.CharField(_("loại văn bản"), max_length=10, choices=CorrespondenceKind.choices)
    year = YearField(_("năm"), validators=A_YEAR)
    month = models.PositiveSmallIntegerField(_("tháng"), validators=_A_MONTH)
    documents = models.PositiveIntegerField(_("số văn bản"))
    ends_on = models.DateField(_("ngày cuối tháng"), editable=False, null=True, db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("số văn bản trong tháng")
        verbose_name_plural = _("số văn bản đi, đến theo tháng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "way", "kind", "year", "month"],
                name="correspondence_count_key",
                violation_error_message=_("Đã có số văn bản của loại này trong tháng này."),
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12),
                name="correspondence_count_month",
                violation_error_message=_("Tháng từ 1 đến 12."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.month}/{self.year}"

    def derive(self) -> None:
        """The last day of the month, by which the figures count."""
        super().derive()
        self.ends_on = last_day_of(self.year, self.month)
