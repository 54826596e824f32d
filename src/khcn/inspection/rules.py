"""Who may change and read the registers of the inspectorate."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

inspectors = in_unit("TTRA")
# Who complains, denounces or is received is protected: the inspectorate, who leads the department, and who decides about rights.
petition_readers = inspectors | has_role(Role.LEADER, Role.ADMIN)
