"""Who may see and do what: predicates that combine with ``&``, ``|`` and ``~``, and one door for reading.

A predicate takes ``(actor, record)``; the record is ``None`` when the question is about the register as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from rules.predicates import Predicate, predicate

from khcn.kernel.actors import Actor, Role

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Predicate", "VisibleQuerySet", "has_role", "in_unit", "is_staff", "nobody", "predicate"]

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


@predicate
def is_staff(actor: Actor, record: object = None) -> bool:
    """Anyone with an account of the department."""
    return actor.is_staff_of_department


@predicate
def nobody(actor: Actor, record: object = None) -> bool:
    """No one: for records that only the program writes."""
    return False


def has_role(*roles: Role) -> Predicate:
    """True for actors with one of ``roles``; the system itself always passes."""
    allowed = frozenset({*roles, Role.SYSTEM})

    def test(actor: Actor, record: object = None) -> bool:
        return actor.role in allowed

    return Predicate(test, name="has_role(" + ",".join(sorted(role.value for role in roles)) + ")")


def in_unit(*codes: str) -> Predicate:
    """True for officers and heads of one of the divisions with these codes."""
    allowed = frozenset(codes)

    def test(actor: Actor, record: object = None) -> bool:
        return actor.role is Role.SYSTEM or (
            actor.unit_code in allowed and actor.role in {Role.OFFICER, Role.HEAD, Role.OFFICE}
        )

    return Predicate(test, name="in_unit(" + ",".join(sorted(allowed)) + ")")


class VisibleQuerySet(models.QuerySet[M_co]):
    """A query set whose rows may be shown; :meth:`visible_to` is the only door for anything a person sees."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows this actor may see. Registers of the department are open to all its staff, and to no one else."""
        return self.all() if actor.is_staff_of_department else self.none()
