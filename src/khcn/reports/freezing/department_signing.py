"""Puts the department's signature on approved reports (docs/adr/0035): by the worker after the approval, or by a button.

The approval waits for none of it, and is not touched by what goes wrong.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.documents.pdf import signature_place
from khcn.kernel.documents.serialization import from_dict
from khcn.kernel.pdf_signatures.certificate import TokenRefused, has_certificate, require_certificate
from khcn.kernel.pdf_signatures.signing import SignaturePlace, sign_pdf
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.text.language import in_vietnamese
from khcn.reports.freezing.replacement import replacement_of
from khcn.reports.freezing.verifying import altered
from khcn.reports.models import FrozenReport, ReportInstance
from khcn.reports.models.department_signatures import ReportSignature, waiting_signatures
from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.actors import Actor

log = logging.getLogger(__name__)

# Who may put the department's seal on a report: as on papers (`khcn.kernel.papers.signing`).
_seals = has_role(Role.OFFICE, Role.LEADER)


def signature_of(frozen: FrozenReport) -> ReportSignature | None:
    """The signature that is there or ordered, without its file."""
    return ReportSignature.objects.filter(report=frozen).defer("pdf").first()


def may_sign_report(actor: Actor, frozen: FrozenReport) -> bool:
    """Whether the button is shown."""
    return may_seal(actor) and has_certificate() and frozen.is_printed and _why_not_signed(frozen) is None


def may_seal(actor: Actor) -> bool:
    """Whether the person keeps the department's seal; by delegation only where it covers reports."""
    return bool(_seals.test(actor, ReportInstance))


def sign_report_now(*, frozen: FrozenReport, actor: Actor, at: datetime) -> ReportSignature:
    """What the button does: order the signature where nobody has, and try at once.

    Raises:
        NotPermitted: the actor does not keep the seal.
        ReportRefused: the report is not printed, is signed, was replaced, or its PDF is not what was approved.
        SigningRefused: certificate or token do not fit; the order stands, with the reason.
    """
    if not may_seal(actor):
        raise NotPermitted(
            _("Chỉ văn phòng và lãnh đạo Sở ký số được bằng chứng thư của Sở."), code="not_permitted"
        )
    if reason := _why_not_signed(frozen):
        raise reason
    require_certificate()
    with acting(actor, _("ký số bằng chứng thư của Sở")), transaction.atomic():
        locked(FrozenReport, frozen.pk)
        if (signature := signature_of(frozen)) is None:
            signature = ReportSignature(report=frozen, next_attempt_at=at)
            signature.save()
    if not signature.begin_attempt(at=at):
        raise ReportRefused(
            _("Báo cáo này vừa được ký số, hoặc đang được ký. Tải lại trang để xem."), code="signed"
        )
    return _attempt(signature.pk, actor=actor, at=at)


def sign_waiting_reports(*, at: datetime) -> int:
    """What the worker does: try each whose time has come, until the token refuses its PIN. Returns how many were tried."""
    tried = 0
    for signature in waiting_signatures(at=at).defer("pdf").order_by("next_attempt_at", "pk"):
        if not signature.begin_attempt(at=at):
            continue
        tried += 1
        try:
            _attempt(signature.pk, actor=SYSTEM, at=at)
        except TokenRefused as refusal:
            log.warning("the token refused its PIN, no report is signed: %s", refusal.code)
            break
        except Refused as refusal:
            log.warning("frozen report %s was not signed: %s", signature.report_id, refusal.code)
        except Exception:
            log.exception("frozen report %s was not signed, and is tried again", signature.report_id)
    return tried


def _attempt(key: int, *, actor: Actor, at: datetime) -> ReportSignature:
    """Sign outside any transaction; what goes wrong is noted and raised."""
    signature = ReportSignature.objects.select_related("report__instance").get(pk=key)
    try:
        signed, finding = _signed(signature.report, at)
    except Exception as fault:
        lasting = isinstance(fault, ReportRefused | TokenRefused)
        text = str(fault) if isinstance(fault, Refused) else f"{type(fault).__name__}: {fault}"
        _note_fault(key, text, lasting=lasting, actor=actor)
        if isinstance(fault, TokenRefused):  # the others would try the same PIN
            for other in ReportSignature.objects.filter(pdf_sha256="", next_attempt_at__isnull=False).defer(
                "pdf"
            ):
                _note_fault(other.pk, text, lasting=True, actor=actor)
        raise
    with acting(actor, _("ký số bằng chứng thư của Sở")), transaction.atomic():
        stored = locked(ReportSignature, key)
        if not stored.is_made:  # else somebody else was quicker: one signed file is enough
            stored.pdf, stored.pdf_sha256 = signed, hashlib.sha256(signed).hexdigest()
            stored.finding, stored.fault, stored.next_attempt_at = finding, "", None
            stored.save()
    return stored


@in_vietnamese
def _signed(frozen: FrozenReport, at: datetime) -> tuple[bytes, dict[str, object]]:
    if reason := _why_not_signed(frozen):
        raise reason
    if altered(frozen, only="pdf"):
        raise ReportRefused(
            _(
                "Bản PDF của báo cáo này trên máy chủ không còn đúng như khi duyệt nên không ký. Báo quản trị hệ thống."
            ),
            code="file_changed",
        )
    page, box = signature_place(from_dict(frozen.document), settings.FONTS)
    signed, finding = sign_pdf(bytes(frozen.pdf or b""), place=SignaturePlace(page, box), at=at)
    return signed, finding.as_json()


def _note_fault(key: int, text: str, *, lasting: bool, actor: Actor) -> None:
    with acting(actor, _("ký số bằng chứng thư của Sở")), transaction.atomic():
        stored = locked(ReportSignature, key)
        if stored.is_made:
            return
        stored.fault = text[:300]
        if lasting:  # the same again would not help, and more wrong PINs may lock the token
            stored.next_attempt_at = None
        stored.save()


def _why_not_signed(frozen: FrozenReport) -> ReportRefused | None:
    """Why nobody signs the report now; None where it can be signed."""
    if not frozen.is_printed:
        return ReportRefused(_("Báo cáo đã duyệt, tệp đang được in. Ký số khi in xong."), code="not_printed")
    if ReportSignature.objects.filter(report=frozen).exclude(pdf_sha256="").exists():
        return ReportRefused(_("Báo cáo này đã được ký số. Tải lại trang để xem."), code="signed")
    replacement = replacement_of(frozen.instance)
    if replacement is not None and replacement.is_frozen:
        return ReportRefused(
            _("Báo cáo này đã được thay thế nên không ký số nữa. Ký số bản thay thế."), code="not_in_force"
        )
    return None
