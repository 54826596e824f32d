"""Reports in the making, their sections, and what is typed over figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.department_only import VisibleQuerySet
from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.province import province_key
from khcn.reports.forms.definition import fill
from khcn.reports.models.form_versions import FormVersion
from khcn.reports.texts.own_words import unfilled
from khcn.reports.texts.period_words import period_words, variables
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from khcn.reports.forms.definition import Form
    from khcn.reports.texts.own_words import OwnWord


class ReportInstanceQuerySet(AuditedQuerySet["ReportInstance"], VisibleQuerySet["ReportInstance"]):
    """Reports."""

    def find(
        self, form_code: str, year: int, variant: str = "", number: int | None = None
    ) -> ReportInstance | None:
        """The newest report of a form for a year that was not cancelled."""
        found = self.filter(form_version__code=form_code, year=year, variant=variant)
        found = found.exclude(state="cancelled")
        if number is not None:
            found = found.filter(number=number)
        return found.select_related("form_version", "regime").order_by("-pk").first()


class ReportInstance(Audited):
    """One report: a form filled in for a period."""

    province = models.CharField(max_length=8, editable=False, default=province_key)
    form_version = models.ForeignKey(
        FormVersion, models.PROTECT, related_name="instances", verbose_name=_("mẫu báo cáo")
    )
    regime = models.ForeignKey(
        "reference.ReportingRegime", models.PROTECT, related_name="reports", verbose_name=_("chế độ báo cáo")
    )
    kind = models.CharField(
        _("kỳ báo cáo"), max_length=12, choices=[(kind.value, kind.label) for kind in PeriodKind]
    )
    year = YearField(_("năm"), validators=A_YEAR)
    number = models.PositiveSmallIntegerField(_("kỳ thứ"), default=1)
    start_on = models.DateField(_("từ ngày"))
    end_on = models.DateField(_("đến trước ngày"), help_text=_("Ngày đầu tiên không thuộc kỳ báo cáo."))
    variant = models.SlugField(_("mã bản"), max_length=40, blank=True)
    variant_label = models.CharField(_("tên bản"), max_length=100, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="replacements",
        verbose_name=_("thay thế báo cáo"),
    )
    # By name, what this report prints for the form's own words (`khcn.reports.texts.own_words`).
    given = models.JSONField(_("số văn bản, năm của kỳ"), default=dict, blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=12, choices=REPORT_FLOW.choices(), default=REPORT_FLOW.initial.value
    )
    doc_number = models.CharField(_("số, ký hiệu"), max_length=100, blank=True)
    issued_number = models.OneToOneField(
        "kernel_numbering.IssuedNumber", models.PROTECT, null=True, editable=False, related_name="report"
    )
    signed_on = models.DateField(_("ngày ký"), null=True, blank=True)
    signer_name = models.CharField(_("người ký"), max_length=150, blank=True)

    objects: ClassVar[ReportInstanceQuerySet] = ReportInstanceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo định kỳ")
        ordering: ClassVar = ["-year", "-end_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end_on__gt=F("start_on")), name="report_instance_period"),
            models.UniqueConstraint(
                fields=["province", "form_version", "kind", "year", "number", "variant"],
                condition=~Q(state="cancelled"),
                name="report_instance_key",
                violation_error_message=_("Kỳ này đã có báo cáo theo mẫu này. Hãy mở báo cáo đã có."),
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=~Q(state="cancelled"), name="report_instance_replaces_key"
            ),
        ]

    def __str__(self) -> str:
        label = f" ({self.variant_label or self.variant})" if self.variant else ""
        return f"{self.title}{label}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reports:detail", args=[self.pk])

    @property
    def title(self) -> str:
        """What people call the report: the form's title, in this period's words."""
        return fill(self.form.title, variables(self.period()))

    @cached_property
    def form(self) -> Form:
        """The definition it was made from."""
        return self.form_version.form()

    def period(self) -> Period:
        """Its window, fixed when it was made: a later change of the regime does not move it."""
        return Period(self.start_on, self.end_on, self.year, PeriodKind(self.kind), self.number)

    @property
    def period_label(self) -> str:
        """The period in words."""
        return period_words(self.period())

    def unfilled_words(self) -> list[OwnWord]:
        """The form's own words that the report prints and nobody has given for its period."""
        if not self.form.words:
            return []
        texts = [text for each in self.sections.all() for text in (each.title, each.text)]
        return unfilled(self.form.words, self.given, (*self.form.letterhead.texts(), *texts))

    @property
    def is_frozen(self) -> bool:
        """Has it been approved?"""
        return ReportInstance.objects.filter(pk=self.pk, frozen__isnull=False).exists()

    @property
    def overrides(self) -> models.QuerySet[Override]:
        """Every typed value that stands in the place of a computed one."""
        return Override.objects.filter(section__instance=self).select_related("section")


