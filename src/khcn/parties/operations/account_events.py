"""Sign-ins and sessions in the change log (docs/adr/0027)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F

from khcn.kernel.audit.events import OF_ACCOUNT, log_event
from khcn.kernel.audit.models import LoggedAction
from khcn.parties.models import AccountSession, FailureCount, User
from khcn.parties.operations.counted_events import log_due_counts

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

_UNKNOWN_NAME: Final = "Tên không có tài khoản"  # in the log, which is Vietnamese


def log_account_event(account: User, action: LoggedAction, *, at: datetime, text: str = "") -> None:
    """An event of an account, under the actor of the act in progress."""
    log_event(
        OF_ACCOUNT, action, label=f"{account} ({account.username})", object_id=account.pk, at=at, text=text
    )


def count_failure(name: str, *, where: str, at: datetime) -> None:
    """A wrong password: the first for an account is logged at once, those after it as one count, some minutes later.

    Names without an account are counted together, by the same statements.
    """
    account = User.objects.filter(username=name).first()
    key = account.pk if account is not None else 0
    with transaction.atomic():
        if FailureCount.objects.filter(account=key).update(count=F("count") + 1, last_at=at):
            return
        row = FailureCount(account=key, count=1, first_at=at, last_at=at)
        FailureCount.objects.bulk_create([row], ignore_conflicts=True)
        _log_failure(key, account, where, at)


def log_counted_failures(*, at: datetime) -> None:
    """Write the counts of accounts that have been quiet for the length of the window, or counted for an hour."""

    def write(row: FailureCount, instants: str) -> None:
        account = User.objects.filter(pk=row.account).first()
        _log_failure(row.account, account, f"{row.count} lần sai mật khẩu, {instants}", at)

    window = timedelta(minutes=settings.SIGN_IN_LIMITS.window_minutes)
    log_due_counts(FailureCount, write, quiet=window, at=at)


def _log_failure(key: int, account: User | None, text: str, at: datetime) -> None:
    if account is not None:
        log_account_event(account, LoggedAction.REFUSED, at=at, text=text)
    else:
        log_event(OF_ACCOUNT, LoggedAction.REFUSED, label=_UNKNOWN_NAME, object_id=key, at=at, text=text)


def sessions_of(account: User, *, at: datetime) -> QuerySet[AccountSession]:
    """Those that have not ended, the last used first."""
    return open_sessions(at=at).filter(account=account.pk).order_by("-seen_at", "-began_at")


def open_sessions(*, at: datetime) -> QuerySet[AccountSession]:
    """Those of all accounts that have not ended."""
    limits = settings.ACCOUNT_LIMITS
    return AccountSession.objects.filter(
        account__isnull=False,
        expire_date__gt=at,
        began_at__gt=at - timedelta(hours=limits.session_hours),
        seen_at__gt=at - timedelta(minutes=limits.idle_minutes),
    )


def end_provider_sessions(
    *, account: User | None, provider_session: str = "", at: datetime, but: str | None = None
) -> int:
    """The identity provider has ended its session: so do those that it began, by its name or all of the account's.

    ``but``: the key of a session that goes on, that of the person who asks for it.
    """
    rows = AccountSession.objects.exclude(provider_session="").filter(account__isnull=False)
    if but:
        rows = rows.exclude(session_key=but)
    if account is not None:
        rows = rows.filter(account=account.pk)
    if provider_session:
        rows = rows.filter(provider_session=provider_session)
    if account is None and not provider_session:
        return 0
    owners = User.objects.filter(pk__in=rows.values("account")).order_by("pk")
    return sum(end_sessions(owner, list(rows.filter(account=owner.pk)), at=at) for owner in owners)


def end_all_sessions(*, at: datetime, text: str) -> int:
    """End the sessions of everybody; returns how many were there. The log has an entry for each account."""
    with transaction.atomic():
        rows = (
            open_sessions(at=at).order_by("account").values_list("account").annotate(of_account=Count("pk"))
        )
        numbers = dict(rows)
        AccountSession.objects.all().delete()
        for account in User.objects.filter(pk__in=numbers).order_by("pk"):
            log_account_event(account, LoggedAction.ENDED, at=at, text=f"{numbers[account.pk]} phiên: {text}")
    return sum(numbers.values())


def end_sessions(account: User, sessions: list[AccountSession], *, at: datetime) -> int:
    """End these sessions of the account; returns how many were there."""
    with transaction.atomic():
        keys = [each.session_key for each in sessions]
        ended, _rows = AccountSession.objects.filter(account=account.pk, session_key__in=keys).delete()
        if ended:
            where = "; ".join(f"{each.network} {each.browser}".strip() for each in sessions)
            log_account_event(account, LoggedAction.ENDED, at=at, text=f"{ended} phiên: {where}")
    return ended
