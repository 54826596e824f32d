"""What the registers of this area have in common."""

from typing import ClassVar

from khcn.kernel.access.scopes import Department, Scope
from khcn.kernel.registers.spec import Register
from khcn.radiation import rules


class RadiationRegister(Register):
    """What the division of specialised management keeps."""

    owner = "QLCN"
    scope: ClassVar[Scope] = Department(write=rules.radiation_staff)
