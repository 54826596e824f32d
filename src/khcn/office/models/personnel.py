"""Posts by unit and year, what is decided about members of staff, and who is sent to courses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.office.enums import (
    CourseKind,
    DecisionLevel,
    PersonnelEventKind,
    Position,
    SalaryGroup,
    StaffKind,
)
from khcn.office.workflow import DECIDED, DROPPED, PERSONNEL_FLOW

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period


class PostQuota(Record):
    """How many posts a decision gives a unit for a year, and how many of them are filled (biên chế được giao).

    A later decision of the year has a row of its own, so that what was reported before it stays.
    """

    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="post_quotas", verbose_name=_("đơn vị")
    )
    year = YearField(_("năm"), validators=A_YEAR)
    staff_kind = models.CharField(_("đối tượng"), max_length=15, choices=StaffKind.choices)
    posts = models.PositiveSmallIntegerField(_("số được giao"))
    filled = models.PositiveSmallIntegerField(_("số có mặt"), null=True, blank=True)
    counted_on = models.DateField(_("ngày đếm số có mặt"), null=True, blank=True)
    decision_number = models.CharField(_("số quyết định giao"), max_length=60, blank=True)
    decided_on = models.DateField(_("ngày quyết định giao"))
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("biên chế được giao")
        verbose_name_plural = _("biên chế được giao")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "year", "staff_kind", "decided_on"],
                name="post_quota_key",
                violation_error_message=_(
                    "Đơn vị đã có số biên chế của năm, đối tượng và ngày quyết định này."
                ),
            ),
            models.CheckConstraint(
                condition=Q(filled__isnull=True, counted_on__isnull=True)
                | Q(filled__isnull=False, counted_on__isnull=False),
                name="post_quota_counted",
                violation_error_message=_("Ghi số có mặt cùng ngày đếm, hoặc để trống cả hai."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} – {self.get_staff_kind_display()}"


class PersonnelEventQuerySet(RecordQuerySet["PersonnelEvent"]):
    """What is decided about members of staff."""

    def decided_in(self, period: Period) -> PersonnelEventQuerySet:
        """Decided inside the window."""
        return self.filter(period.covers("decided_on"), state=DECIDED)


class PersonnelEvent(Record):
    """What is decided about one member of staff (biến động nhân sự): no salary, no health, only what the decision says."""

    searched = ("code",)

    code = models.CharField(_("mã biến động"), max_length=40)
    kind = models.CharField(_("loại biến động"), max_length=15, choices=PersonnelEventKind.choices)
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="personnel_events", verbose_name=_("họ và tên")
    )
    staff_kind = models.CharField(_("đối tượng"), max_length=15, choices=StaffKind.choices)
    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="personnel_events", verbose_name=_("đơn vị")
    )
    position = models.CharField(_("chức vụ"), max_length=15, choices=Position.choices, blank=True)
    post_name = models.CharField(_("tên chức vụ ghi ở quyết định"), max_length=100, blank=True)
    salary_group = models.CharField(
        _("nhóm nâng bậc lương"), max_length=5, choices=SalaryGroup.choices, blank=True
    )
    level = models.CharField(_("cấp quyết định"), max_length=10, choices=DecisionLevel.choices)
    effective_on = models.DateField(_("ngày có hiệu lực"), db_index=True)
    ends_on = models.DateField(_("ngày cuối"), null=True, blank=True)
    noticed_on = models.DateField(_("ngày thông báo chủ trương"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=PERSONNEL_FLOW.choices(),
        default=PERSONNEL_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    decision_number = models.CharField(_("số quyết định"), max_length=60, blank=True, editable=False)
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True, editable=False, db_index=True)

    objects = PersonnelEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("biến động nhân sự")
        verbose_name_plural = _("biến động nhân sự")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="personnel_event_key",
                violation_error_message=_("Đã có biến động nhân sự cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "position", "effective_on"],
                condition=~Q(state=DROPPED),
                name="personnel_event_once",
                violation_error_message=_("Người này đã có biến động cùng loại, cùng ngày có hiệu lực."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("effective_on")),
                name="personnel_event_days",
                violation_error_message=_("Ngày cuối đứng trước ngày có hiệu lực. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()}"


class TrainingAssignment(Record):
    """That a member of staff is sent to a course (cử đi đào tạo, bồi dưỡng)."""

    searched = ("code", "course")

    code = models.CharField(_("mã lượt cử"), max_length=40)
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="training_assignments", verbose_name=_("họ và tên")
    )
    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="training_assignments", verbose_name=_("đơn vị")
    )
    kind = models.CharField(_("nội dung"), max_length=15, choices=CourseKind.choices)
    course = models.CharField(_("tên lớp, khóa"), max_length=300)
    organiser = models.CharField(_("nơi tổ chức"), max_length=200, blank=True)
    decision_number = models.CharField(_("số quyết định cử"), max_length=60, blank=True)
    decided_on = models.DateField(_("ngày cử"), db_index=True)
    begins_on = models.DateField(_("ngày bắt đầu"), null=True, blank=True)
    ends_on = models.DateField(_("ngày kết thúc"), null=True, blank=True)
    certificate = models.CharField(_("văn bằng, chứng chỉ"), max_length=200, blank=True)
    certified_on = models.DateField(_("ngày cấp chứng chỉ"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("lượt cử đi đào tạo")
        verbose_name_plural = _("cử đi đào tạo, bồi dưỡng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="training_assignment_key",
                violation_error_message=_("Đã có lượt cử đi đào tạo cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["person", "course", "decided_on"],
                name="training_assignment_once",
                violation_error_message=_("Người này đã được cử đi lớp này cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("begins_on")),
                name="training_assignment_days",
                violation_error_message=_("Ngày kết thúc đứng trước ngày bắt đầu. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.course}"
