"""What the registers of this area have in common."""

from typing import ClassVar

from khcn.kernel.access.scopes import Department, Scope
from khcn.kernel.registers.spec import Register
from khcn.technology import rules


class TechnologyRegister(Register):
    """What the division of technology has on record about technology and S&T information."""

    owner = "QLCN"
    scope: ClassVar[Scope] = Department(write=rules.technology_staff)
