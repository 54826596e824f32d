"""The department has seen the original of a certificate, and says so on the page of the product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.goods.models import ProductCertificate
from khcn.kernel.past_days import write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor


def checked_certificates(keys: Collection[int]) -> set[int]:
    """Of some certificates those whose original the department has seen."""
    seen = ProductCertificate.objects.filter(pk__in=keys, checked_on__isnull=False)
    return set(seen.values_list("pk", flat=True))


def why_not_checked(certificate: ProductCertificate, *, actor: Actor, on: date) -> str:
    """Why the original of a certificate is not marked as seen now; "" where it may be."""
    if certificate.checked_on is not None:
        return _("Đã ghi là xem bản gốc ngày %(day)s.") % {"day": format_date(certificate.checked_on)}
    return ""


def check_certificate(*, certificate: ProductCertificate, actor: Actor, on: date) -> ProductCertificate:
    """Write down that the original was seen on a day."""
    if why := why_not_checked(certificate, actor=actor, on=on):
        raise Refused(why, code="checked")
    write_step(certificate, actor=actor, checked_on=on)
    return certificate
