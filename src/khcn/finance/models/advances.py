"""What a contract says about payments, what was advanced, and what of that was cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.apps import apps
from django.db import models
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.finance.enums import AdvanceStanding, ClearanceKind
from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.deadlines.past_terms import MissedTerm
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from datetime import date

INSTALMENT: Final = "finance.instalment"  # the term of an instalment: the advance is paid
CLEARANCE: Final = "finance.clearance"  # the term of an advance: all of it is cleared
_HALF_YEAR, _YEAR = 6, 12  # calendar months
_ENDINGS: Final = (
    "stopped",
    "terminated",
    "liquidated",
)  # milestones of a task after which its contract pays no more


def sum_of(rows: models.QuerySet[models.Model], whose: str) -> Coalesce:
    """The amounts of the rows that belong to the outer one; 0 for none."""
    of_it = rows.filter(**{whose: OuterRef("pk")}).order_by().values(whose)
    added_up = of_it.annotate(_total=Sum("amount")).values("_total")
    return Coalesce(Subquery(added_up, output_field=BigIntegerField()), Value(0))


def endings() -> Any:
    """The milestones by which contracts of tasks ended."""
    milestones: Any = apps.get_model("science", "TaskMilestone")
    return milestones.objects.filter(kind__in=_ENDINGS)


class ContractInstalmentQuerySet(RecordQuerySet["ContractInstalment"]):
    """Instalments, seen on a day."""

    def with_paid(self, *, on: date) -> ContractInstalmentQuerySet:
        """Adds ``paid``: what was advanced for it by a day."""
        return self.annotate(paid=sum_of(AdvancePayment.objects.filter(paid_on__lte=on), "instalment"))

    def unpaid(self, *, on: date) -> ContractInstalmentQuerySet:
        """Those whose day had passed by ``on`` without all of the advance, whose condition was met, and that were not dropped by then;
        of no contract that had ended.
        """
        still_due = Q(dropped_on__isnull=True) | Q(dropped_on__gt=on)
        is_met = Q(condition="") | Q(condition_met_on__lt=on)
        ended = endings().filter(task=OuterRef("task"), on__lte=on)
        waiting = self.filter(still_due, is_met, ~Exists(ended), due_on__lt=on)
        waiting = waiting.with_paid(on=on).filter(paid__lt=F("amount"))
        return self.filter(MissedTerm(INSTALMENT, waiting, on))


class ContractInstalment(Record):
    """A payment that the contract of a task provides for (đợt cấp kinh phí theo hợp đồng)."""

    searched = ("code", "condition")

    code = models.CharField(_("mã đợt cấp"), max_length=40)
    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="instalments", verbose_name=_("nhiệm vụ KH&CN")
    )
    ordinal = models.PositiveSmallIntegerField(_("đợt thứ"))
    amount = MoneyField(_("số tiền của đợt (đồng)"))
    due_on = models.DateField(_("ngày cấp theo hợp đồng"), db_index=True)
    condition = models.CharField(_("điều kiện cấp"), max_length=300, blank=True)
    condition_met_on = models.DateField(_("ngày đạt điều kiện cấp"), null=True, blank=True)
    dropped_on = models.DateField(_("không cấp nữa từ ngày"), null=True, blank=True)
    drop_reason = models.CharField(_("lý do không cấp nữa"), max_length=300, blank=True)

    objects = ContractInstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt cấp kinh phí")
        verbose_name_plural = _("đợt cấp kinh phí theo hợp đồng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="contract_instalment_key",
                violation_error_message=_("Đã có đợt cấp cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["task", "ordinal"],
                condition=Q(dropped_on__isnull=True),
                name="contract_instalment_ordinal",
                violation_error_message=_("Nhiệm vụ đã có đợt cấp cùng số thứ tự."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, ordinal__gte=1),
                name="contract_instalment_amount",
                violation_error_message=_("Số tiền và số thứ tự của đợt phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=Q(condition_met_on__isnull=True) | ~Q(condition=""),
                name="contract_instalment_condition",
                violation_error_message=_("Ngày đạt điều kiện cấp cần có điều kiện cấp."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class AdvancePaymentQuerySet(RecordQuerySet["AdvancePayment"]):
    """Advances, seen on a day."""

    def with_cleared(self, *, on: date) -> AdvancePaymentQuerySet:
        """Adds ``cleared`` and ``outstanding``, what of it is cleared and what is not by a day."""
        of_it = AdvanceClearance.objects.filter(cleared_on__lte=on)
        return self.annotate(cleared=sum_of(of_it, "advance")).annotate(
            outstanding=F("amount") - F("cleared")
        )

    def with_standing(self, *, on: date) -> AdvancePaymentQuerySet:
        """Adds to these ``standing``: how old what is not cleared is on a day."""
        return self.with_cleared(on=on).annotate(
            standing=Case(
                When(outstanding__lte=0, then=Value(AdvanceStanding.CLEARED.value)),
                When(paid_on__lt=plus_months(on, -_YEAR), then=Value(AdvanceStanding.YEAR.value)),
                When(paid_on__lt=plus_months(on, -_HALF_YEAR), then=Value(AdvanceStanding.HALF_YEAR.value)),
                default=Value(AdvanceStanding.RECENT.value),
                output_field=CharField(),
            )
        )

    def open(self, *, on: date) -> AdvancePaymentQuerySet:
        """Paid by a day, and not wholly cleared by then."""
        return self.filter(paid_on__lte=on).with_cleared(on=on).filter(outstanding__gt=0)

    def overdue(self, *, on: date) -> AdvancePaymentQuerySet:
        """Those whose term of clearance had ended by a day without all of it."""
        return self.filter(
            MissedTerm(CLEARANCE, self.open(on=on), on)
        )  # of what is cleared no term is missed


class AdvancePayment(Record):
    """Money that a host was given before it was spent (tạm ứng kinh phí)."""

    searched = ("code", "voucher_number")

    code = models.CharField(_("mã tạm ứng"), max_length=40)
    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="advances", verbose_name=_("nhiệm vụ KH&CN")
    )
    instalment = models.ForeignKey(
        ContractInstalment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="advances",
        verbose_name=_("đợt cấp theo hợp đồng"),
    )
    voucher_number = models.CharField(_("số chứng từ chi"), max_length=60, blank=True)
    paid_on = models.DateField(_("ngày chi tạm ứng"), db_index=True)
    amount = MoneyField(_("số tiền tạm ứng (đồng)"))
    clear_by = models.DateField(_("hạn thanh toán ghi ở hợp đồng"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = AdvancePaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("tạm ứng kinh phí")
        verbose_name_plural = _("tạm ứng kinh phí nhiệm vụ KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="advance_payment_key",
                violation_error_message=_("Đã có khoản tạm ứng cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="advance_payment_amount",
                violation_error_message=_("Số tiền tạm ứng phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=Q(clear_by__isnull=True) | Q(clear_by__gte=F("paid_on")),
                name="advance_payment_days",
                violation_error_message=_(
                    "Hạn thanh toán đứng trước ngày chi tạm ứng. Hãy xem lại hai ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class AdvanceClearance(Record):
    """A part of an advance that was accounted for or paid back (thanh toán tạm ứng)."""

    searched = ("code", "document_number")

    code = models.CharField(_("mã thanh toán"), max_length=40)
    advance = models.ForeignKey(
        AdvancePayment, models.PROTECT, related_name="clearances", verbose_name=_("khoản tạm ứng")
    )
    kind = models.CharField(_("hình thức"), max_length=10, choices=ClearanceKind.choices)
    cleared_on = models.DateField(_("ngày thanh toán"), db_index=True)
    amount = MoneyField(_("số tiền thanh toán (đồng)"))
    document_number = models.CharField(_("số chứng từ thanh toán"), max_length=60, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("thanh toán tạm ứng")
        verbose_name_plural = _("thanh toán tạm ứng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="advance_clearance_key",
                violation_error_message=_("Đã có lần thanh toán cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="advance_clearance_amount",
                violation_error_message=_("Số tiền thanh toán phải lớn hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.code
