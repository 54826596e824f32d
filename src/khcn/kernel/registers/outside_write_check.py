"""The last check of what an account or key of an outside organisation writes, whatever wrote it.

Forms, API and import ask a register's scope; what their operations write besides must be within reach afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _

from khcn.kernel.access.own_account import is_own_account
from khcn.kernel.access.scopes import ACT, ATTACH, CHANGE, CREATE, DELETE, is_within_reach, union_of_reaches
from khcn.kernel.actors import ActorKind, current_act
from khcn.kernel.audit.projections import register_projection
from khcn.kernel.refusals import NotPermitted
from khcn.kernel.registers.models import Attachment
from khcn.kernel.registers.registry import has_register, register_of, registers
from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model

    from khcn.kernel.actors import Actor


@register_projection
def refuse_rows_of_others(
    model: type[Model], written: Sequence[Model], removed: Sequence[Model], *, are_new: bool
) -> None:
    """Raise :class:`NotPermitted`, which rolls the transaction back, unless all rows are the outside actor's own."""
    actor = current_act().actor
    if actor.kind in {ActorKind.STAFF, ActorKind.SYSTEM}:
        return
    if not (
        all(_may_write(actor, one) for one in written) and all(_may_remove(actor, one) for one in removed)
    ):
        raise NotPermitted(_("Bản ghi không thuộc phạm vi của tài khoản này nên chưa lưu."))


def _may_write(actor: Actor, row: Model) -> bool:
    if isinstance(row, Attachment):
        return _may_attach(actor, row)
    if isinstance(row, WorkflowStep):
        return _may_step(actor, row)
    if isinstance(row, AbstractBaseUser):
        return is_own_account(actor, row)
    if not has_register(type(row)):
        return _may_write_part(actor, row)
    register = register_of(type(row))
    reach = union_of_reaches(register.reach(CREATE, actor), register.reach(CHANGE, actor))
    return is_within_reach(union_of_reaches(reach, register.reach(ACT, actor)), row)


def _may_remove(actor: Actor, row: Model) -> bool:
    if isinstance(row, Attachment):
        return _may_attach(actor, row)
    return has_register(type(row)) and is_within_reach(register_of(type(row)).reach(DELETE, actor), row)


def _may_write_part(actor: Actor, row: Model) -> bool:
    """A row without a register of its own may be part of a record, on which the actor may act (``part_of`` names the link)."""
    if not (link := getattr(type(row), "part_of", "")):
        return False
    field: Any = row._meta.get_field(link)
    owners = register_of(field.related_model).visible(actor, ACT)
    return owners.filter(pk=getattr(row, field.attname)).exists()


def _may_step(actor: Actor, row: WorkflowStep) -> bool:
    """A step belongs to its record, on which the actor may act."""
    holding = (each for each in registers() if each.workflow and each.workflow.name == row.workflow)
    return any(each.visible(actor, ACT).filter(pk=row.object_id).exists() for each in holding)


def _may_attach(actor: Actor, row: Attachment) -> bool:
    return register_of(apps.get_model(row.model)).visible(actor, ATTACH).filter(pk=row.object_id).exists()
