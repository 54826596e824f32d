"""Templates by version, and papers with the data they were made from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.papers.kinds import PaperKind, paper_kind_of
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.pdf_signatures.findings import SignatureFinding
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.files.models import StoredFile


# With a number that counts: not drafts, and not what was replaced or withdrawn.
IN_FORCE: Final = ("issuing", "issued")


class PaperRefused(Refused):
    """The paper cannot be issued, replaced, withdrawn or removed now; the text says why, in Vietnamese."""


class TemplateFormat(models.TextChoices):
    """What a template is written in."""

    TOML = "toml", _("tệp TOML (khuôn của phần mềm)")
    DOCX = "docx", _("tệp Word")


class PaperTemplateQuerySet(AuditedQuerySet["PaperTemplate"]):
    """Versions of templates."""

    def latest_of(self, kind: str) -> PaperTemplate | None:
        """The version that new papers are made with."""
        return self.filter(kind=kind).order_by("-version").first()


class PaperTemplate(Audited):
    """One version of a template. A change makes a new version; papers remember the one they were made with."""

    kind = models.CharField(_("loại giấy"), max_length=60)
    version = models.PositiveIntegerField(_("phiên bản"))
    format = models.CharField(_("định dạng"), max_length=4, choices=TemplateFormat.choices)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, editable=False)
    shipped = models.BooleanField(_("đi kèm phần mềm"), default=False)
    note = models.CharField(_("nội dung thay đổi"), max_length=300, blank=True)

    unlogged: ClassVar[tuple[str, ...]] = (*Audited.unlogged, "content")

    objects: ClassVar[PaperTemplateQuerySet] = PaperTemplateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("mẫu giấy tờ")
        verbose_name_plural = _("mẫu giấy tờ")
        ordering: ClassVar = ["kind", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "version"], name="kernel_papers_template_version")
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"

    def derive(self) -> None:
        """The hash follows from the content."""
        self.sha256 = hashlib.sha256(self.content).hexdigest()


class PaperQuerySet(AuditedQuerySet["Paper"]):
    """Papers."""

    def of(self, record: Model) -> PaperQuerySet:
        """Papers of a record, the newest first."""
        return self.of_record(record._meta.label_lower, record.pk)

    def of_record(self, model: Any, key: Any) -> PaperQuerySet:
        """The same by the name of the model and the key."""
        return (
            self.filter(model=model, object_id=key)
            .select_related("number", "file", "pdf", "signed_pdf")
            .order_by("-pk")
        )

    def in_force_for(self, model: type[Model]) -> PaperQuerySet:
        """Papers in force, beside notices of withdrawal, that were issued for records of a model."""
        return self.filter(model=model._meta.label_lower, state__in=IN_FORCE, withdraws__isnull=True)


class Paper(Audited):
    """One paper. ``data`` is all that its file was made from, beside the template."""

    kind = models.CharField(_("loại giấy"), max_length=60)
    model = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    title = models.CharField(_("cấp cho"), max_length=300)
    state = models.CharField(
        _("trạng thái"), max_length=12, choices=PAPER_FLOW.choices(), default=PAPER_FLOW.initial.value
    )
    template = models.ForeignKey(PaperTemplate, models.PROTECT, related_name="papers", verbose_name=_("mẫu"))
    data = models.JSONField(_("dữ liệu in"))
    number = models.OneToOneField(
        "kernel_numbering.IssuedNumber",
        models.PROTECT,
        null=True,
        related_name="paper",
        verbose_name=_("số, ký hiệu"),
    )
    issued_on = models.DateField(_("ngày cấp"), null=True)
    # The day on which a draft was made, or filled anew, and that on which its number was taken, which may be later than the
    # day on the paper. Papers from before these were kept have none.
    drafted_on = models.DateField(_("ngày lập dự thảo"), null=True, editable=False)
    entered_on = models.DateField(_("ngày vào sổ"), null=True, editable=False)
    signer_name = models.CharField(_("người ký"), max_length=150, blank=True)
    signer_capacity = models.CharField(_("chức vụ người ký"), max_length=150, blank=True)
    file = models.ForeignKey("kernel_files.StoredFile", models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey("kernel_files.StoredFile", models.PROTECT, null=True, related_name="+")
    # Of the files, for the change log: the rows of `StoredFile` themselves are not in it.
    file_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    # The PDF with the department's signature (docs/adr/0035), and what was found when it was checked.
    signed_pdf = models.ForeignKey("kernel_files.StoredFile", models.PROTECT, null=True, related_name="+")
    signed_pdf_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    signature = models.JSONField(null=True, editable=False)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replacements", verbose_name=_("thay thế")
    )
    withdraws = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="withdrawals", verbose_name=_("thu hồi")
    )
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    # Why the file could not be made, for the administrator; the job tries again.
    fault = models.CharField(_("lỗi khi in"), max_length=300, blank=True)

    unlogged: ClassVar[tuple[str, ...]] = (*Audited.unlogged, "fault")

    objects: ClassVar[PaperQuerySet] = PaperQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("giấy tờ được cấp")
        verbose_name_plural = _("giấy tờ được cấp")
        indexes: ClassVar = [models.Index(fields=["model", "object_id"]), models.Index(fields=["state"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False, issued_on__isnull=False),
                name="kernel_papers_number_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "issuing")) | Q(file__isnull=False),
                name="kernel_papers_file_when_issued",
            ),
            models.UniqueConstraint(
                fields=["kind", "model", "object_id"],
                condition=Q(state__in=("issuing", "issued"), withdraws__isnull=True),
                name="kernel_papers_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.number_text}".strip()

    def derive(self) -> None:
        """Note the hashes of the files when they are added to the paper, and never again."""
        if self.file is not None and not self.file_sha256:
            self.file_sha256 = self.file.sha256
            self.pdf_sha256 = self.pdf.sha256 if self.pdf is not None else ""
        if self.signed_pdf is not None and not self.signed_pdf_sha256:
            self.signed_pdf_sha256 = self.signed_pdf.sha256

    @property
    def spec(self) -> PaperKind:
        """The declaration of its kind."""
        return paper_kind_of(self.kind)

    @property
    def kind_label(self) -> str:
        """What officials call it."""
        return str(self.spec.label)

    @property
    def files(self) -> dict[str, tuple[StoredFile | None, str]]:
        """By their form: the file, and the hash that the log has."""
        return {
            "docx": (self.file, self.file_sha256),
            "pdf": (self.pdf, self.pdf_sha256),
            "signed": (self.signed_pdf, self.signed_pdf_sha256),
        }

    @property
    def signature_finding(self) -> SignatureFinding | None:
        """What was found of the department's signature when it was put on."""
        return SignatureFinding.from_json(self.signature) if self.signature else None

    @property
    def number_text(self) -> str:
        """The number as printed; drafts have none."""
        return self.number.text if self.number is not None else ""

    @property
    def drafted_day(self) -> date:
        """The day on which what it prints was put down."""
        return self.drafted_on or localtime(self.created_at).date()

    @property
    def entered_day(self) -> date | None:
        """The day on which it got its number; drafts have none."""
        return self.entered_on or (localtime(self.number.created_at).date() if self.number else None)

    @property
    def draft_label(self) -> str:
        """What a draft, which has no number, is called beside other papers."""
        return gettext("dự thảo %(kind)s") % {"kind": self.kind_label}

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("paper", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Has it no number yet?"""
        return self.state == "draft"

    @property
    def subject(self) -> Any:
        """The record it was issued for by its key alone: for its address."""
        return apps.get_model(self.model)(pk=self.object_id)

    def record(self) -> Any:
        """The record it was issued for. Raises ``DoesNotExist`` when that is gone."""
        return type(self.subject)._base_manager.get(pk=self.object_id)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Only drafts go; raises :class:`PaperRefused` for what has a number."""
        if self.number_id is not None:
            raise PaperRefused(gettext("Giấy đã cấp số không xóa được. Hãy thay thế hoặc thu hồi."))
        return super().delete(*args, **options)
