"""Settlements of a task year by year, and money of tasks that is reduced or taken back.

The settlement of a whole task is a milestone of the task (`khcn.science`): what is here comes before and after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.finance.enums import ReductionReason
from khcn.finance.models.advances import sum_of
from khcn.finance.workflow import SETTLEMENT_FLOW
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from datetime import date

SETTLEMENT: Final = "finance.year_settlement"
RECOVERY: Final = "finance.recovery"


class YearSettlement(Record):
    """What a task has spent in a year, as reported and as approved (quyết toán năm)."""

    searched = ("code", "document_number")

    code = models.CharField(_("mã quyết toán"), max_length=40)
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        related_name="year_settlements",
        verbose_name=_("nhiệm vụ KH&CN"),
    )
    year = YearField(_("năm quyết toán"), validators=A_YEAR)
    submitted_on = models.DateField(_("ngày nhận hồ sơ quyết toán"), db_index=True)
    reported_amount = MoneyField(_("số đề nghị quyết toán (đồng)"))
    carried_over_amount = MoneyField(_("số chuyển năm sau (đồng)"), default=0)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=SETTLEMENT_FLOW.choices(),
        default=SETTLEMENT_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    approved_on = models.DateField(
        _("ngày phê duyệt quyết toán"), null=True, blank=True, editable=False, db_index=True
    )
    approved_amount = MoneyField(_("số được phê duyệt (đồng)"), null=True, blank=True, editable=False)
    document_number = models.CharField(_("số văn bản phê duyệt"), max_length=60, blank=True, editable=False)
    returned_on = models.DateField(_("ngày trả lại hồ sơ"), null=True, blank=True, editable=False)
    return_reason = models.TextField(_("lý do trả lại"), blank=True, editable=False)

    class Meta:
        verbose_name = _("quyết toán năm")
        verbose_name_plural = _("quyết toán năm của nhiệm vụ KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="year_settlement_key",
                violation_error_message=_("Đã có quyết toán cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["task", "year"],
                condition=~Q(state="returned"),
                name="year_settlement_year",
                violation_error_message=_("Nhiệm vụ đã có hồ sơ quyết toán của năm này."),
            ),
            models.CheckConstraint(
                condition=Q(reported_amount__gt=0)
                & (Q(approved_amount__isnull=True) | Q(approved_amount__lte=F("reported_amount"))),
                name="year_settlement_amounts",
                violation_error_message=_(
                    "Số được phê duyệt lớn hơn số đề nghị quyết toán. Hãy xem lại hai số tiền."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(approved_on__isnull=True) | Q(approved_on__gte=F("submitted_on")))
                & (Q(returned_on__isnull=True) | Q(returned_on__gte=F("submitted_on"))),
                name="year_settlement_days",
                violation_error_message=_("Ngày của bước này đứng trước ngày nhận hồ sơ. Hãy xem lại ngày."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PaymentReductionQuerySet(RecordQuerySet["PaymentReduction"]):
    """Reductions, seen on a day."""

    def with_recovered(self, *, on: date) -> PaymentReductionQuerySet:
        """Adds ``recovered`` and ``missing``, what of it is back and what is not by a day."""
        of_it = PaymentRecovery.objects.filter(recovered_on__lte=on)
        return self.annotate(recovered=sum_of(of_it, "reduction")).annotate(
            missing=F("amount") - F("recovered")
        )

    def unrecovered(self, *, on: date) -> PaymentReductionQuerySet:
        """Decided by a day, and not all of the money back by then."""
        return self.filter(decided_on__lte=on).with_recovered(on=on).filter(missing__gt=0)


class PaymentReduction(Record):
    """Money of a task that is not paid, or is paid back (giảm trừ, thu hồi)."""

    searched = ("code", "document_number", "content")

    code = models.CharField(_("mã giảm trừ"), max_length=40)
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        related_name="payment_reductions",
        verbose_name=_("nhiệm vụ KH&CN"),
    )
    reason = models.CharField(_("lý do"), max_length=10, choices=ReductionReason.choices)
    content = models.CharField(_("khoản bị giảm trừ"), max_length=300, blank=True)
    decided_on = models.DateField(_("ngày văn bản"), db_index=True)
    document_number = models.CharField(_("số văn bản"), max_length=60, blank=True)
    amount = MoneyField(_("số tiền giảm trừ, thu hồi (đồng)"))
    recover_by = models.DateField(_("hạn nộp ghi ở văn bản"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = PaymentReductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("giảm trừ, thu hồi kinh phí")
        verbose_name_plural = _("giảm trừ, thu hồi kinh phí nhiệm vụ KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="payment_reduction_key",
                violation_error_message=_("Đã có khoản giảm trừ cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payment_reduction_amount",
                violation_error_message=_("Số tiền giảm trừ, thu hồi phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=Q(recover_by__isnull=True) | Q(recover_by__gte=F("decided_on")),
                name="payment_reduction_days",
                violation_error_message=_("Hạn nộp đứng trước ngày văn bản. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PaymentRecovery(Record):
    """A part of what is to be paid back that came in, or was kept back from the next payment (nộp, trừ khoản thu hồi)."""

    searched = ("code", "document_number")

    code = models.CharField(_("mã lần nộp"), max_length=40)
    reduction = models.ForeignKey(
        PaymentReduction,
        models.PROTECT,
        related_name="recoveries",
        verbose_name=_("khoản giảm trừ, thu hồi"),
    )
    recovered_on = models.DateField(_("ngày đã nộp, đã giảm trừ"), db_index=True)
    amount = MoneyField(_("số tiền đã nộp, đã giảm trừ (đồng)"))
    document_number = models.CharField(_("số chứng từ nộp"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("lần nộp, giảm trừ")
        verbose_name_plural = _("các lần nộp, giảm trừ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="payment_recovery_key",
                violation_error_message=_("Đã có lần nộp cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payment_recovery_amount",
                violation_error_message=_("Số tiền đã nộp, đã giảm trừ phải lớn hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.code
