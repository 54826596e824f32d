"""The plan of a year, the inspections and checks, and who carries them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.inspection.enums import InspectionField, InspectionKind, MemberRole
from khcn.inspection.workflow import INSPECTION_FLOW, POSTPONED
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period


class InspectionPlan(Record):
    """The approved plan of inspections and checks of a year (kế hoạch thanh tra, kiểm tra)."""

    searched = ("number", "title")

    number = models.CharField(_("số, ký hiệu"), max_length=60)
    title = models.CharField(_("trích yếu"), max_length=300)
    year = YearField(_("năm"), validators=A_YEAR)
    approved_on = models.DateField(_("ngày phê duyệt"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("kế hoạch thanh tra")
        verbose_name_plural = _("kế hoạch thanh tra, kiểm tra")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number"],
                name="inspection_plan_key",
                violation_error_message=_("Đã có kế hoạch cùng số, ký hiệu."),
            )
        ]

    def __str__(self) -> str:
        return self.number


class InspectionQuerySet(RecordQuerySet["Inspection"]):
    """Inspections and checks."""

    def begun_in(self, period: Period) -> InspectionQuerySet:
        """Those whose decision was announced inside the window."""
        return self.filter(period.covers("begun_on"))

    def concluded_in(self, period: Period) -> InspectionQuerySet:
        """Those whose conclusion was signed inside the window."""
        return self.filter(period.covers("concluded_on"))

    def postponed_in(self, period: Period) -> InspectionQuerySet:
        """Those of the year's plan that were moved to the next year inside the window."""
        return self.filter(period.covers("postponed_on"), state=POSTPONED, plan__year=period.year)


class Inspection(Record):
    """One inspection or check, from the plan to its conclusion (cuộc thanh tra, kiểm tra)."""

    searched = ("subject", "code", "decision_number", "conclusion_number")

    code = models.CharField(_("mã cuộc"), max_length=40)
    subject = models.CharField(_("nội dung thanh tra"), max_length=500)
    kind = models.CharField(_("hình thức"), max_length=12, choices=InspectionKind.choices)
    field = models.CharField(_("lĩnh vực"), max_length=16, choices=InspectionField.choices)
    plan = models.ForeignKey(
        InspectionPlan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
        verbose_name=_("theo kế hoạch"),
    )
    planned_on = models.DateField(_("ngày dự kiến bắt đầu"))
    scope = models.CharField(_("thời kỳ được thanh tra"), max_length=200, blank=True)
    working_days = models.PositiveSmallIntegerField(
        _("thời hạn thanh tra (ngày làm việc)"), null=True, blank=True
    )
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=INSPECTION_FLOW.choices(),
        default=INSPECTION_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    decision_number = models.CharField(_("số quyết định"), max_length=60, blank=True, editable=False)
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True, editable=False)
    begun_on = models.DateField(
        _("ngày công bố quyết định"), null=True, blank=True, editable=False, db_index=True
    )
    finished_on = models.DateField(_("ngày kết thúc trực tiếp"), null=True, blank=True, editable=False)
    reported_on = models.DateField(_("ngày báo cáo kết quả"), null=True, blank=True, editable=False)
    result = models.TextField(_("kết quả thanh tra"), blank=True, editable=False)
    conclusion_number = models.CharField(_("số kết luận"), max_length=60, blank=True, editable=False)
    concluded_on = models.DateField(_("ngày kết luận"), null=True, blank=True, editable=False, db_index=True)
    postponed_on = models.DateField(
        _("ngày tạm dừng, chuyển"), null=True, blank=True, editable=False, db_index=True
    )
    postponement_reason = models.TextField(_("lý do tạm dừng, chuyển"), blank=True, editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("cuộc thanh tra, kiểm tra")
        verbose_name_plural = _("cuộc thanh tra, kiểm tra")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="inspection_key",
                violation_error_message=_("Đã có cuộc thanh tra, kiểm tra cùng mã."),
            ),
            models.CheckConstraint(
                condition=(Q(begun_on__isnull=True) | Q(decided_on__lte=F("begun_on")))
                & (Q(concluded_on__isnull=True) | Q(reported_on__lte=F("concluded_on"))),
                name="inspection_days",
                violation_error_message=_(
                    "Các ngày của cuộc thanh tra không theo thứ tự quyết định, công bố, báo cáo, kết luận. Hãy xem lại các ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.subject}"


class InspectionMember(Record):
    """Somebody in the team of an inspection (thành viên đoàn thanh tra)."""

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="members", verbose_name=_("cuộc thanh tra")
    )
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="inspections", verbose_name=_("họ và tên")
    )
    role = models.CharField(
        _("nhiệm vụ"), max_length=8, choices=MemberRole.choices, default=MemberRole.MEMBER
    )

    class Meta:
        verbose_name = _("thành viên đoàn thanh tra")
        verbose_name_plural = _("thành viên đoàn thanh tra")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inspection", "person"],
                name="inspection_member_key",
                violation_error_message=_("Người này đã có trong đoàn."),
            ),
            models.UniqueConstraint(
                fields=["inspection"],
                condition=Q(role=MemberRole.HEAD),
                name="inspection_member_one_head",
                violation_error_message=_("Đoàn thanh tra đã có trưởng đoàn."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
