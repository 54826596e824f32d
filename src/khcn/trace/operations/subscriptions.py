"""Who wants the answers of a named query sent, where and when (EPCIS 2.0, 8.2.5; ``/queries/{name}/subscriptions``)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from khcn.epcis import QueryError, Time
from khcn.epcis.times import is_date_time
from khcn.trace.models import CaptureJob, Delivery, NamedQuery, Subscription
from khcn.trace.operations.destinations import check_destination
from khcn.trace.operations.schedules import next_run, parse_schedule
from khcn.trace.store.encoding.instants import instant, microseconds, utc_text

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

LONGEST_TOKEN: Final = 1000
MOST_SUBSCRIPTIONS: Final = 100  # of a party
_FIELDS: Final = frozenset(
    {"dest", "signatureToken", "stream", "schedule", "reportIfEmpty", "initialRecordTime"}
)
_ROUNDS_LOCK: Final = 0x6B68636E  # any number that nobody else of ours uses


def hold_rounds() -> int:
    """The last round of dispatching; no other can end before this transaction does.

    On SQLite a transaction that is going to write is alone anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ROUNDS_LOCK])
    return last_round()


def last_round() -> int:
    """The last round that was committed, 0 before the first."""
    found: int | None = CaptureJob.objects.aggregate(last=Max("dispatch_round"))["last"]
    return found or 0


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription as a client asks for it, checked."""

    destination: str
    token: str
    schedule: dict[str, Any] | None  # None: a stream
    report_if_empty: bool
    initial: int  # microseconds


def _refuse(field: str, vi: str, en: str) -> NoReturn:
    raise QueryError("SubscriptionControlsException", field, vi, en)


def parse_wish(wanted: object, *, at: datetime, zone: tzinfo) -> Wish:
    """What a client asks for. Does not yet look where ``dest`` leads.

    Raises:
        QueryError: ``SubscriptionControlsException`` for anything that is not as the OpenAPI document has it; exactly
            one of ``stream`` and ``schedule`` must be there.
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
    return Wish(str(wanted.get("dest") or ""), token or "", schedule, bool(empty), initial)


def _initial_time(value: object, at: datetime) -> int:
    if value is None:
        return microseconds(Time(at.isoformat()))
    if not isinstance(value, str) or not is_date_time(value):
        _refuse(
            "initialRecordTime",
            "initialRecordTime phải là thời điểm, ví dụ 2026-10-09T08:30:00+07:00.",
            f"{value!r} is no date-time with an offset",
        )
    return microseconds(Time(value))


def create_subscription(
    *, query: NamedQuery, wanted: object, epc_format: str, cbv_format: str, at: datetime
) -> Subscription:
    """Subscribe. Must not run in a transaction: the name of the receiver is looked up.

    Args:
        query: whose answers are wanted.
        wanted: the body of the request, as JSON values.
        epc_format: ``GS1-EPC-Format`` of the subscriber.
        cbv_format: ``GS1-CBV-XML-Format``.
        at: when. What is recorded from then on is answered, unless ``initialRecordTime`` says otherwise.

    Raises:
        QueryError: ``SubscriptionControlsException``.
    """
    zone = timezone.get_default_timezone()
    wish = parse_wish(wanted, at=at, zone=zone)
    check_destination(wish.destination)
    stream = wish.schedule is None
    # A stream looks back once: at what was recorded since its initial time, and before this transaction ends.
    first = at if stream else next_run(parse_schedule(wish.schedule, zone=zone), after=at, zone=zone)
    with transaction.atomic():
        current = hold_rounds()
        if Subscription.objects.filter(query__party=query.party_id).count() >= MOST_SUBSCRIPTIONS:
            _refuse(
                "",
                f"Đã có {MOST_SUBSCRIPTIONS} đăng ký; xóa bớt rồi đăng ký lại.",
                f"there are {MOST_SUBSCRIPTIONS} subscriptions already",
            )
        return Subscription.objects.create(
            query=query,
            destination=wish.destination,
            signature_token=wish.token,
            stream=stream,
            schedule=wish.schedule or {},
            report_if_empty=wish.report_if_empty,
            initial_record_time=wish.initial,
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
    return Subscription.objects.filter(query=query, name=number).first()


def subscriptions_after(*, query: NamedQuery, last: int, size: int) -> list[Subscription]:
    """Subscriptions of a query in the order in which they were made, from behind one row id."""
    return list(Subscription.objects.filter(query=query, pk__gt=last).order_by("pk")[:size])


@transaction.atomic
def delete_subscription(*, subscription: Subscription) -> bool:
    """Unsubscribe; what was on its way is not sent any more. False where somebody else just did."""
    # locked first, in the order in which the worker locks: subscription, then its deliveries
    held = Subscription.objects.select_for_update().filter(pk=subscription.pk)
    removed, _each = held.delete() if held.exists() else (0, {})
    return bool(removed)


def describe(subscription: Subscription) -> dict[str, Any]:
    """A subscription as its owner sees it: never the token; how its deliveries fare is in ``deliveries``."""
    kept = Delivery.objects.filter(subscription=subscription)
    waiting = kept.filter(delivered_at=None, parked_at=None)
    parked = kept.filter(parked_at__isnull=False)
    failed = kept.filter(delivered_at=None).exclude(last_error="").order_by("-pk").first()
    if subscription.parked_at is not None:
        state = "parked"
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
