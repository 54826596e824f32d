"""What the registers of this area have in common."""

from functools import partial
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.finance import operations, rules
from khcn.kernel.access.scopes import Department, Scope
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.spec import Register


class FinanceRegister(Register):
    """What the office has on record about money and assets."""

    owner = "VP"
    scope: ClassVar[Scope] = Department(write=rules.finance_staff)


class ContractRegister(FinanceRegister):
    """What hangs on the contract of a task: the division of science enters it too."""

    scope: ClassVar[Scope] = Department(write=rules.contract_staff)


# A step that was entered on the wrong record: state and columns go back by one step.
take_back = partial(
    correction,
    label=_("Bỏ bước ghi nhầm"),
    guard=operations.why_no_step,
    asks_reason=_("Lý do"),
    icon="arrow-back-up",
)
