"""The department's signature on the PDF of an approved report: ordered, then made (docs/adr/0035)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited
from khcn.kernel.pdf_signatures.findings import SignatureFinding

if TYPE_CHECKING:
    from datetime import datetime

_FIRST_PAUSE: Final = timedelta(minutes=1)
_MOST_DOUBLINGS: Final = 6  # then about once an hour


class ReportSignature(Audited):
    """One for each approved report that is to be signed; without a file until it is.

    A row of its own, because a frozen report is written once (`khcn.reports.models.Frozen`), and certificate or token may be
    missing on the day of the approval.
    """

    report = models.OneToOneField(
        "reports.FrozenReport", models.PROTECT, related_name="signature", verbose_name=_("báo cáo đã chốt")
    )
    pdf = models.BinaryField(null=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    finding = models.JSONField(null=True)
    """What the check of the signature found right after it was made."""
    fault = models.CharField(_("lý do chưa ký được"), max_length=300, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    """Null where nothing is tried by itself."""

    # The bytes are sealed by their hash; attempts, of which there may be one an hour, would only make the log long.
    unlogged: ClassVar[tuple[str, ...]] = (*Audited.unlogged, "pdf", "attempts", "next_attempt_at")

    class Meta:
        verbose_name = _("chữ ký số của báo cáo")
        verbose_name_plural = _("chữ ký số của báo cáo")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(pdf__isnull=True, pdf_sha256="", finding__isnull=True)
                | (
                    ~Q(pdf_sha256="")
                    & Q(pdf__isnull=False, finding__isnull=False, fault="", next_attempt_at__isnull=True)
                ),
                name="report_signature_whole_or_none",
            )
        ]

    def __str__(self) -> str:
        return str(self.report)

    @property
    def is_made(self) -> bool:
        """Is the report signed?"""
        return bool(self.pdf_sha256)

    @property
    def signature_finding(self) -> SignatureFinding | None:
        """What was found of the signature when it was put on."""
        return SignatureFinding.from_json(self.finding) if self.finding else None

    def begin_attempt(self, *, at: datetime) -> bool:
        """Count an attempt before it is made, and set the next one: a token whose library ends this process does not end it
        again at once. False when the report is signed, or somebody else has begun an attempt.
        """
        pause = _FIRST_PAUSE * 2 ** min(self.attempts, _MOST_DOUBLINGS)
        rows: models.QuerySet[Any] = models.QuerySet(ReportSignature)
        mine = rows.filter(pk=self.pk, pdf_sha256="", attempts=self.attempts)
        return bool(mine.update(attempts=F("attempts") + 1, next_attempt_at=at + pause))


def waiting_signatures(*, at: datetime) -> models.QuerySet[ReportSignature]:
    """Those whose next attempt is due."""
    return ReportSignature.objects.filter(
        pdf_sha256="", next_attempt_at__lte=at, report__instance__state="approved"
    )
