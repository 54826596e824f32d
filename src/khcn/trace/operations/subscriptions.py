"""Subscriptions to the answers of a named query (EPCIS 2.0, 8.2.5; ``/queries/{name}/subscriptions``)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.db import transaction
from django.utils import timezone

from khcn.epcis import QueryError, Time
from khcn.epcis.times import is_date_time
from khcn.kernel.actors import acting
from khcn.kernel.audit.log_entries import log_change
from khcn.kernel.audit.row_locks import locked
from khcn.trace.models import ApiKey, Delivery, NamedQuery, Subscription, TraceParty
from khcn.trace.operations.destinations import check_destination
from khcn.trace.operations.dispatch_round_numbers import lock_rounds
from khcn.trace.operations.schedules import next_run, parse_schedule
from khcn.trace.store.encoding.instants import instant, microseconds, utc_text

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from khcn.kernel.actors import Actor

LONGEST_TOKEN: Final = 1000
MAX_SUBSCRIPTIONS: Final = 100  # of a party
_FIELDS: Final = frozenset(
    {"dest", "signatureToken", "stream", "schedule", "reportIfEmpty", "initialRecordTime"}
)


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """The checked request of a client."""

    destination: str
    token: str
    schedule: dict[str, Any] | None  # None: a stream
    report_if_empty: bool
    initial: int  # microseconds


def _refuse(field: str, vi: str, en: str) -> NoReturn:
    raise QueryError("SubscriptionControlsException", field, vi, en)


def _parse_request(wanted: object, *, at: datetime, zone: tzinfo) -> SubscriptionRequest:
    """Check the request of a client; does not resolve ``dest``.

    Raises:
        QueryError: ``SubscriptionControlsException`` for anything that violates the OpenAPI document; exactly one of
            ``stream`` and ``schedule`` must be there.
    """
    if not isinstance(wanted, dict):
        _refuse("", "Nội dung phải là một đối tượng JSON có dest.", "the body is no object")
    unknown = sorted(set(wanted) - _FIELDS)
    if unknown:
        _refuse(unknown[0], f"Đăng ký không có trường “{unknown[0]}”.", f"there is no field {unknown[0]!r}")
    token, stream, empty = wanted.get("signatureToken"), wanted.get("stream"), wanted.get("reportIfEmpty")
    if token is not None and not (
        isinstance(token, str) and 1 <= len(token) <= LONGEST_TOKEN and "\0" not in token
    ):
        _refuse(
            "signatureToken",
            f"signatureToken là chuỗi có từ 1 đến {LONGEST_TOKEN} ký tự, không có ký tự NUL.",
            f"signatureToken is a text of 1 to {LONGEST_TOKEN} characters, none of them NUL",
        )
    for field, value in (("stream", stream), ("reportIfEmpty", empty)):
        if not (value is None or isinstance(value, bool)):
            _refuse(field, f"{field} chỉ nhận true hoặc false.", f"{field} is neither true nor false")
    schedule = wanted.get("schedule")
    if bool(stream) is (schedule is not None):
        _refuse(
            "stream",
            'Cần đúng một trong hai: "stream": true (gửi ngay) hoặc "schedule" (gửi theo lịch).',
            "exactly one of stream and schedule must be given",
        )
    if schedule is not None:
        parse_schedule(schedule, zone=zone)
    elif empty:
        _refuse(
            "reportIfEmpty",
            "reportIfEmpty chỉ đi cùng schedule: gửi ngay thì không có lần nào rỗng.",
            "reportIfEmpty goes with a schedule",
        )
    initial = _initial_time(wanted.get("initialRecordTime"), at)
    return SubscriptionRequest(str(wanted.get("dest") or ""), token or "", schedule, bool(empty), initial)


def _initial_time(value: object, at: datetime) -> int:
    if value is None:
        return microseconds(Time(at.isoformat()))
    if not isinstance(value, str) or not is_date_time(value):
        _refuse(
            "initialRecordTime",
            "initialRecordTime phải là thời điểm, ví dụ 2026-10-09T08:30:00+07:00.",
            f"{value!r} is no date-time with an offset",
        )
    moment = microseconds(Time(value))
    try:
        instant(moment)
    except OverflowError:
        _refuse(
            "initialRecordTime",
            "initialRecordTime phải ở trong các năm từ 1 đến 9999 theo giờ quốc tế (UTC).",
            f"{value!r} is not in the years 1 to 9999 of UTC",
        )
    return moment


def create_subscription(
    *, query: NamedQuery, key: int, wanted: object, epc_format: str, cbv_format: str, at: datetime
) -> Subscription:
    """Subscribe. Must not be called in a transaction, because it resolves the name of the receiver.

    Args:
        query: the query whose answers are wanted.
        key: the key of the program that asks; the subscription ends with it.
        wanted: the body of the request, as JSON values.
        epc_format: ``GS1-EPC-Format`` of the subscriber.
        cbv_format: ``GS1-CBV-XML-Format``.
        at: when. Events recorded from then on are answered, unless ``initialRecordTime`` says otherwise.

    Raises:
        QueryError: ``SubscriptionControlsException``.
    """
    zone = timezone.get_default_timezone()
    request = _parse_request(wanted, at=at, zone=zone)
    check_destination(request.destination)
    stream = request.schedule is None
    # The first answer of a stream has the events recorded since its initial time and before this transaction ends.
    first = at if stream else next_run(parse_schedule(request.schedule, zone=zone), after=at, zone=zone)
    with transaction.atomic():
        current = lock_rounds()
        if Subscription.objects.filter(query__party=query.party_id).count() >= MAX_SUBSCRIPTIONS:
            _refuse(
                "",
                f"Đã có {MAX_SUBSCRIPTIONS} đăng ký; xóa bớt rồi đăng ký lại.",
                f"there are {MAX_SUBSCRIPTIONS} subscriptions already",
            )
        return Subscription.objects.create(
            query=query,
            key_id=key,
            destination=request.destination,
            signature_token=request.token,
            stream=stream,
            schedule=request.schedule or {},
            report_if_empty=request.report_if_empty,
            initial_record_time=request.initial,
            epc_format=epc_format,
            cbv_format=cbv_format,
            created_at=at,
            next_run_at=first,
            last_round=current if stream else 0,
        )


def find_subscription(*, query: NamedQuery, name: str) -> Subscription | None:
    """The subscription of that id."""
    try:
        number = uuid.UUID(name)
    except ValueError:
        return None
    return Subscription.objects.filter(query=query, name=number).select_related("key").first()


def subscriptions_after(*, query: NamedQuery, last: int, size: int) -> list[Subscription]:
    """Subscriptions of a query after a row id, in the order of creation."""
    found = Subscription.objects.filter(query=query, pk__gt=last).select_related("key")
    return list(found.order_by("pk")[:size])


def resume_subscription(*, subscription: Subscription, key: ApiKey, actor: Actor, at: datetime) -> bool:
    """Give a stopped subscription to a good key of its party; False where it has one, or that key is good no more.

    A schedule answers what came meanwhile at its next run; a stream goes on with what comes from now on.
    """
    party = subscription.query.party
    with acting(actor, "Cho đăng ký nhận sự kiện chạy tiếp"), transaction.atomic():
        locked(TraceParty, party.pk)
        chosen = locked(ApiKey, key.pk)
        stored = Subscription.objects.select_for_update().filter(pk=subscription.pk).first()
        if stored is None or stored.key.is_in_use(at=at) or not chosen.is_in_use(at=at):
            return False
        if chosen.party_id != party.pk:
            return False
        stored.key = chosen
        stored.save(update_fields=["key"])
        log_change(party, {"subscription": None}, {"subscription": f"{stored.destination} ({chosen.label})"})
    return True


def remove_subscription(*, subscription: Subscription, actor: Actor) -> bool:
    """`delete_subscription` by a person; the change log of the party has the address."""
    with acting(actor, "Xóa đăng ký nhận sự kiện"), transaction.atomic():
        party = locked(TraceParty, subscription.query.party_id)
        removed = delete_subscription(subscription=subscription)
        if removed:
            log_change(party, {"subscription": subscription.destination}, {"subscription": None})
    return removed


@transaction.atomic
def delete_subscription(*, subscription: Subscription) -> bool:
    """Unsubscribe; waiting deliveries are deleted. False where it is deleted already."""
    # locks in the same order as the worker: the subscription, then its deliveries
    locked = Subscription.objects.select_for_update().filter(pk=subscription.pk)
    removed, _each = locked.delete() if locked.exists() else (0, {})
    return bool(removed)


def describe(subscription: Subscription, *, at: datetime) -> dict[str, Any]:
    """A subscription as its owner sees it, without the token; ``deliveries`` has the state of its deliveries.

    ``stopped``: the key by which it was made is revoked, exchanged at once, or has expired.
    """
    own = Delivery.objects.filter(subscription=subscription)
    waiting = own.filter(delivered_at=None, parked_at=None)
    parked = own.filter(parked_at__isnull=False)
    failed = own.filter(delivered_at=None).exclude(last_error="").order_by("-pk").first()
    if subscription.parked_at is not None:
        state = "parked"
    elif not subscription.key.is_in_use(at=at):
        state = "stopped"
    else:
        state = "failing" if subscription.failures else "active"
    initial = instant(subscription.initial_record_time)
    deliveries = {
        "state": state,
        "waiting": waiting.count(),
        "parked": parked.count(),
        "lastError": None if failed is None else failed.last_error,
        "parkedAt": _text(subscription.parked_at),
        "parkedBecause": subscription.parked_because or None,
    }
    found: dict[str, Any] = {
        "subscriptionID": str(subscription.name),
        "dest": subscription.destination,
        "createdAt": _text(subscription.created_at),
        "lastNotifiedAt": _text(subscription.last_notified_at),
        "initialRecordTime": _text(initial),
        "minRecordTime": _text(subscription.last_run_at or initial),
        "epcFormat": subscription.epc_format or None,
        "deliveries": {name: value for name, value in deliveries.items() if value is not None},
    }
    found |= {"stream": True} if subscription.stream else {"schedule": subscription.schedule}
    if not subscription.stream:
        found["reportIfEmpty"] = subscription.report_if_empty
    return {name: value for name, value in found.items() if value is not None}


def _text(at: datetime | None) -> str | None:
    return None if at is None else utc_text(at)
