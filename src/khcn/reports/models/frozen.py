"""What was signed: reports and their figures, written once."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited
from khcn.kernel.audit.log_entries import log_change
from khcn.kernel.audit.printed_heads import PrintedHead
from khcn.kernel.audit.record_versions import advance_version
from khcn.reports.models.reports import ReportInstance


class FrozenError(RuntimeError):
    """Something tried to change what was signed."""


class ReportFiles:
    """The three files of a report, with their hashes."""

    def __init__(self, *, docx: bytes, pdf: bytes, html: bytes) -> None:
        self.docx, self.pdf, self.html = docx, pdf, html.decode()
        contents = {"docx": docx, "pdf": pdf, "html": html}
        self.hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


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
    code = models.CharField(_("mã số liệu"), max_length=200)
    label = models.CharField(_("tên số liệu"), max_length=600)
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
