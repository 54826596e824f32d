"""Who may do what: predicates that combine with ``&``, ``|`` and ``~``.

A predicate takes ``(actor, record)``. About a register as a whole the record is its model, or ``None`` where the scope that
asks has already seen to delegations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.core.exceptions import PermissionDenied
from rules.predicates import Predicate, predicate

from khcn.kernel.actors import EVERYTHING, Actor, ActorKind, Role

if TYPE_CHECKING:
    from django.db import models

__all__ = [
    "Predicate",
    "deny_unless",
    "has_role",
    "in_own_name",
    "in_unit",
    "is_of_department",
    "is_staff",
    "is_staff_by_own_account",
    "keeps_own_records",
    "may_act",
    "nobody",
    "predicate",
    "writes_by_right",
]


@predicate
def is_staff(actor: Actor, record: object = None) -> bool:
    """Anyone with an account of the department and a role in force that acts as a built-in one."""
    return actor.is_staff_of_department


@predicate
def is_staff_by_own_account(actor: Actor, record: object = None) -> bool:
    """Staff by their own account, regardless of whom they work for by delegation: they can stop it."""
    return (actor.own or actor).is_staff_of_department


@predicate
def is_of_department(actor: Actor, record: object = None) -> bool:
    """Anyone with an account of the department and a role in force: for pages that show what the actor's registers open."""
    return actor.is_of_department


@predicate
def writes_by_right(actor: Actor, record: object = None) -> bool:
    """Anyone of the department to whom a right to write in some register was given; each register is asked later on."""
    return actor.writes_by_right


@predicate
def keeps_own_records(actor: Actor, record: object = None) -> bool:
    """The same, but for who only looks where nobody writes."""
    return actor.keeps_own_records


@predicate
def in_own_name(actor: Actor, record: object = None) -> bool:
    """Who acts for nobody else: what nobody can delegate, such as the administration of accounts."""
    return actor.delegated is None


@predicate
def nobody(actor: Actor, record: object = None) -> bool:
    """No one: for records that only the program writes."""
    return False


def _covered(actor: Actor, record: object) -> bool:
    """A delegation of some registers gives no right to anything else; without a record or model nobody can tell."""
    if actor.delegated is None or EVERYTHING in actor.delegated:
        return True
    described = getattr(record, "_meta", None)
    return described is not None and actor.is_delegated(described.label_lower)


def has_role(*roles: Role, in_some_register: bool = False) -> Predicate:
    """True for staff with one of ``roles``; the system itself always passes.

    ``in_some_register``: also by a delegation of some registers, for what asks each register itself later on.
    """
    allowed = frozenset(roles)

    def test(actor: Actor, record: object = None) -> bool:
        if actor.kind is not ActorKind.STAFF:
            return actor.kind is ActorKind.SYSTEM
        return actor.role in allowed and (in_some_register or _covered(actor, record))

    return Predicate(test, name="has_role(" + ",".join(sorted({"system", *allowed})) + ")")


def in_unit(*codes: str) -> Predicate:
    """True for officers and heads of one of the divisions with these codes."""
    allowed = frozenset(codes)

    def test(actor: Actor, record: object = None) -> bool:
        if actor.kind is not ActorKind.STAFF:
            return actor.kind is ActorKind.SYSTEM
        return (
            actor.unit_code in allowed
            and actor.role in {Role.OFFICER, Role.HEAD, Role.OFFICE}
            and _covered(actor, record)
        )

    return Predicate(test, name="in_unit(" + ",".join(sorted(allowed)) + ")")


class RegisterWithRights(Protocol):
    """A register, as far as the right to act on its records goes."""

    @property
    def model(self) -> type[models.Model]: ...

    def may(self, verb: str, actor: Actor, record: Any = None, /) -> bool:
        """May the actor do this?"""


def may_act(
    who: Predicate | None, holder: RegisterWithRights, actor: Actor, record: models.Model | None = None
) -> bool:
    """May the actor do something with this record, or without one with some record of the register?

    ``who`` takes the place of the register's general right to act, unless the administrator decided about that right;
    what may be seen is asked before.
    """
    if who is not None and actor.granted(holder.model._meta.label_lower, "act") is None:
        return bool(who.test(actor, record))
    return holder.may("act", actor, record)


def deny_unless(allowed: object) -> None:
    """Raise ``PermissionDenied`` (403) unless the rule that was asked allows it."""
    if not allowed:
        raise PermissionDenied
