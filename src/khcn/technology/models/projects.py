"""Investment projects, and the opinions that the department gives on their technology."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.technology.enums import Conclusion, OpinionStage, ScaleUnit, TransferStanding
from khcn.technology.workflow import OPINION_FLOW

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period

ANSWER: Final = "technology.opinion"  # the term of the answer


class InvestmentProject(Record):
    """A project of an investor whose technology the department has looked at (dự án đầu tư)."""

    searched = ("code", "name")

    code = models.CharField(_("mã dự án"), max_length=40)
    name = models.CharField(_("tên dự án"), max_length=500)
    investor = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="investment_projects",
        verbose_name=_("chủ đầu tư"),
    )
    admin_unit = models.ForeignKey(
        "reference.AdminUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("địa điểm"),
    )
    technology = models.TextField(_("công nghệ, dây chuyền chính"), blank=True)
    standing = models.CharField(
        _("danh mục công nghệ"), max_length=12, choices=TransferStanding.choices, blank=True
    )
    scale = models.DecimalField(_("quy mô"), max_digits=14, decimal_places=2, null=True, blank=True)
    scale_unit = models.CharField(
        _("đơn vị của quy mô"), max_length=16, choices=ScaleUnit.choices, blank=True
    )
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("dự án đầu tư")
        verbose_name_plural = _("dự án đầu tư được xem xét công nghệ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="investment_project_key",
                violation_error_message=_("Đã có dự án cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(scale__isnull=True, scale_unit="")
                | (Q(scale__isnull=False, scale__gt=0) & ~Q(scale_unit="")),
                name="investment_project_scale",
                violation_error_message=_(
                    "Quy mô và đơn vị của quy mô đi cùng nhau: ghi cả hai (lớn hơn 0), hoặc để trống cả hai."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class TechnologyOpinionQuerySet(RecordQuerySet["TechnologyOpinion"]):
    """Opinions."""

    def with_turn(self) -> TechnologyOpinionQuerySet:
        """Adds ``turn``: which of the answers about its project this one is, in the order of their days."""
        same_day = Q(answered_on=OuterRef("answered_on"), pk__lte=OuterRef("pk"))
        until = Q(answered_on__lt=OuterRef("answered_on")) | same_day
        answers = TechnologyOpinion.objects.filter(until, project=OuterRef("project")).order_by()
        counted = answers.values("project").annotate(turns=Count("pk")).values("turns")
        return self.annotate(turn=Coalesce(Subquery(counted, output_field=IntegerField()), Value(0)))

    def answered_in(self, period: Period) -> TechnologyOpinionQuerySet:
        """Those whose answer is of the window."""
        return self.filter(period.covers("answered_on")).select_related("project")

    def answered_late_in(self, period: Period) -> TechnologyOpinionQuerySet:
        """Of these, those whose term had ended before; stops and extensions that were decided move its last day."""
        terms = Deadline.objects.filter(
            subject_model="technology.technologyopinion", subject_id=OuterRef("pk"), kind=ANSWER
        )
        last = Subquery(terms.values("due_on")[:1])
        return self.answered_in(period).annotate(due_on=last).filter(answered_on__gt=F("due_on"))


class TechnologyOpinion(Record):
    """An opinion that is asked for about the technology of a project, and the answer (ý kiến về công nghệ)."""

    searched = ("code", "request_number", "answer_number")

    code = models.CharField(_("mã ý kiến"), max_length=40)
    project = models.ForeignKey(
        InvestmentProject, models.PROTECT, related_name="opinions", verbose_name=_("dự án")
    )
    stage = models.CharField(_("giai đoạn"), max_length=16, choices=OpinionStage.choices)
    asked_by = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="technology_opinions",
        verbose_name=_("cơ quan lấy ý kiến"),
    )
    request_number = models.CharField(_("số văn bản lấy ý kiến"), max_length=60, blank=True)
    requested_on = models.DateField(_("ngày văn bản lấy ý kiến"), null=True, blank=True)
    received_on = models.DateField(_("ngày nhận"), db_index=True)
    answer_by = models.DateField(_("hạn trả lời ghi ở văn bản"), null=True, blank=True)
    conclusion = models.CharField(_("kết luận"), max_length=12, choices=Conclusion.choices, blank=True)
    content = models.TextField(_("nội dung ý kiến"), blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=OPINION_FLOW.choices(),
        default=OPINION_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    answer_number = models.CharField(_("số văn bản trả lời"), max_length=60, blank=True, editable=False)
    answered_on = models.DateField(_("ngày trả lời"), null=True, blank=True, editable=False, db_index=True)
    closed_on = models.DateField(_("ngày thôi xem xét"), null=True, blank=True, editable=False)
    closing_reason = models.TextField(_("lý do không cho ý kiến"), blank=True, editable=False)

    objects = TechnologyOpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ý kiến về công nghệ")
        verbose_name_plural = _("ý kiến về công nghệ dự án đầu tư")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="technology_opinion_key",
                violation_error_message=_("Đã có ý kiến cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(requested_on__isnull=True) | Q(received_on__gte=F("requested_on")),
                name="technology_opinion_received",
                violation_error_message=_(
                    "Ngày nhận đứng trước ngày của văn bản lấy ý kiến. Hãy xem lại hai ngày."
                ),
            ),
            models.CheckConstraint(
                condition=Q(answer_by__isnull=True) | Q(answer_by__gte=F("received_on")),
                name="technology_opinion_term",
                violation_error_message=_("Hạn trả lời đứng trước ngày nhận. Hãy xem lại hai ngày."),
            ),
            models.CheckConstraint(
                condition=(Q(answered_on__isnull=True) | Q(answered_on__gte=F("received_on")))
                & (Q(closed_on__isnull=True) | Q(closed_on__gte=F("received_on"))),
                name="technology_opinion_days",
                violation_error_message=_("Ngày trả lời đứng trước ngày nhận. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_stage_display()}"
