"""Licences that are entered, replaced and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.past_days import PastDayWriter, refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.radiation.models import RadiationLicence
from khcn.radiation.operations.numbers import refuse_taken_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


def note_replaced(keys: Iterable[int | None]) -> None:
    """Write down at these licences when the first licence took their place, if one did."""
    for licence in locked_all(RadiationLicence, (each for each in keys if each is not None)):
        first = licence.replaced_by.order_by("issued_on", "pk").first()
        replaced_on = first.issued_on if first is not None else None
        if licence.replaced_on != replaced_on:
            licence.replaced_on = replaced_on
            licence.save()


class LicenceWriter(PastDayWriter):
    """A licence replaces one of the same facility that is older; its number is its own."""

    def __init__(self) -> None:
        """The days of a licence have come, but for its last one."""
        super().__init__("issued_on", "ended_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """What it replaces, and its number."""
        licence = write.record
        if write.is_new or write.changed & {"supersedes", "facility", "issued_on"}:
            refuse_other_predecessor(licence)
        if write.is_new or write.changed & {"number", "issued_on", "issuer"}:
            refuse_taken_number(licence, context.seen)

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """The licences that were replaced know since when."""
        with acting(actor):
            note_replaced(
                row.supersedes_id for each in writes for row in (each.record, each.before) if row is not None
            )

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """One that an application was granted by stays with it."""
        if hasattr(record, "application"):
            raise Refused(
                _("Giấy phép được cấp theo hồ sơ %(code)s nên không xóa. Thu hồi giấy phép ở trang của giấy.")
                % {"code": record.application.code},
                code="granted",
            )

    def after_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What it had replaced is in force again."""
        with acting(actor):
            note_replaced([record.supersedes_id])


def refuse_other_predecessor(licence: RadiationLicence) -> None:
    """Raise ``Refused`` where a licence would replace one of another facility, a later one, or itself."""
    earlier = licence.supersedes
    if earlier is None:
        return
    if earlier.facility != licence.facility:
        text = _("Giấy phép bị thay là của cơ sở khác. Hãy chọn giấy phép của chính cơ sở này.")
        raise Refused.about(text, "supersedes")
    if earlier is licence or earlier.issued_on > licence.issued_on:
        text = _("Giấy phép bị thay phải cấp trước; giấy phép đó cấp ngày %(day)s. Hãy xem lại.") % {
            "day": format_date(earlier.issued_on)
        }
        raise Refused.about(text, "supersedes")


def why_licence_not_ended(licence: RadiationLicence, *, actor: Actor, on: date) -> str:
    """Why a licence cannot be ended any more; "" while it can."""
    if licence.ended_on is None:
        return ""
    return _("Giấy phép đã chấm dứt ngày %(day)s.") % {"day": format_date(licence.ended_on)}


def end_licence(
    *, licence: RadiationLicence, ended_on: date, reason: str, actor: Actor, on: date
) -> RadiationLicence:
    """End a licence before its last day: the work has ceased, or it was taken away.

    Raises ``Refused`` for one that has ended, and for a day before its issue or still to come.
    """
    if why := why_licence_not_ended(licence, actor=actor, on=on):
        raise Refused(why, code="ended")
    refuse_to_come(ended_on, "ended_on", on)
    if ended_on < licence.issued_on:
        text = _("Ngày chấm dứt đứng trước ngày cấp %(day)s. Hãy xem lại ngày.") % {
            "day": format_date(licence.issued_on)
        }
        raise Refused.about(text, "ended_on")
    with transaction.atomic(), acting(actor, reason):
        licence.ended_on = ended_on
        licence.full_clean()
        licence.save()
    return licence
