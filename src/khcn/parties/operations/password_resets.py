"""A forgotten password, replaced by its owner with a link that came by mail (docs/adr/0027)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.audit.row_locks import locked
from khcn.parties.models import User
from khcn.parties.operations.account_events import log_account_event
from khcn.parties.operations.account_tokens import end_tokens_of
from khcn.parties.operations.address_changes import is_address_new
from khcn.parties.operations.linked_identities import remove_identities
from khcn.parties.operations.sign_in_limits import forget_failures_with_name
from khcn.parties.operations.two_persons import takes_two_persons
from khcn.parties.operations.used_once import forget_use, use_once

if TYPE_CHECKING:
    from datetime import datetime

MAIL_EVERY: Final = timedelta(minutes=10)  # at most one for an account


class _Tokens(PasswordResetTokenGenerator):
    """Django's, worth nothing either after the account was stopped or its sessions were ended."""

    key_salt = "khcn.parties.password_resets"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.sessions_ended}{user.is_active}"


_TOKENS: Final = _Tokens()


def is_resettable(account: User, *, at: datetime) -> bool:
    """Whether a link that comes by mail may replace the password: where one person may issue it too, and nobody else has entered
    the address lately.
    """
    if not account.is_active or not account.email or takes_two_persons(account):
        return False
    return not is_address_new(account, at=at)


def may_mail(account: User, *, at: datetime) -> bool:
    """Whether the account has had no such mail in the last minutes; notes that it gets one."""
    return use_once("reset mail", _slot(account, at), until=at + 2 * MAIL_EVERY)


def mail_was_not_sent(account: User, *, at: datetime) -> None:
    """The next request is mailed at once."""
    forget_use("reset mail", _slot(account, at))


def _slot(account: User, at: datetime) -> str:
    return f"{account.pk} {int(at.timestamp() // MAIL_EVERY.total_seconds())}"


def parts_of_link(account: User) -> tuple[str, str]:
    """Whose link it is, and its token: good once, for ``PASSWORD_RESET_TIMEOUT`` seconds."""
    return urlsafe_base64_encode(force_bytes(account.pk)), _TOKENS.make_token(account)


def account_of_link(whose: str, token: str, *, at: datetime) -> User | None:
    """The account whose password the link may replace now."""
    try:
        pk = int(urlsafe_base64_decode(whose))
    except ValueError:
        return None
    account = User.objects.filter(pk=pk).first() if 0 < pk < 1 << 63 else None
    if account is None or not _TOKENS.check_token(account, token) or not is_resettable(account, at=at):
        return None
    return account


def reset_password(*, account: User, token: str, at: datetime) -> bool:
    """Write the password that was set on ``account``, once: sessions, tokens and linked identities end with the old one."""
    with transaction.atomic():
        if not _TOKENS.check_token(locked(User, account.pk), token):
            return False
        account.store_password()
        end_tokens_of(account, by=None, at=at, text="mật khẩu được đặt lại qua thư: kết thúc")
        remove_identities(account=account, at=at, text="mật khẩu được đặt lại qua thư: bỏ liên kết")
        forget_failures_with_name(account.username)
        log_account_event(account, LoggedAction.RESET, at=at, text="đặt lại mật khẩu qua thư")
    return True
