"""What the registers of this area have in common."""

from functools import partial
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.inspection import operations, rules
from khcn.kernel.access.scopes import Department, Scope
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.spec import Register


class InspectorateRegister(Register):
    """What the inspectorate keeps."""

    owner = "TTRA"
    scope: ClassVar[Scope] = Department(write=rules.inspectors)


# A step that was entered on the wrong record: state and columns go back by one step.
take_back = partial(
    correction,
    label=_("Bỏ bước ghi nhầm"),
    who=rules.inspectors,
    guard=operations.why_step_stays,
    asks_reason=_("Lý do"),
    icon="arrow-back-up",
)
