"""What happens to a task, each with its own day and document."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.kernel.workflow.query_expressions import ValueMapping
from khcn.science.enums import AmendmentKind, MilestoneKind, PartnerRole, TeamRole
from khcn.science.workflow import ACCEPTANCE_FAILED, TASK_FLOW

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import Period


ACCEPTANCES = (MilestoneKind.ACCEPTED_PROVINCE, MilestoneKind.ACCEPTED_NATIONAL)
TARGETS = {step.name: step.target for step in TASK_FLOW.transitions if step.name in MilestoneKind}
PLACES = {kind: TASK_FLOW.position(kind) for kind in TARGETS}


class TaskMilestoneQuerySet(RecordQuerySet["TaskMilestone"]):
    """Milestones."""

    def reached_in(self, period: Period, *kinds: MilestoneKind) -> TaskMilestoneQuerySet:
        """Milestones of these kinds dated inside the window."""
        return self.filter(period.covers("on"), kind__in=kinds).select_related("task")

    def one_of_each_task(self, period: Period) -> TaskMilestoneQuerySet:
        """Of several milestones of one kind and task inside the window one: figures count tasks.

        The earliest; of acceptances and registrations the last, because a later one takes the place of one that failed or
        was withdrawn.
        """
        of_same_kind = TaskMilestone.objects.filter(
            period.covers("on"), task=models.OuterRef("task"), kind=models.OuterRef("kind")
        )
        last_counts = models.Q(kind__in=(*ACCEPTANCES, MilestoneKind.REGISTERED))
        earlier = models.Exists(of_same_kind.filter(on__lt=models.OuterRef("on")))
        later = models.Exists(of_same_kind.filter(on__gt=models.OuterRef("on")))
        return self.exclude(~last_counts & earlier).exclude(last_counts & later)

    def not_withdrawn_by(self, period: Period) -> TaskMilestoneQuerySet:
        """Registrations whose certificate was not withdrawn before the end of the window."""
        return self.exclude(
            models.Exists(
                TaskMilestone.objects.filter(
                    task=models.OuterRef("task"),
                    kind=MilestoneKind.DEREGISTERED,
                    on__gte=models.OuterRef("on"),
                    on__lt=period.end,
                )
            )
        )

    def with_withdrawal(self, *, on: date) -> TaskMilestoneQuerySet:
        """Adds ``withdrawn_by``, of a registration: the number of the notice by which its certificate was withdrawn."""
        withdrawal = TaskMilestone.objects.filter(
            task=models.OuterRef("task"),
            kind=MilestoneKind.DEREGISTERED,
            on__gte=models.OuterRef("on"),
            on__lte=on,
        )
        number = models.Subquery(withdrawal.order_by("on").values("number")[:1])
        return self.annotate(
            withdrawn_by=models.Case(
                models.When(kind=MilestoneKind.REGISTERED, then=number), output_field=models.CharField()
            )
        )

    def moving_state(self) -> TaskMilestoneQuerySet:
        """Milestones that move the main state, in the order in which they do: by day, then as in the workflow.

        Whatever the order of entry, a contract signed on the day its outline was approved comes after the approval.
        An acceptance with a failing grade moves the state elsewhere than one that passed.
        """
        failed = models.Q(kind__in=ACCEPTANCES, grade__fails=True)
        target = models.Value(TASK_FLOW.by_name[ACCEPTANCE_FAILED].target)
        return (
            self.filter(kind__in=list(TARGETS))
            .annotate(
                moves_to=models.Case(
                    models.When(failed, then=target),
                    default=ValueMapping("kind", TARGETS, models.CharField()),
                    output_field=models.CharField(),
                ),
                place=ValueMapping("kind", PLACES, models.IntegerField()),
            )
            .order_by("on", "place", "pk")
        )


class TaskMilestone(Record):
    """A dated fact: accepted, registered, recognised, settled … They run in parallel, not in a chain."""

    searched = ("number",)
    in_force_on: ClassVar = {"grade": "on"}

    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="milestones", verbose_name=_("nhiệm vụ")
    )
    kind = models.CharField(_("mốc"), max_length=20, choices=MilestoneKind.choices)
    on = models.DateField(_("ngày"))
    document = models.ForeignKey(
        "reference.LegalDocument", models.PROTECT, null=True, blank=True, verbose_name=_("văn bản")
    )
    number = models.CharField(_("số giấy chứng nhận, hợp đồng"), max_length=60, blank=True)
    grade = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"code_list": "acceptance_grade"},
        verbose_name=_("xếp loại"),
    )
    amount = MoneyField(_("số tiền (đồng)"), null=True, blank=True)
    amount_reason = models.CharField(
        _("lý do số tiền vượt kinh phí"), max_length=300, blank=True, default="", db_default="",
        help_text=_("Chỉ ghi khi số tiền lớn hơn tổng kinh phí hoặc số tiền hợp đồng."),
    )  # fmt: skip
    note = models.TextField(_("ghi chú"), blank=True)

    objects = TaskMilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("mốc của nhiệm vụ")
        verbose_name_plural = _("mốc thực hiện nhiệm vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "kind", "on"],
                name="task_milestone_key",
                violation_error_message=_(
                    "Nhiệm vụ đã có mốc này trong cùng ngày. Xem lại ngày; nếu mốc đã ghi sai thì bấm “Đính chính mốc” hoặc “Bỏ mốc "
                    "ghi nhầm” ở mốc đó."
                ),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "on"]),
            models.Index(fields=["task", "on"]),
            models.Index(fields=["-on"], name="task_milestone_list_order"),
        ]

    def __str__(self) -> str:
        return f"{self.task} – {self.get_kind_display()} ({self.on:%d/%m/%Y})"

    def clean(self) -> None:
        """A grade belongs to an acceptance."""
        if self.grade is not None and self.kind not in ACCEPTANCES:
            raise ValidationError(
                {"grade": _("Chỉ mốc nghiệm thu mới có xếp loại. Hãy xóa xếp loại hoặc đổi mốc.")}
            )


class TaskAmendmentQuerySet(RecordQuerySet["TaskAmendment"]):
    """Amendments."""

    def decided_in(self, period: Period, *kinds: AmendmentKind) -> TaskAmendmentQuerySet:
        """Amendments of these kinds decided inside the window."""
        return self.filter(period.covers("decided_on"), kind__in=kinds).select_related("task")

    def with_start(self) -> TaskAmendmentQuerySet:
        """Adds ``in_force_from``: the day of effect, by itself the day of the decision."""
        return self.annotate(in_force_from=Coalesce("effective_on", "decided_on"))

    def in_force(self, *, on: date) -> TaskAmendmentQuerySet:
        """Amendments that have taken effect by a day."""
        return self.with_start().filter(in_force_from__lte=on)

    def in_order_of_effect(self) -> TaskAmendmentQuerySet:
        """The earliest effect first."""
        return self.with_start().order_by("in_force_from", "pk")


class TaskAmendment(Record):
    """One typed change to a task, with what was before and after."""

    searched = ("reason",)

    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="amendments", verbose_name=_("nhiệm vụ")
    )
    kind = models.CharField(_("loại điều chỉnh"), max_length=20, choices=AmendmentKind.choices)
    decided_on = models.DateField(_("ngày quyết định"))
    effective_on = models.DateField(
        _("ngày có hiệu lực"),
        null=True,
        blank=True,
        help_text=_("Để trống nếu có hiệu lực từ ngày quyết định."),
    )
    decision = models.ForeignKey(
        "reference.LegalDocument", models.PROTECT, null=True, blank=True, verbose_name=_("văn bản điều chỉnh")
    )
    old_end_on = models.DateField(_("thời hạn trước"), null=True, blank=True)
    new_end_on = models.DateField(_("thời hạn sau"), null=True, blank=True)
    old_person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chủ nhiệm trước"),
    )
    new_person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chủ nhiệm sau"),
    )
    old_organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tổ chức trước"),
    )
    new_organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tổ chức sau"),
    )
    old_budget_total = MoneyField(_("tổng kinh phí trước (đồng)"), null=True, blank=True)
    new_budget_total = MoneyField(_("tổng kinh phí sau (đồng)"), null=True, blank=True)
    old_budget_state = MoneyField(_("ngân sách nhà nước trước (đồng)"), null=True, blank=True)
    new_budget_state = MoneyField(
        _("ngân sách nhà nước sau (đồng)"), null=True, blank=True, help_text=_("Để trống nếu không đổi.")
    )
    budget_reason = models.CharField(
        _("lý do kinh phí khác nhiều lần"), max_length=300, blank=True, default="", db_default="",
        help_text=_("Chỉ ghi khi kinh phí sau gấp từ năm lần, hoặc không quá một phần năm kinh phí trước."),
    )  # fmt: skip
    old_text = models.TextField(_("nội dung trước"), blank=True)
    new_text = models.TextField(_("nội dung sau"), blank=True)
    reason = models.TextField(_("lý do"), blank=True)

    objects = TaskAmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("điều chỉnh nhiệm vụ")
        verbose_name_plural = _("điều chỉnh nhiệm vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "kind", "decided_on"],
                name="task_amendment_key",
                violation_error_message=_("Nhiệm vụ đã có điều chỉnh cùng loại trong cùng ngày."),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "decided_on"]),
            models.Index(fields=["-decided_on"], name="task_amendment_list_order"),
        ]

    def __str__(self) -> str:
        return f"{self.task} – {self.get_kind_display()} ({self.decided_on:%d/%m/%Y})"

    @property
    def starts_on(self) -> date:
        """The day from which the amendment is in force."""
        return self.effective_on or self.decided_on

    def clean(self) -> None:
        """It takes effect when decided or later, and changes something; an extension names its new end, and never goes
        backwards; the state's part of a budget is not larger than the whole.
        """
        decided_on: date | None = self.decided_on  # not there yet in a form whose day could not be read
        if self.effective_on and decided_on and self.effective_on < decided_on:
            raise ValidationError(
                {"effective_on": _("Ngày có hiệu lực đứng trước ngày quyết định. Hãy xem lại hai ngày.")}
            )
        for old, new in (("old_person", "new_person"), ("old_organisation", "new_organisation")):
            after = getattr(self, f"{new}_id")
            if after is not None and after == getattr(self, f"{old}_id"):
                raise ValidationError(
                    {new: _("Trước và sau điều chỉnh là một. Hãy xem lại nội dung thay đổi.")}
                )
        if self.kind == AmendmentKind.CHANGE_BUDGET:
            self._clean_budget()
        if self.kind in {AmendmentKind.EXTEND_DURATION, AmendmentKind.EXTEND_SUBMISSION}:
            self._clean_end()

    def _clean_budget(self) -> None:
        total, state = self.new_budget_total, self.new_budget_state
        if total is None:  # of an amendment that was recorded in words only
            return
        if state is not None and state > total:
            raise ValidationError(
                {
                    "new_budget_state": _(
                        "Ngân sách nhà nước sau điều chỉnh lớn hơn tổng kinh phí sau điều chỉnh. Hãy xem lại hai số tiền."
                    )
                }
            )
        is_same = total == self.old_budget_total and state in {None, self.old_budget_state}
        if is_same and not self.new_text.strip():
            raise ValidationError(
                {
                    "new_budget_total": _(
                        "Kinh phí trước và sau điều chỉnh là một. Nếu chỉ điều chỉnh giữa các khoản chi thì ghi ở “Nội dung sau”."
                    )
                }
            )

    def _clean_end(self) -> None:
        if self.new_end_on is None:
            raise ValidationError(
                {"new_end_on": _("Gia hạn phải có thời hạn mới. Hãy nhập thời hạn sau khi gia hạn.")}
            )
        if self.old_end_on and self.new_end_on <= self.old_end_on:
            raise ValidationError(
                {
                    "new_end_on": _(
                        "Thời hạn sau phải muộn hơn thời hạn trước. Hãy xem lại hai ngày; nếu thời hạn của hợp đồng ghi nhầm thì bấm "
                        "“Đính chính nhiệm vụ”."
                    )
                }
            )


class TaskPartner(Record):
    """An organisation that cooperates in a task or receives its result, from a day to a day."""

    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="partners", verbose_name=_("nhiệm vụ")
    )
    organisation = models.ForeignKey(
        "parties.Organisation", models.PROTECT, related_name="partnerships", verbose_name=_("tổ chức")
    )
    role = models.CharField(_("vai trò"), max_length=12, choices=PartnerRole.choices)
    from_on = models.DateField(_("từ ngày"), null=True, blank=True)
    to_on = models.DateField(_("đến trước ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("tổ chức phối hợp")
        verbose_name_plural = _("tổ chức phối hợp thực hiện nhiệm vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "organisation", "role"],
                name="task_partner_key",
                violation_error_message=_("Tổ chức này đã có vai trò này trong nhiệm vụ."),
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True)
                | models.Q(from_on__isnull=True)
                | models.Q(to_on__gt=models.F("from_on")),
                name="task_partner_order",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"


class TeamMember(Record):
    """A person who works on a task beside its principal investigator, from a day to a day."""

    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="team", verbose_name=_("nhiệm vụ")
    )
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="team_seats", verbose_name=_("cá nhân")
    )
    role = models.CharField(_("vai trò"), max_length=12, choices=TeamRole.choices)
    from_on = models.DateField(_("từ ngày"), null=True, blank=True)
    to_on = models.DateField(_("đến trước ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("thành viên thực hiện")
        verbose_name_plural = _("thành viên thực hiện nhiệm vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "person", "role"],
                name="team_member_key",
                violation_error_message=_("Người này đã có vai trò này trong nhiệm vụ."),
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True)
                | models.Q(from_on__isnull=True)
                | models.Q(to_on__gt=models.F("from_on")),
                name="team_member_order",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"