class ReportSection(Audited):
    """A section of one report: its text, and where it stands between its division and the office."""

    instance = models.ForeignKey(
        ReportInstance, models.CASCADE, related_name="sections", verbose_name=_("báo cáo")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    key = models.CharField(_("mã mục"), max_length=40)
    label = models.CharField(_("số đề mục"), max_length=80, blank=True)
    level = models.PositiveSmallIntegerField(_("bậc"))
    title = models.CharField(_("đề mục"), max_length=600, blank=True)
    text = models.TextField(_("nội dung"), blank=True)
    owner_code = models.CharField(_("đơn vị phụ trách"), max_length=20)
    typed = models.BooleanField(_("soạn bằng lời, chưa có sổ theo dõi"), default=False)
    state = models.CharField(
        _("trạng thái"), max_length=12, choices=SECTION_FLOW.choices(), default=SECTION_FLOW.initial.value
    )
    handed_in_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True)
    handed_in_by = models.CharField(_("người nộp"), max_length=150, blank=True)
    note = models.TextField(_("lý do trả lại"), blank=True)
    # Of an earlier report, as it came into this one; empty where there was none, and after it was confirmed.
    carried_text = models.TextField(_("lời văn của kỳ trước"), blank=True)
    carried_from = models.CharField(_("lời văn lấy từ"), max_length=300, blank=True)
    # Keys of its statements (`khcn.reports.checking.carried_texts`) that were confirmed before the others
    carried_confirmed = models.JSONField(_("câu kỳ trước đã xác nhận"), default=list, blank=True)
    carried_confirmed_by = models.CharField(_("người xác nhận lời văn kỳ trước"), max_length=150, blank=True)
    carried_confirmed_at = models.DateTimeField(_("xác nhận lời văn kỳ trước lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("mục của báo cáo")
        verbose_name_plural = _("các mục của báo cáo")
        ordering: ClassVar = ["instance", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["instance", "key"], name="report_section_key"),
        ]

    def __str__(self) -> str:
        return gettext("Mục %(key)s") % {"key": self.key}


class OverrideAspect(models.TextChoices):
    """What of a printed figure was typed."""

    VALUE = "value", _("giá trị")
    NAMES = "names", _("danh sách tên")
    CELLS = "cells", _("ô của bảng")


class Override(Audited):
    """A typed value in the place of a computed one: never without a reason, never invisible."""

    section = models.ForeignKey(
        ReportSection, models.CASCADE, related_name="overrides", verbose_name=_("mục của báo cáo")
    )
    code = models.CharField(_("mã số liệu"), max_length=200)
    nth = models.PositiveSmallIntegerField(_("lần xuất hiện thứ"), default=1)
    aspect = models.CharField(_("phần được gõ"), max_length=8, choices=OverrideAspect.choices)
    data = models.JSONField(_("nội dung gõ"))
    reason = models.CharField(_("lý do"), max_length=500)
    actor_label = models.CharField(_("người gõ"), max_length=150)

    class Meta:
        verbose_name = _("số liệu gõ thay")
        verbose_name_plural = _("số liệu gõ thay")
        ordering: ClassVar = ["section", "code", "nth"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["section", "code", "nth", "aspect"], name="report_override_key"),
            models.CheckConstraint(condition=~Q(reason=""), name="report_override_reason"),
            models.CheckConstraint(condition=Q(nth__gte=1), name="report_override_nth"),
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.code}"
