"""Puts the department's signature on a PDF file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.pdf_signatures.certificate import SigningRefused, signer_of_department
from khcn.kernel.pdf_signatures.checking import check_signatures
from khcn.kernel.pdf_signatures.findings import SignatureVerdict
from khcn.kernel.pdf_signatures.strength import weakness_of_certificate

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.pdf_signatures.findings import SignatureFinding


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Where the signature is seen: a page, counted from 0, and a rectangle on it in points from its lower left corner."""

    page: int
    box: tuple[int, int, int, int]


def sign_pdf(content: bytes, *, place: SignaturePlace, at: datetime) -> tuple[bytes, SignatureFinding]:
    """The file with one more signature (PAdES B-B; B-T where the settings name a time-stamping authority), and what a check
    of it found. What was there stays as it is: the signature is an incremental update.

    Raises :class:`SigningRefused`: no certificate, one that has expired, is too weak or was revoked, no answer of the time-stamping
    authority, or a file that cannot be signed.
    """
    with signer_of_department() as signer:
        _refuse_expired(signer.signing_cert, at)
        _refuse_weak(signer.signing_cert)
        try:
            from khcn.kernel.pdf_signatures.incremental_signature import with_signature  # local: slow import

            signed = with_signature(content, signer=signer, page=place.page, box=place.box, at=at)
        except SigningRefused:
            raise
        except Exception as fault:
            raise SigningRefused(
                _(
                    "Chưa ký được tệp: %(fault)s. Thử lại sau ít phút; nếu vẫn vậy, báo người vận hành máy chủ."
                )
                % {"fault": str(fault) or type(fault).__name__},
                code="not_signed",
            ) from fault
    finding = check_signatures(signed, at=at)[-1]
    accepted = (
        {SignatureVerdict.VALID}
        if settings.SIGNATURE_ROOTS
        else {SignatureVerdict.VALID, SignatureVerdict.UNKNOWN_ISSUER}
    )
    if finding.verdict not in accepted:
        raise SigningRefused(
            _("Chữ ký vừa tạo không đạt khi kiểm tra lại nên không được lưu: %(why)s")
            % {"why": finding.words},
            code="signature_refused",
        )
    return signed, finding


def _refuse_expired(certificate: Any, at: datetime) -> None:
    validity = certificate["tbs_certificate"]["validity"]
    begins, ends = validity["not_before"].native, validity["not_after"].native
    if not begins <= at <= ends:
        raise SigningRefused(
            _("Chứng thư số của Sở chỉ có hiệu lực từ %(begins)s đến %(ends)s. Gia hạn chứng thư rồi ký lại.")
            % {
                name: f"{timezone.localtime(day):%d/%m/%Y}"
                for name, day in (("begins", begins), ("ends", ends))
            },
            code="certificate_expired",
        )


def _refuse_weak(certificate: Any) -> None:
    if weakness := weakness_of_certificate(certificate):
        raise SigningRefused(
            _(
                "Chứng thư số của Sở quá yếu để ký (%(why)s): người khác có thể làm giả chữ ký. Đề nghị nơi cấp đổi chứng thư."
            )
            % {"why": weakness},
            code="certificate_weak",
        )
