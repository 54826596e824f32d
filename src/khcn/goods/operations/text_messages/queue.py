"""Which text messages are to be sent: one for each notice, and one about its end for who had one; another one when a person says so."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from khcn.goods.enums import SmsStatus
from khcn.goods.models import RecallMessage
from khcn.goods.operations.text_messages.phone_numbers import mobile_number, shown_number
from khcn.goods.workflow import ANSWERED, SEEN
from khcn.kernel.actors import acting
from khcn.kernel.past_days import write_step
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from datetime import date

    from khcn.goods.models import RecallNotice
    from khcn.kernel.actors import Actor

LONGEST_NOTE = 300


@in_vietnamese
def ask_for_text(notice: RecallNotice) -> None:
    """Have a party told by a text message, where there is a gateway; without a mobile number the notice says so."""
    if settings.SMS_GATEWAY is None:
        return
    number = mobile_number(notice.phone)
    if number:
        notice.sms_status = SmsStatus.WAITING
        notice.sms_note = _("đến %(number)s") % {"number": shown_number(number)}
    else:
        text = _("“%(phone)s” không phải số di động") if notice.phone else _("tổ chức chưa ghi điện thoại")
        notice.sms_status, notice.sms_note = SmsStatus.NO_NUMBER, text % {"phone": notice.phone}
    notice.sms_at = notice.updated_at
    notice.save()
    if number:
        _put_down(notice, is_ending=False)


@in_vietnamese
def ask_for_ending(notice: RecallNotice) -> None:
    """Have a party that had a text message told by another one that the recall is over."""
    if settings.SMS_GATEWAY is None or notice.sms_status != SmsStatus.SENT or notice.ended_on is None:
        return
    notice.ending_sms = _("chờ gửi")
    notice.save()
    _put_down(notice, is_ending=True)


def _put_down(notice: RecallNotice, *, is_ending: bool) -> None:
    RecallMessage.objects.update_or_create(
        notice=notice,
        is_ending=is_ending,
        defaults={
            "reference": uuid.uuid4(),
            "asked_at": notice.updated_at,
            "due_at": notice.updated_at,
            "is_open": True,
            "leased_until": None,
            "attempts": 0,
        },
    )


# ------------------------------------------------------------------------------------------ what people do


def why_not_texted(notice: RecallNotice, *, actor: Actor, on: date) -> str:
    """Why a party is not told by a text message now; "" where it may be."""
    if settings.SMS_GATEWAY is None:
        return _("Máy chủ chưa nối cổng tin nhắn (KHCN_SMS_URL). Báo bằng thư, điện thoại hoặc công văn.")
    if notice.recall.ended_on is not None:
        return _("Đợt thu hồi đã kết thúc.")
    if notice.state in (SEEN, ANSWERED):
        return _("Bên này đã đọc thông báo rồi.")
    if notice.sms_status == SmsStatus.WAITING:
        return _("Tin nhắn đang chờ gửi.")
    if not mobile_number(_phone_today(notice)):
        return _("Tổ chức chưa có số di động. Ghi số di động vào ô điện thoại của tổ chức trước.")
    return ""


def text_again(*, notice: RecallNotice, actor: Actor, on: date) -> RecallNotice:
    """Send a text message, or another one, to the number that the organisation has today."""
    with transaction.atomic(), acting(actor):
        write_step(notice, actor=actor, phone=_phone_today(notice))
        ask_for_text(notice)
    return notice


def _phone_today(notice: RecallNotice) -> str:
    organisation = notice.organisation
    return (organisation.phone if organisation is not None else "") or notice.phone
