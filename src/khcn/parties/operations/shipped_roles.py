"""The built-in roles are rows of every installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from khcn.parties.models import AccountRole
from khcn.parties.models.account_roles import shipped_roles

if TYPE_CHECKING:
    from datetime import datetime


def enter_shipped_roles(*, at: datetime) -> None:
    """Add those that are not there; what the department calls the others stays. To be called after every change of the structure.

    Nothing is logged: they are part of the structure until somebody changes one (``AccountRole.is_as_shipped``).
    """
    known = set(AccountRole.objects.values_list("code", flat=True))
    missing = [role for role in shipped_roles() if role.code not in known]
    for role in missing:
        role.created_at = role.updated_at = at
    rows: models.QuerySet[Any] = models.QuerySet(AccountRole)
    rows.bulk_create(missing, ignore_conflicts=True)  # another process may be at it
