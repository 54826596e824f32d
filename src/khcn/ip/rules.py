"""Who may change the registers of intellectual property, initiatives and contests: the division of technology."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

ip_staff = in_unit("QLCN")
# Who takes back a decision that was entered.
ip_head = ip_staff & has_role(Role.HEAD)
