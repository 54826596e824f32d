"""Who may change and read the registers of the office."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

office_staff = in_unit("VP")
# What concerns single members of staff: the office, which works with it, who leads the department, and who decides about rights.
staff_readers = office_staff | has_role(Role.LEADER, Role.ADMIN)
