"""Appraisals of prices, and procurement plans with their packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.finance.enums import PackageKind, ProcurementMethod
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period

PACKAGE: Final = "finance.package"


class PriceAppraisal(Record):
    """What something that is to be bought may cost, as a consultant has found (thẩm định giá)."""

    searched = ("code", "subject", "certificate_number")

    code = models.CharField(_("mã thẩm định giá"), max_length=40)
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="price_appraisals",
        verbose_name=_("nhiệm vụ KH&CN"),
    )
    subject = models.CharField(_("hàng hóa, dịch vụ được thẩm định"), max_length=300)
    consultant = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="price_appraisals",
        verbose_name=_("đơn vị thẩm định giá"),
    )
    estimated_amount = MoneyField(_("giá dự toán (đồng)"), null=True, blank=True)
    appraised_amount = MoneyField(_("giá thẩm định (đồng)"), null=True, blank=True)
    certificate_number = models.CharField(_("số chứng thư"), max_length=60, blank=True)
    appraised_on = models.DateField(_("ngày chứng thư"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("thẩm định giá")
        verbose_name_plural = _("thẩm định giá mua sắm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="price_appraisal_key",
                violation_error_message=_("Đã có lần thẩm định giá cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.subject}"


class ProcurementPlan(Record):
    """Which packages are bought, and for how much in all (kế hoạch lựa chọn nhà thầu)."""

    searched = ("code", "title", "decision_number")

    code = models.CharField(_("mã kế hoạch"), max_length=40)
    title = models.CharField(_("tên dự án, dự toán mua sắm"), max_length=500)
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="procurement_plans",
        verbose_name=_("nhiệm vụ KH&CN"),
    )
    decision_number = models.CharField(_("số quyết định phê duyệt"), max_length=60, blank=True)
    decided_on = models.DateField(_("ngày phê duyệt"), db_index=True)
    total_amount = MoneyField(_("tổng giá trị (đồng)"))
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("kế hoạch lựa chọn nhà thầu")
        verbose_name_plural = _("kế hoạch lựa chọn nhà thầu")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="procurement_plan_key",
                violation_error_message=_("Đã có kế hoạch cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(total_amount__gt=0),
                name="procurement_plan_amount",
                violation_error_message=_("Tổng giá trị phải lớn hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"


class TenderPackageQuerySet(RecordQuerySet["TenderPackage"]):
    """Packages."""

    def awarded_in(self, period: Period, kind: PackageKind) -> TenderPackageQuerySet:
        """Those of a kind whose contractor was chosen inside the window, also for tasks."""
        return self.filter(period.covers("awarded_on"), kind=kind)

    def completed_in(self, period: Period, *kinds: PackageKind) -> TenderPackageQuerySet:
        """Those of the department's own purchases that are of these kinds and were completed inside the window."""
        return self.filter(period.covers("completed_on"), plan__task__isnull=True, kind__in=kinds)


class TenderPackage(Record):
    """What is bought of one contractor (gói thầu)."""

    searched = ("code", "name", "contract_number")

    code = models.CharField(_("mã gói thầu"), max_length=40)
    plan = models.ForeignKey(
        ProcurementPlan, models.PROTECT, related_name="packages", verbose_name=_("kế hoạch lựa chọn nhà thầu")
    )
    name = models.CharField(_("tên gói thầu"), max_length=300)
    kind = models.CharField(_("nội dung mua sắm"), max_length=16, choices=PackageKind.choices)
    quantity = models.PositiveIntegerField(_("số lượng"))
    method = models.CharField(
        _("hình thức lựa chọn nhà thầu"), max_length=16, choices=ProcurementMethod.choices
    )
    estimated_amount = MoneyField(_("giá gói thầu (đồng)"))
    contractor = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tender_packages",
        verbose_name=_("nhà thầu"),
    )
    awarded_on = models.DateField(_("ngày phê duyệt kết quả"), null=True, blank=True, db_index=True)
    award_amount = MoneyField(_("giá trúng thầu (đồng)"), null=True, blank=True)
    contract_number = models.CharField(_("số hợp đồng"), max_length=60, blank=True)
    complete_by = models.DateField(_("hạn hoàn thành theo hợp đồng"), null=True, blank=True)
    completed_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True, db_index=True)
    cancelled_on = models.DateField(_("hủy thầu từ ngày"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = TenderPackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("gói thầu")
        verbose_name_plural = _("gói thầu, mua sắm, sửa chữa")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="tender_package_key",
                violation_error_message=_("Đã có gói thầu cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(estimated_amount__gt=0) & (Q(quantity__gte=1) | Q(kind="repair")),
                name="tender_package_amounts",
                violation_error_message=_(
                    "Số lượng và giá gói thầu phải lớn hơn 0. Gói sửa chữa nhà đã ghi số tầng ở gói khác thì ghi số lượng 0."
                ),
            ),
            models.CheckConstraint(
                condition=Q(award_amount__isnull=True) | Q(award_amount__lte=F("estimated_amount")),
                name="tender_package_award",
                violation_error_message=_("Giá trúng thầu lớn hơn giá gói thầu. Hãy xem lại hai số tiền."),
            ),
            models.CheckConstraint(
                condition=Q(awarded_on__isnull=True, completed_on__isnull=True, complete_by__isnull=True)
                | (
                    Q(awarded_on__isnull=False)
                    & (Q(completed_on__isnull=True) | Q(completed_on__gte=F("awarded_on")))
                    & (Q(complete_by__isnull=True) | Q(complete_by__gte=F("awarded_on")))
                ),
                name="tender_package_days",
                violation_error_message=_(
                    "Ngày hoàn thành, hạn hoàn thành cần có ngày phê duyệt kết quả và không đứng trước ngày đó."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"
