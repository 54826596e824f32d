"""Sends what waits: each message until the portal has accepted or refused it, with the same bytes under the same key.

What is about to leave is written down first. A worker that is killed between sending and noting leaves an attempt without an end; the
message is sent again when its lease has run out, and the portal recognises its key. No transaction is open while the portal is asked.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from khcn.goods.enums import TO_SEND, AttemptOutcome, OutboxStatus
from khcn.goods.models import OutboxAccount, OutboxAttempt, OutboxCredential, OutboxDispatch, OutboxMessage
from khcn.goods.operations.outbox.credentials import read_credential
from khcn.goods.operations.outbox.messages import sha256_of
from khcn.goods.operations.outbox.switch import is_named, why_nothing_leaves
from khcn.kernel.access.encrypted_secrets import LostSecretError
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.jobs.leases import Lease
from khcn.kernel.past_days import write_step
from khcn.trace.operations.webhook_client import DeliveryResult, post

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

log = logging.getLogger(__name__)

LEASE: Final = Lease(timedelta(minutes=2))  # longer than an attempt can take (`webhook_client`)
FIRST_PAUSE: Final = timedelta(minutes=1)  # multiplied by four for each further attempt
LONGEST_PAUSE: Final = timedelta(hours=12)
FIRST_QUIET: Final = timedelta(seconds=15)
LONGEST_QUIET: Final = timedelta(minutes=30)  # of a producer whose messages the portal cannot take now
MOST_OF_TURN: Final = 20
LONGEST_ANSWER: Final = 2000  # characters that are stored; the hash is of all that was read
# Statuses that are not about the content: the portal is down or overloaded, or was moved.
TEMPORARY: Final = frozenset({408, 425, 429, *range(300, 400), *range(500, 600)})
_NO_ENTRY: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Sending:
    """What is about to leave, and where it is noted."""

    attempt: OutboxAttempt
    body: bytes
    headers: dict[str, str]
    secret: str
    credential: int


def send_waiting(context: JobContext) -> bool:
    """Send what is due, one after the other; True where there may be more."""
    if not is_named() or why_nothing_leaves(_day(context.now())):
        return False
    for _turn in range(MOST_OF_TURN):
        if context.stopping.is_set() or not send_next(at=context.now(), clock=context.now):
            return False
    return True


def send_next(*, at: datetime, clock: Any) -> bool:
    """Send the message whose turn it is; False where there is none."""
    dispatch = _lease(at)
    if dispatch is None:
        return False
    sending = _begin(dispatch, at)
    if sending is not None:
        result = _post(sending)
        _note(sending, result, clock())
    return True


def _lease(at: datetime) -> OutboxDispatch | None:
    """The dispatch that is due first, of a producer that has agreed, has a key and is not paused; leased to this worker."""
    credentials = OutboxCredential.objects.filter(
        Q(quiet_until=None) | Q(quiet_until__lte=at),
        refused_at=None,
        account__in=OutboxAccount.objects.in_force(on=_day(at)),
    )
    due = OutboxDispatch.objects.filter(
        is_open=True,
        due_at__lte=at,
        message__organisation__in=credentials.values("account__organisation"),
    )
    for row in due.filter(LEASE.free(at)).order_by("due_at", "message")[:MOST_OF_TURN]:
        if LEASE.acquire(OutboxDispatch.objects.filter(is_open=True), row, at=at):
            return row
    return None


@sensitive_variables()
def _begin(dispatch: OutboxDispatch, at: datetime) -> Sending | None:
    """Write down that it is about to leave; None where it is not to be sent any more."""
    with transaction.atomic(), acting(SYSTEM):
        message = locked(OutboxMessage, dispatch.message_id)
        account = (
            OutboxAccount.objects.in_force(on=_day(at)).filter(organisation=message.organisation_id).first()
        )
        credential = OutboxCredential.objects.filter(account=account, refused_at=None).first()
        if message.status not in TO_SEND or account is None or credential is None:
            return None
        try:
            secret = read_credential(credential)
        except LostSecretError:
            log.warning("the key of producer %s cannot be read", message.organisation_id)
            OutboxCredential.objects.filter(pk=credential.pk).update(refused_at=at)
            return None
        OutboxDispatch.objects.filter(pk=dispatch.pk).update(attempts=F("attempts") + 1)
        attempt = OutboxAttempt(
            message=message,
            number=message.attempts.count() + 1,
            begun_at=at,
            address=settings.NATIONAL_PORTAL_URL[:300],
            body_sha256=sha256_of(dispatch.body),
        )
        attempt.full_clean()
        attempt.save()
        write_step(message, actor=SYSTEM, status=OutboxStatus.SENDING)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "khcn-outbox",
        "Idempotency-Key": str(message.key),
        "Authorization": f"Bearer {secret}",
    }
    return Sending(attempt, dispatch.body.encode(), headers, secret, credential.pk)


@sensitive_variables()
def _post(sending: Sending) -> DeliveryResult:
    """Ask the portal. A key travels encrypted, or within a private network where the operator allows that."""
    url = settings.NATIONAL_PORTAL_URL
    if not url.startswith("https://") and not settings.WEBHOOK_PRIVATE:
        return DeliveryResult(None, "the address of the portal is not https")
    return post(url, sending.body, sending.headers, is_of_operator=True)


@sensitive_variables()
def _note(sending: Sending, result: DeliveryResult, at: datetime) -> None:
    """Store what became of the attempt, and what it means for its message."""
    outcome = _outcome(result)
    answer = answer_in_words(result, sending.secret)
    with transaction.atomic(), acting(SYSTEM):
        message = locked(OutboxMessage, sending.attempt.message_id)
        write_step(
            sending.attempt,
            actor=SYSTEM,
            ended_at=at,
            outcome=outcome,
            http_status=result.status,
            answer=answer,
            answer_sha256=hashlib.sha256(result.answer).hexdigest() if result.answer else "",
        )
        _note_of_producer(sending, outcome, result, at)
        if (
            message.status not in TO_SEND
        ):  # replaced or cancelled meanwhile: the attempt says what became of it
            return
        dispatch = OutboxDispatch.objects.get(message=message)
        values: dict[str, Any] = {"answer": answer}
        if outcome == AttemptOutcome.ACCEPTED:
            values |= {"status": OutboxStatus.SENT, "sent_on": _day(at)}
            dispatch.is_open = False
        elif outcome == AttemptOutcome.REFUSED:
            values["status"] = OutboxStatus.REFUSED
            dispatch.is_open = False
        else:
            values["status"] = OutboxStatus.RETRY
            dispatch.due_at = at + pause_after(dispatch.attempts, result)
        dispatch.leased_until = None
        dispatch.save(update_fields=["is_open", "due_at", "leased_until"])
        write_step(message, actor=SYSTEM, **values)


def _outcome(result: DeliveryResult) -> AttemptOutcome:
    if result.is_accepted:
        return AttemptOutcome.ACCEPTED
    if result.status in _NO_ENTRY:
        return AttemptOutcome.NO_ENTRY
    if result.status is None or result.status in TEMPORARY or result.status < HTTPStatus.OK:
        return AttemptOutcome.FAILED
    return AttemptOutcome.REFUSED


def _note_of_producer(
    sending: Sending, outcome: AttemptOutcome, result: DeliveryResult, at: datetime
) -> None:
    """A key that is refused is not used again, and a portal that cannot answer is left alone for a while."""
    rows = OutboxCredential.objects.filter(pk=sending.credential)
    if outcome == AttemptOutcome.NO_ENTRY:
        # not the key that was entered while the portal was asked
        rows.filter(set_at__lte=sending.attempt.begun_at).update(refused_at=at)
    elif outcome == AttemptOutcome.FAILED:
        failures = rows.values_list("failures", flat=True).first() or 0
        usual = min(LONGEST_QUIET, FIRST_QUIET * 2 ** min(failures, 9))
        quiet = max(usual, result.retry_after or timedelta(0))
        rows.update(quiet_until=at + quiet, failures=F("failures") + 1)
    else:
        rows.update(quiet_until=None, failures=0)


def pause_after(attempts: int, result: DeliveryResult) -> timedelta:
    """The pause after so many attempts."""
    return result.delay(min(LONGEST_PAUSE, FIRST_PAUSE * 4 ** min(attempts - 1, 9)))


def answer_in_words(result: DeliveryResult, secret: str) -> str:
    """What the receiver answered, as text: without the key, should it repeat that, and without control characters."""
    text = result.answer.decode("utf-8", "replace")
    if secret:
        text = text.replace(secret, "***")
    shown = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text).strip()
    return " – ".join(part for part in (result.problem, shown) if part)[:LONGEST_ANSWER]


def _day(at: datetime) -> Any:
    return timezone.localtime(at).date()
