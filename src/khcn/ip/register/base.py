"""What the registers of this area have in common."""

from typing import ClassVar

from khcn.ip import rules
from khcn.kernel.access.scopes import Department, Scope
from khcn.kernel.registers.spec import Register


class IpRegister(Register):
    """What the division of technology has on record about intellectual property, initiatives and contests."""

    owner = "QLCN"
    scope: ClassVar[Scope] = Department(write=rules.ip_staff)
