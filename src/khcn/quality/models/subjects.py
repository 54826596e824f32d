"""Who is checked, what was looked at and sampled there, and how violations were handled."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record
from khcn.quality.enums import CheckedObject, CheckOutcome, HandlingKind
from khcn.quality.models.checks import StateCheck


class CheckedPlace(Record):
    """A place at which a check takes place (cơ sở được kiểm tra)."""

    searched = ("code", "minutes_number")

    code = models.CharField(_("mã cơ sở được kiểm tra"), max_length=40)
    check_case = models.ForeignKey(
        StateCheck, models.PROTECT, related_name="subjects", verbose_name=_("cuộc kiểm tra")
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="state_checks",
        verbose_name=_("tổ chức, cơ sở"),
    )
    checked_on = models.DateField(_("ngày kiểm tra"), null=True, blank=True)
    minutes_number = models.CharField(_("số biên bản kiểm tra"), max_length=60, blank=True)
    outcome = models.CharField(_("kết luận"), max_length=12, choices=CheckOutcome.choices, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("cơ sở được kiểm tra")
        verbose_name_plural = _("cơ sở được kiểm tra")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="check_subject_key",
                violation_error_message=_("Đã có cơ sở được kiểm tra cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["check_case", "organisation"],
                name="check_subject_organisation",
                violation_error_message=_("Cơ sở này đã có trong cuộc kiểm tra."),
            ),
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True, outcome="")
                | (Q(checked_on__isnull=False) & ~Q(outcome="")),
                name="check_subject_outcome",
                violation_error_message=_("Ngày kiểm tra và kết luận ghi cùng nhau. Hãy xem lại hai ô."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CheckFinding(Record):
    """Of one sort of things how many were looked at, and how many do not conform (kết quả kiểm tra phương tiện đo, hàng hóa)."""

    searched = ("code", "item", "finding")

    code = models.CharField(_("mã kết quả"), max_length=40)
    subject = models.ForeignKey(
        CheckedPlace, models.PROTECT, related_name="findings", verbose_name=_("cơ sở được kiểm tra")
    )
    kind = models.CharField(_("loại đối tượng"), max_length=10, choices=CheckedObject.choices)
    item = models.CharField(_("tên phương tiện đo, hàng hóa"), max_length=300)
    checked = models.PositiveIntegerField(_("số lượng kiểm tra"), default=1)
    failed = models.PositiveIntegerField(_("số lượng không đạt"), default=0)
    finding = models.CharField(_("nội dung vi phạm"), max_length=500, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("kết quả kiểm tra")
        verbose_name_plural = _("kết quả kiểm tra phương tiện đo, hàng hóa")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="check_finding_key",
                violation_error_message=_("Đã có kết quả kiểm tra cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(checked__gte=1, failed__lte=F("checked")),
                name="check_finding_numbers",
                violation_error_message=_(
                    "Số lượng không đạt lớn hơn số lượng kiểm tra, hoặc chưa kiểm tra gì. Hãy xem lại hai số."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.item}"


class CheckSample(Record):
    """A sample taken at a check and what a laboratory found (mẫu thử nghiệm)."""

    searched = ("code", "product", "report_number")

    code = models.CharField(_("mã mẫu"), max_length=40)
    subject = models.ForeignKey(
        CheckedPlace, models.PROTECT, related_name="samples", verbose_name=_("cơ sở được kiểm tra")
    )
    product = models.CharField(_("tên hàng hóa lấy mẫu"), max_length=300)
    taken_on = models.DateField(_("ngày lấy mẫu"), db_index=True)
    laboratory = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tested_samples",
        verbose_name=_("tổ chức thử nghiệm"),
    )
    criterion = models.CharField(_("tiêu chuẩn, quy chuẩn áp dụng"), max_length=120, blank=True)
    result_on = models.DateField(_("ngày có kết quả"), null=True, blank=True)
    report_number = models.CharField(_("số phiếu kết quả thử nghiệm"), max_length=60, blank=True)
    conforms = models.BooleanField(_("mẫu đạt"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("mẫu kiểm tra chất lượng")
        verbose_name_plural = _("mẫu kiểm tra chất lượng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="check_sample_key",
                violation_error_message=_("Đã có mẫu cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(result_on__isnull=True, conforms__isnull=True)
                | Q(result_on__gte=F("taken_on"), conforms__isnull=False),
                name="check_sample_result",
                violation_error_message=_(
                    "Ngày có kết quả và kết quả ghi cùng nhau, không trước ngày lấy mẫu. Hãy xem lại."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.product}"


class CheckHandling(Record):
    """What is asked of a place with a violation, and when it was done (xử lý vi phạm qua kiểm tra)."""

    searched = ("code", "content")

    code = models.CharField(_("mã xử lý"), max_length=40)
    subject = models.ForeignKey(
        CheckedPlace, models.PROTECT, related_name="handlings", verbose_name=_("cơ sở được kiểm tra")
    )
    kind = models.CharField(_("hình thức xử lý"), max_length=8, choices=HandlingKind.choices)
    content = models.CharField(_("nội dung xử lý"), max_length=500)
    demanded_on = models.DateField(_("ngày yêu cầu, chuyển"), db_index=True)
    due_on = models.DateField(_("hạn khắc phục"), null=True, blank=True)
    done_on = models.DateField(_("ngày xử lý xong"), null=True, blank=True, db_index=True)
    result = models.TextField(_("kết quả xử lý"), blank=True)

    class Meta:
        verbose_name = _("xử lý vi phạm qua kiểm tra")
        verbose_name_plural = _("xử lý vi phạm qua kiểm tra")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="check_handling_key",
                violation_error_message=_("Đã có việc xử lý cùng mã."),
            ),
            models.CheckConstraint(
                condition=(Q(due_on__isnull=True) | Q(due_on__gte=F("demanded_on")))
                & (Q(done_on__isnull=True) | Q(done_on__gte=F("demanded_on"))),
                name="check_handling_days",
                violation_error_message=_(
                    "Hạn khắc phục và ngày xử lý xong không trước ngày yêu cầu. Hãy xem lại các ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()}"
