"""What people do with the registers of radiation safety, and the rules for their rows."""

from khcn.radiation.operations.applications import (
    ApplicationItemWriter,
    ApplicationWriter,
    LicensedItemWriter,
    appraise,
    complete,
    decided_applications,
    grant_licence,
    record_licence,
    reopen_application,
    return_application,
)
from khcn.radiation.operations.certificates import (
    CERTIFICATE_BOOK,
    CertificateWriter,
    issue_certificate,
    typed_certificates,
    withdraw_certificate,
)
from khcn.radiation.operations.licences import LicenceWriter, end_licence, why_licence_not_ended
from khcn.radiation.operations.notifications import NotificationWriter
from khcn.radiation.operations.numbers import LICENCE_BOOK, typed_licences
from khcn.radiation.operations.rule_values import licence_ends_on, renewal_filed_by

__all__ = [
    "CERTIFICATE_BOOK",
    "LICENCE_BOOK",
    "ApplicationItemWriter",
    "ApplicationWriter",
    "CertificateWriter",
    "LicenceWriter",
    "LicensedItemWriter",
    "NotificationWriter",
    "appraise",
    "complete",
    "decided_applications",
    "end_licence",
    "grant_licence",
    "issue_certificate",
    "licence_ends_on",
    "record_licence",
    "renewal_filed_by",
    "reopen_application",
    "return_application",
    "typed_certificates",
    "typed_licences",
    "why_licence_not_ended",
    "withdraw_certificate",
]
