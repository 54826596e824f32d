"""What the registers of this area have in common."""

from typing import ClassVar

from khcn.centre import rules
from khcn.kernel.access.scopes import Department, Scope
from khcn.kernel.registers.spec import Register


class CentreRegister(Register):
    """What the Centre keeps."""

    owner = rules.UNIT
    scope: ClassVar[Scope] = Department(write=rules.centre_staff)
