"""What the registers of this area have in common: the division that answers for them, and whose their rows are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from khcn.goods import rules
from khcn.kernel.access.scopes import (
    ACT,
    ATTACH,
    CHANGE,
    CREATE,
    DELETE,
    READING,
    Department,
    OwnOrganisation,
    Scope,
)
from khcn.kernel.registers.spec import Register

if TYPE_CHECKING:
    from khcn.kernel.access.predicates import Predicate
    from khcn.kernel.access.scopes import Reach
    from khcn.kernel.actors import Actor

_WRITING = frozenset({CREATE, CHANGE, DELETE, ATTACH, ACT})


def of_organisation(path: str) -> Scope:
    """Rows of one producer, which it writes itself; the department reads them, and its editors help."""
    return Department(write=rules.editors) | OwnOrganisation(path, READING | _WRITING)


@dataclass(frozen=True)
class DepartmentActs(Scope):
    """Staff of the department who take steps of rows that nobody types."""

    who: Predicate

    def reach(self, actor: Actor, verb: str) -> Reach:
        return verb == ACT and actor.is_staff_of_department and self.who.test(actor, None)


class GoodsRegister(Register):
    """What is on record about goods."""

    owner = rules.UNIT
