"""The accounts of the department by role and unit, and which of them may do something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.actors import Role
from khcn.parties.models import RoleAssignment, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor

_NAMED = 6  # people of one role and unit in a sentence


def staff_by_position(day: date) -> list[tuple[Actor, list[str]]]:
    """Staff accounts in use, those of one role and unit together, without the decisions about rights."""
    assigned = {each.user_id: each for each in RoleAssignment.objects.valid(on=day).select_related("unit")}
    staff = User.objects.filter(is_active=True, organisation__isnull=True).select_related("unit")
    found: dict[tuple[Role, str], tuple[Actor, list[str]]] = {}
    for user in staff.order_by("username"):
        actor = user.actor_with(assigned.get(user.pk))
        if actor.role is not None:
            found.setdefault((actor.role, actor.unit_code), (actor, []))[1].append(str(user))
    order = list(Role)
    return [found[key] for key in sorted(found, key=lambda key: (order.index(key[0]), key[1]))]


def who_may(may: Callable[[Actor], bool], staff: Iterable[tuple[Actor, Sequence[str]]]) -> str:
    """A sentence that names the accounts which may do something: by role, unit and name. Whom to call."""
    found = []
    for actor, names in staff:
        if may(actor):
            role = str(actor.role.label) if actor.role is not None else ""
            place = f" ({actor.unit_code})" if actor.unit_code else ""
            more = "…" if len(names) > _NAMED else ""
            found.append(f"{role}{place}: {', '.join(names[:_NAMED])}{more}")
    if not found:
        return _("Chưa có tài khoản nào làm được bước này; hãy báo quản trị hệ thống.")
    return _("Người làm được: %(who)s.") % {"who": "; ".join(found)}
