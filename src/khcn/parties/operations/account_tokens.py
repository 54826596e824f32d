"""Tokens of staff accounts for programs at the JSON interface: issued, ended, and looked up at every request (docs/adr/0031)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role, in_own_name
from khcn.kernel.access.program_secrets import digest_of, is_plausible, new_secret
from khcn.kernel.actors import ActorKind, Role
from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.audit.unlogged_writes import note_last_use
from khcn.kernel.calendar.day_arithmetic import end_of_day
from khcn.kernel.deadlines.models import PersonalSettings
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese
from khcn.parties.models import AccountToken, User
from khcn.parties.models.rights_decisions import title_of_scope
from khcn.parties.operations.account_events import log_account_event
from khcn.reference.queries import end_by_rule

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor

PREFIX: Final = "khcn_api_"
"""How every token begins: one left lying about is recognised, and no key of a trace party begins so."""

LONGEST_TERM_RULE: Final = "accounts.token_days"
MOST_IN_USE: Final = 20
USE_NOTED_EVERY: Final = timedelta(minutes=5)
_sees_all: Final = has_role(Role.ADMIN, Role.LEADER) & in_own_name
_head: Final = has_role(Role.HEAD) & in_own_name
_OF_DIGEST: Final = PreparedQuery(
    lambda: AccountToken.objects.select_related("account__unit").filter(digest=asked("digest"))
)
"""At most one: no two have the same digest."""


def latest_day_of_token(on: date) -> date:
    """The last day that may be chosen for a token that is issued on a day."""
    return end_by_rule(LONGEST_TERM_RULE, start=on)


def issue_token(
    *,
    account: User,
    name: str,
    scope: Sequence[str],
    can_write: bool,
    until: date,
    form_key: uuid.UUID | None,
    at: datetime,
) -> str:
    """Issue a token to the account that is acting. The secret is returned once; only its digest is stored.

    Raises :class:`Refused` where the form has issued one, there are too many, or the day is later than the rule allows.
    """
    with transaction.atomic():
        account = locked(User, account.pk)
        if (
            account.organisation_id is not None
            or not account.is_active
            or account.issued_password_until is not None
        ):
            raise NotPermitted(_("Chỉ tài khoản của cán bộ Sở có mã truy cập."), code="not_permitted")
        _refuse_form_used(form_key)
        if not scope:
            raise Refused.about(_("Chọn ít nhất một phạm vi."), "scope")
        today = timezone.localtime(at).date()
        if not today <= until <= latest_day_of_token(today):
            raise Refused.about(_("Ngày hết hạn không nằm trong thời hạn cho phép."), "until")
        if tokens_in_use(account, at=at).count() >= MOST_IN_USE:
            raise Refused(
                _("Tài khoản đã có %(most)d mã đang dùng. Kết thúc mã không còn dùng trước.")
                % {"most": MOST_IN_USE},
                code="too_many",
            )
        secret = new_secret(PREFIX)
        token = AccountToken(
            account=account,
            name=name,
            digest=digest_of(secret),
            scope=list(scope),
            can_write=can_write,
            issued_at=at,
            expires_at=end_of_day(until),
            sessions_ended=account.sessions_ended,
        )
        if form_key is not None:
            token.form_key = form_key
        token.save()
        what = "đọc và ghi" if can_write else "chỉ đọc"
        text = f"cấp “{name}”, {what}, đến hết {format_date(until)}: {_scope_in_words(scope)}"
        log_account_event(account, LoggedAction.TOKEN, at=at, text=text)
    return secret


@in_vietnamese
def _scope_in_words(scope: Sequence[str]) -> str:
    """For the log."""
    return ", ".join(title_of_scope(name) for name in scope)


def _refuse_form_used(form_key: uuid.UUID | None) -> None:
    if form_key is not None and AccountToken.objects.filter(form_key=form_key).exists():
        raise Refused(
            _(
                "Biểu mẫu này đã cấp một mã rồi, và mã chỉ hiện một lần. Nếu chưa chép được mã đó, hãy kết thúc nó và tạo mã khác."
            ),
            code="form_used",
        )


def may_end(actor: Actor, token: AccountToken) -> bool:
    """One's own; administrators and leaders those of everybody, heads those of their unit. By delegation nobody."""
    if actor.kind is not ActorKind.STAFF or actor.delegated is not None:
        return False
    if token.account_id == actor.user_id or _sees_all.test(actor, None):
        return True
    return (
        bool(_head.test(actor, None)) and actor.unit_id is not None and token.account.unit_id == actor.unit_id
    )


