"""Certificates of radiation workers: given by the book or typed, and withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.numbering.typed_numbers import NumberOnRecord
from khcn.kernel.papers.typed_number_check import typed_only, why_not_free
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.radiation.models import RadiationStaffCertificate, RadiationWorker
from khcn.radiation.operations.rule_values import certificate_ends_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

CERTIFICATE_BOOK: Final = "CCNVBX-SKHCN"


def typed_certificates(year: int) -> Iterator[NumberOnRecord]:
    """Certificates of a year whose number no paper of this system has borne."""
    rows = RadiationStaffCertificate.objects.filter(issued_on__year=year)
    found = rows.select_related("worker__person").order_by("issued_on", "pk")
    return typed_only(
        RadiationWorker,
        ((each.worker_id, NumberOnRecord(each.number, each.issued_on, each)) for each in found),
    )


class CertificateWriter(PastDayWriter):
    """A number is one certificate's."""

    def __init__(self) -> None:
        """The days of a certificate have come, but for its last one."""
        super().__init__("issued_on", "ended_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A number that the book or another certificate has in that year."""
        certificate = write.record
        if not (write.is_new or write.changed & {"number", "issued_on"}):
            return
        why = why_not_free(
            book=CERTIFICATE_BOOK,
            day=certificate.issued_on,
            text=certificate.number,
            record=certificate,
            seen=context.seen,
            given=_(
                "Số %(number)s trong sổ chứng chỉ đã cấp cho “%(holder)s” ngày %(day)s. Hãy xem lại số, hoặc lập chứng chỉ ở trang của "
                "nhân viên bức xạ để lấy số mới."
            ),
        )
        if why:
            raise Refused.about(why, "number", code="number_taken")


def issue_certificate(*, worker: RadiationWorker, number: str, actor: Actor, on: date) -> None:
    """What the issue of a certificate's paper brings about: the certificate on record, valid by the rule of the day."""
    with transaction.atomic(), acting(actor):
        certificate = RadiationStaffCertificate(
            number=number, worker=worker, issued_on=on, expires_on=certificate_ends_on(on)
        )
        certificate.full_clean()
        certificate.save()


def withdraw_certificate(*, worker: RadiationWorker, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the paper brings about."""
    with transaction.atomic(), acting(actor):
        for certificate in worker.certificates.filter(number=number, ended_on=None):
            certificate.ended_on = on
            certificate.save()
