"""For which accounts nobody decides alone who may sign in to them (docs/adr/0027)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import DateField, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from khcn.kernel.registers.sealed_records import something_is_sealed
from khcn.parties.models import ROLES_OF_TWO_PERSONS, Delegation, RoleAssignment
from khcn.parties.models.rights_decisions import lets_write

if TYPE_CHECKING:
    from khcn.parties.models import User


def takes_two_persons(account: User) -> bool:
    """Whether nobody issues a password for the account alone."""
    return bool(why_two_persons(account))


def why_two_persons(account: User) -> str:
    """Why nobody issues a password for the account alone, or "": it has, had, or gets by a decision, a role that decides, or works
    for somebody by delegation; or it is of an outside organisation while something is sealed from the department.

    The latter of all outside accounts, not of those whose organisation has handed something in: this would say which ones did.
    """
    if account.needs_second_person or account.decides:
        return _("Tài khoản này duyệt, ký, giữ sổ cấp số hoặc quản trị")
    if account.organisation_id is not None and something_is_sealed():
        return _("Đang có thông báo niêm phong chưa mở hồ sơ")
    if account._state.adding:
        return ""
    if RoleAssignment.objects.filter(_gives_a_role_that_decides(), user=account).exists():
        return _("Tài khoản này duyệt, ký, giữ sổ cấp số hoặc quản trị")
    if Delegation.objects.filter(delegate=account).exists():
        return _("Tài khoản này được ủy quyền")
    return ""


def _gives_a_role_that_decides() -> Q:
    """Of assignments: the role acts as one that decides, or a right let it write on a day of the assignment."""
    end = Coalesce(OuterRef("valid_to"), Value(date.max, output_field=DateField()))
    return Q(role__acts_as__in=ROLES_OF_TWO_PERSONS) | lets_write("role", OuterRef("valid_from"), end)
