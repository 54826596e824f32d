"""What the registers of this area have in common."""

from functools import partial
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import Department, Scope
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.spec import Register
from khcn.quality import operations, rules


class QualityRegister(Register):
    """What the division of standards, metrology and quality has on record."""

    owner = "TDC"
    scope: ClassVar[Scope] = Department(write=rules.quality_staff)


# A step that was entered on the wrong record: state and columns go back by one step.
take_back = partial(
    correction,
    label=_("Bỏ bước ghi nhầm"),
    who=rules.quality_staff,
    guard=operations.why_no_step,
    asks_reason=_("Lý do"),
    icon="arrow-back-up",
)
