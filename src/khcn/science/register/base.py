"""What the registers of this area have in common."""

from khcn.kernel.registers.spec import Register
from khcn.science import rules


class ScienceRegister(Register):
    """What the science division keeps."""

    owner = "QLKH"
    write = rules.science_staff
