"""For which accounts nobody decides alone who may sign in to them (docs/adr/0027)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import DateField, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from khcn.parties.models import ROLES_OF_TWO_PERSONS, Delegation, RoleAssignment
from khcn.parties.models.rights_decisions import lets_write

if TYPE_CHECKING:
    from khcn.parties.models import User


def takes_two_persons(account: User) -> bool:
    """Whether nobody issues a password for the account alone: it has, had, or gets by a decision, a role that decides, or
    works for somebody by delegation.
    """
    if account.needs_second_person or account.decides:
        return True
    if account._state.adding:
        return False
    return (
        RoleAssignment.objects.filter(_gives_a_role_that_decides(), user=account).exists()
        or Delegation.objects.filter(delegate=account).exists()
    )


def _gives_a_role_that_decides() -> Q:
    """Of assignments: the role acts as one that decides, or a right let it write on a day of the assignment."""
    end = Coalesce(OuterRef("valid_to"), Value(date.max, output_field=DateField()))
    return Q(role__acts_as__in=ROLES_OF_TWO_PERSONS) | lets_write("role", OuterRef("valid_from"), end)
