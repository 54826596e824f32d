"""Work that the divisions plan for the time after a report, and what the department says of the work done."""

from __future__ import annotations

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import PeriodKind, registry
from khcn.kernel.registers.record_model import Record
from khcn.planning.enums import ABOUT_TASKS, AssessmentKind, WorkKind

_BETWEEN_CODES = re.compile(r"[\s,;]+")
# Windows of the periodic report: from 15/12 until 14/9 and until 14/12.
_NINE_MONTHS_END, _YEAR_ENDS = (9, 14), (12, 14)
_NOT_NONE = [MinValueValidator(1, _("Số lượng phải từ 1 trở lên."))]


class PlannedWork(Record):
    """Work that a division plans, until when, and what came of it (công việc dự kiến; part C of the periodic report)."""

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

    class Meta:
        verbose_name = _("công việc dự kiến")
        verbose_name_plural = _("công việc dự kiến")
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
