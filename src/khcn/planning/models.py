"""Work that the divisions plan for the time after a report, and what the department says of the work done."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import registry
from khcn.kernel.registers.record_model import Record
from khcn.planning.enums import ABOUT_TASKS, AssessmentKind, WorkKind

_NOT_NONE = [MinValueValidator(1, _("Số lượng phải từ 1 trở lên."))]


class PlannedWork(Record):
    """Work that a division plans, until when, and what came of it (công việc dự kiến; part C of the periodic report)."""

    searched = ("title", "code")
    in_force_on: ClassVar = {"unit": "planned_on"}

    code = models.CharField(_("mã việc"), max_length=40)
    kind = models.CharField(_("loại việc"), max_length=16, choices=WorkKind.choices)
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
    completed_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True, editable=False)
    achieved = models.PositiveIntegerField(_("số lượng đạt được"), null=True, blank=True, editable=False)
    result = models.TextField(_("kết quả"), blank=True, editable=False)
    dropped_on = models.DateField(_("ngày thôi thực hiện"), null=True, blank=True, editable=False)
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
                condition=Q(completed_on__isnull=True) | Q(dropped_on__isnull=True),
                name="planned_work_one_outcome",
                violation_error_message=_("Việc đã hoàn thành thì không ghi thôi thực hiện."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"

    def clean(self) -> None:
        """A settlement and a coordination are of one task, and other work is of none."""
        if self.kind in ABOUT_TASKS:
            if self.task_id is None:
                raise ValidationError(
                    {"task": _("Loại việc này là của một nhiệm vụ KH&CN. Hãy chọn nhiệm vụ.")}
                )
            if self.quantity not in (None, 1):
                raise ValidationError({"quantity": _("Mỗi nhiệm vụ KH&CN là một dòng với số lượng 1.")})


def known_figure(code: str) -> None:
    """Raise ``ValidationError`` for a code that no figure has."""
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
    figure = models.CharField(_("số liệu chứng minh"), max_length=10, blank=True, validators=[known_figure])
    noted_on = models.DateField(_("ngày đánh giá"), db_index=True)
    mended_on = models.DateField(_("ngày khắc phục xong"), null=True, blank=True, editable=False)
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

    def clean(self) -> None:
        """A shortcoming has its cause."""
        if self.kind == AssessmentKind.SHORTCOMING and not self.cause.strip():
            raise ValidationError({"cause": _("Hạn chế phải ghi nguyên nhân.")})
