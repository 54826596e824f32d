"""The department's signature on the PDF of an issued paper (docs/adr/0035)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role, acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.files.operations import store_file
from khcn.kernel.files.storage import store_bytes
from khcn.kernel.papers.models import Paper, PaperRefused, TemplateFormat
from khcn.kernel.papers.printing import signature_place
from khcn.kernel.papers.verifying import file_is_as_issued
from khcn.kernel.pdf_signatures.certificate import has_certificate
from khcn.kernel.pdf_signatures.signing import sign_pdf
from khcn.kernel.refusals import NotPermitted

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.actors import Actor

# Who may put the department's seal on a paper may put its signature there (Decree 30/2020/NĐ-CP, Điều 32 and 33): the office.
_seals = has_role(Role.OFFICE, Role.LEADER)


def may_sign(actor: Actor, paper: Paper) -> bool:
    """Whether the button is shown."""
    return _may_seal(actor) and has_certificate() and paper.pdf is not None and _why_not_signed(paper) is None


def _may_seal(actor: Actor) -> bool:
    """By delegation only where it covers papers: any other lends no seal."""
    return bool(_seals.test(actor, Paper))


def sign_paper(*, paper: Paper, actor: Actor, at: datetime) -> Paper:
    """Put the department's signature on the PDF, and keep the signed file beside the printed one.

    The file is signed outside any transaction; where two people sign at the same time, the second is refused.

    Raises:
        NotPermitted: the actor does not keep the seal.
        PaperRefused: the paper is not in force, has no PDF, is signed, or its PDF is not what was issued.
        SigningRefused: the certificate does not fit.
    """
    if not _may_seal(actor):
        raise NotPermitted(
            _("Chỉ văn phòng và lãnh đạo Sở ký số được bằng chứng thư của Sở."), code="not_permitted"
        )
    if reason := _why_not_signed(paper):
        raise reason
    if paper.pdf is None or not file_is_as_issued(paper, "pdf"):
        raise PaperRefused(
            _(
                "Bản PDF của giấy này trên máy chủ không còn đúng như khi cấp nên không ký. Báo quản trị hệ thống."
            ),
            code="file_changed",
        )
    with paper.pdf.content.open("rb") as stored:
        content = stored.read()
    signed, finding = sign_pdf(content, place=signature_place(paper), at=at)
    store_bytes(signed)
    with acting(actor, _("ký số bằng chứng thư của Sở")), transaction.atomic():
        paper = locked(Paper, paper.pk)
        if reason := _why_not_signed(paper):
            raise reason
        paper.signed_pdf = store_file(content=signed, name="paper.pdf", actor=actor)
        paper.signature = finding.as_json()
        paper.save()
    return paper


def _why_not_signed(paper: Paper) -> PaperRefused | None:
    """Why nobody signs the paper now; None where it can be signed."""
    if paper.state != "issued":
        return PaperRefused(_("Chỉ ký số giấy đã cấp và đang có hiệu lực."), code="not_in_force")
    if paper.template.format == TemplateFormat.DOCX:
        return PaperRefused(
            _(
                "Giấy này in từ mẫu Word nên không có bản PDF để ký. In PDF từ Word rồi ký bằng phần mềm ký số."
            ),
            code="no_pdf",
        )
    if paper.signed_pdf_id is not None:
        return PaperRefused(_("Giấy này đã được ký số. Tải lại trang để xem."), code="signed")
    return None
