"""Validates the signatures of one PDF file. Runs in a process of its own (`khcn.kernel.bounded_process`)."""

from __future__ import annotations

import logging
from base64 import b64decode
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

import orjson
from asn1crypto import pem
from asn1crypto.crl import CertificateList
from asn1crypto.x509 import Certificate
from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from khcn.kernel.pdf_signatures.findings import SignatureFinding, SignatureVerdict, name_in_certificate
from khcn.kernel.pdf_signatures.strength import weakness_of_signature

if TYPE_CHECKING:
    from collections.abc import Iterator

if not settings.configured:
    settings.configure(USE_I18N=False)
# Certificates of Vietnamese authorities have one of the two, or both
_KEY_USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)
logging.disable(logging.CRITICAL)  # pyHanko logs what it tells us as well


def answer(request: bytes) -> bytes:
    """The findings as JSON. The request is a line of JSON (``at``, ``roots``, ``revoked``: files in Base64), and the PDF."""
    line, _end, content = request.partition(b"\n")
    asked = orjson.loads(line)
    roots = [Certificate.load(each) for file in asked["roots"] for each in _parts(file)]
    at = datetime.fromisoformat(asked["at"])
    lists = [CertificateList.load(each) for file in asked["revoked"] for each in _parts(file)]
    revoked = [each for each in lists if _is_in_force(each["tbs_cert_list"], at)]
    try:
        signatures = PdfFileReader(BytesIO(content), strict=False).embedded_regular_signatures
        found = [_finding(each, roots, revoked, at) for each in signatures]
    except Exception:  # noqa: BLE001 -- whatever a hostile file makes of the reader, it is not readable
        found = [SignatureFinding(SignatureVerdict.UNREADABLE)]
    return orjson.dumps([each.as_json() for each in found])


def _parts(file: str) -> Iterator[bytes]:
    """The DER of each object in a file, which is DER itself or PEM."""
    content = b64decode(file)
    if pem.detect(content):
        yield from (der for _kind, _headers, der in pem.unarmor(content, multiple=True))
    else:
        yield content


def _finding(signature: Any, roots: list[Any], revoked: list[Any], at: datetime) -> SignatureFinding:
    certificate = signature.signer_cert
    context = partial(
        ValidationContext, trust_roots=roots, crls=revoked, moment=at, allow_fetching=False
    )  # one for the signature, one for its time stamp: each remembers what it has looked at
    try:
        if weakness_of_signature(
            signature.signer_info, certificate
        ):  # pyHanko would raise, which reads as a broken file
            return SignatureFinding(
                SignatureVerdict.WEAK,
                signer=name_in_certificate(certificate.subject),
                issuer=name_in_certificate(certificate.issuer),
                signed_at=signature.self_reported_timestamp,
            )
        status = validate_pdf_signature(
            signature,
            context(),
            context(),
            key_usage_settings=_KEY_USAGE,
        )
    except Exception:  # noqa: BLE001 -- as above
        return SignatureFinding(SignatureVerdict.UNREADABLE, signer=name_in_certificate(certificate.subject))
    stamp = status.timestamp_validity
    proven_at = stamp.timestamp if stamp and stamp.valid and stamp.intact and stamp.trusted else None
    return SignatureFinding(
        verdict=_verdict(status, certificate, at),
        signer=name_in_certificate(certificate.subject),
        issuer=name_in_certificate(certificate.issuer),
        signed_at=proven_at or status.signer_reported_dt,
        is_time_proven=proven_at is not None,
        is_revocation_checked=any(each.issuer == certificate.issuer for each in revoked),
    )


def _is_in_force(content: Any, at: datetime) -> bool:
    return bool(content["this_update"].native <= at <= (content["next_update"].native or at))


def _verdict(status: Any, certificate: Any, at: datetime) -> SignatureVerdict:
    validity = certificate["tbs_certificate"]["validity"]
    if not (status.intact and status.valid):
        return SignatureVerdict.CHANGED
    if status.revoked:
        return SignatureVerdict.REVOKED
    if not validity["not_before"].native <= at <= validity["not_after"].native:
        return SignatureVerdict.EXPIRED
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE and not status.docmdp_ok:
        return SignatureVerdict.ADDED_TO
    return SignatureVerdict.VALID if status.trusted else SignatureVerdict.UNKNOWN_ISSUER
