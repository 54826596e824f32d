"""Work that the province assigns to the department, and documents the department drafts or issues."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the model layer
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.partial_date import PartialDateField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period


class DuePrecision(models.TextChoices):
    """How exactly a deadline was set. ``due_on`` is always the last day of it."""

    DAY = "day", _("Ngày")
    MONTH = "month", _("Tháng")
    QUARTER = "quarter", _("Quý")
    YEAR = "year", _("Năm")


class Timeliness(models.TextChoices):
    """Four different things, derived and never stored."""

    DONE = "done", _("Hoàn thành đúng hạn")
    DONE_LATE = "done_late", _("Hoàn thành, chậm so với kế hoạch")
    OPEN = "open", _("Đang thực hiện, trong hạn")
    OVERDUE = "overdue", _("Đang thực hiện, quá hạn")


class AssignedTaskQuerySet(RecordQuerySet["AssignedTask"]):
    """Assigned work, seen on a day."""

    def with_timeliness(self, *, on: date) -> AssignedTaskQuerySet:
        """Adds ``timeliness`` as of a day: a result dated later than ``on`` is not there yet."""
        done = Q(done_on__lte=on)
        return self.annotate(
            timeliness=Case(
                When(done & Q(done_on__lte=F("due_on")), then=Value(Timeliness.DONE.value)),
                When(done, then=Value(Timeliness.DONE_LATE.value)),
                When(due_on__lt=on, then=Value(Timeliness.OVERDUE.value)),
                default=Value(Timeliness.OPEN.value),
                output_field=models.CharField(),
            )
        )

    def assigned_for(self, period: Period) -> AssignedTaskQuerySet:
        """Work of the programme of the reporting year."""
        return self.filter(year=period.year)

    def done(self, *, on: date) -> AssignedTaskQuerySet:
        """Finished by ``on``, in time or late."""
        return self.filter(done_on__lte=on)

    def done_late(self, *, on: date) -> AssignedTaskQuerySet:
        """Finished by ``on``, but after the last day of the deadline."""
        return self.done(on=on).filter(done_on__gt=F("due_on"))

    def unfinished(self, *, on: date) -> AssignedTaskQuerySet:
        """Not finished on ``on``, in time or overdue."""
        return self.exclude(done_on__lte=on)

    def overdue(self, *, on: date) -> AssignedTaskQuerySet:
        """Not finished on ``on`` although the deadline has passed."""
        return self.unfinished(on=on).filter(due_on__lt=on)


class AssignedTask(Record):
    """A piece of work assigned by the province, with its deadline and result (nhiệm vụ được giao)."""

    searched = ("content",)

    source_document = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        related_name="assigned_tasks",
        verbose_name=_("văn bản giao"),
    )
    ordinal = models.PositiveSmallIntegerField(_("số thứ tự"))
    content = models.TextField(_("nội dung"))
    year = YearField(_("năm"), validators=A_YEAR, db_index=True)
    lead_unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="leading", verbose_name=_("đơn vị chủ trì")
    )
    due_on = PartialDateField(
        _("hạn hoàn thành"), precision="due_precision", help_text=_("Ngày cuối cùng của hạn được giao.")
    )
    due_precision = models.CharField(
        _("hạn tính theo"), max_length=8, choices=DuePrecision.choices, default=DuePrecision.DAY
    )
    extension_document = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="extensions_of",
        verbose_name=_("văn bản gia hạn, giao lại"),
    )
    done_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True)
    result_document = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="results_of",
        verbose_name=_("văn bản kết quả"),
    )
    # When the day of the result was written down, by the button or with the row: leaders see a result that came late.
    result_entered_on = models.DateField(_("ngày ghi kết quả"), null=True, editable=False)
    progress = models.TextField(_("kết quả thực hiện"), blank=True)

    objects = AssignedTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhiệm vụ được giao")
        verbose_name_plural = _("nhiệm vụ được giao")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source_document", "ordinal"],
                name="assigned_task_key",
                violation_error_message=_("Văn bản giao đã có nhiệm vụ cùng số thứ tự."),
            )
        ]

    def __str__(self) -> str:
        return self.content[:120]

    def timeliness_on(self, on: date) -> Timeliness:
        """As of ``on``: done, done late, open or overdue."""
        if self.done_on and self.done_on <= on:
            return Timeliness.DONE if self.done_on <= self.due_on else Timeliness.DONE_LATE
        return Timeliness.OVERDUE if self.due_on < on else Timeliness.OPEN

    def days_late(self, on: date) -> int:
        """Calendar days past the last day of the deadline, 0 when in time."""
        reached = self.done_on if self.done_on and self.done_on <= on else on
        return max((reached - self.due_on).days, 0)


class AssignedTaskUnit(Record):
    """A unit that works along with the leading one."""

    assigned_task = models.ForeignKey(
        AssignedTask, models.PROTECT, related_name="co_units", verbose_name=_("nhiệm vụ được giao")
    )
    unit = models.ForeignKey("parties.OrgUnit", models.PROTECT, verbose_name=_("đơn vị phối hợp"))

    class Meta:
        verbose_name = _("đơn vị phối hợp")
        verbose_name_plural = _("đơn vị phối hợp thực hiện nhiệm vụ được giao")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assigned_task", "unit"], name="assigned_task_unit_key")
        ]

    def __str__(self) -> str:
        return str(self.unit)


class AdvisedKind(models.TextChoices):
    """What the department drafts for the province, or issues itself."""

    NORMATIVE = "normative", _("Văn bản quy phạm pháp luật")
    PLAN = "plan", _("Kế hoạch")
    PROGRAMME = "programme", _("Chương trình")
    DECISION = "decision", _("Quyết định")
    OTHER = "other", _("Văn bản khác")


class AdvisedDocumentQuerySet(RecordQuerySet["AdvisedDocument"]):
    """Documents drafted or issued."""

    def advised_in(self, period: Period) -> AdvisedDocumentQuerySet:
        """Drafts handed over in the window."""
        return self.filter(period.covers("advised_on"))

    def of_kind(self, kind: AdvisedKind) -> AdvisedDocumentQuerySet:
        """One kind."""
        return self.filter(kind=kind)


class AdvisedDocument(Record):
    """A document the department drafted: advised, submitted and issued are three days, not one word."""

    searched = ("title",)
    in_force_on: ClassVar = {"lead_unit": "advised_on"}

    code = models.CharField(_("mã"), max_length=40)
    kind = models.CharField(_("loại"), max_length=12, choices=AdvisedKind.choices)
    title = models.CharField(_("tên văn bản"), max_length=500)
    lead_unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="advised_documents", verbose_name=_("đơn vị tham mưu")
    )
    advised_on = models.DateField(_("ngày tham mưu"))
    submitted_on = models.DateField(_("ngày trình"), null=True, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    legal_document = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("văn bản đã ban hành"),
    )
    note = models.TextField(_("ghi chú"), blank=True)

    objects = AdvisedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản tham mưu")
        verbose_name_plural = _("văn bản tham mưu, ban hành")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="advised_document_key",
                violation_error_message=_("Đã có văn bản tham mưu cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Advised, submitted, issued: in this order."""
        days = [day for day in (self.advised_on, self.submitted_on, self.issued_on) if day]
        if days != sorted(days):
            raise ValidationError(
                _(
                    "Ngày tham mưu, ngày trình và ngày ban hành phải theo thứ tự trước sau. Hãy xem lại ba ngày này."
                )
            )
