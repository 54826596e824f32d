"""Whose rights a request has: the account's own, or those of the person for whom it works by delegation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from khcn.kernel.actors import PUBLIC
from khcn.parties.models import Delegation
from khcn.parties.models.rights_decisions import title_of_scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from khcn.kernel.actors import Actor

SESSION_KEY = "delegation"


def delegations_to(user_id: int | None, on: date) -> list[Delegation]:
    """Delegations under which an account may work on a day."""
    return _in_force(Delegation.objects.filter(delegate=user_id), on)


def delegations_by(user_id: int | None, on: date) -> list[Delegation]:
    """Delegations in force on a day under which others may work in this account's place, regardless of who entered them."""
    return _in_force(Delegation.objects.filter(principal=user_id), on)


def delegation_to(user_id: int | None, pk: int, on: date) -> Delegation | None:
    """The delegation with this key, if the account may work under it on a day."""
    return next(iter(_in_force(Delegation.objects.filter(delegate=user_id, pk=pk), on)), None)


def _in_force(delegations: QuerySet[Any], on: date) -> list[Delegation]:
    if settings.VIEWING_ONLY:  # where nobody does anything, nobody does it for another
        return []
    rows = delegations.valid(on=on).select_related("principal__unit", "delegate").order_by("pk")  # type: ignore[attr-defined]
    return [each for each in rows if each.is_valid(on=on)]


def with_scopes(delegations: Iterable[Delegation]) -> list[tuple[Delegation, str]]:
    """Each with what it covers, in words."""
    return [(each, ", ".join(title_of_scope(name) for name in each.registers)) for each in delegations]


def actor_of(request: HttpRequest, on: date) -> Actor:
    """The actor of a request. A delegation that has ended gives nothing more from the next request on."""
    if not request.user.is_authenticated:
        return PUBLIC
    actor: Actor = request.user.actor_on(on)
    if actor.is_staff_of_department and (chosen := request.session.get(SESSION_KEY)):
        delegation = delegation_to(request.user.pk, chosen, on)
        if delegation is not None:
            return delegation.acting_for(actor, on=on)
    return actor
