"""API keys of the parties' programs at the EPCIS interface: issued, exchanged, revoked, and looked up at every request."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.access.program_secrets import digest_of, is_plausible, new_secret
from khcn.kernel.actors import acting
from khcn.kernel.audit.log_entries import log_change
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.audit.unlogged_writes import note_last_use
from khcn.kernel.calendar.day_arithmetic import end_of_day
from khcn.kernel.refusals import Refused
from khcn.reference.queries import end_by_rule
from khcn.trace.models import ApiKey, Subscription, TraceParty
from khcn.trace.queries.viewers import viewer_of_party
from khcn.trace.store.database.sql import Sql, fetch

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.trace.store.visibility import Viewer

PREFIX: Final = "khcn_"
"""How every key begins, so that one left lying about is recognised for what it is."""

LIFETIME_RULE: Final = "trace.key_days"
MOST_IN_USE: Final = 20
"""Keys of one party: enough for each of its programs, and no way to fill a table."""

# Plain SQL, because it runs at every request: building the statement and a complete model instance with the ORM took ten
# times as long as running it.
_PARTY_COLUMNS: Final = ("id", "gln", "is_authority")
_PARTY_OF_KEY: Final = (
    "SELECT p.id, p.gln, p.is_authority, k.id, k.last_used_at IS NULL OR k.last_used_at < %s "
    "FROM trace_traceparty p JOIN trace_apikey k ON k.party_id = p.id "
    "WHERE k.digest = %s AND k.revoked_at IS NULL AND k.expires_at > %s"
)
USE_NOTED_EVERY: Final = timedelta(hours=1)


def last_day_of_new_key(at: datetime) -> date:
    """The last day on which a key is good that is issued now, unless the person who issues it chooses an earlier one."""
    return end_by_rule(LIFETIME_RULE, start=timezone.localtime(at).date())


def issue_key(
    *,
    party: TraceParty,
    label: str,
    actor: Actor,
    at: datetime,
    until: date | None = None,
    form_key: uuid.UUID | None = None,
) -> str:
    """Issue a new key. The secret is returned once; only its digest is stored.

    The change log of the party records the label, without the secret. ``until`` is the last day on which the key is good, else
    that of the rule; ``form_key`` names the form that asks for it, and a form that is sent again is refused.
    """
    with acting(actor, f"Cấp khóa truy cập “{label}”"), transaction.atomic():
        _lock_party(party, form_key)
        in_use = ApiKey.objects.filter(party=party, revoked_at=None, expires_at__gt=at).count()
        if in_use >= MOST_IN_USE:
            raise Refused(
                _("Bên này đã có %(most)d khóa đang dùng. Thu hồi khóa không còn dùng trước.")
                % {"most": MOST_IN_USE},
                code="too_many",
            )
        log_change(party, {"api_key": None}, {"api_key": label})
        _key, secret = _add(party, label, actor, at, until, form_key)
    return secret


def exchange_key(
    *,
    key: ApiKey,
    overlap: timedelta,
    actor: Actor,
    at: datetime,
    until: date | None = None,
    form_key: uuid.UUID | None = None,
) -> str:
    """Issue a key in the place of another, which ends at once or after the time in which the programs are changed over.

    With such a time its subscriptions pass to the new key; ended at once they stop with it, until a person resumes them.

    Raises :class:`Refused` where the old key is used no more or was exchanged before.
    """
    with acting(actor, f"Đổi khóa truy cập “{key.label}”"), transaction.atomic():
        _lock_party(key.party, form_key)
        stored = locked(ApiKey, key.pk)
        if not stored.is_in_use(at=at):
            raise Refused(_("Khóa này đã hết hạn hoặc đã bị thu hồi. Hãy cấp khóa mới."), code="ended")
        if ApiKey.objects.filter(replaces=stored).exists():
            raise Refused(
                _("Khóa này đã được đổi. Nếu khóa mới bị mất, hãy đổi tiếp khóa mới."), code="exchanged"
            )
        if overlap:
            stored.expires_at = min(stored.expires_at, at + overlap)
        else:
            stored.revoked_at, stored.revoked_by_id = at, actor.user_id
        stored.save()
        made, secret = _add(stored.party, stored.label, actor, at, until, form_key, replaces=stored)
        if overlap:  # a regular exchange; at once is how a key is exchanged that others may have
            Subscription.objects.filter(key=stored).update(key=made)
        before, after = (f"{stored.label} (#{number})" for number in (stored.pk, made.pk))
        log_change(stored.party, {"api_key": before}, {"api_key": after})
    return secret


def revoke_key(*, key: ApiKey, actor: Actor, at: datetime) -> None:
    """Revoke a key, effective with the next request; its subscriptions stop (`Subscription.answered`). Revoking it again has no effect."""
    with acting(actor, f"Thu hồi khóa truy cập “{key.label}”"), transaction.atomic():
        stored = locked(ApiKey, key.pk)
        if stored.revoked_at is None:
            stored.revoked_at, stored.revoked_by_id = at, actor.user_id
            stored.save()
            log_change(key.party, {"api_key": key.label}, {"api_key": None})


def keys_in_use(*, at: datetime) -> QuerySet[ApiKey]:
    """Those with which a program gets in, of all parties."""
    rows = ApiKey.objects.filter(revoked_at=None, expires_at__gt=at)
    return rows.select_related("party").order_by("party__gln", "pk")


def _lock_party(party: TraceParty, form_key: uuid.UUID | None) -> None:
    """One key of a party is issued at a time; refuses a form that has issued one."""
    locked(TraceParty, party.pk)
    if form_key is not None and ApiKey.objects.filter(form_key=form_key).exists():
        raise Refused(
            _(
                "Biểu mẫu này đã cấp một khóa rồi, và khóa chỉ hiện một lần. Nếu chưa chép được khóa đó, hãy đổi hoặc thu hồi nó."
            ),
            code="form_used",
        )


def _add(
    party: TraceParty,
    label: str,
    actor: Actor,
    at: datetime,
    until: date | None,
    form_key: uuid.UUID | None,
    replaces: ApiKey | None = None,
) -> tuple[ApiKey, str]:
    secret = new_secret(PREFIX)
    key = ApiKey.objects.create(
        party=party,
        label=label,
        digest=digest_of(secret),
        issued_at=at,
        issued_by_id=actor.user_id,
        form_key=form_key or uuid.uuid4(),
        expires_at=end_of_day(until or last_day_of_new_key(at)),
        replaces=replaces,
    )
    return key, secret


def viewer_for(secret: str, *, at: datetime) -> tuple[TraceParty, Viewer, int] | None:
    """The party whose key this is, what it may see, and the number of the key; None for an unknown, expired or revoked key.

    What else is known of the party is read when it is asked for.

    The database is asked each time, so that a revoked key is refused from its next request on. That it was used is written
    once an hour at most.
    """
    if not is_plausible(secret, PREFIX):
        return None
    before, now = (connection.ops.adapt_datetimefield_value(each) for each in (at - USE_NOTED_EVERY, at))
    found = fetch(Sql(_PARTY_OF_KEY, (before, digest_of(secret), now)))
    if not found:
        return None
    number, gln, authority, key, is_use_to_note = found[0]
    if is_use_to_note:
        note_last_use(ApiKey, key, at=at, unless_after=at - USE_NOTED_EVERY)
    party = TraceParty.from_db(connection.alias, _PARTY_COLUMNS, (number, gln, bool(authority)))
    return party, viewer_of_party(party), key
