"""Who may write records of years ago, taken over from paper, whose rules were not those of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from khcn.kernel.access.predicates import RegisterWithRights
    from khcn.kernel.actors import Actor


# The right to create is asked beside it.
may_take_over = has_role(Role.HEAD, Role.ADMIN, in_some_register=True)


def may_write_history(register: RegisterWithRights, actor: Actor) -> bool:
    """May the actor write history from paper into a register?"""
    return may_take_over.test(actor, None) and register.may("create", actor)


def refuse_writing_history(register: RegisterWithRights, actor: Actor) -> None:
    """Raise :class:`Refused` unless the actor may write history from paper into a register."""
    if not may_write_history(register, actor):
        raise Refused(
            _("Chỉ lãnh đạo phòng, đơn vị và quản trị được nhập hồ sơ chuyển từ bản giấy."),
            code="not_permitted",
        )
