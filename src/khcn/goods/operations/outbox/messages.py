"""The messages of lots: one is made when what the portal has to know changes, and puts an end to those of the lot that were not accepted."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.epcis.codec.json_binding import json_text
from khcn.goods.enums import REPLACEABLE, TO_SEND, OutboxKind, OutboxStatus
from khcn.goods.models import Lot, OutboxAccount, OutboxCredential, OutboxDispatch, OutboxMessage
from khcn.goods.models.parties import speaks_for_code
from khcn.goods.operations.outbox.changes import account_of
from khcn.goods.operations.outbox.content import LotReport, content_of
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.past_days import write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

_GONE: Final = (OutboxStatus.REPLACED, OutboxStatus.CANCELLED)


def look_at_all_lots(*, actor: Actor, on: date) -> int:
    """Of all lots that are published or that the portal was sent something about: make the messages that are missing. Returns how many."""
    producers = OutboxAccount.objects.in_force(on=on).values("organisation")
    lots = Lot.objects.filter(item__organisation__in=producers, source_path="")
    rows = lots.filter(published_on__isnull=False) | lots.filter(outbox__isnull=False)
    keys = list(rows.order_by("pk").values_list("pk", flat=True).distinct())
    return sum(note_lot(key, actor=actor, on=on) is not None for key in keys)


def note_lot(key: int, *, actor: Actor, on: date, again: bool = False) -> OutboxMessage | None:
    """Make the message that the portal has to be sent about a lot now; None where it has that already, or is not to have it.

    ``again``: also where the portal has refused the same.
    """
    with transaction.atomic(), acting(actor):
        locked(Lot, key)
        lot = Lot.objects.select_related("item__organisation", "item__group").get(pk=key)
        account = account_of(lot.item.organisation, on=on)
        if account is None or lot.source_path or not speaks_for_code(lot.item):
            return None
        content = content_of(lot, account=account, on=on)
        if content is None:
            return None
        last = lot.outbox.order_by("-number").first()
        not_there = (*_GONE, OutboxStatus.REFUSED) if again else _GONE
        if last is not None and last.content_sha256 == content.sha256 and last.status not in not_there:
            return None
        _replace(lot, actor)
        is_known = lot.outbox.filter(attempts__isnull=False).exists()
        if not content.is_published and not is_known:
            return None
        return _make(lot, content, last.number + 1 if last else 1, is_known=is_known, on=on)


def _replace(lot: Lot, actor: Actor) -> None:
    for each in lot.outbox.filter(status__in=REPLACEABLE).order_by("pk"):
        end_message(each, OutboxStatus.REPLACED, actor=actor)


def end_message(message: OutboxMessage, status: OutboxStatus, *, actor: Actor) -> None:
    """Nothing is sent of a message any more."""
    OutboxDispatch.objects.filter(message=message).update(is_open=False)
    write_step(message, actor=actor, status=status)


def _make(lot: Lot, content: LotReport, number: int, *, is_known: bool, on: date) -> OutboxMessage:
    message = OutboxMessage(
        code=f"CQG-{lot.pk}-{number}",
        lot=lot,
        organisation=lot.item.organisation,
        number=number,
        kind=_kind(content, is_known=is_known),
        status=OutboxStatus.LACKING if content.lacks else OutboxStatus.WAITING,
        key=uuid.uuid4(),
        content_sha256=content.sha256,
        made_on=on,
        lacks=lacks_in_words(content)[:600],
    )
    message.full_clean()
    message.save()
    OutboxDispatch.objects.create(
        message=message,
        body=file_of(content, message.kind, number, str(message.key)).decode(),
        is_open=message.status in TO_SEND,
        due_at=message.created_at,
    )
    return message


def _kind(content: LotReport, *, is_known: bool) -> OutboxKind:
    if not content.is_published:
        return OutboxKind.WITHDRAW
    if content.is_recalled:
        return OutboxKind.RECALL
    return OutboxKind.CHANGE if is_known else OutboxKind.PUBLISH


def file_of(content: LotReport, kind: str, number: int, key: str, *, indent: bool = False) -> bytes:
    """The file that goes to the portal. Of two about one lot the one with the higher number counts."""
    head = {"maTin": key, "lanGui": number, "viec": content.mapping.kinds[kind]}
    return json_text.dumps({**head, **content.values}, indent=indent)


def lacks_in_words(content: LotReport) -> str:
    """Which required fields are empty, by the elements of the circular."""
    return "; ".join(f"{each.element}. {each.name}" if each.element else each.name for each in content.lacks)


def sha256_of(body: str) -> str:
    """Of the bytes that are sent."""
    return hashlib.sha256(body.encode()).hexdigest()


# ------------------------------------------------------------------------------------------ what people do


def why_not_sent_again(message: OutboxMessage, *, actor: Actor, on: date) -> str:
    """Why a message is not made anew; "" where it may be."""
    if message.status != OutboxStatus.REFUSED:
        return _("Chỉ gửi lại tin mà Cổng quốc gia đã từ chối.")
    if account_of(message.organisation, on=on) is None:
        return _("Cơ sở chưa đồng ý gửi, hoặc đã rút.")
    return ""


def send_again(*, message: OutboxMessage, actor: Actor, on: date) -> OutboxMessage:
    """Send what is on record now in the place of what the portal has refused."""
    if why := why_not_sent_again(message, actor=actor, on=on):
        raise Refused(why, code="not_refused")
    if note_lot(message.lot_id, actor=actor, on=on, again=True) is None:
        raise Refused(_("Lô không còn gì để gửi: xem lại việc công bố lô."), code="nothing")
    message.refresh_from_db()
    return message


def why_not_ended(account: OutboxAccount, *, actor: Actor, on: date) -> str:
    """Why an agreement is not ended; "" where it may be."""
    if account.ended_on is not None:
        return _("Đã rút đồng ý ngày %(day)s.") % {"day": format_date(account.ended_on)}
    return ""


def end_agreement(*, account: OutboxAccount, reason: str, actor: Actor, on: date) -> OutboxAccount:
    """Nothing more is sent for the producer, and the key of the portal is removed."""
    if why := why_not_ended(account, actor=actor, on=on):
        raise Refused(why, code="ended")
    with transaction.atomic(), acting(actor, reason):
        write_step(account, actor=actor, reason=reason, ended_on=max(on, account.agreed_on))
        OutboxCredential.objects.filter(account=account).delete()
        for each in account.organisation.outbox.filter(status__in=REPLACEABLE).order_by("pk"):
            end_message(each, OutboxStatus.CANCELLED, actor=actor)
    return account
