"""What the registers of this area have in common."""

from khcn.kernel.access.scopes import Department
from khcn.kernel.registers.spec import Register
from khcn.science import rules


class ScienceRegister(Register):
    """What the science division keeps."""

    owner = "QLKH"
    scope = Department(write=rules.science_staff)
