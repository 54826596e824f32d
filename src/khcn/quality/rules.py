"""Who may change the registers of metrology, quality and standards, and whom the home page leads to the board of supported parties."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

quality_staff = in_unit("TDC")
board_readers = in_unit("TDC") | has_role(Role.LEADER)
