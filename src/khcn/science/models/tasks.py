"""The R&D task itself, and how it is seen from a day or a year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.finance.models import TaskAsset
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.deadlines.past_terms import MissedTerm
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.kernel.workflow import Category
from khcn.science.enums import AmendmentKind, ManagingSide, MilestoneKind, TaskLevel, TaskMode, TaskType
from khcn.science.models.events import ACCEPTANCES, TaskAmendment, TaskMilestone
from khcn.science.workflow import DECIDED, TASK_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.indicators import Period

# A task stays on the department's hands until one of these; acceptance alone does not end the work on it.
CLOSING = (
    MilestoneKind.RECOGNISED,
    MilestoneKind.STOPPED,
    MilestoneKind.TERMINATED,
    MilestoneKind.LIQUIDATED,
)
# The terms that begin with the acceptance, and the milestone that meets each.
AFTER_ACCEPTANCE = {
    "science.registration": MilestoneKind.REGISTERED,
    "science.settlement": MilestoneKind.SETTLED,
    "science.liquidation": MilestoneKind.LIQUIDATED,
}
# Sides that put a task among those "the department manages"; the rest is only known to it.
MANAGED_SIDES = (ManagingSide.PROVINCE, ManagingSide.DELEGATED, ManagingSide.CO_MANAGED)


class ScienceTaskQuerySet(RecordQuerySet["ScienceTask"]):
    """Tasks, seen on a day or from a year."""

    def managed(self) -> ScienceTaskQuerySet:
        """Tasks the department answers for, alone or along with the ministry."""
        return self.filter(managing_side__in=MANAGED_SIDES)

    def with_milestone(self, *kinds: MilestoneKind, until: date) -> ScienceTaskQuerySet:
        """Tasks that had one of these milestones before ``until`` (exclusive)."""
        return self.filter(Exists(_milestones(kinds).filter(on__lt=until)))

    def without_milestone(self, *kinds: MilestoneKind, until: date) -> ScienceTaskQuerySet:
        """Tasks that had none of these milestones before ``until`` (exclusive)."""
        return self.exclude(Exists(_milestones(kinds).filter(on__lt=until)))

    def carried_over_into(self, period: Period) -> ScienceTaskQuerySet:
        """Begun before the reporting year and not closed when the year began (nhiệm vụ chuyển tiếp)."""
        carried = self.managed().filter(start_year__lt=period.year)
        return carried.without_milestone(*CLOSING, until=period.year_start)

    def started_in(self, year: int) -> ScienceTaskQuerySet:
        """The cohort of a year, supplementary ones included (nhiệm vụ thực hiện từ năm …)."""
        return self.managed().filter(start_year=year)

    def managed_in(self, period: Period) -> ScienceTaskQuerySet:
        """Carried over or begun: every task the department had on its hands in the reporting year."""
        opened = Q(start_year__lt=period.year) & ~Exists(
            _milestones(CLOSING).filter(on__lt=period.year_start)
        )
        return self.managed().filter(Q(start_year=period.year) | opened)

    def with_state(self, *, on: date) -> ScienceTaskQuerySet:
        """Adds ``state`` as of a day: where the latest milestone that moves the main state led."""
        moves = TaskMilestone.objects.filter(task=OuterRef("pk"), on__lte=on).moving_state().reverse()
        return self.annotate(
            state=Coalesce(
                Subquery(moves.values("moves_to")[:1]),
                Value(TASK_FLOW.initial.value),
                output_field=models.CharField(),
            )
        )

    def with_deadlines(self, *, on: date) -> ScienceTaskQuerySet:
        """Adds ``due_on`` (end of execution) and ``dossier_due_on`` with the extensions in force by ``on``."""
        return self.annotate(
            due_on=Coalesce(_extended(AmendmentKind.EXTEND_DURATION, on), F("planned_end_on")),
            dossier_due_on=Coalesce(_extended(AmendmentKind.EXTEND_SUBMISSION, on), F("planned_dossier_on")),
        )

    def past_execution(self, *, on: date) -> ScienceTaskQuerySet:
        """Running, past the (extended) end of execution, and not accepted on ``on``."""
        return (
            self.managed()
            .with_state(on=on)
            .with_deadlines(on=on)
            .filter(state__in=TASK_FLOW.values(Category.OPEN), due_on__lt=on)
        )

    def late_with_dossier(self, *, on: date) -> ScienceTaskQuerySet:
        """Past the end of execution and, where a rule or the contract gives days for the dossier, past those, without it.

        Both as they stood on ``on``: what was decided later does not change what was late then.
        """
        past = self.past_execution(on=on)
        return self.filter(MissedTerm("science.dossier", past, on, without_last_day=True))

    def not_begun(self, *, on: date) -> ScienceTaskQuerySet:
        """Planned to begin this year or last year and by ``on``, and still without a contract on that day."""
        return (
            self.managed()
            .filter(start_year__gte=on.year - 1)  # by an index: not every task there ever was
            .with_state(on=on)
            .filter(state__in=TASK_FLOW.values(Category.PREPARING), planned_start_on__lte=on)
        )

    def due_for_acceptance(self, *, on: date, start: date, end: date) -> ScienceTaskQuerySet:
        """Running on ``on``, with the end of execution, as extended by then, inside the half-open window."""
        return (
            self.managed()
            .with_state(on=on)
            .with_deadlines(on=on)
            .filter(state__in=TASK_FLOW.values(Category.OPEN), due_on__gte=start, due_on__lt=end)
        )

    def first_determined_in(self, period: Period) -> ScienceTaskQuerySet:
        """Tasks whose first determination is dated inside the window."""
        first = _milestones([MilestoneKind.DETERMINED]).order_by("on").values("on")[:1]
        return self.alias(_determined_on=Subquery(first)).filter(period.covers("_determined_on"))

    def extended_before_year_end(self, kind: AmendmentKind, period: Period) -> ScienceTaskQuerySet:
        """Tasks whose original deadline lay before the end of the reporting year, and was extended by its cut-off.

        When the extension was decided does not matter, unlike in :meth:`TaskAmendmentQuerySet.decided_in`.
        """
        original = (
            Coalesce(F("planned_dossier_on"), F("planned_end_on"))
            if kind is AmendmentKind.EXTEND_SUBMISSION
            else F("planned_end_on")
        )
        decided = TaskAmendment.objects.filter(task=OuterRef("pk"), kind=kind, decided_on__lt=period.end)
        return self.alias(_original_on=original).filter(
            Exists(decided), _original_on__lt=date(period.year + 1, 1, 1)
        )

    def past_term(self, kind: str, *, on: date) -> ScienceTaskQuerySet:
        """Accepted tasks whose term of this kind, one of ``AFTER_ACCEPTANCE``, ended before ``on`` and was not met by then.

        As it stood on ``on``: what was decided later does not change what was late then.
        """
        after = on + timedelta(days=1)
        accepted = self.managed().with_milestone(*ACCEPTANCES, until=after)
        met = _milestones([AFTER_ACCEPTANCE[kind]]).filter(on__lt=after)
        withdrawn = _milestones([MilestoneKind.DEREGISTERED]).filter(on__lt=after)
        waiting = accepted.filter(~Exists(met) | Exists(withdrawn))
        return self.filter(MissedTerm(kind, waiting, on))

    def unliquidated(self, *, on: date) -> ScienceTaskQuerySet:
        """Accepted by ``on``, passed or failed, without a liquidated contract."""
        return self.managed().with_state(on=on).filter(state__in=DECIDED)

    def unliquidated_for_assets(self, *, on: date) -> ScienceTaskQuerySet:
        """Of these, those with an asset that was not handled by then."""
        return self.unliquidated(on=on).filter(
            Exists(TaskAsset.objects.unhandled(on=on).filter(task=OuterRef("pk")))
        )


def _milestones(kinds: Iterable[MilestoneKind]) -> models.QuerySet[TaskMilestone]:
    return TaskMilestone.objects.filter(task=OuterRef("pk"), kind__in=[*kinds])


def _extended(kind: AmendmentKind, on: date) -> Subquery:
    return Subquery(
        TaskAmendment.objects.in_force(on=on)
        .filter(task=OuterRef("pk"), kind=kind, new_end_on__isnull=False)
        .order_by("-in_force_from", "-pk")
        .values("new_end_on")[:1]
    )


class ScienceTask(Record):
    """An R&D task of any level that the department manages or follows (nhiệm vụ KH&CN)."""

    searched = ("title", "short_name", "code")

    code = models.CharField(_("mã nhiệm vụ"), max_length=40)
    title = models.CharField(_("tên nhiệm vụ"), max_length=500)
    short_name = models.CharField(_("tên gọi tắt"), max_length=120, blank=True)
    task_type = models.CharField(_("loại nhiệm vụ"), max_length=16, choices=TaskType.choices)
    level = models.CharField(_("cấp quản lý"), max_length=12, choices=TaskLevel.choices)
    programme = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programme_tasks",
        limit_choices_to={"code_list": "programme"},
        verbose_name=_("chương trình"),
    )
    managing_side = models.CharField(_("bên quản lý"), max_length=12, choices=ManagingSide.choices)
    start_year = YearField(_("thực hiện từ năm"), until="planned_end_on", validators=A_YEAR)
    is_supplementary = models.BooleanField(_("nhiệm vụ bổ sung trong năm"), default=False)
    mode = models.CharField(_("phương thức"), max_length=10, choices=TaskMode.choices, blank=True)
    field_group = models.ForeignKey(
        "reference.CodeListItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="field_tasks",
        limit_choices_to={"code_list": "field_group"},
        verbose_name=_("lĩnh vực"),
    )
    host = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted_tasks",
        verbose_name=_("tổ chức chủ trì"),
    )
    principal_investigator = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_tasks",
        verbose_name=_("chủ nhiệm"),
    )
    planned_start_on = models.DateField(_("ngày bắt đầu"), null=True, blank=True)
    planned_end_on = models.DateField(_("ngày kết thúc theo hợp đồng"), null=True, blank=True)
    planned_dossier_on = models.DateField(_("hạn nộp hồ sơ nghiệm thu"), null=True, blank=True)
    budget_total = MoneyField(_("tổng kinh phí (đồng)"), null=True, blank=True)
    budget_state = MoneyField(_("ngân sách nhà nước (đồng)"), null=True, blank=True)
    objective = models.TextField(_("mục tiêu"), blank=True)
    is_interregional = models.BooleanField(_("nhiệm vụ liên vùng"), default=False)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = ScienceTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhiệm vụ KH&CN")
        verbose_name_plural = _("nhiệm vụ KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="science_task_key",
                violation_error_message=_("Đã có nhiệm vụ cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(budget_state__isnull=True)
                | Q(budget_total__isnull=True)
                | Q(budget_state__lte=F("budget_total")),
                name="science_task_budget",
                violation_error_message=_("Ngân sách nhà nước lớn hơn tổng kinh phí."),
            ),
            models.CheckConstraint(
                condition=Q(planned_start_on__isnull=True)
                | Q(planned_end_on__isnull=True)
                | Q(planned_end_on__gt=F("planned_start_on")),
                name="science_task_dates",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["start_year", "managing_side", "level"]),
            models.Index(fields=["-start_year", "sort_key"], name="science_task_list_order"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.title

    def clean(self) -> None:
        """A province's task cannot be managed by the ministry; the dossier is due when the work has ended."""
        dossier_on = self.planned_dossier_on
        if dossier_on and any(
            day and dossier_on < day for day in (self.planned_start_on, self.planned_end_on)
        ):
            raise ValidationError(
                {
                    "planned_dossier_on": _(
                        "Hạn nộp hồ sơ nghiệm thu đứng trước ngày bắt đầu hoặc ngày kết thúc. Hãy xem lại hai ngày."
                    )
                }
            )
        if self.level == TaskLevel.PROVINCE and self.managing_side in {
            ManagingSide.CENTRAL,
            ManagingSide.CO_MANAGED,
        }:
            raise ValidationError(
                {"managing_side": _("Nhiệm vụ cấp tỉnh do tỉnh quản lý. Hãy xem lại cấp hoặc bên quản lý.")}
            )
