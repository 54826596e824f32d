"""Estimates of the department's money by source and chapter, how what was assigned changed, and how it is divided."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.finance.enums import BudgetSource
from khcn.finance.workflow import ESTIMATE_FLOW
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import Period

_CHAPTER = [RegexValidator(r"^[0-9]{3}$", _("Mã chương có ba chữ số. Ví dụ: 417."))]
_ITEM = [RegexValidator(r"^[0-9]{3}-[0-9]{3}$", _("Mã loại, khoản có dạng 100-101."))]


class BudgetEstimateQuerySet(RecordQuerySet["BudgetEstimate"]):
    """Estimates."""

    def assigned_of(self, period: Period) -> BudgetEstimateQuerySet:
        """Those of the year of a report that were assigned before its window ended, with their amount at its end."""
        return self.filter(year=period.year, assigned_on__lt=period.end).with_current(on=period.last_day)

    def with_current(self, *, on: date) -> BudgetEstimateQuerySet:
        """Adds ``current_amount``: what is assigned, as adjusted by a day."""
        adjusted = BudgetAdjustment.objects.filter(estimate=OuterRef("pk"), adjusted_on__lte=on)
        last = adjusted.order_by("-adjusted_on").values("amount")[:1]
        return self.annotate(
            current_amount=Coalesce(
                Subquery(last), F("assigned_amount"), output_field=models.BigIntegerField()
            )
        )


class BudgetEstimate(Record):
    """What is asked for and assigned for a purpose of a year, from one source (dự toán kinh phí)."""

    searched = ("code", "purpose", "decision_number")

    code = models.CharField(_("mã dự toán"), max_length=40)
    year = YearField(_("năm ngân sách"), validators=A_YEAR)
    source = models.CharField(_("nguồn kinh phí"), max_length=16, choices=BudgetSource.choices)
    chapter = models.CharField(_("chương"), max_length=3, validators=_CHAPTER)
    item = models.CharField(_("loại, khoản"), max_length=7, blank=True, validators=_ITEM)
    purpose = models.CharField(_("nội dung chi"), max_length=300)
    proposed_amount = MoneyField(_("số tiền dự toán (đồng)"))
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=ESTIMATE_FLOW.choices(),
        default=ESTIMATE_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    submitted_on = models.DateField(_("ngày trình"), null=True, blank=True, editable=False)
    decision_number = models.CharField(
        _("số quyết định giao dự toán"), max_length=60, blank=True, editable=False
    )
    assigned_on = models.DateField(
        _("ngày giao dự toán"), null=True, blank=True, editable=False, db_index=True
    )
    assigned_amount = MoneyField(_("số tiền được giao (đồng)"), null=True, blank=True, editable=False)

    objects = BudgetEstimateQuerySet.as_manager()

    class Meta:
        verbose_name = _("dự toán kinh phí")
        verbose_name_plural = _("dự toán kinh phí theo nguồn, chương")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="budget_estimate_key",
                violation_error_message=_("Đã có dự toán cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(proposed_amount__gt=0)
                & (Q(assigned_amount__isnull=True) | Q(assigned_amount__gte=0)),
                name="budget_estimate_amounts",
                violation_error_message=_("Số tiền dự toán phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=Q(submitted_on__isnull=True)
                | Q(assigned_on__isnull=True)
                | Q(assigned_on__gte=F("submitted_on")),
                name="budget_estimate_days",
                violation_error_message=_("Ngày giao dự toán đứng trước ngày trình. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.purpose}"


class BudgetAdjustment(Record):
    """What was assigned is raised or cut later (điều chỉnh dự toán)."""

    searched = ("code", "decision_number", "reason")

    code = models.CharField(_("mã điều chỉnh"), max_length=40)
    estimate = models.ForeignKey(
        BudgetEstimate, models.PROTECT, related_name="adjustments", verbose_name=_("dự toán được giao")
    )
    adjusted_on = models.DateField(_("ngày điều chỉnh"), db_index=True)
    amount = MoneyField(_("dự toán sau điều chỉnh (đồng)"))
    decision_number = models.CharField(_("số quyết định điều chỉnh"), max_length=60, blank=True)
    reason = models.CharField(_("lý do điều chỉnh"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("điều chỉnh dự toán")
        verbose_name_plural = _("điều chỉnh dự toán")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="budget_adjustment_key",
                violation_error_message=_("Đã có điều chỉnh cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["estimate", "adjusted_on"],
                name="budget_adjustment_day",
                violation_error_message=_("Dự toán đã có điều chỉnh cùng ngày."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class BudgetAllocation(Record):
    """A part of what was assigned, for one task or one unit (phân bổ dự toán)."""

    searched = ("code", "content")
    in_force_on: ClassVar = {"unit": "allocated_on"}

    code = models.CharField(_("mã phân bổ"), max_length=40)
    estimate = models.ForeignKey(
        BudgetEstimate, models.PROTECT, related_name="allocations", verbose_name=_("dự toán được giao")
    )
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="budget_allocations",
        verbose_name=_("nhiệm vụ KH&CN"),
    )
    unit = models.ForeignKey(
        "parties.OrgUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="budget_allocations",
        verbose_name=_("phòng, đơn vị"),
    )
    content = models.CharField(_("nội dung"), max_length=300, blank=True)
    amount = MoneyField(_("số tiền phân bổ (đồng)"))
    allocated_on = models.DateField(_("ngày phân bổ"), db_index=True)
    decision_number = models.CharField(_("số quyết định phân bổ"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("phân bổ dự toán")
        verbose_name_plural = _("phân bổ dự toán")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="budget_allocation_key",
                violation_error_message=_("Đã có phân bổ cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="budget_allocation_amount",
                violation_error_message=_("Số tiền phân bổ phải lớn hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.code
