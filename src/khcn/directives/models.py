"""Work that the province assigns to the department, and documents the department drafts or issues."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the model layer
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
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

    def with_due_day(self, *, on: date) -> AssignedTaskQuerySet:
        """Adds ``due_day``, the last day of the deadline in force on a day: a document that was issued later moves nothing.

        ``due_before`` and ``due_before_precision``: the deadline from which such a document led, None where there is none.
        """
        later = AssignedTaskExtension.objects.filter(task=OuterRef("pk")).issued_after(on)
        return self.annotate(
            due_before=Subquery(later.values("old_due_on")[:1]),
            due_before_precision=Subquery(later.values("old_due_precision")[:1]),
            due_day=Coalesce(F("due_before"), F("due_on")),
        )

    def with_timeliness(self, *, on: date) -> AssignedTaskQuerySet:
        """Adds ``timeliness`` as of a day: a result dated later than ``on`` is not there yet."""
        done = Q(done_on__lte=on)
        return self.with_due_day(on=on).annotate(
            timeliness=Case(
                When(done & Q(done_on__lte=F("due_day")), then=Value(Timeliness.DONE.value)),
                When(done, then=Value(Timeliness.DONE_LATE.value)),
                When(due_day__lt=on, then=Value(Timeliness.OVERDUE.value)),
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
        return self.done(on=on).with_due_day(on=on).filter(done_on__gt=F("due_day"))

    def unfinished(self, *, on: date) -> AssignedTaskQuerySet:
        """Not finished on ``on``, in time or overdue."""
        return self.exclude(done_on__lte=on)

    def overdue(self, *, on: date) -> AssignedTaskQuerySet:
        """Not finished on ``on`` although the deadline has passed."""
        return self.unfinished(on=on).with_due_day(on=on).filter(due_day__lt=on)

    def due_otherwise(self) -> AssignedTaskQuerySet:
        """Work that was extended and has another deadline than the one that its last extension gave."""
        last = AssignedTaskExtension.objects.filter(task=OuterRef("pk")).order_by(
            "-document__issued_on", "-pk"
        )
        extended = self.annotate(
            _extended_to=Subquery(last.values("new_due_on")[:1]),
            _precision_then=Subquery(last.values("new_due_precision")[:1]),
        ).filter(_extended_to__isnull=False)
        return extended.exclude(due_on=F("_extended_to"), due_precision=F("_precision_then"))


class AssignedTask(Record):
    """A piece of work assigned by the province, with its deadline and result (nhiệm vụ được giao).

    ``due_on`` is the deadline in force now. What reports ask is the one of their own last day (``with_due_day``).
    """

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

    def due_by(self, on: date) -> tuple[date, str]:
        """The deadline in force on a day, and how exactly it was set. Rows of ``with_due_day`` have it, for the day of the query."""
        if "due_before" in self.__dict__:
            before, precision = self.__dict__["due_before"], self.__dict__["due_before_precision"]
        else:
            rows = AssignedTaskExtension.objects.filter(task=self.pk).issued_after(on)
            days = rows.values_list("old_due_on", "old_due_precision")
            before, precision = (None if self._state.adding else days.first()) or (None, "")
        return (self.due_on, self.due_precision) if before is None else (before, precision)

    def timeliness_on(self, on: date) -> Timeliness:
        """As of ``on``: done, done late, open or overdue."""
        due_on, _precision = self.due_by(on)
        if self.done_on and self.done_on <= on:
            return Timeliness.DONE if self.done_on <= due_on else Timeliness.DONE_LATE
        return Timeliness.OVERDUE if due_on < on else Timeliness.OPEN

    def days_late(self, on: date) -> int:
        """Calendar days past the last day of the deadline, 0 when in time."""
        reached = self.done_on if self.done_on and self.done_on <= on else on
        return max((reached - self.due_by(on)[0]).days, 0)


class AssignedTaskExtensionQuerySet(RecordQuerySet["AssignedTaskExtension"]):
    """Extensions of assigned work."""

    def issued_after(self, on: date) -> AssignedTaskExtensionQuerySet:
        """Those whose document was issued after a day, in the order in which they were issued."""
        return self.filter(document__issued_on__gt=on).order_by("document__issued_on", "pk")

    def out_of_line(self) -> AssignedTaskExtensionQuerySet:
        """Those that do not begin with the deadline that the one before them gave."""
        same_day = Q(document__issued_on=OuterRef("document__issued_on"), pk__lt=OuterRef("pk"))
        before = AssignedTaskExtension.objects.filter(
            Q(document__issued_on__lt=OuterRef("document__issued_on")) | same_day, task=OuterRef("task")
        ).order_by("-document__issued_on", "-pk")
        following = self.annotate(_given_before=Subquery(before.values("new_due_on")[:1]))
        return following.filter(_given_before__isnull=False).exclude(old_due_on=F("_given_before"))


class AssignedTaskExtension(Record):
    """That a document gave assigned work another deadline, from which to which (lần gia hạn)."""

    task = models.ForeignKey(
        AssignedTask, models.PROTECT, related_name="extensions", verbose_name=_("nhiệm vụ được giao")
    )
    document = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        related_name="assigned_task_extensions",
        verbose_name=_("văn bản gia hạn, giao lại"),
    )
    old_due_on = PartialDateField(_("hạn trước khi gia hạn"), precision="old_due_precision")
    old_due_precision = models.CharField(
        _("hạn trước tính theo"), max_length=8, choices=DuePrecision.choices, default=DuePrecision.DAY
    )
    new_due_on = PartialDateField(_("hạn sau khi gia hạn"), precision="new_due_precision")
    new_due_precision = models.CharField(
        _("hạn sau tính theo"), max_length=8, choices=DuePrecision.choices, default=DuePrecision.DAY
    )

    objects = AssignedTaskExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần gia hạn nhiệm vụ được giao")
        verbose_name_plural = _("các lần gia hạn")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "document"],
                name="assigned_task_extension_key",
                violation_error_message=_("Nhiệm vụ đã ghi gia hạn theo văn bản này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.old_due_on:%d/%m/%Y} → {self.new_due_on:%d/%m/%Y}"


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
