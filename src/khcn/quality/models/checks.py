"""The plan of a year, the state checks, and who carries them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.quality.enums import CheckField, CheckMemberRole, CheckTopic
from khcn.quality.workflow import CANCELLED, CHECK_FLOW

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period


class CheckPlan(Record):
    """The approved plan of state checks of a year (kế hoạch kiểm tra)."""

    searched = ("number", "title")

    number = models.CharField(_("số, ký hiệu"), max_length=60)
    title = models.CharField(_("trích yếu"), max_length=300)
    year = YearField(_("năm"), validators=A_YEAR)
    approved_on = models.DateField(_("ngày phê duyệt"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("kế hoạch kiểm tra")
        verbose_name_plural = _("kế hoạch kiểm tra đo lường, chất lượng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number"],
                name="check_plan_key",
                violation_error_message=_("Đã có kế hoạch kiểm tra cùng số, ký hiệu."),
            )
        ]

    def __str__(self) -> str:
        return self.number


class StateCheckQuerySet(RecordQuerySet["StateCheck"]):
    """State checks."""

    def finished_in(self, period: Period, field: str) -> StateCheckQuerySet:
        """Those about a field that were over inside the window."""
        return self.filter(period.covers("finished_on"), field=field)

    def under_way_at_end(self, period: Period, field: str) -> StateCheckQuerySet:
        """Those that were decided and neither over nor given up when the window ended."""
        rows = self.filter(decided_on__lt=period.end, field=field)
        over = Q(finished_on__lt=period.end) | Q(state=CANCELLED, cancelled_on__lt=period.end)
        return rows.exclude(over)


class StateCheck(Record):
    """One state check of metrology or quality, from the plan to its report (cuộc kiểm tra nhà nước)."""

    searched = ("subject", "code", "decision_number")

    code = models.CharField(_("mã cuộc kiểm tra"), max_length=40)
    subject = models.CharField(_("nội dung kiểm tra"), max_length=500)
    field = models.CharField(_("lĩnh vực"), max_length=10, choices=CheckField.choices)
    topic = models.CharField(_("đối tượng quản lý"), max_length=14, choices=CheckTopic.choices)
    plan = models.ForeignKey(
        CheckPlan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name=_("theo kế hoạch"),
    )
    planned_on = models.DateField(_("ngày dự kiến bắt đầu"), db_index=True)
    venue = models.CharField(_("địa bàn"), max_length=300, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=CHECK_FLOW.choices(),
        default=CHECK_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    decision_number = models.CharField(_("số quyết định"), max_length=60, blank=True, editable=False)
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True, editable=False)
    begun_on = models.DateField(_("ngày bắt đầu kiểm tra"), null=True, blank=True, editable=False)
    finished_on = models.DateField(
        _("ngày kiểm tra xong"), null=True, blank=True, editable=False, db_index=True
    )
    reported_on = models.DateField(_("ngày báo cáo kết quả"), null=True, blank=True, editable=False)
    result = models.TextField(_("kết quả kiểm tra"), blank=True, editable=False)
    cancelled_on = models.DateField(
        _("ngày quyết định không kiểm tra"), null=True, blank=True, editable=False
    )
    cancelling_reason = models.TextField(_("lý do không kiểm tra"), blank=True, editable=False)

    objects = StateCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("cuộc kiểm tra")
        verbose_name_plural = _("cuộc kiểm tra đo lường, chất lượng")
        indexes: ClassVar = [models.Index(fields=["-planned_on", "-code"], name="check_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="state_check_key",
                violation_error_message=_("Đã có cuộc kiểm tra cùng mã."),
            ),
            models.CheckConstraint(
                condition=(Q(finished_on__isnull=True) | Q(begun_on__lte=F("finished_on")))
                & (Q(reported_on__isnull=True) | Q(finished_on__lte=F("reported_on"))),
                name="state_check_days",
                violation_error_message=_(
                    "Các ngày của cuộc kiểm tra không theo thứ tự bắt đầu, kiểm tra xong, báo cáo. Hãy xem lại các ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.subject}"


class CheckMember(Record):
    """Somebody in the team of a check (thành viên đoàn kiểm tra)."""

    check_case = models.ForeignKey(
        StateCheck, models.PROTECT, related_name="members", verbose_name=_("cuộc kiểm tra")
    )
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="state_checks", verbose_name=_("họ và tên")
    )
    role = models.CharField(
        _("nhiệm vụ"), max_length=8, choices=CheckMemberRole.choices, default=CheckMemberRole.MEMBER
    )

    class Meta:
        verbose_name = _("thành viên đoàn kiểm tra")
        verbose_name_plural = _("thành viên đoàn kiểm tra")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["check_case", "person"],
                name="check_member_key",
                violation_error_message=_("Người này đã có trong đoàn kiểm tra."),
            ),
            models.UniqueConstraint(
                fields=["check_case"],
                condition=Q(role=CheckMemberRole.HEAD),
                name="check_member_one_head",
                violation_error_message=_("Đoàn kiểm tra đã có trưởng đoàn."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
