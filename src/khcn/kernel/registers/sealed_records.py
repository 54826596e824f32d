"""Records that nobody of the department reads for now: what names the records of something else does not name these either.

That one is there would say who handed something in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import READ, keeps_from_staff, rows_within_reach
from khcn.kernel.registers.registry import has_register, register_of, registers

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor

_M = TypeVar("_M", bound=Model)

A_SEALED_RECORD: Final = _("Bản ghi chưa ai ở Sở được đọc")
"""What such a record is called where something has to be refused because of it."""


def something_is_sealed() -> bool:
    """Whether some register seals rows from the department now."""
    return any(each.scope is not None and each.scope.seals_now() for each in registers())


def is_sealed_from(actor: Actor, record: Any) -> bool:
    """Is this one of the records that are read by nobody of the department, and not by this actor?"""
    if not has_register(type(record)):
        return False
    register = register_of(type(record))
    return keeps_from_staff(register.scope) and not register.may(READ, actor, record)


def without_sealed(actor: Actor, rows: QuerySet[_M]) -> QuerySet[_M]:
    """The rows of one model without those."""
    if not has_register(rows.model):
        return rows
    register = register_of(rows.model)
    return rows_within_reach(rows, register.reach(READ, actor)) if keeps_from_staff(register.scope) else rows
