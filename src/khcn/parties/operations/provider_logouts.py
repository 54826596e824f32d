"""Logouts of the identity provider that come while the person has not typed the code yet, when there is no session to end."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from khcn.parties.models import LinkedIdentity, UsedOnce, User

if TYPE_CHECKING:
    from datetime import datetime

_REMEMBERED: Final = timedelta(minutes=15)  # longer than the code is waited for


def _digest(kind: str, value: str) -> str:
    return hashlib.sha256(f"khcn.provider_logout {kind} {value}".encode()).hexdigest()


def note_logout(*, account: User | None, provider_session: str, at: datetime) -> None:
    """The session there has ended, by its name, or all of the account's."""
    if provider_session:
        digest = _digest("session", provider_session)
    elif account is not None:
        digest = _digest("account", str(account.pk))
    else:
        return
    UsedOnce.objects.update_or_create(digest=digest, defaults={"until": at + _REMEMBERED})


def is_word_good(*, account: User, identity: int, provider_session: str, since: datetime) -> bool:
    """Whether what the provider has said at an instant still holds: the identity is linked, and nobody has signed out there."""
    digests = _digest("session", provider_session), _digest("account", str(account.pk))
    if UsedOnce.objects.filter(digest__in=digests, until__gte=since + _REMEMBERED).exists():
        return False
    return LinkedIdentity.objects.filter(pk=identity, account=account).exists()
