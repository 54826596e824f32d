"""Addresses of mail that another person has lately entered for an account: what its owner should learn may go elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.parties.models import User

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

NEW_ADDRESS: Final = timedelta(days=7)  # so long is what another person has entered not taken for the owner's


def is_address_new(account: User, *, at: datetime) -> bool:
    """Whether another person has entered, replaced or removed the address of the account in the last days, or made the account
    with one.
    """
    entries = _by_others(account, at).values_list("action", "after")
    return any(
        "email" in (after or {}) if action == LoggedAction.UPDATE else (after or {}).get("email")
        for action, after in entries
    )


def addresses_of(account: User, *, at: datetime) -> list[str]:
    """Where to send what the owner must learn: the address, and those that another person has replaced in the last days."""
    updates = _by_others(account, at).filter(action=LoggedAction.UPDATE).order_by("pk")
    before = [(each or {}).get("email") for each in updates.values_list("before", flat=True)]
    return [each for each in dict.fromkeys([account.email, *before]) if each]


def _by_others(account: User, at: datetime) -> QuerySet[ChangeEntry]:
    return ChangeEntry.objects.filter(
        model=User._meta.label_lower,
        object_id=str(account.pk),
        action__in=(LoggedAction.CREATE, LoggedAction.UPDATE),
        at__gt=at - NEW_ADDRESS,
    ).exclude(actor_id=account.pk)
