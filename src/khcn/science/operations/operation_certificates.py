"""Certificates of operation: a number is one holder's, also when the certificate is given anew on another day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.access.shown_names import name_to_acting
from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.kernel.numbering.typed_numbers import number_key
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date
from khcn.science.models import OperationCertificate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.registers.writing import ValidationContext, Write


class OperationCertificateWriter(RowWriter):
    """Compares numbers as people read them: "05/ĐK-KHCN" and "5 / đk-khcn" are one."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Numbers are typed by one person at a time."""
        wait_for_turn(f"numbers of {OperationCertificate._meta.label_lower}")

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Rows of another holder with a number that is on record, or in an earlier row of the same file."""
        replaced = {each.before.pk for each in writes if each.before is not None}
        stored = OperationCertificate.objects.exclude(pk__in=replaced).select_related("holder")
        first: dict[str, OperationCertificate] = {}
        for certificate in stored.order_by("issued_on", "pk"):
            first.setdefault(number_key(certificate.number), certificate)
        for write in writes:
            earlier = first.setdefault(number_key(write.record.number), write.record)
            if earlier.holder != write.record.holder and (
                write.is_new or write.changed & {"number", "holder"}
            ):
                yield write, _refusal(earlier)


def _refusal(earlier: OperationCertificate) -> Refused:
    text = _(
        "Số “%(number)s” là của giấy chứng nhận ngày %(day)s cấp cho “%(holder)s”. Xem lại số hoặc tổ chức được cấp; nếu tổ chức đã "
        "đổi tên thì đổi tên ở danh mục tổ chức."
    ) % {
        "number": earlier.number,
        "day": format_date(earlier.issued_on),
        "holder": name_to_acting(earlier.holder),
    }
    return Refused.about(text, "number", code="number_taken")
