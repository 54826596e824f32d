"""Who may change the registers of radiation safety: the division of technology and specialised management."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

radiation_staff = in_unit("QLCN")
# Who says that a licence was signed on paper, past the steps of the application.
radiation_head = radiation_staff & has_role(Role.HEAD)
# Doses are about the health of persons: the division, who leads the department, and who decides about rights.
dose_readers = radiation_staff | has_role(Role.LEADER, Role.ADMIN)
