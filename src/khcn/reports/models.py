"""Report definitions by version, reports in the making, and what was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.department_only import VisibleQuerySet
from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.audit.log_entries import log_change
from khcn.kernel.audit.printed_heads import PrintedHead
from khcn.kernel.audit.record_versions import advance_version
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.province import province_key
from khcn.reports.department_signatures import ReportSignature
from khcn.reports.form_versions import FormVersion
from khcn.reports.forms.definition import fill
from khcn.reports.relying_corrections import RelyingCorrection
from khcn.reports.texts.own_words import unfilled
from khcn.reports.texts.period_words import period_words, variables
from khcn.reports.waived_contradictions import WaivedContradiction
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from khcn.reports.forms.definition import Form
    from khcn.reports.report_files import ReportFiles
    from khcn.reports.texts.own_words import OwnWord


__all__ = [
    "FormVersion",
    "FrozenError",
    "FrozenFigure",
    "FrozenReport",
    "Override",
    "OverrideAspect",
    "RelyingCorrection",
    "ReportInstance",
    "ReportSection",
    "ReportSignature",
    "WaivedContradiction",
]


class FrozenError(RuntimeError):
    """Something tried to change what was signed."""


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
        return FrozenReport.objects.filter(instance=self).exists()

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
    label = models.CharField(_("số đề mục"), max_length=20, blank=True)
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
    code = models.CharField(_("mã số liệu"), max_length=20)
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


class Frozen(Audited):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Insert only; raises :class:`FrozenError` for a row that exists."""
        if self.pk is not None:
            raise FrozenError(gettext("Số liệu của báo cáo đã duyệt không sửa được."))
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Refused: raises :class:`FrozenError`."""
        raise FrozenError(gettext("Báo cáo đã duyệt không xóa được."))


class FrozenReport(Frozen):
    """What was signed: the document and its three printed forms, byte for byte, with their hashes."""

    instance = models.OneToOneField(
        ReportInstance, models.PROTECT, related_name="frozen", verbose_name=_("báo cáo")
    )
    document = models.JSONField(_("văn bản"))
    # Empty from the approval until the files are made, once, from the document.
    docx = models.BinaryField(null=True)
    pdf = models.BinaryField(null=True)
    html = models.TextField(blank=True)
    sha256_docx = models.CharField(max_length=64, blank=True)
    sha256_pdf = models.CharField(max_length=64, blank=True)
    sha256_html = models.CharField(max_length=64, blank=True)
    form_version_number = models.PositiveIntegerField(_("phiên bản mẫu"))
    form_sha256 = models.CharField(max_length=64)
    fingerprint = models.CharField(_("mã băm của văn bản"), max_length=64)
    seal = models.CharField(_("mã băm của văn bản và số liệu"), max_length=64)
    # Each contradiction that was open on approval, with the reason and who gave it (`khcn.reports.freezing.waivers`).
    waivers = models.JSONField(_("mâu thuẫn được chấp nhận khi duyệt"), default=list, blank=True)
    # The head of the change log that was known on approval, as it is printed at the foot of the document.
    log_day = models.DateField(_("ngày của mốc nhật ký"), null=True)
    log_position = models.BigIntegerField(_("vị trí của mốc nhật ký"), null=True)
    log_seal = models.CharField(_("mã của mốc nhật ký"), max_length=16, blank=True)

    # The bytes are sealed by their hashes; they would only make the log long.
    unlogged: ClassVar[tuple[str, ...]] = (*Audited.unlogged, "document", "docx", "pdf", "html")

    class Meta:
        verbose_name = _("báo cáo đã chốt")
        verbose_name_plural = _("báo cáo đã chốt")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(docx=None, pdf=None, html="", sha256_docx="", sha256_pdf="", sha256_html="")
                | (~Q(docx=None) & ~Q(pdf=None) & ~Q(html="") & ~Q(sha256_docx="")),
                name="frozen_report_all_files_or_none",
            )
        ]

    def __str__(self) -> str:
        return str(self.instance)

    @property
    def is_printed(self) -> bool:
        """Have its files been made?"""
        return bool(self.sha256_docx)

    @property
    def log_head(self) -> PrintedHead | None:
        """The head of the change log that is printed at the foot; None where the log was empty, or nobody kept it yet."""
        if self.log_day is None or self.log_position is None:
            return None
        return PrintedHead(self.log_day, self.log_position, self.log_seal)

    def put_files(self, files: ReportFiles) -> bool:
        """Keep the files, in the caller's transaction; False when the report has files already.

        One conditional UPDATE of these columns: it is the one change that a frozen report sees, and everything else of
        the row, which may be megabytes, is neither read nor written again under the lock.
        """
        hashes = {f"sha256_{name}": digest for name, digest in files.hashes.items()}
        values: dict[str, Any] = {"docx": files.docx, "pdf": files.pdf, "html": files.html, **hashes}
        rows: models.QuerySet[FrozenReport] = models.QuerySet(FrozenReport)
        if not rows.filter(pk=self.pk, sha256_docx="").update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        self.updated_at = advance_version(FrozenReport, [self.pk])
        log_change(self, dict.fromkeys(hashes, ""), hashes)
        return True


class FrozenFigure(Frozen):
    """One figure as it was on signing: value, the records behind it, and what was counted."""

    report = models.ForeignKey(
        FrozenReport, models.PROTECT, related_name="figures", verbose_name=_("báo cáo đã chốt")
    )
    code = models.CharField(_("mã số liệu"), max_length=20)
    label = models.CharField(_("tên số liệu"), max_length=300)
    unit = models.CharField(_("đơn vị tính"), max_length=60)
    definition = models.TextField(_("định nghĩa"), blank=True)
    value = models.CharField(_("giá trị"), max_length=40)
    model = models.CharField(max_length=80)
    ids = models.JSONField(_("bản ghi"))
    lines = models.JSONField(_("tên bản ghi"))
    amounts = models.JSONField(_("số của từng bản ghi"), null=True)
    # {"columns": [headings], "rows": [the cells of each record]}; null where no table is printed, or it was not kept yet.
    table = models.JSONField(_("bảng đã in"), null=True)

    # Records, their names and cells are covered by the seal of the report.
    unlogged: ClassVar[tuple[str, ...]] = (*Audited.unlogged, "ids", "lines", "table")

    class Meta:
        verbose_name = _("số liệu đã chốt")
        verbose_name_plural = _("số liệu đã chốt")
        ordering: ClassVar = ["report", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "code"], name="frozen_figure_key"),
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value}"
