"""Councils with dated membership, and their meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import Period


class CouncilKind(models.TextChoices):
    """The provincial council, and the five kinds of advisory council."""

    PROVINCIAL = "provincial", _("Hội đồng KH&CN tỉnh")
    DETERMINATION = "determination", _("Hội đồng tư vấn xác định nhiệm vụ")
    SUPPLEMENTARY = "supplementary", _("Hội đồng tư vấn xác định nhiệm vụ bổ sung")
    SELECTION = "selection", _("Hội đồng tư vấn tuyển chọn")
    DIRECT = "direct_assignment", _("Hội đồng tư vấn giao trực tiếp")
    ACCEPTANCE = "acceptance", _("Hội đồng tư vấn đánh giá, nghiệm thu")


class Council(Record):
    """A council set up by a decision, from a day to a day."""

    searched = ("name", "code")

    code = models.CharField(_("mã hội đồng"), max_length=40)
    kind = models.CharField(_("loại hội đồng"), max_length=20, choices=CouncilKind.choices)
    name = models.CharField(_("tên hội đồng"), max_length=400)
    decision = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("quyết định thành lập"),
    )
    established_on = models.DateField(_("ngày thành lập"))
    dissolved_on = models.DateField(_("ngày kết thúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("hội đồng")
        verbose_name_plural = _("hội đồng KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="council_key",
                violation_error_message=_("Đã có hội đồng cùng mã."),
            ),
            models.CheckConstraint(
                condition=models.Q(dissolved_on__isnull=True)
                | models.Q(dissolved_on__gt=models.F("established_on")),
                name="council_order",
                violation_error_message=_("Ngày kết thúc phải sau ngày thành lập."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CouncilRole(models.TextChoices):
    """Roles of members."""

    CHAIR = "chair", _("Chủ tịch")
    VICE_CHAIR = "vice_chair", _("Phó Chủ tịch")
    REVIEWER = "reviewer", _("Ủy viên phản biện")
    MEMBER = "member", _("Ủy viên")
    SECRETARY = "secretary", _("Ủy viên, thư ký")


# One person at a time has each of these on a council. The clerks who help it ("thư ký hành chính") are no members.
SOLE_ROLES = frozenset({CouncilRole.CHAIR, CouncilRole.SECRETARY})


class CouncilMember(Record):
    """A person's seat on a council, from a day to a day."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="members", verbose_name=_("hội đồng"))
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="seats", verbose_name=_("thành viên")
    )
    role = models.CharField(_("chức danh trong hội đồng"), max_length=12, choices=CouncilRole.choices)
    from_on = models.DateField(_("từ ngày"))
    to_on = models.DateField(_("đến trước ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("thành viên hội đồng")
        verbose_name_plural = _("thành viên hội đồng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["council", "person", "from_on"],
                name="council_member_key",
                violation_error_message=_("Người này đã là thành viên của hội đồng từ cùng ngày."),
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gt=models.F("from_on")),
                name="council_member_order",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"


class CouncilMeetingQuerySet(RecordQuerySet["CouncilMeeting"]):
    """Meetings."""

    def of_kind(self, *kinds: CouncilKind) -> CouncilMeetingQuerySet:
        """Meetings of these kinds."""
        return self.filter(kind__in=kinds)

    def advisory(self) -> CouncilMeetingQuerySet:
        """Meetings of advisory councils; those of the provincial council are not among them."""
        return self.exclude(kind=CouncilKind.PROVINCIAL)

    def held_in(self, period: Period) -> CouncilMeetingQuerySet:
        """Meetings dated inside the window."""
        return self.filter(period.covers("held_on"))


class CouncilMeeting(Record):
    """One meeting; the unit that reports count is "cuộc họp"."""

    searched = ("code", "subject")

    code = models.CharField(_("mã cuộc họp"), max_length=40)
    council = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("hội đồng")
    )
    kind = models.CharField(_("loại cuộc họp"), max_length=20, choices=CouncilKind.choices)
    subject = models.CharField(_("nội dung họp"), max_length=500)
    held_on = models.DateField(_("ngày họp"), db_index=True)
    starts_at = models.TimeField(_("giờ họp"), null=True, blank=True)
    for_year = YearField(_("cho nhiệm vụ năm"), validators=A_YEAR, null=True, blank=True)
    venue = models.CharField(_("địa điểm"), max_length=200, blank=True)
    members_total = models.PositiveSmallIntegerField(_("số thành viên"), null=True, blank=True)
    members_present = models.PositiveSmallIntegerField(_("số thành viên có mặt"), null=True, blank=True)
    minutes_number = models.CharField(_("số biên bản"), max_length=60, blank=True)
    minutes_on = models.DateField(
        _("ngày biên bản"),
        null=True,
        blank=True,
        help_text=_("Để trống nếu là ngày họp. Số biên bản thuộc sổ của năm ghi ở đây."),
    )
    conclusion = models.TextField(_("kết luận"), blank=True)

    objects = CouncilMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("cuộc họp hội đồng")
        verbose_name_plural = _("cuộc họp hội đồng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="council_meeting_key",
                violation_error_message=_("Đã có cuộc họp cùng mã."),
            ),
            models.CheckConstraint(
                condition=models.Q(members_present__isnull=True)
                | models.Q(members_total__isnull=True)
                | models.Q(members_present__lte=models.F("members_total")),
                name="council_meeting_present",
                violation_error_message=_("Số thành viên có mặt lớn hơn số thành viên của hội đồng."),
            ),
            models.CheckConstraint(
                condition=models.Q(minutes_on__isnull=True) | models.Q(minutes_on__gte=models.F("held_on")),
                name="council_meeting_minutes_day",
                violation_error_message=_("Ngày biên bản không được trước ngày họp."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "held_on"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject} ({self.held_on:%d/%m/%Y})"

    @property
    def numbered_on(self) -> date:
        """The day by which the number of the minutes belongs to the book of a year."""
        return self.minutes_on or self.held_on
