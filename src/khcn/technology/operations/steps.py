"""What steps of the registers of technology have in common: days in their order, what they write, and that they are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.actors import acting
from khcn.kernel.papers.models import Paper
from khcn.kernel.past_days import refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor


def refuse_day(name: str, day: date, first: date, on: date) -> None:
    """Raise ``Refused`` for a day to come, and for one before ``first``."""
    refuse_to_come(day, name, on)
    if day < first:
        text = _("Ngày này đứng trước bước trước đó, ngày %(day)s. Hãy xem lại ngày.")
        raise Refused.about(text % {"day": format_date(first)}, name, code="order")


def write_step(record: Any, *, actor: Actor, reason: str = "", **values: Any) -> None:
    """Write what a step says of the record."""
    for name, value in values.items():
        setattr(record, name, value)
    with transaction.atomic(), acting(actor, reason):
        record.full_clean(exclude={"state"})
        record.save()


def take_back_step(record: Any, *, actor: Actor, reason: str, **values: str | None) -> None:
    """Write what was before a step that was entered by a slip; the record is marked for ever. Raises ``Refused`` when a frozen report
    relies on it.
    """
    with correcting(actor, reason), refuse_correction_if_relied_on(record):
        write_step(record, actor=actor, reason=reason, corrected=True, **values)


def refuse_number_of_paper(record: Any, number: str) -> None:
    """Raise ``Refused`` for a step that the issue of a paper brought about: its withdrawal takes it back."""
    papers = Paper.objects.in_force_for(type(record)).filter(object_id=record.pk).select_related("number")
    if any(each.number_text == number for each in papers):
        text = _("Số %(number)s do giấy lập trong hệ thống cấp. Mở giấy, bấm “Thay thế” hoặc “Thu hồi”.")
        raise Refused(text % {"number": number}, code="of_paper")
