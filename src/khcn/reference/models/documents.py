"""Documents on which records are based."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record
from khcn.kernel.text.dates import DateProblem, parse_date
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese

# How `str()` calls a document.
_TITLE: Final = re.compile(r"(?P<kind>\D+) số (?P<number>\S+)(?: ngày (?P<day>[\d/]+))?\Z", re.IGNORECASE)


class DocumentKind(models.TextChoices):
    """Kinds of document, in the order of their legal force."""

    LAW = "law", _("Luật")
    RESOLUTION = "resolution", _("Nghị quyết")
    DECREE = "decree", _("Nghị định")
    CIRCULAR = "circular", _("Thông tư")
    DIRECTIVE = "directive", _("Chỉ thị")
    DECISION = "decision", _("Quyết định")
    REGULATION = "regulation", _("Quy định")
    PLAN = "plan", _("Kế hoạch")
    PROGRAMME = "programme", _("Chương trình")
    GUIDELINE = "guideline", _("Hướng dẫn")
    REPORT = "report", _("Báo cáo")
    SUBMISSION = "submission", _("Tờ trình")
    LETTER = "letter", _("Công văn")
    NOTICE = "notice", _("Thông báo")
    MINUTES = "minutes", _("Biên bản")
    CONTRACT = "contract", _("Hợp đồng")
    LICENCE = "licence", _("Giấy phép")
    CERTIFICATE = "certificate", _("Giấy chứng nhận")
    STANDARD = "standard", _("Tiêu chuẩn")
    OTHER = "other", _("Văn bản khác")


class LegalDocument(Record):
    """A document on which a record is based. Numbers can be alike (731 and 713), so the subject is always shown."""

    searched = ("number", "subject", "issuer")

    number = models.CharField(_("số, ký hiệu"), max_length=60, db_index=True)
    kind = models.CharField(_("loại văn bản"), max_length=20, choices=DocumentKind.choices)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200)
    subject = models.CharField(_("trích yếu"), max_length=500)
    is_normative = models.BooleanField(_("là văn bản quy phạm pháp luật"), default=False)
    effective_on = models.DateField(_("ngày có hiệu lực"), null=True, blank=True)
    ended_on = models.DateField(_("ngày hết hiệu lực"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("thay thế văn bản"),
    )
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("văn bản")
        verbose_name_plural = _("văn bản")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number", "issued_on", "issuer"],
                name="legal_document_key",
                violation_error_message=_("Đã có văn bản cùng số, ngày và cơ quan ban hành."),
            ),
            # SQLite has no NULLS NOT DISTINCT, so that a missing day needs its own index.
            models.UniqueConstraint(
                fields=["province", "number", "issuer"],
                condition=models.Q(issued_on__isnull=True),
                name="legal_document_without_day_key",
                violation_error_message=_("Đã có văn bản cùng số và cơ quan ban hành chưa ghi ngày."),
            ),
        ]

    @in_vietnamese  # the words of the document, in each language of the page
    def __str__(self) -> str:
        day = f" ngày {self.issued_on:%d/%m/%Y}" if self.issued_on else ""
        return f"{self.named_without_day}{day}"

    @property
    @in_vietnamese
    def named_without_day(self) -> str:
        """Its kind and number: "Quyết định số 2519/QĐ-UBND"."""
        return f"{self.get_kind_display()} số {self.number}"

    @classmethod
    def columns_in_title(cls, text: str) -> dict[str, Any]:
        """Kind, number and day in "Quyết định số 2519/QĐ-UBND ngày 23/12/2022"."""
        found = _TITLE.match(text.strip())
        kinds = {fold(str(label)): value for value, label in DocumentKind.choices}
        if found is None or (kind := kinds.get(fold(found["kind"]))) is None:
            return {}
        if found["day"] is None:
            return {"kind": kind, "number": found["number"], "issued_on": None}
        try:
            return {"kind": kind, "number": found["number"], "issued_on": parse_date(found["day"]).first}
        except DateProblem:
            return {}

    def clean(self) -> None:
        """A document cannot end before it takes effect."""
        if self.effective_on and self.ended_on and self.ended_on < self.effective_on:
            raise ValidationError(
                {"ended_on": _("Ngày hết hiệu lực đứng trước ngày có hiệu lực. Hãy xem lại hai ngày.")}
            )
