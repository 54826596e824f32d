"""Who may change the registers of technology and of S&T information: the division of technology."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

technology_staff = in_unit("QLCN")
# Who takes back a step that was entered.
technology_head = technology_staff & has_role(Role.HEAD)
