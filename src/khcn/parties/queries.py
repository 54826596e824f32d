"""The accounts of the department by role and unit, and which of them may do something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.parties.models import AccountRole, OrgUnit, OrgUnitSuccession, RoleAssignment, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor

_NAMED = 6  # people of one role and unit in a sentence


def answering_units(*, on: date) -> dict[str, str]:
    """Codes of divisions that had ended by a day, and the code of the division that has their work on it. One that nothing followed is
    left out.
    """
    units = {each.pk: each for each in OrgUnit.objects.order_by("valid_from", "pk")}
    in_force = {each.code for each in units.values() if each.is_valid(on=on)}
    followed: dict[int, list[OrgUnit]] = {}
    for old, new in OrgUnitSuccession.objects.filter(
        effective_on__lte=on, successor__isnull=False
    ).values_list("predecessor_id", "successor_id"):
        followed.setdefault(old, []).append(units[new])
    found = {}
    for unit in units.values():  # the last version of a code decides
        if unit.code in in_force or unit.valid_from > on:
            continue
        seen, front = {unit.pk}, [unit]
        while front:
            front = [new for old in front for new in followed.get(old.pk, ()) if new.pk not in seen]
            seen |= {each.pk for each in front}
            codes = sorted((each.position, each.code) for each in front if each.code in in_force)
            if codes:
                found[unit.code] = codes[0][1]
                break
    return found


def staff_by_position(day: date) -> list[tuple[Actor, list[str]]]:
    """Staff accounts in use, those of one role and unit together, without the decisions about rights."""
    decided = RoleAssignment.objects.valid(on=day).select_related("role", "unit")
    assigned = {each.user_id: each for each in decided}
    staff = User.objects.filter(is_active=True, organisation__isnull=True).select_related("role", "unit")
    found: dict[tuple[str, str], tuple[Actor, list[str]]] = {}
    for user in staff.order_by("username"):
        actor = user.actor_with(assigned.get(user.pk), on=day)
        if actor.role_in_force:
            found.setdefault((actor.role_in_force, actor.unit_code), (actor, []))[1].append(str(user))
    order = list(AccountRole.objects.in_order().values_list("code", flat=True))
    return [found[key] for key in sorted(found, key=lambda key: (order.index(key[0]), key[1]))]


def roles_to_choose(*, on: date, stored: str | None = None) -> QuerySet[AccountRole]:
    """Roles that have not ended by a day, and the one that is written already."""
    rows = AccountRole.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on) | Q(code=stored))
    return rows.in_order()


def who_may(may: Callable[[Actor], bool], staff: Iterable[tuple[Actor, Sequence[str]]]) -> str:
    """A sentence that names the accounts which may do something: by role, unit and name. Whom to call."""
    found = []
    for actor, names in staff:
        if may(actor):
            place = f" ({actor.unit_code})" if actor.unit_code else ""
            more = "…" if len(names) > _NAMED else ""
            found.append(f"{actor.role_label}{place}: {', '.join(names[:_NAMED])}{more}")
    if not found:
        return _("Chưa có tài khoản nào làm được bước này; hãy báo quản trị hệ thống.")
    return _("Người làm được: %(who)s.") % {"who": "; ".join(found)}