def end_token(*, token: AccountToken, actor: Actor, at: datetime) -> None:
    """End a token, effective with the next request. Ending it again has no effect."""
    if not may_end(actor, token):
        raise NotPermitted(_("Bạn không kết thúc được mã này."), code="not_permitted")
    with transaction.atomic():
        _end(token.pk, actor.user_id, at, "kết thúc")


def end_tokens_of(account: User, *, by: int | None, at: datetime, text: str) -> None:
    """End all tokens of an account and the address of its calendar, because its password is no longer that of its owner."""
    for pk in AccountToken.objects.filter(account=account, ended_at=None).values_list("pk", flat=True):
        _end(pk, by, at, text)
    for pk in calendar_addresses().filter(user_id=account.pk).values_list("pk", flat=True):
        _end_calendar_address(pk)


def calendar_addresses() -> QuerySet[PersonalSettings]:
    """Settings of those whose calendar has an address."""
    return PersonalSettings.objects.exclude(feed_hash="").order_by("pk")


def all_tokens_in_use(*, at: datetime) -> QuerySet[AccountToken]:
    """Those with which a program gets in, of everybody."""
    return _in_use(at).select_related("account")


def end_all_tokens(*, at: datetime, text: str) -> None:
    """End the tokens of all accounts and the addresses of all calendars: nobody knows which of them their owners have ended."""
    for pk in AccountToken.objects.filter(ended_at=None).values_list("pk", flat=True):
        _end(pk, None, at, text)
    for pk in calendar_addresses().values_list("pk", flat=True):
        _end_calendar_address(pk)


def _end_calendar_address(pk: int) -> None:
    stored = locked(PersonalSettings, pk)
    stored.feed_hash = ""
    stored.save()


def _end(pk: int, by: int | None, at: datetime, text: str) -> None:
    stored = locked(AccountToken, pk)
    if stored.ended_at is not None:
        return
    stored.ended_at, stored.ended_by_id = at, by
    stored.save()
    log_account_event(stored.account, LoggedAction.TOKEN, at=at, text=f"{text} “{stored.name}”")


def tokens_in_use(account: User, *, at: datetime) -> QuerySet[AccountToken]:
    """Those of an account with which a program gets in."""
    return _in_use(at).filter(account=account)


def tokens_of_others(actor: Actor, *, at: datetime) -> QuerySet[AccountToken]:
    """Those in use of other people that the actor may end."""
    rows = _in_use(at).exclude(account=actor.user_id).select_related("account__unit")
    if actor.kind is not ActorKind.STAFF or actor.delegated is not None:
        return rows.none()
    if _sees_all.test(actor, None):
        return rows
    if _head.test(actor, None) and actor.unit_id is not None:
        return rows.filter(account__unit=actor.unit_id)
    return rows.none()


def _in_use(at: datetime) -> QuerySet[AccountToken]:
    rows = AccountToken.objects.filter(
        ended_at=None, expires_at__gt=at, account__is_active=True, account__organisation=None
    )
    return rows.filter(sessions_ended=F("account__sessions_ended")).order_by("-issued_at", "-pk")


def token_for(secret: str, *, at: datetime) -> AccountToken | None:
    """The token, with its account; None for an unknown, expired or ended one."""
    if not is_plausible(secret, PREFIX):
        return None
    found = _OF_DIGEST.records(digest=digest_of(secret))
    return found[0] if found and found[0].is_good(at=at) else None


def note_token_use(token: AccountToken, *, network: str, at: datetime) -> None:
    """When and from where it was used last."""
    before = at - USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at < before:
        note_last_use(AccountToken, token.pk, at=at, unless_after=before, last_network=network[:45])
