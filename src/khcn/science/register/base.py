"""What the registers of this area have in common."""

from typing import ClassVar

from khcn.kernel.access.scopes import Department, Scope
from khcn.kernel.registers.spec import Register
from khcn.science import rules

DEPARTMENT = Department(write=rules.science_staff)


class ScienceRegister(Register):
    """What the science division keeps."""

    owner = "QLKH"
    scope: ClassVar[Scope] = DEPARTMENT
