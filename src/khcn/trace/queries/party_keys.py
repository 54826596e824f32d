"""The keys and subscriptions of a party as people read them, and the keys that expire soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.calendar.day_arithmetic import end_of_day, last_day_before, start_of_day
from khcn.kernel.text.dates import format_date
from khcn.reference.queries import end_by_rule
from khcn.trace.models import ApiKey, Subscription

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.parties.models import User
    from khcn.trace.models import TraceParty

WARNING_RULE: Final = "trace.key_warning_days"
MOST_ENDED: Final = 50  # of those that nobody uses any more, the latest


@dataclass(frozen=True, slots=True)
class ShownKey:
    """One key as the page of its party shows it."""

    key: ApiKey
    issued_on: date
    issued_by: str
    good_until: str
    state: str
    tone: str
    ended_note: str
    is_in_use: bool
    is_exchangeable: bool


@dataclass(frozen=True, slots=True)
class ShownSubscription:
    """One subscription as the page of its party shows it."""

    subscription: Subscription
    kind: str
    state: str
    tone: str
    is_stopped: bool


def last_day_of_key(key: ApiKey) -> date:
    """The last day on which a key is good, or a part of it."""
    return last_day_before(key.expires_at)


def expiring_keys(parties: QuerySet[Any, Any], *, on: date) -> QuerySet[ApiKey]:
    """Keys of these parties in use that expire soon and have no other in their place yet, the first to expire first."""
    today, soon = start_of_day(on), end_of_day(end_by_rule(WARNING_RULE, start=on))
    keys = ApiKey.objects.filter(party__in=parties, revoked_at=None, replaced_by=None)
    return keys.filter(expires_at__gt=today, expires_at__lte=soon).order_by("expires_at", "pk")


def shown_keys(
    party: TraceParty, *, actor: Actor, at: datetime, on: date
) -> tuple[list[ShownKey], list[ShownKey]]:
    """Keys in use, the newest first, and the latest of those that have ended."""
    rows = ApiKey.objects.filter(party=party).select_related("issued_by", "revoked_by", "replaced_by")
    soon = end_by_rule(WARNING_RULE, start=on)
    in_use = [
        _shown(key, actor, at, soon)
        for key in rows.filter(revoked_at=None, expires_at__gt=at).order_by("-issued_at", "-pk")
    ]
    known = [each.key.pk for each in in_use]
    ended = rows.exclude(pk__in=known).order_by("-issued_at", "-pk")[:MOST_ENDED]
    return in_use, [_shown(key, actor, at, soon) for key in ended]


def shown_subscriptions(party: TraceParty, *, at: datetime) -> list[ShownSubscription]:
    """All subscriptions of a party, the newest first; their number is limited."""
    rows = Subscription.objects.filter(query__party=party).select_related("query", "key")
    found = []
    for each in rows.order_by("-pk"):
        is_stopped = not each.key.is_in_use(at=at)
        if is_stopped:
            state, tone = _("dừng: khóa không còn dùng"), "bad"
        elif each.parked_at is not None:
            state, tone = _("dừng: nơi nhận không nhận được"), "warn"
        else:
            state, tone = _("đang gửi"), "ok"
        kind = _("ngay khi có sự kiện") if each.stream else _("theo lịch")
        found.append(ShownSubscription(each, kind, state, tone, is_stopped))
    return found


def _shown(key: ApiKey, actor: Actor, at: datetime, soon: date) -> ShownKey:
    replaced = getattr(key, "replaced_by", None)
    is_in_use, last_day = key.is_in_use(at=at), last_day_of_key(key)
    note = ""
    if key.revoked_at is not None:
        state, tone = (_("đã đổi"), "") if replaced is not None else (_("đã thu hồi"), "bad")
        note = _("%(when)s, %(who)s") % {"when": _moment(key.revoked_at), "who": _name(key.revoked_by, actor)}
    elif not is_in_use:
        state, tone = _("hết hạn"), ""
    elif replaced is not None:
        state, tone = _("đang đổi"), "warn"
    elif last_day <= soon:
        state, tone = _("sắp hết hạn"), "warn"
    else:
        state, tone = _("đang dùng"), "ok"
    local = timezone.localtime(key.expires_at)
    whole_day = local.time() == time.min
    return ShownKey(
        key,
        issued_on=timezone.localtime(key.issued_at).date(),
        issued_by=_name(key.issued_by, actor),
        good_until=_("hết ngày %(day)s") % {"day": format_date(last_day)}
        if whole_day
        else _moment(key.expires_at),
        state=state,
        tone=tone,
        ended_note=note,
        is_in_use=is_in_use,
        is_exchangeable=is_in_use and replaced is None,
    )


def _name(account: User | None, actor: Actor) -> str:
    """Who did it. Staff of the department are the department for people outside it."""
    if account is None:
        return _("người vận hành máy chủ")
    if actor.is_outside and account.organisation_id != actor.organisation_id:
        return _("Sở")
    return str(account)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
