"""Work that the divisions plan for the time after a report, and what the department says of the work done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import PeriodKind, registry
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.kernel.text.dates import format_date
from khcn.planning.enums import ABOUT_TASKS, AssessmentKind, WorkKind, WorkStanding

if TYPE_CHECKING:
    from datetime import date

_BETWEEN_CODES = re.compile(r"[\s,;]+")
# Windows of the periodic report: from 15/12 until 14/9 and until 14/12.
_NINE_MONTHS_END, _YEAR_ENDS = (9, 14), (12, 14)
_NOT_NONE = [MinValueValidator(1, _("Số lượng phải từ 1 trở lên."))]


class PlannedWorkQuerySet(RecordQuerySet["PlannedWork"]):
    """Planned work, seen on a day."""

    def due_day_on(self, day: date) -> PlannedWorkQuerySet:
        """Adds ``due_day``: the last day that was in force on a day. What was put off later has the day from which it was put off
        first; where several were decided on one day, the last of them is in force from it on.
        """
        later = PlannedWorkPostponement.objects.filter(work=OuterRef("pk"), decided_on__gt=day)
        first = Subquery(later.order_by("decided_on", "new_due_on").values("old_due_on")[:1])
        return self.annotate(due_day=Coalesce(first, F("due_on")))

    def due_otherwise(self) -> PlannedWorkQuerySet:
        """Work that was put off and whose last day is another than the one to which it was put off last."""
        of_work = PlannedWorkPostponement.objects.filter(work=OuterRef("pk"))
        last = Subquery(of_work.order_by("-new_due_on").values("new_due_on")[:1])
        put_off = self.annotate(_put_off_to=last).filter(_put_off_to__isnull=False)
        return put_off.exclude(due_on=F("_put_off_to"))

    def with_standing(self, *, on: date) -> PlannedWorkQuerySet:
        """Adds ``standing`` as of a day."""
        return self.due_day_on(on).annotate(
            standing=Case(
                When(completed_on__lte=on, then=Value(WorkStanding.DONE.value)),
                When(dropped_on__lte=on, then=Value(WorkStanding.DROPPED.value)),
                When(due_day__lt=on, then=Value(WorkStanding.LATE.value)),
                default=Value(WorkStanding.DUE.value),
                output_field=models.CharField(),
            )
        )


class PlannedWork(Record):
    """Work that a division plans, until when, and what came of it (công việc dự kiến; part C of the periodic report).

    ``due_on`` is the last day that is in force now. What reports ask is the one of their own last day (``due_day_on``).
    """

    searched = ("title", "code")
    in_force_on: ClassVar = {"unit": "planned_on"}

    code = models.CharField(_("mã việc"), max_length=40)
    kind = models.CharField(_("loại việc"), max_length=16, choices=WorkKind.choices, db_index=True)
    title = models.CharField(_("nội dung"), max_length=500)
    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="planned_work", verbose_name=_("đơn vị thực hiện")
    )
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="planned_work",
        verbose_name=_("nhiệm vụ KH&CN"),
    )
    quantity = models.PositiveIntegerField(_("số lượng"), default=1, validators=_NOT_NONE)
    planned_on = models.DateField(_("ngày đưa vào kế hoạch"), db_index=True)
    due_on = models.DateField(_("hạn hoàn thành"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)
    completed_on = models.DateField(
        _("ngày hoàn thành"), null=True, blank=True, editable=False, db_index=True
    )
    achieved = models.PositiveIntegerField(
        _("số lượng đạt được"), null=True, blank=True, editable=False, validators=_NOT_NONE
    )
    result = models.TextField(_("kết quả"), blank=True, editable=False)
    dropped_on = models.DateField(
        _("ngày thôi thực hiện"), null=True, blank=True, editable=False, db_index=True
    )
    drop_reason = models.TextField(_("lý do thôi thực hiện"), blank=True, editable=False)

    objects = PlannedWorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("công việc dự kiến")
        verbose_name_plural = _("công việc dự kiến")
        indexes: ClassVar = [models.Index(fields=["due_on", "code"], name="planned_work_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="planned_work_key",
                violation_error_message=_("Đã có việc cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("planned_on")),
                name="planned_work_days",
                violation_error_message=_("Hạn hoàn thành không được trước ngày đưa vào kế hoạch."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="planned_work_quantity",
                violation_error_message=_("Số lượng phải từ 1 trở lên."),
            ),
            models.CheckConstraint(
                condition=Q(achieved__isnull=True) | Q(achieved__gte=1),
                name="planned_work_achieved",
                violation_error_message=_("Không đạt được gì thì ghi thôi thực hiện kèm lý do."),
            ),
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True) | Q(dropped_on__isnull=True),
                name="planned_work_one_outcome",
                violation_error_message=_("Việc đã hoàn thành thì không ghi thôi thực hiện."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"

    def clean(self) -> None:
        """A settlement and a coordination are of one task; other work may name one."""
        if self.kind in ABOUT_TASKS:
            if self.task_id is None:
                raise ValidationError(
                    {"task": _("Loại việc này là của một nhiệm vụ KH&CN. Hãy chọn nhiệm vụ.")}
                )
            if self.quantity not in (None, 1):
                raise ValidationError({"quantity": _("Mỗi nhiệm vụ KH&CN là một dòng với số lượng 1.")})


class PlannedWorkPostponementQuerySet(RecordQuerySet["PlannedWorkPostponement"]):
    """Postponements of planned work."""

    def out_of_line(self) -> PlannedWorkPostponementQuerySet:
        """Those that do not begin with the day to which the one before them led, or were decided before it."""
        before = PlannedWorkPostponement.objects.filter(
            work=OuterRef("work"), new_due_on__lt=OuterRef("new_due_on")
        ).order_by("-new_due_on")
        following = self.annotate(
            _led_to=Subquery(before.values("new_due_on")[:1]),
            _decided_before=Subquery(before.values("decided_on")[:1]),
        ).filter(_led_to__isnull=False)
        return following.filter(~Q(old_due_on=F("_led_to")) | Q(decided_on__lt=F("_decided_before")))


class PlannedWorkPostponement(Record):
    """That planned work was put off, from which day to which, as decided on a day (lần lùi hạn)."""

    searched = ("reason",)

    work = models.ForeignKey(
        PlannedWork, models.PROTECT, related_name="postponements", verbose_name=_("công việc dự kiến")
    )
    decided_on = models.DateField(_("ngày quyết định lùi hạn"), db_index=True)
    old_due_on = models.DateField(_("hạn trước khi lùi"))
    new_due_on = models.DateField(_("hạn mới"))
    reason = models.TextField(_("lý do lùi hạn"))

    objects = PlannedWorkPostponementQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần lùi hạn công việc")
        verbose_name_plural = _("các lần lùi hạn công việc")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work", "new_due_on"],
                name="planned_work_postponement_key",
                violation_error_message=_("Việc đã lùi đến hạn này."),
            ),
            models.CheckConstraint(
                condition=Q(new_due_on__gte=F("old_due_on")),
                name="planned_work_postponement_later",
                violation_error_message=_("Hạn mới phải sau hạn trước khi lùi."),
            ),
            models.CheckConstraint(
                condition=Q(decided_on__lte=F("old_due_on")),
                name="planned_work_postponement_not_late",
                violation_error_message=_("Việc đã quá hạn trước ngày quyết định nên không lùi hạn được."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work.code}: {self.old_due_on:%d/%m/%Y} → {self.new_due_on:%d/%m/%Y}"

    def clean(self) -> None:
        """The new day is later than the one before."""
        days: tuple[date | None, date | None] = (self.old_due_on, self.new_due_on)
        old, new = days  # not there yet in a form whose days could not be read
        if old is not None and new is not None and new <= old:
            text = _("Hạn mới phải sau hạn đang có, ngày %(day)s.")
            raise ValidationError({"new_due_on": ValidationError(text, params={"day": format_date(old)})})


def codes_in(figures: str) -> list[str]:
    """The codes of figures in a text: "DC-09, DC-10"."""
    return [each for each in _BETWEEN_CODES.split(figures) if each]


def known_figures(figures: str) -> None:
    """Raise ``ValidationError`` for a code that no figure has."""
    for code in codes_in(figures):
        if code not in registry:
            raise ValidationError(
                _("Không có số liệu mã %(code)s. Xem mã ở trang Số liệu."), params={"code": code}
            )


class Assessment(Record):
    """A strength or a shortcoming that a division notes, what proves it, and how it was mended (part B of the report)."""

    searched = ("statement", "code")
    in_force_on: ClassVar = {"unit": "noted_on"}

    code = models.CharField(_("mã đánh giá"), max_length=40)
    kind = models.CharField(_("loại đánh giá"), max_length=12, choices=AssessmentKind.choices)
    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="assessments", verbose_name=_("đơn vị được đánh giá")
    )
    statement = models.CharField(_("nội dung đánh giá"), max_length=1000)
    cause = models.TextField(_("nguyên nhân"), blank=True)
    remedy = models.TextField(_("giải pháp"), blank=True)
    figures = models.CharField(
        _("số liệu chứng minh"), max_length=100, blank=True, validators=[known_figures]
    )
    noted_on = models.DateField(_("ngày đánh giá"), db_index=True)
    mended_on = models.DateField(
        _("ngày khắc phục xong"), null=True, blank=True, editable=False, db_index=True
    )
    outcome = models.TextField(_("kết quả khắc phục"), blank=True, editable=False)

    class Meta:
        verbose_name = _("ưu điểm, hạn chế")
        verbose_name_plural = _("ưu điểm, hạn chế")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="assessment_key",
                violation_error_message=_("Đã có đánh giá cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(mended_on__isnull=True)
                | Q(kind=AssessmentKind.SHORTCOMING, mended_on__gte=F("noted_on")),
                name="assessment_mended",
                violation_error_message=_("Chỉ hạn chế mới có ngày khắc phục, không trước ngày đánh giá."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.statement[:120]}"

    @property
    def figure_codes(self) -> list[str]:
        """The figures that prove it."""
        return codes_in(self.figures)

    @property
    def figures_window(self) -> dict[str, object]:
        """The window of the figures that holds the day on which it was noted, as addresses name it."""
        day = self.noted_on
        year = day.year + 1 if (day.month, day.day) > _YEAR_ENDS else day.year
        in_nine_months = year != day.year or (day.month, day.day) <= _NINE_MONTHS_END
        return {"year": year, "kind": (PeriodKind.NINE_MONTHS if in_nine_months else PeriodKind.YEAR).value}

    def clean(self) -> None:
        """A shortcoming has its cause."""
        if self.kind == AssessmentKind.SHORTCOMING and not self.cause.strip():
            raise ValidationError({"cause": _("Hạn chế phải ghi nguyên nhân.")})
