"""From an idea to the year's list: proposals, nominations to ministries, and what meetings dealt with."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.science.enums import TaskLevel

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import Period


class ProposalOutcome(models.TextChoices):
    """What became of a proposal."""

    OPEN = "open", _("Đang xem xét")
    DETERMINED = "determined", _("Được xác định thành nhiệm vụ")
    MERGED = "merged", _("Gộp vào nhiệm vụ khác")
    REJECTED = "rejected", _("Không đưa vào danh mục")


class TaskProposalQuerySet(RecordQuerySet["TaskProposal"]):
    """Proposals."""

    def received_for(self, period: Period, *, year: int) -> TaskProposalQuerySet:
        """Proposals for tasks of ``year`` that came in inside the window."""
        return self.filter(period.covers("received_on"), for_year=year)


class TaskProposal(Record):
    """An order for a task (đề xuất đặt hàng). Many proposals may become one task; ``task`` keeps the lineage."""

    searched = ("title", "code")
    in_force_on: ClassVar = {"field_group": "received_on"}

    code = models.CharField(_("mã đề xuất"), max_length=40)
    title = models.CharField(_("tên đề xuất"), max_length=500)
    proposer = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("tổ chức đề xuất"),
    )
    proposing_person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("cá nhân đề xuất"),
    )
    level = models.CharField(
        _("cấp đề xuất"), max_length=12, choices=TaskLevel.choices, default=TaskLevel.PROVINCE
    )
    for_year = YearField(_("thực hiện từ năm"), validators=A_YEAR)
    field_group = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        related_name="proposals",
        limit_choices_to={"code_list": "field_group"},
        verbose_name=_("lĩnh vực"),
    )
    received_on = models.DateField(_("ngày nhận"))
    outcome = models.CharField(
        _("kết quả xem xét"), max_length=12, choices=ProposalOutcome.choices, default=ProposalOutcome.OPEN
    )
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("nhiệm vụ hình thành"),
    )
    submission = models.OneToOneField(
        "science.Submission",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="proposal",
        verbose_name=_("hồ sơ nộp"),
    )
    # What the proposer reads; the note is the department's.
    answer = models.TextField(_("lý do trả lời"), blank=True, default="", db_default="", editable=False)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = TaskProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề xuất đặt hàng")
        verbose_name_plural = _("đề xuất đặt hàng nhiệm vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="task_proposal_key",
                violation_error_message=_("Đã có đề xuất cùng mã."),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["for_year", "received_on"]),
            models.Index(fields=["-for_year", "sort_key"], name="task_proposal_list_order"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """A task follows exactly when the outcome says so."""
        became_task = self.outcome in {ProposalOutcome.DETERMINED, ProposalOutcome.MERGED}
        if became_task and self.task is None:
            raise ValidationError(
                {"task": _("Hãy chọn nhiệm vụ mà đề xuất này trở thành hoặc được gộp vào.")}
            )
        if self.task is not None and not became_task:
            raise ValidationError(
                {"outcome": _("Đề xuất đã gắn với nhiệm vụ. Hãy chọn kết quả xem xét cho khớp.")}
            )


class ProgrammeNomination(Record):
    """A task the province puts forward to a ministry's programme."""

    searched = ("title", "code")
    in_force_on: ClassVar = {"programme": "nominated_on"}

    code = models.CharField(_("mã"), max_length=40)
    title = models.CharField(_("tên dự án đề xuất"), max_length=500)
    programme = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        related_name="nominations",
        limit_choices_to={"code_list": "programme"},
        verbose_name=_("chương trình"),
    )
    nominated_to = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="nominations",
        verbose_name=_("cơ quan nhận đề xuất"),
    )
    nominated_on = models.DateField(_("ngày đề xuất"))
    approved_on = models.DateField(_("ngày được phê duyệt"), null=True, blank=True)
    is_interregional = models.BooleanField(_("nhiệm vụ liên vùng"), default=False)
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("nhiệm vụ"),
    )

    class Meta:
        verbose_name = _("đề xuất vào chương trình cấp bộ")
        verbose_name_plural = _("đề xuất vào chương trình cấp bộ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="programme_nomination_key",
                violation_error_message=_("Đã có đề xuất cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Approval follows nomination."""
        nominated_on: date | None = self.nominated_on  # not there yet in a form whose day could not be read
        if self.approved_on and nominated_on and self.approved_on < nominated_on:
            raise ValidationError(
                {"approved_on": _("Ngày phê duyệt đứng trước ngày đề xuất. Hãy xem lại hai ngày.")}
            )


class NominationProvince(Record):
    """A province that a nominated task covers."""

    in_force_on: ClassVar = {"admin_unit": "nomination__nominated_on"}

    nomination = models.ForeignKey(
        ProgrammeNomination, models.PROTECT, related_name="provinces", verbose_name=_("dự án đề xuất")
    )
    admin_unit = models.ForeignKey(
        "reference.AdminUnit", models.PROTECT, limit_choices_to={"level": "province"}, verbose_name=_("tỉnh")
    )

    class Meta:
        verbose_name = _("tỉnh tham gia")
        verbose_name_plural = _("tỉnh tham gia dự án đề xuất")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["nomination", "admin_unit"], name="nomination_province_key")
        ]

    def __str__(self) -> str:
        return str(self.admin_unit)


class MeetingItem(Record):
    """A task or proposal that a council meeting dealt with: twelve meetings may serve ten tasks."""

    in_force_on: ClassVar = {"grade": "meeting__held_on"}

    meeting = models.ForeignKey(
        "councils.CouncilMeeting", models.PROTECT, related_name="items", verbose_name=_("cuộc họp")
    )
    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="meeting_items", verbose_name=_("nhiệm vụ")
    )
    conclusion = models.TextField(_("kết luận"), blank=True)
    # None: the council has not concluded about it yet.
    passed = models.BooleanField(_("được thông qua"), null=True, blank=True)
    grade = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"code_list": "acceptance_grade"},
        verbose_name=_("xếp loại"),
    )

    class Meta:
        verbose_name = _("nội dung cuộc họp")
        verbose_name_plural = _("nhiệm vụ đưa ra cuộc họp hội đồng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "task"],
                name="meeting_item_key",
                violation_error_message=_("Cuộc họp đã có nhiệm vụ này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting} – {self.task}"

    def clean(self) -> None:
        """What passed has no failing grade, and what did not pass has no other."""
        if self.passed and self.grade is not None and self.grade.fails:
            raise ValidationError(
                {
                    "passed": _(
                        "Nhiệm vụ xếp loại “%(grade)s” là không đạt nên không được thông qua. Hãy bỏ chọn “được thông qua” "
                        "hoặc chọn lại xếp loại."
                    )
                    % {"grade": self.grade}
                }
            )
        if self.passed is False and self.grade is not None and not self.grade.fails:
            raise ValidationError(
                {
                    "passed": _(
                        "Nhiệm vụ xếp loại “%(grade)s” là đạt, trái với không được thông qua. Hãy chọn lại kết quả hoặc xếp loại."
                    )
                    % {"grade": self.grade}
                }
            )
