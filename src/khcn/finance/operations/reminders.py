"""Hosts are asked to clear their advances: by a letter of this system, or one that was signed on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.finance.models import AdvanceReminder
from khcn.finance.operations.numbers import REMINDER_BOOK
from khcn.finance.workflow import DRAFTED, REMINDER_FLOW, SENT
from khcn.kernel.papers.numbers_of_records import opened_records, refuse_taken_number
from khcn.kernel.past_days import refuse_to_come, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor


class ReminderWriter(RowWriter):
    """A letter that was sent stays."""

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one that is being drawn up is deleted."""
        if record.state != DRAFTED:
            raise Refused(_("Công văn đôn đốc đã gửi nên không xóa được."), code="sent")


def sent_reminders(keys: Collection[int]) -> set[int]:
    """Those that were sent; without those whose letter is being replaced, which opens what it prints."""
    found = AdvanceReminder.objects.filter(pk__in=list(keys), state=SENT)
    return set(found.values_list("pk", flat=True)) - opened_records(AdvanceReminder, keys)


def record_sent(
    *, reminder: AdvanceReminder, document_number: str, sent_on: date, actor: Actor, on: date
) -> AdvanceReminder:
    """A letter that was signed on paper. Raises ``Refused`` for a taken number and a day to come."""
    refuse_to_come(sent_on, "sent_on", on)
    refuse_taken_number(REMINDER_BOOK, reminder, document_number, sent_on)
    write_step(reminder, actor=actor, document_number=document_number.strip(), sent_on=sent_on)
    return reminder


def send(*, reminder: AdvanceReminder, number: str, actor: Actor, on: date, instead_of: str = "") -> None:
    """What the issue of the letter brings about. One that replaces another corrects it: the day stays."""
    if instead_of and reminder.document_number == instead_of:
        write_step(reminder, actor=actor, document_number=number)
        return
    with transaction.atomic():
        fire(REMINDER_FLOW, reminder, "send", actor=actor, on=on)
        write_step(reminder, actor=actor, document_number=number, sent_on=on)


def withdraw_reminder(*, reminder: AdvanceReminder, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the letter brings about: the host was not asked."""
    if reminder.document_number != number or reminder.state != SENT:
        return
    note = _("Thu hồi công văn số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(REMINDER_FLOW, reminder, "withdraw_sending", actor=actor, on=on, note=note)
        write_step(reminder, actor=actor, reason=note, document_number="", sent_on=None)
