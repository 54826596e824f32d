"""Numbers of licences: those that the book gives and those that are typed agree year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.numbering.typed_numbers import NumberOnRecord
from khcn.kernel.papers.typed_number_check import typed_only, why_not_free
from khcn.kernel.refusals import Refused
from khcn.radiation.enums import LicenceIssuer
from khcn.radiation.models import RadiationLicence, RadiationLicenceApplication

if TYPE_CHECKING:
    from collections.abc import Iterator

LICENCE_BOOK: Final = "GP-SKHCN"


def typed_licences(year: int) -> Iterator[NumberOnRecord]:
    """Licences of the department of a year whose number no paper of this system has borne."""
    rows = RadiationLicence.objects.filter(issuer=LicenceIssuer.PROVINCE, issued_on__year=year)
    found = rows.select_related("application", "facility").order_by("issued_on", "pk")
    return typed_only(
        RadiationLicenceApplication,
        (
            (
                each.application.pk if hasattr(each, "application") else 0,
                NumberOnRecord(each.number, each.issued_on, each),
            )
            for each in found
        ),
    )


def refuse_taken_number(licence: RadiationLicence, seen: dict[str, Any]) -> None:
    """Raise ``Refused`` where the book or another licence of the department has the number in that year."""
    if licence.issuer != LicenceIssuer.PROVINCE:
        return
    why = why_not_free(
        book=LICENCE_BOOK,
        day=licence.issued_on,
        text=licence.number,
        record=licence,
        seen=seen,
        given=_(
            "Số %(number)s trong sổ giấy phép đã cấp cho “%(holder)s” ngày %(day)s. Hãy xem lại số, hoặc lập giấy phép từ hồ sơ để "
            "lấy số mới."
        ),
    )
    if why:
        raise Refused.about(why, "number", code="number_taken")
