"""For which accounts nobody decides alone who may sign in to them (docs/adr/0027)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.parties.models import ROLES_OF_TWO_PERSONS, Delegation, RoleAssignment

if TYPE_CHECKING:
    from khcn.parties.models import User


def takes_two_persons(account: User) -> bool:
    """Whether nobody issues a password for the account alone: it has, had, or gets by a decision, a role that decides, or
    works for somebody by delegation.
    """
    if account.needs_second_person or account.role in ROLES_OF_TWO_PERSONS:
        return True
    if account._state.adding:
        return False
    return (
        RoleAssignment.objects.filter(user=account, role__in=ROLES_OF_TWO_PERSONS).exists()
        or Delegation.objects.filter(delegate=account).exists()
    )
