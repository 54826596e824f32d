"""Calls of the department (thông báo), and what organisations hand in for them (hồ sơ nộp)."""

from __future__ import annotations

from datetime import datetime, time
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actors import moment_of_act
from khcn.kernel.calendar.day_arithmetic import start_of_day
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.times import format_time
from khcn.science.enums import CallKind, CallPhase
from khcn.science.workflow import CALL_FLOW, RECEIVED, SUBMISSION_FLOW

_LONGEST: int = 120  # months: no task runs for ten years


class ProposalCall(Record):
    """What the department asks organisations for: proposals, or bids for a task that was determined (thông báo).

    The last moment is a day and an hour of the clock here, in two columns: no form asks for an instant.
    """

    searched = ("title", "code")
    in_force_on: ClassVar = {"field_group": "opens_on"}

    code = models.CharField(_("mã thông báo"), max_length=40)
    kind = models.CharField(_("loại thông báo"), max_length=10, choices=CallKind.choices)
    title = models.CharField(_("tên thông báo"), max_length=500)
    for_year = YearField(_("thực hiện từ năm"), validators=A_YEAR)
    field_group = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        limit_choices_to={"code_list": "field_group"},
        verbose_name=_("lĩnh vực"),
    )
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("nhiệm vụ"),
    )
    content = models.TextField(_("nội dung, cách nộp hồ sơ"))
    contact = models.CharField(_("liên hệ"), max_length=300)
    document = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("văn bản"),
    )
    opens_on = models.DateField(_("nhận hồ sơ từ ngày"))
    closes_on = models.DateField(_("ngày hết hạn nộp"), db_index=True)
    closes_time = models.TimeField(_("giờ hết hạn nộp"), default=time(17, 0))
    # None: as usual for the kind. The publication settles it.
    is_sealed = models.BooleanField(_("niêm phong đến khi mở hồ sơ"), null=True, blank=True)
    accepts_late = models.BooleanField(_("vẫn nhận hồ sơ nộp muộn"), default=False)
    published_on = models.DateField(_("ngày công bố"), null=True, blank=True, editable=False)
    extensions = models.TextField(_("gia hạn, thu hồi"), blank=True, editable=False)
    opened_at = models.DateTimeField(_("mở hồ sơ lúc"), null=True, blank=True, editable=False)
    present = models.TextField(_("người dự mở hồ sơ"), blank=True, editable=False)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=CALL_FLOW.choices(),
        default=CALL_FLOW.initial.value,
        editable=False,
        db_index=True,
    )

    class Meta:
        verbose_name = _("thông báo nhận hồ sơ")
        verbose_name_plural = _("thông báo nhận hồ sơ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="proposal_call_key",
                violation_error_message=_("Đã có thông báo cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="proposal_call_days",
                violation_error_message=_("Ngày hết hạn đứng trước ngày bắt đầu nhận hồ sơ."),
            ),
            models.CheckConstraint(
                condition=Q(kind=CallKind.PROPOSALS) | Q(task__isnull=False),
                name="proposal_call_task",
                violation_error_message=_("Tuyển chọn và giao trực tiếp phải chọn nhiệm vụ."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Ideas are asked for without a task."""
        if self.kind == CallKind.PROPOSALS and self.task_id is not None:
            raise ValidationError({"task": _("Nhận đề xuất đặt hàng thì không chọn nhiệm vụ.")})

    @property
    def closes_at(self) -> datetime:
        """The last moment for handing in."""
        return datetime.combine(self.closes_on, self.closes_time, timezone.get_current_timezone())

    @property
    def opens_in_words(self) -> str:
        """The first day, as officials write it."""
        return format_date(self.opens_on)

    @property
    def closes_in_words(self) -> str:
        """The same, as officials write it."""
        return _("%(time)s ngày %(day)s") % {
            "time": format_time(self.closes_time),
            "day": format_date(self.closes_on),
        }

    def is_over(self, at: datetime) -> bool:
        """Whether the last moment lies before this one. What comes in the minute that the call names is in time."""
        return timezone.localtime(at).replace(second=0, microsecond=0) > self.closes_at

    def phase(self, at: datetime) -> CallPhase:
        """What it takes in at a moment: late ones too, where it says so."""
        if self.state != "published":
            return CallPhase.OVER
        if at < start_of_day(self.opens_on):
            return CallPhase.COMING
        if not self.is_over(at):
            return CallPhase.TAKING
        return CallPhase.LATE if self.accepts_late else CallPhase.OVER

    @property
    def phase_now(self) -> CallPhase:
        """The same at the moment at which the server was asked; it takes in nothing where nobody asked it."""
        at = moment_of_act()
        return CallPhase.OVER if at is None else self.phase(at)

    @property
    def received(self) -> int:
        """How many were handed in and not taken back: all that is known of a sealed call."""
        return self.submissions.filter(state__in=RECEIVED).count()


class Submission(Record):
    """What an organisation or a person hands in for a call (hồ sơ nộp): an idea for a task, or a bid for one."""

    searched = ("title", "receipt")
    in_force_on: ClassVar = {"field_group": "call__opens_on"}

    call = models.ForeignKey(
        ProposalCall, models.PROTECT, related_name="submissions", verbose_name=_("thông báo")
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("tổ chức nộp"),
    )
    person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("cá nhân nộp"),
    )
    title = models.CharField(_("tên đề xuất, hồ sơ"), max_length=500)
    necessity = models.TextField(_("tính cấp thiết"), blank=True)
    objectives = models.TextField(_("mục tiêu"), blank=True)
    main_content = models.TextField(_("nội dung chính"), blank=True)
    products = models.TextField(_("sản phẩm dự kiến"), blank=True)
    users = models.TextField(_("ai dùng kết quả, dùng ở đâu"), blank=True)
    months = models.PositiveSmallIntegerField(
        _("thời gian thực hiện (tháng)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(_LONGEST)],
    )
    budget_total = MoneyField(_("tổng kinh phí dự kiến (đồng)"), null=True, blank=True)
    budget_state = MoneyField(_("ngân sách nhà nước (đồng)"), null=True, blank=True)
    field_group = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        limit_choices_to={"code_list": "field_group"},
        verbose_name=_("lĩnh vực"),
    )
    receipt = models.CharField(_("số biên nhận"), max_length=40, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True, editable=False)
    submitted_on = models.DateField(_("ngày nộp"), null=True, blank=True, editable=False, db_index=True)
    is_late = models.BooleanField(_("nộp muộn"), default=False, editable=False)
    entered_from_paper = models.BooleanField(_("nhận bằng giấy"), default=False, editable=False)
    handed_in_by = models.CharField(_("người nộp hồ sơ giấy"), max_length=120, blank=True, editable=False)
    supplement_by = models.DateField(_("bổ sung trước hết ngày"), null=True, blank=True, editable=False)
    check_note = models.TextField(_("điều Sở trả lời"), blank=True, editable=False)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=SUBMISSION_FLOW.choices(),
        default=SUBMISSION_FLOW.initial.value,
        editable=False,
        db_index=True,
    )

    class Meta:
        verbose_name = _("hồ sơ nộp")
        verbose_name_plural = _("hồ sơ nộp theo thông báo")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "organisation", "title"],
                name="submission_key",
                violation_error_message=_("Tổ chức đã có hồ sơ cùng tên ở thông báo này. Hãy đặt tên khác."),
            ),
            models.CheckConstraint(
                condition=Q(budget_state__isnull=True)
                | Q(budget_total__isnull=True)
                | Q(budget_state__lte=F("budget_total")),
                name="submission_budget",
                violation_error_message=_("Ngân sách nhà nước lớn hơn tổng kinh phí."),
            ),
        ]

    def __str__(self) -> str:
        """The title, and nothing of who hands it in."""
        return self.title

    def clean(self) -> None:
        """Somebody hands it in; the share of the state needs a total to be a share of."""
        if self.organisation_id is None and self.person_id is None:
            raise ValidationError({"organisation": _("Hãy chọn tổ chức hoặc cá nhân nộp hồ sơ.")})
        if self.budget_state is not None and self.budget_total is None:
            raise ValidationError({"budget_total": _("Đã ghi ngân sách nhà nước thì ghi cả tổng kinh phí.")})
