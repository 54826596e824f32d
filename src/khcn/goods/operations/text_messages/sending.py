"""Sends the text messages that wait, each once: until the gateway has taken or refused it, for a day at most.

No transaction is open while the gateway is asked, and a lease sees to it that of two workers one does. A worker that is killed before it
has noted the answer leaves a message that is sent again when its lease has run out; so does a gateway that took a message and did
not answer in time. Both have the same reference, by which the gateway may recognise it; a party that is told twice is better than none.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.goods.enums import SmsStatus
from khcn.goods.models import RecallMessage, RecallNotice
from khcn.goods.operations.text_messages.gateway import GatewayAnswer, GatewayVerdict, send_text
from khcn.goods.operations.text_messages.phone_numbers import masked_number, mobile_number, shown_number
from khcn.goods.operations.text_messages.queue import LONGEST_NOTE, ask_for_ending
from khcn.goods.operations.text_messages.texts import TooLongError, text_of
from khcn.goods.workflow import ANSWERED, FAILED, NOTICE_FLOW, SEEN, WAITING
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.jobs.leases import Lease
from khcn.kernel.past_days import write_step
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from khcn.kernel.jobs.recurring import JobContext

log = logging.getLogger(__name__)

LEASE: Final = Lease(timedelta(minutes=2))  # longer than an attempt can take (`webhook_client`)
FIRST_PAUSE: Final = timedelta(minutes=1)  # multiplied by three for each further attempt
LONGEST_PAUSE: Final = timedelta(hours=1)
QUIET: Final = timedelta(seconds=30)  # of all others, when the gateway cannot take one
GIVEN_UP_AFTER: Final = timedelta(hours=24)
MOST_OF_TURN: Final = 20


class SendingText(NamedTuple):
    """What is about to leave."""

    message: int
    reference: UUID
    is_ending: bool
    number: str
    text: str


def send_waiting_texts(context: JobContext) -> bool:
    """Send what is due, one after the other; True where there may be more."""
    if settings.SMS_GATEWAY is None:
        return False
    for _turn in range(MOST_OF_TURN):
        if context.stopping.is_set() or not send_next_text(at=context.now(), clock=context.now):
            return False
    return True


def send_next_text(*, at: datetime, clock: Callable[[], datetime]) -> bool:
    """Send the message whose turn it is; False where there is none."""
    message = _lease(at)
    if message is None:
        return False
    sending = _begin(message, at)
    if sending is not None:
        answer = send_text(sending.number, sending.text, sending.reference)
        _log(message, sending, answer)
        _note(sending, answer, clock())
    return True


def _lease(at: datetime) -> RecallMessage | None:
    due = RecallMessage.objects.filter(is_open=True, due_at__lte=at).filter(LEASE.free(at))
    for row in due.order_by("due_at", "pk")[:MOST_OF_TURN]:
        if LEASE.acquire(RecallMessage.objects.filter(is_open=True, due_at__lte=at), row, at=at):
            return row
    return None


def _begin(message: RecallMessage, at: datetime) -> SendingText | None:
    """Count the attempt; None where the message is not to be sent any more, and then the notice says why."""
    with transaction.atomic(), acting(SYSTEM):
        notice = locked(RecallNotice, message.notice_id)
        number = mobile_number(notice.phone)
        status, why = _why_not(message, notice, number, at)
        text = ""
        if not why:
            try:
                text = text_of(notice, is_ending=message.is_ending)
            except TooLongError:
                status, why = SmsStatus.FAILED, _("địa chỉ của hệ thống (KHCN_URL) quá dài cho một tin nhắn")
        if why:
            RecallMessage.objects.filter(pk=message.pk).update(is_open=False, leased_until=None)
            _end_without(notice, status, why, at, is_ending=message.is_ending)
            return None
        RecallMessage.objects.filter(pk=message.pk).update(attempts=F("attempts") + 1)
    return SendingText(message.pk, message.reference, message.is_ending, number, text)


def _why_not(
    message: RecallMessage, notice: RecallNotice, number: str, at: datetime
) -> tuple[SmsStatus, str]:
    if not message.is_ending:
        if notice.recall.ended_on is not None:
            return SmsStatus.NOT_NEEDED, _("đợt thu hồi kết thúc trước khi gửi")
        if notice.state in (SEEN, ANSWERED):
            return SmsStatus.NOT_NEEDED, _("bên này đã đọc thông báo trước khi gửi")
    if not number:
        return SmsStatus.NO_NUMBER, _("“%(phone)s” không phải số di động") % {"phone": notice.phone}
    if at >= message.asked_at + GIVEN_UP_AFTER:
        return SmsStatus.FAILED, _("24 giờ không gửi được; lần cuối: %(note)s") % {"note": notice.sms_note}
    return SmsStatus.WAITING, ""


def _log(message: RecallMessage, sending: SendingText, answer: GatewayAnswer) -> None:
    """For operators: neither the whole number nor what the gateway answered, which may repeat it."""
    level = logging.INFO if answer.verdict is GatewayVerdict.ACCEPTED else logging.WARNING
    reason = f"HTTP {answer.result.status}" if answer.result.status else answer.result.problem
    number = masked_number(sending.number)
    log.log(
        level,
        "text message about notice %s to %s: %s, %s",
        message.notice_id,
        number,
        answer.verdict.value,
        reason,
    )


def _note(sending: SendingText, answer: GatewayAnswer, at: datetime) -> None:
    """Store what became of the attempt on the notice, and when there is another one."""
    with transaction.atomic(), acting(SYSTEM):
        message = RecallMessage.objects.select_related("notice").get(pk=sending.message)
        notice = locked(RecallNotice, message.notice_id)
        if message.reference != sending.reference:
            return  # a person has asked for another one meanwhile
        rows = RecallMessage.objects.filter(pk=message.pk)
        if answer.verdict is GatewayVerdict.FAULT:
            pause = answer.result.delay(min(LONGEST_PAUSE, FIRST_PAUSE * 3 ** min(message.attempts - 1, 9)))
            rows.update(due_at=at + pause, leased_until=None)
            _leave_alone(at)
            _waits_on(notice, sending, answer.words, at)
            return
        rows.update(is_open=False, leased_until=None)
        if answer.verdict is GatewayVerdict.REFUSED:
            words = {"number": shown_number(sending.number), "words": answer.words}
            text = _("đến %(number)s: %(words)s") % words
            _end_without(notice, SmsStatus.REFUSED, text, at, is_ending=sending.is_ending)
            return
        _sent(notice, sending, at)


def _leave_alone(at: datetime) -> None:
    """A gateway that cannot take one message now is asked about the others a little later, so that it can recover."""
    later = at + QUIET
    RecallMessage.objects.filter(is_open=True, due_at__lt=later).update(due_at=later)


def _waits_on(notice: RecallNotice, sending: SendingText, words: str, at: datetime) -> None:
    name = "ending_sms" if sending.is_ending else "sms_note"
    text = _("đến %(number)s chưa được: %(words)s")
    note = (text % {"number": shown_number(sending.number), "words": words})[:LONGEST_NOTE]
    if getattr(notice, name) != note:
        values: dict[str, Any] = {name: note}
        write_step(notice, actor=SYSTEM, **values if sending.is_ending else values | {"sms_at": at})


def _sent(notice: RecallNotice, sending: SendingText, at: datetime) -> None:
    number = shown_number(sending.number)
    if sending.is_ending:
        write_step(notice, actor=SYSTEM, ending_sms=_("tin nhắn đến %(number)s") % {"number": number})
        return
    if notice.state in (WAITING, FAILED):
        fire(NOTICE_FLOW, notice, "send", actor=SYSTEM, on=timezone.localtime(at).date())
    note = _("đến %(number)s") % {"number": number}
    write_step(notice, actor=SYSTEM, sms_status=SmsStatus.SENT, sms_at=at, sms_note=note)
    ask_for_ending(notice)  # it ended while the message was on its way


def _end_without(
    notice: RecallNotice, status: SmsStatus, words: str, at: datetime, *, is_ending: bool
) -> None:
    """It is not sent any more. A notice that goes out by nothing else has failed, and somebody has to call."""
    if is_ending:
        text = _("không nhắn tin được: %(words)s") % {"words": words}
        write_step(notice, actor=SYSTEM, ending_sms=text[:LONGEST_NOTE])
        return
    if notice.state == WAITING and not notice.email and status != SmsStatus.NOT_NEEDED:
        fire(NOTICE_FLOW, notice, "fail", actor=SYSTEM, on=timezone.localtime(at).date())
    write_step(notice, actor=SYSTEM, sms_status=status, sms_at=at, sms_note=words[:LONGEST_NOTE])
