"""Whose rights a request has: the account's own, or those of the person for whom it works by delegation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khcn.kernel.actors import PUBLIC
from khcn.parties.models import Delegation
from khcn.parties.models.accounts import title_of_scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from khcn.kernel.actors import Actor

SESSION_KEY = "delegation"


def delegations_to(user_id: int | None, on: date) -> QuerySet[Any]:
    """Delegations under which an account may work on a day."""
    return (
        Delegation.objects.valid(on=on)
        .filter(delegate=user_id, principal__is_active=True)
        .select_related("principal", "principal__unit")
        .order_by("pk")
    )


def delegations_by(user_id: int | None, on: date) -> QuerySet[Any]:
    """Delegations in force on a day under which others may work in this account's place, regardless of who entered them."""
    return Delegation.objects.valid(on=on).filter(principal=user_id).select_related("delegate").order_by("pk")


def with_scopes(delegations: Iterable[Delegation]) -> list[tuple[Delegation, str]]:
    """Each with what it covers, in words."""
    return [(each, ", ".join(title_of_scope(name) for name in each.registers)) for each in delegations]


def actor_of(request: HttpRequest, on: date) -> Actor:
    """The actor of a request. A delegation that has ended gives nothing more from the next request on."""
    if not request.user.is_authenticated:
        return PUBLIC
    actor: Actor = request.user.actor_on(on)
    if actor.is_staff_of_department and (chosen := request.session.get(SESSION_KEY)):
        delegation = delegations_to(request.user.pk, on).filter(pk=chosen).first()
        if delegation is not None:
            return delegation.acting_for(actor, on=on)
    return actor
